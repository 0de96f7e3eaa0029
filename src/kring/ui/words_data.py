"""Why a request to be erased is not settled so, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import erasure_requests
from kring.ui.wording import words_for


@words_for.register
def _nothing_open(_error: erasure_requests.NoOpenRequestError) -> str:
    return _("There is no request to be erased that waits, or not any more.")


@words_for.register
def _no_reason(_error: erasure_requests.WhyDeclinedError) -> str:
    return _("Say why: the contact reads it.")
