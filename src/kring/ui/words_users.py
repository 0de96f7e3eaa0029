"""Refusals about users, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import users
from kring.ui.wording import quoted, words_for


@words_for.register
def _email_address_unreadable(error: users.EmailAddressUnreadableError) -> str:
    return _("%(email)s is no e-mail address. Check the spelling.") % {
        "email": quoted(error.email)
    }


@words_for.register
def _email_address_taken(error: users.EmailAddressTakenError) -> str:
    return _("Somebody already signs in with %(email)s.") % {"email": error.email}


@words_for.register
def _password_too_weak(error: users.PasswordTooWeakError) -> str:
    return " ".join(error.reasons)
