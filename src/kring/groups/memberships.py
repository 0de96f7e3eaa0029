"""How, and since when, a contact belongs to groups: today or on a day that is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from kring.groups.models import Effect, Group, Kind
from kring.groups.past import end_of
from kring.groups.since import since_joined, since_stated


@dataclass(frozen=True, slots=True)
class Placing:
    """What a placement said of a contact and a group on some day."""

    effect: str
    since: date | None
    until: date | None

    def counts_on(self, day: date) -> bool:
        return self.until is None or day <= self.until


Pair = tuple[int, int]
"""(contact, group)."""


def since_in(group: Group, contacts: Collection[int], *, day: date) -> dict[int, date]:
    """Since when each of these members belongs, as it was known on that day."""
    days = _since(contacts, [group.pk], _placings(contacts, [group.pk], day), day)
    return {contact: since for (contact, _), since in days.items()}


def since_in_groups(
    contact: int, groups: Collection[int], *, day: date
) -> dict[int, date]:
    """Since when a contact belongs to those of these groups that it is in, by group."""
    days = _since([contact], groups, _placings([contact], groups, day), day)
    return {group: since for (_, group), since in days.items()}


def belongings_of(
    contact: int, groups: Collection[int], *, day: date
) -> list[dict[str, object]]:
    """The groups a contact is in on that day as JSON, each with how and since when."""
    placings = _placings([contact], groups, day)
    days = _since([contact], groups, placings, day)
    return [
        {
            "group": group.pk,
            "name": group.name,
            "kind": group.kind,
            "since": days.get((contact, group.pk)),
            "how": _how(group, placings.get((contact, group.pk)), day),
        }
        for group in Group.objects.filter(pk__in=groups).order_by("pk")
    ]


def _how(group: Group, placing: Placing | None, day: date) -> str:
    if group.kind == Kind.STATIC:
        return "placed"
    is_pinned = (
        placing is not None and placing.effect == Effect.IN and placing.counts_on(day)
    )
    return "pinned" if is_pinned else "definition"


def _since(
    contacts: Collection[int],
    groups: Collection[int],
    placings: dict[Pair, Placing],
    day: date,
) -> dict[Pair, date]:
    """What was stated where it can be stated, and otherwise when one last joined."""
    joined = since_joined(contacts, groups, until=day)
    if day >= timezone.localdate():
        return joined | since_stated(contacts, groups)
    static = set(
        Group.objects.filter(pk__in=groups, kind=Kind.STATIC).values_list(
            "pk", flat=True
        )
    )
    stated = {
        pair: placing.since
        for pair, placing in placings.items()
        if placing.since is not None and pair[1] in static
    }
    return joined | stated


def _placings(
    contacts: Collection[int], groups: Collection[int], day: date
) -> dict[Pair, Placing]:
    """The placements as they stood at the end of the day, now or in history."""
    asked: dict[str, Any] = {
        "contacts": list(contacts),
        "groups": list(groups),
        "over": end_of(day),
    }
    is_over = day < timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_PLACED_THEN if is_over else _PLACED, asked)
        return {
            (contact, group): Placing(effect, since, until)
            for contact, group, effect, since, until in cursor.fetchall()
            if effect is not None
        }


_PLACED: Final = """
select contact_id, group_id, effect, since, until from placement
where contact_id = any(%(contacts)s) and group_id = any(%(groups)s)
"""
_PLACED_THEN: Final = """
select distinct on (contact, "group") contact, "group", after->>'effect',
    (after->>'since')::date, (after->>'until')::date
from change_entry join change on number = change_id
where contact = any(%(contacts)s) and "group" = any(%(groups)s)
  and kind = 'placement' and at < %(over)s
order by contact, "group", change_id desc, change_entry.id desc
"""
