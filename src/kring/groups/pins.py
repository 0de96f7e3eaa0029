"""Pins: who is put in a derived group or kept out, by whom, why and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kring.groups.models import Group, Kind, Placement

MOST: Final = 500
"""Pins are exceptions; of more than this the newest are shown."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One pin; `by` is the name of who did it, or empty where it was nobody else."""

    contact: int
    effect: str
    reason: str
    by: str
    at: datetime
    until: date | None
    has_ended: bool


def pins_of(group: int, *, today: date) -> list[Pin]:
    """The pins of a derived group, the newest first; also those that have ended."""
    rows = (
        Placement.objects.filter(group=group)
        .select_related("change__actor", "change__person")
        .order_by("-change", "contact")
    )
    return [_pin(row, today) for row in rows[:MOST]]


def count_of_pins(group: Group) -> int:
    """How many pins a group has; a static one has none."""
    return Placement.objects.filter(group=group).count() if group.is_derived else 0


@dataclass(frozen=True, slots=True)
class Handwork:
    """What was placed of a contact by hand.

    `since` are the stated dates of static memberships, by group; `pins` stand with
    their groups, by name, also those that have ended.
    """

    since: dict[int, date]
    pins: list[tuple[Group, Pin]]


def handwork_of_contact(contact: int, *, today: date) -> Handwork:
    """All placements of a contact in groups that are not deleted, in one query."""
    rows = (
        Placement.objects.filter(contact=contact, group__deleted_at__isnull=True)
        .select_related("group", "change__actor", "change__person")
        .order_by("group__folded_name", "group")
    )
    work = Handwork({}, [])
    for row in rows:
        if row.group.kind != Kind.STATIC:
            work.pins.append((row.group, _pin(row, today)))
        elif row.since is not None:
            work.since[row.group_id] = row.since
    return work


def _pin(row: Placement, today: date) -> Pin:
    return Pin(
        contact=row.contact_id,
        effect=row.effect,
        reason=row.reason,
        by=row.change.acted_by,
        at=row.change.at,
        until=row.until,
        has_ended=row.until is not None and row.until < today,
    )
