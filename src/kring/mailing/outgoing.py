"""Questions about mails that go or went: narrowed, counted, and paged by their key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import (
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from kring.contacts.models import Contact
from kring.groups.models import Change, Group
from kring.groups.past import end_of
from kring.mailing.models import OutgoingMail, Purpose, Skip
from kring.outbox.models import GOING, State

PAGE: Final = 50
LATELY: Final = timedelta(days=30)
"""For so long a mail that failed asks for attention."""


@dataclass(frozen=True, slots=True)
class AskedMails:
    """Which mails are asked for; what is empty narrows nothing.

    `until` is a mail: those that were made later are left out.
    """

    state: str = ""
    skip: str = ""
    purpose: str = ""
    group: int | None = None
    contact: int | None = None
    mailing: int | None = None
    day: date | None = None
    until: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return self != AskedMails(state=self.state, until=self.until)


@dataclass(frozen=True, slots=True)
class Beside:
    """The page beside these mails, which was asked for."""

    older_than: int | None = None
    newer_than: int | None = None


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail as a line in a list; `title` is what it is about.

    A test mail tells what `contact` would read, and goes to its `address`.
    """

    id: int
    purpose: str
    state: str
    skip: str
    answer: str
    contact: int | None
    group: int | None
    address: str
    title: str
    attempts: int
    made_at: datetime
    free_at: datetime
    ended_at: datetime | None
    resend_of: int | None
    cancelled_by: int | None
    cancelling: str
    canceller: str
    canceller_kind: str

    @property
    def is_test(self) -> bool:
        return self.purpose == Purpose.TEST

    @property
    def reader(self) -> int | None:
        """The contact to whom it goes."""
        return None if self.is_test else self.contact


@dataclass(frozen=True, slots=True)
class MailsPage:
    """Some mails, the newest first, and whether there are newer and older ones."""

    rows: Sequence[ListedMail]
    is_newer: bool
    is_older: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many mails there are by state, and of those skipped by reason."""

    states: Mapping[str, int] = field(default_factory=dict)
    skips: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.states.values())


def mails_asked(asked: AskedMails) -> QuerySet[OutgoingMail]:
    """The mails that are asked for, in no particular order."""
    mails = OutgoingMail.objects.filter(_narrowing(asked))
    if asked.day is not None:
        begin, end = _start_of(asked.day), end_of(asked.day)
        mails = mails.filter(made_at__gte=begin, made_at__lt=end)
    if asked.until is not None:
        mails = mails.filter(pk__lte=asked.until)
    return mails


def mails_page(
    asked: AskedMails, *, beside: Beside | None = None, size: int = PAGE
) -> MailsPage:
    """A page of the mails that are asked for, in one query."""
    mails, beside = mails_asked(asked), beside or Beside()
    if beside.newer_than is not None:
        newer = mails.filter(pk__gt=beside.newer_than).order_by("pk")
        found = listed_mails(newer[: size + 1])
        return MailsPage(found[:size][::-1], len(found) > size, is_older=True)
    if beside.older_than is not None:
        mails = mails.filter(pk__lt=beside.older_than)
    found = listed_mails(mails.order_by("-pk")[: size + 1])
    return MailsPage(
        found[:size], beside.older_than is not None, is_older=len(found) > size
    )


def listed_mails(mails: QuerySet[OutgoingMail]) -> list[ListedMail]:
    """These mails as lines, without their texts, which are long."""
    titled = mails.annotate(
        title=Coalesce(
            # What went is called by its own subject.
            NullIf("subject", Value("")),
            "mailing__subject",
            "template__name",
            "subject",
            output_field=TextField(),
        ),
        cancelling=_of_cancelling("action"),
        canceller=_of_cancelling("actor__name"),
        canceller_kind=_of_cancelling("actor_kind"),
    )
    return [ListedMail(*row) for row in titled.values_list(*_COLUMNS)]


def _of_cancelling(column: str) -> Coalesce:
    """A fact of the change that cancelled a mail; empty where none did."""
    change = Change.objects.filter(pk=OuterRef("cancelled_by")).values(column)
    return Coalesce(Subquery(change), Value(""), output_field=TextField())


def numbers_of(asked: AskedMails) -> Numbers:
    """How many mails are asked for, whatever their state, in one query."""
    mails = mails_asked(replace(asked, state="", skip="")).order_by()
    counted = mails.values_list("state", "skip").annotate(Count("pk"))
    states: dict[str, int] = dict.fromkeys(State.values, 0)
    skips: dict[str, int] = {}
    for state, skip, count in counted:
        states[state] += count
        if skip:
            skips[skip] = count
    in_order = {skip: skips[skip] for skip in Skip.values if skip in skips}
    return Numbers(states, in_order)


def mail_numbered(mail: int) -> OutgoingMail | None:
    """One mail with its template and mailing."""
    mails = OutgoingMail.objects.select_related("template", "mailing")
    return mails.defer("template__attachment").filter(pk=mail).first()


def line_of(mail: OutgoingMail) -> ListedMail:
    """One mail as a line."""
    [line] = listed_mails(OutgoingMail.objects.filter(pk=mail.pk))
    return line


def delivered_last(*, most: int) -> list[ListedMail]:
    """The mails that went last, the newest first."""
    went = OutgoingMail.objects.filter(state=State.SENT.value)
    return listed_mails(went.order_by("-ended_at", "-pk")[:most])


def resends_of(mail: int) -> list[ListedMail]:
    """The mails by which this one was sent again, the newest first."""
    return listed_mails(OutgoingMail.objects.filter(resend_of=mail).order_by("-pk"))


def last_mails_of(contact: int, *, most: int) -> list[ListedMail]:
    return listed_mails(_to(contact).order_by("-pk")[:most])


def mails_between(
    contact: int, first: datetime | None, last: datetime | None, *, most: int
) -> list[ListedMail]:
    """The last of a contact's mails that were made within these moments."""
    mails = _to(contact)
    if first is not None:
        mails = mails.filter(made_at__gte=first)
    if last is not None:
        mails = mails.filter(made_at__lt=last)
    return listed_mails(mails.order_by("-made_at", "-pk")[:most])


