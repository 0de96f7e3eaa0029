"""Questions about mails to groups: the list, one, and how far it has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet, Sum

from kring.mailing.models import (
    FrozenAudience,
    Mailing,
    MailingState,
    OutgoingMail,
    Purpose,
)
from kring.outbox.models import GOING, State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the mails of a mailing are, each counted once however often it was sent.

    `meant` are those who get it as decided when it was sent, whose mails have these
    `states`; `unwritten` ones have no row yet, and wait as well. `left_out` are those
    of whom it was decided then that they do not get it.
    """

    meant: int
    left_out: int
    unwritten: int = 0
    states: Mapping[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        return self.states.get(State.SENT, 0)

    @property
    def failed(self) -> int:
        return self.states.get(State.FAILED, 0)

    @property
    def cancelled(self) -> int:
        return self.states.get(State.CANCELLED, 0)

    @property
    def skipped(self) -> int:
        """How many turned out not to get it when it was their turn."""
        return self.states.get(State.SKIPPED, 0)

    @property
    def waiting(self) -> int:
        """How many are yet to go, whether they wait or are held."""
        return self.unwritten + sum(self.states.get(state, 0) for state in GOING)

    @property
    def done(self) -> int:
        return self.meant - self.waiting


def mailings() -> QuerySet[Mailing]:
    """All mails to groups, the newest first."""
    return Mailing.objects.select_related("created_by").order_by("-pk")


def mailing_numbered(mailing: int) -> Mailing | None:
    return mailings().filter(pk=mailing).first()


def progress_of(mailings: Collection[int]) -> dict[int, Progress]:
    """How far these mailings have come, in two queries; drafts are absent."""
    states: dict[int, dict[str, int]] = {mailing: {} for mailing in mailings}
    mails = _first_mails(mailings).exclude(state=State.SKIPPED, ended_at=F("made_at"))
    rows = mails.order_by().values_list("mailing", "state")
    for mailing, state, count in rows.annotate(Count("pk")):
        states[mailing or 0][state] = count
    is_meant = Q(skip="")
    frozen = FrozenAudience.objects.filter(mailing__in=mailings).order_by()
    counted = frozen.values_list("mailing", "mailing__settled").annotate(
        meant=Sum("count", filter=is_meant, default=0),
        left_out=Sum("count", filter=~is_meant, default=0),
    )
    return {
        mailing: Progress(
            meant,
            left_out,
            0 if is_settled else meant - sum(states[mailing].values()),
            states[mailing],
        )
        for mailing, is_settled, meant, left_out in counted
    }


def states_of(mailing: int, contacts: Collection[int]) -> dict[int, tuple[str, str]]:
    """What became of the mails to these contacts, and why those skipped did not go."""
    mails = _first_mails([mailing]).filter(contact__in=contacts)
    rows = mails.values_list("contact", "state", "skip")
    return {contact or 0: (state, skip) for contact, state, skip in rows}


def group_about(mailing: Mailing) -> int | None:
    """The one group that a mail is for, which its text may tell of; None of several."""
    return mailing.groups[0] if len(mailing.groups) == 1 else None


def scheduled_naming(group: int) -> list[str]:
    """The subjects of the scheduled mails to groups that name this group."""
    named = Q(groups__contains=[group]) | Q(minus__contains=[group])
    found = Mailing.objects.filter(named, state=MailingState.SCHEDULED)
    return list(found.order_by("scheduled_at", "pk").values_list("subject", flat=True))


def _first_mails(mailings: Collection[int]) -> QuerySet[OutgoingMail]:
    """Without those by which a mail was sent once more."""
    mails = OutgoingMail.objects.filter(purpose=Purpose.MAILING, resend_of=None)
    return mails.filter(mailing__in=mailings)
