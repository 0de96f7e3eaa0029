"""All groups that one contact is or was in, with when; and what was done by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils import timezone
from pyroaring import BitMap

from kring.groups.contact_history import HistoryLine, history_of
from kring.groups.models import Group, Placement
from kring.groups.queries import groups_having
from kring.groups.since import since_stated

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Period:
    """When one was in a group; `last` is None as long as one is."""

    first: date
    last: date | None = None


@dataclass(slots=True)
class OwnMembership:
    """A group that a contact is or was in; `since` is what was stated by hand."""

    group: Group
    is_in: bool
    since: date | None
    periods: list[Period] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OwnPlacement:
    """What was decided by hand about a contact and a group."""

    group: str
    effect: str
    since: date | None
    until: date | None
    reason: str
    actor_kind: str
    at: datetime


def all_history(contact: int) -> list[HistoryLine]:
    """Everything that happened to a contact, the oldest first."""
    return list(_lines(contact))[::-1]


def own_memberships(
    contact: int, history: Iterable[HistoryLine]
) -> list[OwnMembership]:
    """The groups that a contact is in, by name, and then those that it was in."""
    inside = groups_having(BitMap([contact]))
    periods: dict[int, list[Period]] = {}
    for line in history:
        day = timezone.localdate(line.at)
        for group in line.happening.joined:
            periods.setdefault(group, []).append(Period(day))
        for group in line.happening.left:
            periods[group] = _closed(periods.get(group, []), day)
    groups = Group.objects.filter(pk__in=inside | periods.keys())
    stated = since_stated([contact], list(inside))
    found = [
        OwnMembership(
            group,
            is_in=group.pk in inside and group.deleted_at is None,
            since=stated.get((contact, group.pk)),
            periods=periods.get(group.pk, []),
        )
        for group in groups.order_by("folded_name", "pk")
    ]
    return sorted(found, key=lambda one: not one.is_in)


def own_placements(contact: int) -> list[OwnPlacement]:
    """In groups that are not deleted, by name."""
    rows = Placement.objects.filter(contact=contact, group__deleted_at__isnull=True)
    columns = ("group__name", "effect", "since", "until", "reason")
    by = ("change__actor_kind", "change__at")
    told = rows.order_by("group__folded_name", "group").values_list(*columns, *by)
    return [OwnPlacement(*row) for row in told]


def _lines(contact: int) -> Iterator[HistoryLine]:
    older_than = None
    while True:
        page = history_of(contact, older_than=older_than, size=_AT_ONCE)
        yield from page.lines
        older_than = page.older_than
        if older_than is None:
            return


def _closed(periods: list[Period], day: date) -> list[Period]:
    """The last one ends on this day; history saw every one of them begin."""
    if not periods or periods[-1].last is not None:
        return periods
    return [*periods[:-1], Period(periods[-1].first, day)]
