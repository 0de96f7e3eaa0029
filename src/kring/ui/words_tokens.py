"""Refusals about tokens and requests of the API, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import idempotency, tokens
from kring.ui.wording import quoted, words_for


@words_for.register
def _name_missing(_error: tokens.TokenNameMissingError) -> str:
    return _("Give the token a name, by which you will know it again.")


@words_for.register
def _no_staff_role(error: tokens.NoStaffRoleError) -> str:
    return _(
        "%(email)s has no staff role or was disabled, so a token for it could do"
        " nothing."
    ) % {"email": quoted(error.email)}


@words_for.register
def _unknown_token(error: tokens.UnknownTokenError) -> str:
    return _("There is no token %(number)s, or it was revoked already.") % {
        "number": error.token
    }


@words_for.register
def _key_of_another(error: idempotency.KeyOfAnotherRequestError) -> str:
    return _(
        "The idempotency key %(key)s came with another request before. Use a new key"
        " for a new request."
    ) % {"key": quoted(error.key)}


@words_for.register
def _under_way(error: idempotency.RequestUnderWayError) -> str:
    return _(
        "The request with the idempotency key %(key)s is being answered right now. Ask"
        " again in a moment."
    ) % {"key": quoted(error.key)}
