"""Every stored bit against truth, and history against the stored bits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection
from pyroaring import BitMap

from kring.algebra.walk import groups_named_in
from kring.groups import refresh
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import ids_of_chunk, loaded
from kring.groups.definitions import asked_by
from kring.groups.models import Chunk, Edge, Fill, Group, GroupChunk, TurningDay
from kring.groups.settings import definition_of

# The history of so many groups is read at once.
_GROUPS_AT_ONCE = 50


class Fault(StrEnum):
    """Where two accounts of the same differ."""

    NOT_AS_TRUTH = "not_as_truth"
    NOT_AS_HISTORY = "not_as_history"
    WRONG_COUNT = "wrong_count"
    WRONG_CONTACTS = "wrong_contacts"
    """A chunk has other contacts than there are, or would give an id out twice."""
    LOST_PLACEMENT = "lost_placement"
    """Placed, or kept out, is somebody who does not exist."""
    LATE_DAY = "late_day"
    """A group may turn by itself on an earlier day than it would be looked at."""
    WRONG_EDGES = "wrong_edges"
    """A definition names other groups and fields than its group is said to follow."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with a group, a chunk, or a group in a chunk.

    Of bits, those that are missing and those that are there without reason.
    """

    fault: Fault
    group: int | None
    chunk: int | None
    missing: BitMap
    surplus: BitMap


def differences_in(chunk: int) -> Iterator[Difference]:
    """Everything that is wrong in a chunk, as the transaction sees it.

    Groups that are being filled are compared where their fill has been, and relative
    dates by the day that the chunk was brought to.
    """
    kept = Chunk.objects.get(pk=chunk)
    exist = contacts_in(chunk)
    groups = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    stored = refresh.stored_members(groups, [chunk])
    yield from _against_contacts(kept, exist)
    yield from _placed_nobody(chunk)
    yield from _against_truth(chunk, groups, exist, kept.day)
    yield from _against_history(chunk, groups, stored)
    yield from _against_counts(chunk, stored)


def wrong_edges() -> Iterator[Difference]:
    """The groups that are said to follow something else than their definition does."""
    known: defaultdict[int, set[tuple[int | None, str]]] = defaultdict(set)
    for group, part, asks in Edge.objects.values_list("group", "part", "asks"):
        known[group].add((part, asks))
    for one in Group.objects.order_by("pk"):
        if known[one.pk] != _edges_of(one):
            yield Difference(Fault.WRONG_EDGES, one.pk, None, BitMap(), BitMap())


def contacts_in(chunk: int) -> BitMap:
    """The contacts that there really are among the ids of a chunk."""
    span = ids_of_chunk(chunk)
    with connection.cursor() as cursor:
        cursor.execute(
            "select array_agg(id) from contact where id between %s and %s",
            [span.min(), span.max()],
        )
        [ids] = cursor.fetchone()
        return BitMap(ids or ())


def replayed(groups: Collection[int], chunk: int) -> dict[int, BitMap]:
    """The members of groups in a chunk as their turns and deltas add up."""
    wanted = sorted(groups)
    events: defaultdict[int, list[_Event]] = defaultdict(list)
    for group, event in _turns(wanted, chunk):
        events[group].append(event)
    found: dict[int, BitMap] = {}
    for start in range(0, len(wanted), _GROUPS_AT_ONCE):
        some = wanted[start : start + _GROUPS_AT_ONCE]
        for group, event in _deltas(some, chunk):
            events[group].append(event)
        # Those of one step are forgotten before the next is read.
        found |= {group: _added_up(events.pop(group, [])) for group in some}
    return found


_Event = tuple[int, BitMap, BitMap]


def _edges_of(group: Group) -> set[tuple[int | None, str]]:
    definition = None if group.deleted_at else definition_of(group)
    if definition is None:
        return set()
    parts: set[tuple[int | None, str]] = {
        (part, "") for part in groups_named_in(definition)
    }
    return parts | {(None, question) for question in asked_by(definition)}


def _against_contacts(kept: Chunk, exist: BitMap) -> Iterator[Difference]:
    contacts = loaded(kept.contacts)
    beyond = exist - BitMap(range(kept.last_id + 1))
    missing, surplus = (exist - contacts) | beyond, contacts - exist
    if missing or surplus:
        yield Difference(Fault.WRONG_CONTACTS, None, kept.chunk, missing, surplus)


def _placed_nobody(chunk: int) -> Iterator[Difference]:
    span = ids_of_chunk(chunk)
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id, array_agg(contact_id) from placement"
            " where contact_id between %s and %s"
            " and not exists (select from contact where contact.id = contact_id)"
            " group by group_id",
            [span.min(), span.max()],
        )
        for group, ids in cursor.fetchall():
            yield Difference(Fault.LOST_PLACEMENT, group, chunk, BitMap(), BitMap(ids))


def _against_truth(
    chunk: int, groups: list[int], exist: BitMap, today: date
) -> Iterator[Difference]:
    filling = Fill.objects.filter(next_chunk__lte=chunk).values_list("group", flat=True)
    judged = set(groups) - set(filling)
    whole = ids_of_chunk(chunk)
    judgement = refresh.follow(judged, whole, everyone=exist, today=today)
    for group, flip in judgement.turned.items():
        yield Difference(Fault.NOT_AS_TRUTH, group, chunk, flip.joined, flip.left)
    days = dict(TurningDay.objects.filter(chunk=chunk).values_list("group_id", "day"))
    for group, day in judgement.days.days.items():
        if days.get(group, date.max) > day:
            yield Difference(Fault.LATE_DAY, group, chunk, BitMap(), BitMap())


def _against_history(
    chunk: int, groups: list[int], stored: Mapping[int, BitMap]
) -> Iterator[Difference]:
    for group, then in replayed(groups, chunk).items():
        now = stored.get(group, BitMap())
        if then != now:
            yield Difference(Fault.NOT_AS_HISTORY, group, chunk, then - now, now - then)


def _against_counts(chunk: int, stored: Mapping[int, BitMap]) -> Iterator[Difference]:
    counts = GroupChunk.objects.filter(chunk=chunk).values_list("group_id", "count")
    for group, count in counts:
        if count != len(stored[group]):
            yield Difference(Fault.WRONG_COUNT, group, chunk, BitMap(), BitMap())


def _added_up(events: list[_Event]) -> BitMap:
    members = BitMap()
    for _, joined, left in sorted(events, key=_number):
        members = (members | joined) - left
    return members


def _number(event: _Event) -> int:
    return event[0]


def _turns(groups: list[int], chunk: int) -> Iterator[tuple[int, _Event]]:
    span = ids_of_chunk(chunk)
    with connection.cursor() as cursor:
        cursor.execute(
            'select "group", change_id, array_agg(contact) filter (where joined),'
            " array_agg(contact) filter (where not joined) from turn"
            ' where "group" = any(%s) and contact between %s and %s'
            ' group by "group", change_id',
            [groups, span.min(), span.max()],
        )
        for group, change, joined, left in cursor.fetchall():
            yield group, (change, BitMap(joined or ()), BitMap(left or ()))


def _deltas(groups: list[int], chunk: int) -> Iterator[tuple[int, _Event]]:
    with binary_cursor() as cursor:
        cursor.execute(
            'select group_id, change_id, joined, "left" from group_delta'
            " where group_id = any(%s) and chunk = %s",
            [groups, chunk],
        )
        for group, change, joined, left in cursor.fetchall():
            yield group, (change, loaded(joined), loaded(left))
