"""A mail alone in a frame: with what mails may hold, and nothing that acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

View = Callable[..., HttpResponseBase]

# No script, no form, nothing fetched but pictures; the styles of a mail are inlined.
_STRICT = {
    "default-src": [NONE],
    "img-src": ["https:", "data:"],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [""],
}


def framed(view: View) -> View:
    """A view of which the answer stands in a frame of our own pages."""

    @wraps(view)
    def answered(*given: object, **named: object) -> HttpResponseBase:
        response = view(*given, **named)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return csp(_STRICT)(xframe_options_sameorigin(answered))
