"""Changes as pages list them: whole acts, with what they turned and were about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from kring.groups.bitmaps import counted
from kring.groups.history import standing_undoings
from kring.groups.models import Change, ChangeEntry, Group
from kring.groups.past import end_of

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class GroupTurn:
    """How many joined a group and left it by an act."""

    group: int
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class ListedChange:
    """An act as a line in a list; `actor` is a name, or empty where no user acted.

    `contact` and `group` are what it wrote about, where that is one alone; `called` is
    the name of a template, a mail to groups or a field.
    """

    number: int
    at: datetime
    actor: str
    actor_id: int | None
    actor_kind: str
    action: str
    reason: str
    part_of: int | None = None
    undoes: int | None = None
    undone_by: int | None = None
    turned: tuple[GroupTurn, ...] = ()
    contacts: int = 0
    contact: int | None = None
    group: int | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class AskedChanges:
    """Which acts are asked for; what is empty narrows nothing."""

    action: str = ""
    actor: int | None = None
    day: date | None = None
    older_than: int | None = None
    newer_than: int | None = None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Some acts, the newest first, and whether there are newer and older ones."""

    rows: tuple[ListedChange, ...]
    is_newer: bool
    is_older: bool


def changes_page(asked: AskedChanges, *, size: int = PAGE) -> ChangesPage:
    """The acts that are asked for; a long act is one, whatever its steps."""
    stretch = stretch_of(_asked(asked), asked, size)
    rows = tuple(_listed(stretch.changes))
    return ChangesPage(rows, stretch.is_newer, stretch.is_older)


def listed_change(number: int) -> ListedChange | None:
    """One change with its steps; None where there is none of this number."""
    changes = list(_with_actor(Change.objects.filter(pk=number)))
    return next(iter(_listed(changes)), None)


def steps_of(number: int, *, limit: int = PAGE) -> list[ListedChange]:
    """The first steps of a long act."""
    steps = Change.objects.filter(part_of=number).order_by("pk")
    return _listed(list(_with_actor(steps)[:limit]))


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of truth that a change wrote, as history keeps it."""

    kind: str
    contact: int | None
    group: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class WhoTurned:
    """Some of those who joined a group and of those who left it."""

    group: int
    joined: tuple[int, ...]
    left: tuple[int, ...]


def written_by(number: int, *, limit: int = PAGE) -> list[Written]:
    """The first pieces of truth that a change wrote."""
    entries = ChangeEntry.objects.filter(change=number).order_by("pk")
    rows = entries.values_list("kind", "contact", "group", "before", "after")
    return [Written(*row) for row in rows[:limit]]


@dataclass(frozen=True, slots=True)
class GroupName:
    name: str
    is_deleted: bool


def group_names(groups: Collection[int]) -> dict[int, GroupName]:
    """The names of groups, also of deleted ones."""
    rows = Group.objects.filter(pk__in=groups).values_list("pk", "name", "deleted_at")
    return {group: GroupName(name, at is not None) for group, name, at in rows}


def who_turned(
    numbers: Collection[int], groups: Collection[int], *, most: int = 5
) -> dict[int, list[WhoTurned]]:
    """Who joined and left these groups by each change: a few of its single turns."""
    found: dict[int, list[WhoTurned]] = {number: [] for number in numbers}
    with connection.cursor() as cursor:
        cursor.execute(_WHO_TURNED, [most, most, list(numbers), list(groups)])
        for number, group, joined, left in cursor.fetchall():
            found[number].append(
                WhoTurned(group, tuple(joined or ()), tuple(left or ()))
            )
    return found


def _asked(asked: AskedChanges) -> QuerySet[Change]:
    changes = Change.objects.filter(part_of=None)
    if asked.action:
        changes = changes.filter(action=asked.action)
    if asked.actor is not None:
        changes = changes.filter(actor=asked.actor)
    if asked.day is not None:
        changes = changes.filter(at__gte=_start_of(asked.day), at__lt=end_of(asked.day))
    return changes


def _start_of(day: date) -> datetime:
    zone = timezone.get_current_timezone()
    return datetime(day.year, day.month, day.day, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some changes in a row, the newest first, and what lies on either side."""

    changes: Sequence[Change]
    is_newer: bool
    is_older: bool


def stretch_of(changes: QuerySet[Change], asked: AskedChanges, size: int) -> Stretch:
    """So many of these changes, each with its actor and undoings, in one query."""
    changes = _with_actor(changes)
    if asked.newer_than is not None:
        newer = changes.filter(pk__gt=asked.newer_than).order_by("pk")
        found = list(newer[: size + 1])
        return Stretch(found[:size][::-1], len(found) > size, is_older=True)
    if asked.older_than is not None:
        changes = changes.filter(pk__lt=asked.older_than)
    found = list(changes.order_by("-pk")[: size + 1])
    return Stretch(found[:size], asked.older_than is not None, len(found) > size)


