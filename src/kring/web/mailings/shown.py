"""What pages tell about a mail to groups: its groups, and how many get it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404

from kring.groups.queries import counts_of, listed_groups, names_of
from kring.mailing.audience import Addressed, Audience
from kring.mailing.mailings import mailing_numbered
from kring.mailing.models import Mailing, MailingState, Skip

BEFORE = frozenset({MailingState.DRAFT.value, MailingState.SCHEDULED.value})
UNDER_WAY = frozenset({MailingState.SENDING.value, MailingState.PAUSED.value})


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group that a mail is for, or not; `id` is None where it has no page any more.

    `count` is how many members it has, or had when the mail was sent.
    """

    id: int | None
    name: str
    count: int
    is_minus: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some do not get it."""

    skip: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many get a mail and how many do not, and because of which groups."""

    recipients: int
    without: int
    reasons: tuple[Reason, ...]
    groups: tuple[NamedGroup, ...]

    @property
    def meant(self) -> tuple[NamedGroup, ...]:
        return tuple(group for group in self.groups if not group.is_minus)

    @property
    def minus(self) -> tuple[NamedGroup, ...]:
        return tuple(group for group in self.groups if group.is_minus)


def mailing_or_404(mailing_id: int) -> Mailing:
    found = mailing_numbered(mailing_id)
    if found is None:
        raise Http404
    return found


def counted(audience: Audience, groups: tuple[NamedGroup, ...]) -> Counted:
    return Counted(
        recipients=len(audience.recipients),
        without=len(audience.without),
        reasons=tuple(
            Reason(skip.value, str(Skip(skip).label), len(contacts))
            for skip, contacts in audience.left_out.items()
        ),
        groups=groups,
    )


def groups_now(addressed: Addressed) -> tuple[NamedGroup, ...]:
    """The groups as they are called, and how many members they have, in three."""
    named = [*addressed.groups, *addressed.minus]
    names, counts, there = names_of(named), counts_of(named), _those_with_a_page(named)
    return tuple(
        NamedGroup(
            group if group in there else None,
            names[group],
            counts[group],
            group in addressed.minus,
        )
        for group in named
        if group in names
    )


def groups_then(mailing: Mailing) -> tuple[NamedGroup, ...]:
    """The groups as they were when the mail was sent."""
    there = _those_with_a_page([one["group"] for one in mailing.groups_as_sent])
    return tuple(
        NamedGroup(
            one["group"] if one["group"] in there else None,
            one["name"],
            one["count"],
            one["minus"],
        )
        for one in mailing.groups_as_sent
    )


def _those_with_a_page(groups: Collection[int]) -> frozenset[int]:
    found = listed_groups().filter(pk__in=groups)
    return frozenset(found.values_list("pk", flat=True))
