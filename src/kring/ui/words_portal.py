"""What contacts read of their groups, and why they cannot change something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.actions import inviting, own_addresses, own_groups, own_passkeys
from kring.groups.models import NeighbourhoodRole
from kring.mailing.invitations import reason_in_words
from kring.ui.templatetags.ui import number
from kring.ui.wording import words_for

_HAD: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: gettext_lazy(
        "You are a coach in your neighbourhood."
    ),
    NeighbourhoodRole.PROJECT_LEADER.value: gettext_lazy(
        "You are a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: gettext_lazy(
        "You take part in the neighbourhood as an external party."
    ),
}
_GIVEN: Final[Mapping[str, Promise]] = {
    NeighbourhoodRole.COACH.value: gettext_lazy(
        "You then become a coach in your neighbourhood."
    ),
    NeighbourhoodRole.PROJECT_LEADER.value: gettext_lazy(
        "You then become a project leader in your neighbourhood."
    ),
    NeighbourhoodRole.EXTERNAL_PARTY.value: gettext_lazy(
        "You then take part in the neighbourhood as an external party."
    ),
}


def role_had(role: str) -> str:
    """What one is in the neighbourhood approach by being in a group."""
    return str(_HAD.get(role, ""))


def role_given(role: str) -> str:
    """What one becomes by joining."""
    return str(_GIVEN.get(role, ""))


@words_for.register
def _not_there(_error: own_groups.NotOnPortalError) -> str:
    return _("There is no such thing on the portal.")


@words_for.register
def _not_ones_own(_error: own_groups.NotOnesOwnError) -> str:
    return _(
        "That cannot be done here, or not any more. Nothing has changed. Get in touch"
        " with us if you want it."
    )


@words_for.register
def _not_invited(error: inviting.NotInvitedError) -> str:
    return _("No invitation went out: %(reason)s.") % {
        "reason": reason_in_words(error.reason)
    }


@words_for.register
def _other_number(error: inviting.OtherNumberOfInvitationsError) -> str:
    return ngettext(
        "In the meantime it is %(count)s invitation, no longer %(confirmed)s. Nothing"
        " has been sent: look at the number and confirm it again.",
        "In the meantime it is %(count)s invitations, no longer %(confirmed)s. Nothing"
        " has been sent: look at the number and confirm it again.",
        error.count,
    ) % {"count": number(error.count), "confirmed": number(error.confirmed)}


@words_for.register
def _own_already(_error: own_addresses.OwnAlreadyError) -> str:
    return _("This is one of your e-mail addresses already.")


@words_for.register
def _many_addresses(_error: own_addresses.ManyAddressesError) -> str:
    return _("You have as many e-mail addresses as fit here. Take one away first.")


@words_for.register
def _asked_often(_error: own_addresses.AskedOftenError) -> str:
    return _("You asked for many codes. Try again in an hour.")


@words_for.register
def _wrong_code(_error: own_addresses.WrongCodeError) -> str:
    return _("This code is not right, or works no more.")


@words_for.register
def _last_address(_error: own_addresses.LastAddressError) -> str:
    return _(
        "This is your only e-mail address, and you sign in with it. Add another one"
        " first."
    )


@words_for.register
def _signed_in_with_it(_error: own_addresses.SignedInWithItError) -> str:
    return _(
        "You are signed in with this address. Sign out, sign in with another of your"
        " addresses, and take this one away then."
    )


@words_for.register
def _not_made(_error: own_passkeys.PasskeyNotMadeError) -> str:
    return _("No passkey was made. Try once more.")


@words_for.register
def _many_passkeys(_error: own_passkeys.ManyPasskeysError) -> str:
    return _("You have as many passkeys as fit here. Take one away first.")
