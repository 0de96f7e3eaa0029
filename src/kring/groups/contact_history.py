"""What happened to one contact: groups it joined and left, and edits of its details."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import chunk_of, loaded
from kring.groups.models import Change

PAGE: Final = 50
_DELTAS_READ: Final = 1_000
"""So many bitmaps of large acts are looked through for one page at most."""

_ALL: Final = 2**62


@dataclass(slots=True)
class Happening:
    """What one change did to a contact; `parts` are the details that it edited."""

    joined: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    placed: list[tuple[int, dict[str, Any] | None, dict[str, Any] | None]] = field(
        default_factory=list
    )


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A change with what it did to the contact."""

    number: int
    at: datetime
    actor: str
    actor_kind: str
    action: str
    reason: str
    happening: Happening


@dataclass(frozen=True, slots=True)
class ContactHistory:
    """Some changes, the newest first; `older_than` goes on, None at the beginning."""

    lines: tuple[HistoryLine, ...]
    older_than: int | None


def history_of(
    contact: int, *, older_than: int | None = None, size: int = PAGE
) -> ContactHistory:
    """What happened to a contact before this change, in four queries."""
    below = older_than or _ALL
    found, lowest = _small(contact, below, size)
    lowest = _add_large(found, contact, below, lowest)
    numbers = sorted((n for n in found if n >= lowest), reverse=True)
    shown = numbers[:size]
    changes = Change.objects.filter(pk__in=shown).select_related("actor", "person")
    is_more = len(numbers) > size or lowest > 0
    return ContactHistory(
        tuple(_line(change, found[change.pk]) for change in changes.order_by("-pk")),
        older_than=(shown[-1] if shown else lowest) if is_more else None,
    )


def _line(change: Change, happening: Happening) -> HistoryLine:
    return HistoryLine(
        number=change.pk,
        at=change.at,
        actor=change.acted_by,
        actor_kind=change.actor_kind,
        action=change.action,
        reason=change.reason,
        happening=happening,
    )


def _small(
    contact: int, below: int, size: int
) -> tuple[defaultdict[int, Happening], int]:
    """What single turns and entries tell, and down to which change they tell all."""
    found: defaultdict[int, Happening] = defaultdict(Happening)
    asked = {"contact": contact, "below": below, "limit": size + 1}
    with connection.cursor() as cursor:
        cursor.execute(_SMALL, asked)
        for number, group, joined, kind, *facts in cursor.fetchall():
            before, after = (one and json.loads(one) for one in facts)
            if joined is not None:
                (found[number].joined if joined else found[number].left).append(group)
            elif kind == "placement":
                found[number].placed.append((group, before, after))
            else:
                found[number].parts += _parts(before, after)
    return found, min(found) if len(found) > size else 0


def _parts(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """What was edited; of who was added or went, that says enough."""
    if before is None or after is None:
        return []
    return sorted(
        part
        for part in before.keys() | after.keys()
        if before.get(part) != after.get(part)
    )


def _add_large(
    found: defaultdict[int, Happening], contact: int, below: int, lowest: int
) -> int:
    """Add what large acts did; returns down to which change all is told."""
    asked = {
        "chunk": chunk_of(contact),
        "below": below,
        "lowest": lowest,
        "limit": _DELTAS_READ,
    }
    with binary_cursor() as cursor:
        cursor.execute(_LARGE, asked)
        rows = cursor.fetchall()
    for number, group, joined, left in rows:
        if contact in loaded(joined):
            found[number].joined.append(group)
        elif contact in loaded(left):
            found[number].left.append(group)
    return max(lowest, rows[-1][0]) if len(rows) == _DELTAS_READ else lowest


def moment_of(change: int) -> datetime | None:
    """When a change was made."""
    return Change.objects.filter(pk=change).values_list("at", flat=True).first()


def groups_in(lines: Collection[HistoryLine]) -> set[int]:
    """The groups that these lines tell of."""
    return {
        group
        for line in lines
        for group in (
            *line.happening.joined,
            *line.happening.left,
            *(placed[0] for placed in line.happening.placed),
        )
    }


_SMALL: Final = """
with numbers (number) as (
    select change_id from (
        select change_id from turn
        where contact = %(contact)s and change_id < %(below)s
      union
        select change_id from change_entry
        where contact = %(contact)s and change_id < %(below)s
    ) touching
    order by change_id desc limit %(limit)s
)
select change_id, "group", joined, null as kind, null::jsonb, null::jsonb
from turn where contact = %(contact)s and change_id in (select number from numbers)
union all
select change_id, "group", null, kind, before, after
from change_entry
where contact = %(contact)s and change_id in (select number from numbers)
"""

_LARGE: Final = """
select change_id, group_id, joined, "left" from group_delta
where chunk = %(chunk)s and change_id < %(below)s and change_id >= %(lowest)s
order by change_id desc, group_id limit %(limit)s
"""
