"""What only this door refuses: classes that carry the facts, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kring.actions.errors import RefusedError
from kring.ui.wording import quoted, words_for


@dataclass(eq=False)
class TokenNeededError(RefusedError):
    """The request brings no token."""


@dataclass(eq=False)
class TokenRefusedError(RefusedError):
    """Nobody signs in with this token, or no longer, or not from here."""


@dataclass(eq=False)
class RoleTooLowError(RefusedError):
    """The user of the token may not do this."""

    role: str


@dataclass(eq=False)
class NotFoundError(RefusedError):
    """Nothing is at this address."""


@dataclass(eq=False)
class MethodNotAllowedError(RefusedError):
    """The address knows other methods."""

    method: str
    allowed: Sequence[str]


@dataclass(eq=False)
class UnreadableBodyError(RefusedError):
    """The body is no JSON."""


@dataclass(eq=False)
class BodyTooLargeError(RefusedError):
    """The body is larger than is read."""

    limit: int


@dataclass(eq=False)
class VersionNeededError(RefusedError):
    """A change must say in If-Match which version it is a change of."""


@dataclass(eq=False)
class VersionPassedError(RefusedError):
    """It was changed since the version that If-Match names."""


@dataclass(eq=False)
class UnreadableKeyError(RefusedError):
    """An idempotency key is 1 to so many printable characters."""

    limit: int


@dataclass(eq=False)
class UnreadableCursorError(RefusedError):
    """No page gave out this cursor, or a page that was asked otherwise."""


@dataclass(eq=False)
class UnknownParameterError(RefusedError):
    """There are no such parameters at this address."""

    parameters: Sequence[str]
    known: Sequence[str]


@dataclass(eq=False)
class BothWaysError(RefusedError):
    """Contacts are asked to be placed in more than one way."""

    contacts: Sequence[int]


@dataclass(eq=False)
class UnknownColumnsError(RefusedError):
    """There are no such columns of contacts."""

    columns: Sequence[str]


@dataclass(eq=False)
class BusyError(RefusedError):
    """Others hold what this would change."""


@dataclass(eq=False)
class BrokenError(RefusedError):
    """It went wrong on our side."""


@words_for.register
def _token_needed(_error: TokenNeededError) -> str:
    return _(
        "This needs a token: send the header “Authorization: Bearer …”. Whoever runs"
        " Kring gives one out with “kring token add”."
    )


@words_for.register
def _token_refused(_error: TokenRefusedError) -> str:
    return _("This token is unknown or was revoked, or its user may not sign in here.")


@words_for.register
def _role_too_low(_error: RoleTooLowError) -> str:
    return _("The user of this token may not do this. Ask an administrator.")


@words_for.register
def _not_found(_error: NotFoundError) -> str:
    return _("There is nothing at this address, or no longer.")


@words_for.register
def _method_not_allowed(error: MethodNotAllowedError) -> str:
    return _("%(method)s is not possible here. Use %(allowed)s.") % {
        "method": error.method,
        "allowed": ", ".join(error.allowed),
    }


@words_for.register
def _unreadable_body(_error: UnreadableBodyError) -> str:
    return _("The body of the request cannot be read as JSON.")


@words_for.register
def _body_too_large(error: BodyTooLargeError) -> str:
    return _("The body of the request is larger than %(limit)s bytes.") % {
        "limit": error.limit
    }


@words_for.register
def _version_needed(_error: VersionNeededError) -> str:
    return _(
        "Say in the header If-Match which version you change: the ETag that you were"
        " given with it."
    )


@words_for.register
def _version_passed(_error: VersionPassedError) -> str:
    return _("It was changed in the meantime. Ask for it again, and change that.")


@words_for.register
def _unreadable_key(error: UnreadableKeyError) -> str:
    return _("An idempotency key is a text of 1 to %(limit)s letters and digits.") % {
        "limit": error.limit
    }


@words_for.register
def _unreadable_cursor(_error: UnreadableCursorError) -> str:
    return _(
        "This cursor cannot be read, or belongs to another question. Begin again"
        " without a cursor."
    )


@words_for.register
def _unknown_parameter(error: UnknownParameterError) -> str:
    return _("There is no parameter %(names)s here. Use %(known)s.") % {
        "names": ", ".join(quoted(name) for name in error.parameters),
        "known": ", ".join(error.known),
    }


@words_for.register
def _both_ways(error: BothWaysError) -> str:
    return _(
        "A contact can be added, removed or unpinned, not two of these at once:"
        " %(numbers)s."
    ) % {"numbers": ", ".join(str(contact) for contact in error.contacts[:10])}


@words_for.register
def _unknown_columns(error: UnknownColumnsError) -> str:
    return _("Contacts have no column %(columns)s.") % {
        "columns": ", ".join(quoted(column) for column in error.columns)
    }


@words_for.register
def _busy(_error: BusyError) -> str:
    return _("Others are changing the same just now. Try again in a moment.")


@words_for.register
def _broken(_error: BrokenError) -> str:
    return _("Something went wrong on our side. Nothing was changed.")
