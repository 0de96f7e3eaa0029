"""What a page says after an act: a sentence, with an undo where the act has one."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse

_UNDO: Final = "undo="


def announce(
    request: HttpRequest,
    sentence: str,
    *,
    undo_at: str = "",
    change: int | None = None,
) -> None:
    """Say what was done; `undo_at` is the address to which its undo is posted.

    With the number of the change that did it, that address is found here.
    """
    if change is not None:
        undo_at = reverse("change-undo", args=[change])
    messages.success(request, sentence, extra_tags=undo_at and f"{_UNDO}{undo_at}")


def warn(request: HttpRequest, sentence: str) -> None:
    """Say why something was not done."""
    messages.error(request, sentence)


def undo_address_of(message: Message) -> str:
    tags = message.extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
