"""Mails to groups go out: at once or at a time, with a pause, and never twice."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django import app

from kring.accounts.actors import CLOCK, Actor
from kring.actions.acts import Act, act
from kring.actions.clock import new_day
from kring.actions.delivering import deliver_soon
from kring.actions.errors import GroupClosedError, RefusedError
from kring.actions.mailings import (
    GroupsGoneError,
    UnknownMailingError,
    changeable_mailing,
    facts_of,
    held_mailing,
    require_groups,
)
from kring.actions.notices import write_notice
from kring.groups.history import Entry
from kring.groups.models import Fill
from kring.groups.queries import counts_of, names_of
from kring.mailing.audience import Addressed, Audience, audience_of
from kring.mailing.errors import (
    UnknownMergeFieldError,
    UnreadableTemplateError,
    UnusableTextError,
)
from kring.mailing.frozen import freeze, turn_next_mails, write_next_mails
from kring.mailing.missed import InTheWay, maker_to_tell, notice_of_missed
from kring.mailing.models import (
    Household,
    Mailing,
    MailingState,
    OutgoingMail,
    Purpose,
)
from kring.mailing.plain_text import is_empty
from kring.mailing.rendering import Texts, check_texts
from kring.outbox.models import GOING

FURTHEST: Final = timedelta(days=366)
"""So far ahead a mail can be scheduled: beyond it a year was mistyped."""

_log = logging.getLogger("kring.mailings")


@dataclass(eq=False)
class MailingTextMissingError(RefusedError):
    """A subject or text is empty."""

    field: str


@dataclass(eq=False)
class NoGroupsChosenError(RefusedError):
    """It is not said yet who gets the mail."""


@dataclass(eq=False)
class NobodyToMailError(RefusedError):
    """Nobody who is meant can be mailed."""

    meant: int


@dataclass(eq=False)
class GroupsFillingError(RefusedError):
    """Groups are being brought to a new definition, so nobody knows the number yet."""

    names: Sequence[str]


@dataclass(eq=False)
class AudienceChangedError(RefusedError):
    """More or fewer people would get the mail than was confirmed."""

    confirmed: int
    now: int


@dataclass(eq=False)
class MomentNotPossibleError(RefusedError):
    """A mail is scheduled for a moment that has passed, or is too far away."""

    at: datetime
    is_past: bool


@dataclass(eq=False)
class MailingNotUnderWayError(RefusedError):
    """What is not being sent cannot be paused, resumed or stopped."""

    state: str


def require_sendable(mailing: Mailing) -> Audience:
    """Who would get it now; raises a RefusedError that says what is in the way."""
    _require_texts(mailing)
    if not mailing.groups:
        raise NoGroupsChosenError
    require_groups(mailing.groups, mailing.minus)
    _require_filled([*mailing.groups, *mailing.minus])
    audience = audience_of(addressed(mailing))
    if not audience.recipients:
        raise NobodyToMailError(len(audience.without))
    return audience


def addressed(mailing: Mailing) -> Addressed:
    """Whom a mailing that has not gone is for."""
    return Addressed(
        tuple(mailing.groups), tuple(mailing.minus), Household(mailing.household)
    )


def send_mailing(
    mailing: int, *, expected: int, by: Actor, version: int | None = None
) -> None:
    """Freeze who gets it and begin to send; `expected` is the number confirmed.

    Raises AudienceChangedError when another number would get it by now, or another
    RefusedError. `version` is the one that whoever sends saw.
    """
    new_day()
    with act("mailing.send", by=by) as this:
        found = changeable_mailing(mailing, version=version)
        audience = require_sendable(found)
        if len(audience.recipients) != expected:
            raise AudienceChangedError(expected, len(audience.recipients))
        _begin(this, found, audience)
    settle_next(mailing)


def schedule_mailing(
    mailing: int, *, at: datetime, by: Actor, version: int | None = None
) -> None:
    """Let it go at a moment; who gets it is decided then.

    Also changes the moment. Raises MomentNotPossibleError or another RefusedError.
    """
    with act("mailing.schedule", by=by) as this:
        found = changeable_mailing(mailing, version=version)
        is_past = at <= this.occasion.at
        if is_past or at > this.occasion.at + FURTHEST:
            raise MomentNotPossibleError(at, is_past)
        require_sendable(found)
        _put(this, found, MailingState.SCHEDULED, at=at)


def unschedule_mailing(mailing: int, *, by: Actor) -> None:
    """Make what is scheduled a draft again."""
    with act("mailing.unschedule", by=by) as this:
        found = changeable_mailing(mailing)
        if found.state == MailingState.SCHEDULED:
            _put(this, found, MailingState.DRAFT)


def pause_mailing(mailing: int, *, by: Actor) -> None:
    """Let nothing more go until it is resumed; what is on its way arrives."""
    _turn("mailing.pause", mailing, [MailingState.SENDING], MailingState.PAUSED, by)


def resume_mailing(mailing: int, *, by: Actor) -> None:
    """Go on with what is paused."""
    _turn("mailing.resume", mailing, [MailingState.PAUSED], MailingState.SENDING, by)


def cancel_mailing(mailing: int, *, by: Actor) -> None:
    """Let the rest never go; what went has gone."""
    under_way = [MailingState.SENDING, MailingState.PAUSED]
    _turn("mailing.cancel", mailing, under_way, MailingState.CANCELLED, by)


def begin_due_mailings() -> None:
    """Send what was scheduled for a moment that has come.

    Whatever is wrong with one holds up no other.
    """
    due = Mailing.objects.filter(
        state=MailingState.SCHEDULED, scheduled_at__lte=timezone.now()
    )
    for mailing in due.order_by("scheduled_at", "pk").values_list("pk", flat=True):
        try:
            with suppress(UnknownMailingError):
                _send_scheduled(mailing)
        except Exception:  # noqa: BLE001 — whatever it is
            # It stays scheduled, so that it goes once what is wrong is over.
            _log.exception("Mail to groups %s could not be begun.", mailing)


def settle_next(mailing: int | None = None) -> bool:
    """One step of writing, holding, freeing or cancelling; False when none is left.

    Each step is a transaction of its own, which holds the mailing: a killed worker
    leaves whole steps, and of two workers the later goes on where the earlier is.
    """
    unsettled = Mailing.objects.filter(settled=False).order_by("pk")
    if mailing is not None:
        unsettled = unsettled.filter(pk=mailing)
    with transaction.atomic():
        found = unsettled.select_for_update(skip_locked=True).first()
        if found is None:
            return False
        if not _step(found, at=timezone.now()):
            found.settled = True
            found.save(update_fields=["settled"])
        if found.state == MailingState.SENDING:
            deliver_soon()
    return True


def settle_all() -> None:
    """Go on until every mail is as its mailing says."""
    while settle_next():
        pass


def end_mailings() -> None:
    """Mark as sent the mailings of which nothing waits any more."""
    waiting = OutgoingMail.objects.filter(
        mailing=OuterRef("pk"), purpose=Purpose.MAILING, state__in=GOING
    )
    sending = Mailing.objects.filter(state=MailingState.SENDING, settled=True)
    sending.filter(~Exists(waiting)).update(state=MailingState.DONE)


@app.task(name="settle_mailings")
def settle_mailings() -> None:
    """One step a job: a worker that is told to stop does so within a second."""
    if settle_next():
        settle_mailings.defer()


# Every minute: what was scheduled goes within one, and so does what a killed worker
# or one that was down had left.
@app.periodic(cron="* * * * *")
@app.task(name="mailings_due", queueing_lock="mailings_due", lock="mailings_due")
def look_after_mailings(timestamp: int) -> None:  # noqa: ARG001 — given
    """Begin what is due, go on with what was left, and end what has gone."""
    begin_due_mailings()
    settle_mailings()
    end_mailings()


def _send_scheduled(mailing: int) -> None:
    new_day()
    with act("mailing.send", by=CLOCK) as this:
        found = held_mailing(mailing)
        if not _is_due(found, this.occasion.at):
            return
        try:
            audience = require_sendable(found)
        except GroupsFillingError:
            return
        except (RefusedError, UnusableTextError) as refusal:
            _miss(this, found, refusal)
            return
        _begin(this, found, audience)


def _miss(this: Act, mailing: Mailing, refusal: Exception) -> None:
    """Make it a draft again, which remembers when it should have gone."""
    at = mailing.scheduled_at or this.at
    _put(this, mailing, MailingState.DRAFT, at=at)
    maker = maker_to_tell(mailing)
    if maker is None:
        return
    why = _IN_THE_WAY.get(type(refusal), InTheWay.OTHER)
    notice = notice_of_missed(mailing, at=at, why=why, named=_named_in(refusal))
    write_notice(notice, to=maker.email, at=this.at)


def _named_in(refusal: Exception) -> Sequence[str]:
    match refusal:
        case UnknownMergeFieldError(field=name) | UnreadableTemplateError(near=name):
            return [name]
        case GroupClosedError(name=name):
            return [name]
        case GroupsGoneError(names=names):
            return names
        case _:
            return []


def _is_due(mailing: Mailing, now: datetime) -> bool:
    """Whether its moment has come; it may have been changed since it was found."""
    at = mailing.scheduled_at
    return mailing.state == MailingState.SCHEDULED and at is not None and at <= now


def _require_texts(mailing: Mailing) -> None:
    if not mailing.subject:
        raise MailingTextMissingError("subject")
    if is_empty(mailing.body):
        raise MailingTextMissingError("body")
    check_texts(Texts(mailing.subject, mailing.body, mailing.language))


def _require_filled(groups: Sequence[int]) -> None:
    filling = Fill.objects.filter(group__in=groups).order_by("group__folded_name")
    names = list(filling.values_list("group__name", flat=True))
    if names:
        raise GroupsFillingError(names)


def _begin(this: Act, mailing: Mailing, audience: Audience) -> None:
    mailing.sent_at = this.occasion.at
    mailing.groups_as_sent = _groups_now(mailing)
    freeze(mailing, audience)
    _put(
        this,
        mailing,
        MailingState.SENDING,
        at=mailing.scheduled_at,
        recipients=len(audience.recipients),
    )
    _settle_soon(mailing)


def _groups_now(mailing: Mailing) -> list[dict[str, object]]:
    named = [*mailing.groups, *mailing.minus]
    names, counts = names_of(named), counts_of(named)
    return [
        {
            "group": group,
            "name": names[group],
            "count": counts[group],
            "minus": group in mailing.minus,
        }
        for group in named
    ]


def _turn(
    action: str,
    mailing: int,
    before: Sequence[MailingState],
    after: MailingState,
    by: Actor,
) -> None:
    with act(action, by=by) as this:
        found = held_mailing(mailing)
        if found.state not in before:
            raise MailingNotUnderWayError(found.state)
        _put(this, found, after, at=found.scheduled_at)
        _settle_soon(found)
    settle_next(mailing)


def _put(
    this: Act,
    mailing: Mailing,
    state: MailingState,
    *,
    at: datetime | None = None,
    **facts: object,
) -> None:
    """Bring a mailing to a state; `at` is for when it is, or was, scheduled."""
    before = facts_of(mailing)
    mailing.state = state.value
    mailing.scheduled_at = at
    mailing.version = this.change
    mailing.save()
    after = {**facts_of(mailing), **facts}
    this.record(Entry("mailing", before=before, after=after))


def _settle_soon(mailing: Mailing) -> None:
    """In the act's own transaction: nothing is left without a job that goes on."""
    mailing.settled = False
    mailing.save(update_fields=["settled"])
    settle_mailings.defer()


def _step(mailing: Mailing, *, at: datetime) -> int:
    """What is not to go is stopped first; what is to go is written first."""
    if mailing.state == MailingState.SENDING:
        return write_next_mails(mailing, at=at) or turn_next_mails(mailing, at=at)
    return turn_next_mails(mailing, at=at) or write_next_mails(mailing, at=at)


_IN_THE_WAY: Final[Mapping[type[Exception], InTheWay]] = {
    MailingTextMissingError: InTheWay.EMPTY,
    UnknownMergeFieldError: InTheWay.UNREADABLE,
    UnreadableTemplateError: InTheWay.UNREADABLE,
    NoGroupsChosenError: InTheWay.NO_GROUPS,
    GroupsGoneError: InTheWay.GROUPS_GONE,
    GroupClosedError: InTheWay.GROUP_CLOSED,
    NobodyToMailError: InTheWay.NOBODY,
}
