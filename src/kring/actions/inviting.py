"""Contacts are invited to the portal, one of them or all in a group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import uuid4

from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.contacts import edit_contacts
from kring.actions.delivering import deliver_soon
from kring.actions.errors import (
    GroupClosedError,
    RefusedError,
    UnknownContactsError,
    UnknownGroupsError,
)
from kring.actions.members import Outcome
from kring.actions.rehearsing import agreed
from kring.actions.requiring import require_that_may
from kring.actions.welcoming import Welcome, Welcoming
from kring.contacts.records import details_of
from kring.groups.definitions import groups_asking
from kring.groups.models import Group
from kring.groups.queries import members_of
from kring.mailing.invitations import Wish, invited_among
from kring.mailing.models import OutgoingMail, Purpose

ACTION: Final = "portal.invite"

BATCH: Final = 1_000
"""How many contacts one transaction invites: no lock is held for long."""

_ANYONE: Final = Wish(with_account=True, again=True)


@dataclass(eq=False)
class NotInvitedError(RefusedError):
    """The contact cannot be invited; the reason is a Skip or an Uninvited."""

    reason: str


@dataclass(eq=False)
class OtherNumberOfInvitationsError(RefusedError):
    """Others would be invited by now than the number that was confirmed."""

    count: int
    confirmed: int


def invite(contact: int, *, by: Actor, welcome: Welcoming = Welcome.DEFAULT) -> Outcome:
    """Mail one contact an invitation, also where it had one before today.

    Raises NotInvitedError, UnknownContactsError, ManyMailsError or NotAllowedError.
    """
    with act(ACTION, by=by, welcome=welcome) as this:
        this.hold([contact])
        if contact not in this.everyone:
            raise UnknownContactsError([contact])
        invited = invited_among(BitMap([contact]), _ANYONE, today=this.today)
        for reason in invited.left_out:
            raise NotInvitedError(reason)
        count = _invite(this, BitMap([contact]), _ANYONE)
    return Outcome(count, this.number, this.mails)


def invite_group(
    group: int,
    wish: Wish,
    *,
    confirmed: int,
    by: Actor,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Outcome:
    """Mail an invitation to all in a group who are to get one.

    So many were confirmed: raises OtherNumberOfInvitationsError when it is another
    number by now; ManyMailsError where groups would welcome too many because of it;
    UnknownGroupsError, GroupClosedError or NotAllowedError. More than a batch is a long
    act, which may be begun again.
    """
    require_that_may(by, ACTION)
    _require_open(group)
    today = timezone.localdate()
    wanted = invited_among(members_of(group), wish, today=today).recipients
    if len(wanted) != confirmed:
        raise OtherNumberOfInvitationsError(len(wanted), confirmed)
    parts = [BitMap(some) for some in batches(wanted, BATCH)]
    if len(parts) > 1:
        return _in_steps(parts, wish, by=by, welcome=welcome)
    with act(ACTION, by=by, welcome=welcome) as this:
        count = _invite(this, wanted, wish)
    return Outcome(count, this.number, this.mails)


def _require_open(group: int) -> None:
    found = Group.objects.filter(pk=group, deleted_at=None).first()
    if found is None:
        raise UnknownGroupsError([group])
    if found.is_closed:
        raise GroupClosedError(group, found.name)


def _in_steps(
    parts: list[BitMap], wish: Wish, *, by: Actor, welcome: Welcoming
) -> Outcome:
    steps = [partial(_invite, contacts=some, wish=wish) for some in parts]
    asking = groups_asking(["field:invited_on"])
    welcome = agreed(welcome, steps, action=ACTION, by=by, touched=asking)
    whole = begin_long_act(ACTION, by=by)
    count = mails = 0
    for step in steps:
        with act(ACTION, by=by, part_of=whole, welcome=welcome) as this:
            count += step(this)
        mails += this.mails
    return Outcome(count, whole, mails)


def _invite(this: Act, contacts: BitMap, wish: Wish) -> int:
    """Write the mails, and that these were invited; who may not be by now is left out.

    Judged anew while they are held, so that two who press the button invite once.
    """
    this.hold(contacts)
    judged = invited_among(contacts & this.everyone, wish, today=this.today)
    before = details_of(list(judged.recipients))
    if not before:
        return 0
    after = {one: replace(each, invited_on=this.today) for one, each in before.items()}
    edit_contacts(this, before, after)
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            purpose=Purpose.INVITE,
            key=uuid4(),
            contact=contact,
            change=this.change,
            free_at=this.at,
            made_at=this.at,
        )
        for contact in before
    )
    deliver_soon()
    return len(before)