def failures(*, now: datetime) -> dict[int, int]:
    """How many mails of each open group failed lately and were not sent again."""
    opened = Group.objects.filter(closed_at__isnull=True, deleted_at__isnull=True)
    found = _failed(now).filter(group__in=opened.values("pk")).order_by()
    return dict(found.values_list("group").annotate(Count("pk")))


def with_failures(groups: QuerySet[Group], *, now: datetime) -> QuerySet[Group]:
    """The groups, each with how many of its mails failed: `failures_of` reads it."""
    failed = _failed(now).filter(group=OuterRef("pk")).order_by().values("group")
    counted = failed.annotate(number=Count("pk")).values("number")
    return groups.annotate(failed_mails=Subquery(counted))


def failures_of(group: Group, *, now: datetime) -> int:
    """How many mails of a group failed lately and were not sent again."""
    if hasattr(group, "failed_mails"):
        return int(group.failed_mails or 0)
    return _failed(now).filter(group=group.pk).count()


@dataclass(frozen=True, slots=True)
class Confirmable:
    """How many mails something would be done to, and the last of them."""

    count: int
    last: int | None


def mails_that_wait(asked: AskedMails) -> Confirmable:
    """Those that can be cancelled of the mails that are asked for."""
    return _confirmable(mails_asked(asked).filter(state__in=GOING))


def mails_that_can_be_sent_again(asked: AskedMails) -> Confirmable:
    return _confirmable(can_be_sent_again(mails_asked(asked)))


def can_be_sent_again(mails: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
    """Those that have ended and were not sent again yet, of readers who are there."""
    is_there = Q(contact=None) | Exists(Contact.objects.filter(pk=OuterRef("contact")))
    ended = mails.exclude(state__in=GOING).exclude(purpose=Purpose.CODE)
    return ended.filter(is_there, ~Exists(_RESENDS))


def _confirmable(mails: QuerySet[OutgoingMail]) -> Confirmable:
    found = mails.aggregate(count=Count("pk"), last=Max("pk"))
    return Confirmable(found["count"], found["last"])


def _failed(now: datetime) -> QuerySet[OutgoingMail]:
    failed = OutgoingMail.objects.filter(_NO_TEST, state=State.FAILED.value)
    return failed.filter(~Exists(_RESENDS), ended_at__gte=now - LATELY)


def _narrowing(asked: AskedMails) -> Q:
    wanted = {
        "state": asked.state,
        "skip": asked.skip,
        "purpose": asked.purpose,
        "group": asked.group,
        "contact": asked.contact,
        "mailing": asked.mailing,
    }
    narrowing = Q(
        **{name: one for name, one in wanted.items() if one not in ("", None)}
    )
    return narrowing if asked.contact is None else narrowing & _NO_TEST


def _to(contact: int) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(_NO_TEST, contact=contact)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


_COLUMNS: Final = (
    "id",
    "purpose",
    "state",
    "skip",
    "answer",
    "contact",
    "group",
    "address",
    "title",
    "attempts",
    "made_at",
    "free_at",
    "ended_at",
    "resend_of",
    "cancelled_by",
    "cancelling",
    "canceller",
    "canceller_kind",
)
_NO_TEST: Final = ~Q(purpose=Purpose.TEST.value)
_RESENDS = OutgoingMail.objects.filter(resend_of=OuterRef("pk"))
