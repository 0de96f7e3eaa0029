"""A contact joins and leaves groups by itself, where these let it, on the portal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from kring.accounts.actors import THE_CONTACT, Actor, ActorKind
from kring.actions.acts import Act, act
from kring.actions.errors import RefusedError, UnknownContactsError
from kring.actions.members import Outcome, lift_placements, put_placements
from kring.actions.undo import undo_change
from kring.contacts.representing import may_act_for
from kring.groups.models import Change, ChangeEntry, Effect
from kring.groups.on_portal import Standing, groups_on_portal, standing_in

UNDONE_WITHIN: Final = timedelta(hours=1)
"""For so long a contact takes back what it did by one button."""

PLACE: Final = "members.place"
REMOVE: Final = "members.remove"
UNPIN: Final = "members.unpin"


class NotOnPortalError(RefusedError):
    """A contact sees no such thing on the portal."""


class NotOnesOwnError(RefusedError):
    """Contacts may not join or leave this group by themselves, or not any more."""


def join(contact: int, group: int, *, by: Actor = THE_CONTACT) -> Outcome:
    """Let a contact join a static group, or be in a derived one again by its rules.

    `by` is the contact itself, or a person for an organisation. Raises
    NotOnPortalError, NotOnesOwnError or UnknownContactsError.
    """
    is_derived = _seen(contact, group, timezone.localdate()).group.is_derived
    action = UNPIN if is_derived else PLACE

    def step(this: Act, standing: Standing) -> int:
        if standing.is_in:
            return 0
        if not standing.may_join:
            raise NotOnesOwnError
        if is_derived:
            return lift_placements(this, group, [contact])
        return put_placements(this, group, [contact], effect=Effect.IN)

    return _as_contact(action, contact, group, step, by=by)


def leave(contact: int, group: int, *, by: Actor = THE_CONTACT) -> Outcome:
    """Let a contact leave a static group, or keep itself out of a derived one.

    Raises NotOnPortalError, NotOnesOwnError or UnknownContactsError.
    """

    def step(this: Act, standing: Standing) -> int:
        if not standing.is_in:
            return 0
        if not standing.may_leave:
            raise NotOnesOwnError
        if standing.group.is_derived:
            return put_placements(this, group, [contact], effect=Effect.OUT)
        return lift_placements(this, group, [contact])

    return _as_contact(REMOVE, contact, group, step, by=by)


def take_back(
    contact: int, change: int, *, now: datetime, by: Actor = THE_CONTACT
) -> Outcome:
    """Undo what this contact itself just did to one of its groups.

    Raises NotOnPortalError of anything else, NotOnesOwnError where the group is no
    longer the contact's to change, and what undoing raises.
    """
    group = _group_of_own(contact, change, now)

    def provided() -> None:
        require_that_acts_for(contact, by, day=timezone.localdate(now))
        if not groups_on_portal().filter(pk=group, editable_on_portal=True).exists():
            raise NotOnesOwnError

    return undo_change(change, by=by, provided=provided)


def _as_contact(
    action: str,
    contact: int,
    group: int,
    step: Callable[[Act, Standing], int],
    *,
    by: Actor,
) -> Outcome:
    with act(action, by=by, reason=reason_on_portal()) as this:
        this.hold([contact])
        require_that_acts_for(contact, by, day=this.today)
        if contact not in this.everyone:
            raise UnknownContactsError([contact])
        # Judged while definitions and the contact are held: nobody closes it meanwhile.
        count = step(this, _seen(contact, group, this.today))
    return Outcome(count, this.number)


def _seen(contact: int, group: int, day: date) -> Standing:
    standing = standing_in(contact, group, day=day)
    if standing is None:
        raise NotOnPortalError
    return standing


def require_that_acts_for(contact: int, by: Actor, *, day: date) -> None:
    """Refuse who acts for an organisation that it acts for no longer.

    It is asked while the contact is held, as the links of a contact are changed so.
    """
    if by.person is not None and not may_act_for(by.person, contact, day=day):
        raise NotOnesOwnError


def reason_on_portal() -> str:
    """What staff reads: in the language of the cooperative, not of the contact."""
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("On the customer portal")


def _group_of_own(contact: int, change: int, now: datetime) -> int:
    own = Change.objects.filter(
        pk=change,
        actor_kind=ActorKind.CONTACT,
        action__in=(PLACE, REMOVE, UNPIN),
        at__gt=now - UNDONE_WITHIN,
    )
    entries = ChangeEntry.objects.filter(change__in=own)
    pieces = list(entries.values_list("kind", "contact", "group"))
    match pieces:
        case [("placement", whose, int(group))] if whose == contact:
            return group
        case _:
            raise NotOnPortalError
