"""What becomes of mails when the contact that reads them is erased or merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from kring.mailing.models import OutgoingMail, Purpose, Skip
from kring.mailing.welcomes import skip_doubled
from kring.outbox.models import GOING, State


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The mails of a contact that became another's; the doubled became resends."""

    all: list[int]
    doubled: list[int]


def forget(contacts: Collection[int], *, at: datetime) -> None:
    """Blank what mails tell of these contacts; what waits does not go any more."""
    theirs = OutgoingMail.objects.filter(contact__in=contacts)
    theirs.filter(state__in=GOING).update(
        state=State.SKIPPED.value, skip=Skip.ERASED.value, ended_at=at
    )
    theirs.update(address="", subject="", html="", text="", answer="")


def hand_over(merged: int, *, into: int, at: datetime) -> HandedOver:
    """Let the mails of a contact be those of the one that it is merged into.

    Where both have one for the same joining or mailing, the other is kept as the same
    mail once more; it does not go where the first goes or went.
    """
    theirs = OutgoingMail.objects.filter(contact=merged)
    skip_doubled(merged, into, at=at)
    doubled = theirs.filter(Exists(_same(into)), resend_of=None)
    reaches = Q(state__in=(*GOING, State.SENT.value))
    superfluous = doubled.filter(
        Exists(_same(into).filter(reaches)), purpose=Purpose.MAILING, state__in=GOING
    )
    superfluous.update(state=State.SKIPPED.value, skip=Skip.SHARED.value, ended_at=at)
    handed = HandedOver(
        all=list(theirs.order_by("pk").values_list("pk", flat=True)),
        doubled=list(doubled.order_by("pk").values_list("pk", flat=True)),
    )
    doubled.update(resend_of=Subquery(_same(into).values("pk")[:1]))
    theirs.update(contact=into)
    return handed


def hand_back(mails: HandedOver, *, to: int) -> None:
    """Let mails that were handed over be a contact's own again.

    What was skipped meanwhile stays so: undoing a merge mails nobody.
    """
    OutgoingMail.objects.filter(pk__in=mails.all).update(contact=to)
    OutgoingMail.objects.filter(pk__in=mails.doubled).update(resend_of=None)


def _same(contact: int) -> QuerySet[OutgoingMail]:
    """The contact's own mail for the joining or mailing of the mail around it."""
    joining = Q(purpose=Purpose.WELCOME) & Q(
        group=OuterRef("group"), change=OuterRef("change")
    )
    mailing = Q(purpose=Purpose.MAILING) & Q(mailing=OuterRef("mailing"))
    own = OutgoingMail.objects.filter(contact=contact, resend_of=None)
    return own.filter(joining | mailing, purpose=OuterRef("purpose"))