def _with_actor(changes: QuerySet[Change]) -> QuerySet[Change]:
    undoings = RawSQL(_UNDOINGS, [])  # noqa: S611 — a constant
    return changes.select_related("actor", "person").annotate(undone_in=undoings)


def undone_by(change: Change) -> int | None:
    """The change by which it stands undone; it came out of a stretch."""
    rows: Sequence[Sequence[int]] = getattr(change, "undone_in", None) or ()
    return standing_undoings((number, undone) for number, undone in rows).get(change.pk)


@dataclass(slots=True)
class _About:
    """What an act wrote about, counted while its rows are read."""

    contacts: int = 0
    contact: int | None = None
    groups: set[int] = field(default_factory=set)
    called: str = ""


def _listed(changes: Sequence[Change]) -> list[ListedChange]:
    turned, about = _turned_and_about([change.pk for change in changes])
    return [
        ListedChange(
            number=change.pk,
            at=change.at,
            actor=change.acted_by,
            actor_id=change.actor_id,
            actor_kind=change.actor_kind,
            action=change.action,
            reason=change.reason,
            part_of=change.part_of_id,
            undoes=change.undoes_id,
            undone_by=undone_by(change),
            turned=turned[change.pk],
            contacts=about[change.pk].contacts,
            contact=about[change.pk].contact,
            group=_only(about[change.pk].groups),
            called=about[change.pk].called,
        )
        for change in changes
    ]


def _only(groups: set[int]) -> int | None:
    return next(iter(groups)) if len(groups) == 1 else None


def _turned_and_about(
    numbers: Collection[int],
) -> tuple[dict[int, tuple[GroupTurn, ...]], dict[int, _About]]:
    """What these acts turned, their steps included, and what they wrote about."""
    sums: defaultdict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    about = {number: _About() for number in numbers}
    for whole, group, *counts, contacts, contact, heads, called in _summary(numbers):
        if contacts is None:
            joined, left = counts if heads is None else map(counted, heads)
            before = sums[whole].get(group, (0, 0))
            sums[whole][group] = (before[0] + joined, before[1] + left)
        else:
            _note(about[whole], group, contacts, contact)
            about[whole].called = called or about[whole].called
    return {
        number: tuple(
            GroupTurn(group, joined, left)
            for group, (joined, left) in sorted(
                sums[number].items(), key=lambda item: (-sum(item[1]), item[0])
            )
        )
        for number in numbers
    }, about


def _note(about: _About, group: int | None, contacts: int, contact: int | None) -> None:
    if group is not None:
        about.groups.add(group)
    about.contacts = max(about.contacts, contacts)
    about.contact = contact if about.contacts == 1 else None


def _summary(numbers: Collection[int]) -> list[tuple[Any, ...]]:
    if not numbers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [list(numbers)])
        return list(cursor.fetchall())


_SUMMARY: Final = """
with recursive steps (whole, number) as (
    select number, number from unnest(%s::bigint[]) as asked (number)
  union all
    select steps.whole, change.number
    from steps join change on change.part_of_id = steps.number
)
select whole, "group", count(*) filter (where joined),
    count(*) filter (where not joined), null::bigint, null::bigint, null::bytea[],
    null::text
from steps join turn on turn.change_id = steps.number
group by whole, "group"
union all
select whole, group_id, 0, 0, null, null,
    array[substring(joined from 1 for 12), substring("left" from 1 for 12)], null
from steps join group_delta on group_delta.change_id = steps.number
union all
select whole, "group", 0, 0, count(distinct contact), min(contact), null,
    min(coalesce({facts}->>'name', {facts}->>'subject', {facts}->>'label'))
        filter (where kind in ('template', 'mailing', 'field'))
from steps join change_entry on change_entry.change_id = steps.number
group by whole, "group"
""".replace("{facts}", "coalesce(after, before)")

_WHO_TURNED: Final = """
select number, "group",
    (array_agg(contact order by contact) filter (where joined))[1:%s],
    (array_agg(contact order by contact) filter (where not joined))[1:%s]
from unnest(%s::bigint[]) as asked (number)
join turn on turn.change_id = number and "group" = any(%s)
group by 1, 2
"""

_UNDOINGS: Final = """
with recursive undoings (number, undoes) as (
    select later.number, later.undoes_id from change later
    where later.undoes_id = change.number
  union
    select later.number, later.undoes_id
    from undoings join change later on later.undoes_id = undoings.number
)
select array_agg(array[number, undoes]) from undoings
"""
