"""Checking every stored bit, chunk by chunk, beside live traffic."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from kring.groups import chunks
from kring.groups.check import Difference, differences_in
from kring.groups.locks import Definitions, hold_definitions


def differences() -> Iterator[Difference]:
    """Every bit that differs from truth or from history, one chunk at a time."""
    for chunk in chunks.all_chunks():
        with transaction.atomic():
            hold_definitions(Definitions.SHARED)
            found = list(differences_in(chunk))
        yield from found
