"""How a refusal becomes words: one whole sentence in the reader's language."""

from __future__ import annotations

from functools import singledispatch

from django.utils.translation import gettext as _

_LONGEST_NAME = 80


@singledispatch
def words_for(error: Exception) -> str:
    """Why something was refused, and what to do next.

    Each kind of error registers its sentence, in a module `words_…` that
    `kring.ui.words` imports.
    """
    return str(error) or type(error).__name__


def quoted(name: str) -> str:
    """A name in the sentence's quotation marks; a very long one is cut short."""
    is_long = len(name) > _LONGEST_NAME
    shown = name[: _LONGEST_NAME - 1] + "…" if is_long else name
    return _("“%(name)s”") % {"name": shown}
