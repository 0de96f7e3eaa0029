"""What a password must be."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LongEnough(MinimumLengthValidator):
    """Django's own rule, in a sentence that its Dutch catalogue lacks."""

    def get_error_message(self) -> str:
        return gettext(
            "This password is too short: use at least %(length)d characters."
        ) % {"length": self.min_length}
