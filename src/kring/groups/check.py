"""Every stored bit against truth, and history against the stored bits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection
from pyroaring import BitMap

from kring.groups import chunks, refresh
from kring.groups.bitmaps import ids_of_chunk, loaded
from kring.groups.models import Fill, Group, GroupChunk


class Fault(StrEnum):
    """Where two accounts of the same bits differ."""

    NOT_AS_TRUTH = "not_as_truth"
    NOT_AS_HISTORY = "not_as_history"
    WRONG_COUNT = "wrong_count"


@dataclass(frozen=True, slots=True)
class Difference:
    """Bits of one group in one chunk that are missing, or there without reason."""

    fault: Fault
    group: int
    chunk: int
    missing: BitMap
    surplus: BitMap


def differences_in(chunk: int) -> Iterator[Difference]:
    """Everything that is wrong in a chunk; it is held while it is looked at.

    Groups that are being filled are compared where their fill has been, and relative
    dates by the day that the chunk was brought to.
    """
    held = chunks.hold([chunk])[chunk]
    exist, today = held.contacts, held.day
    groups = list(Group.objects.order_by("pk").values_list("pk", flat=True))
    stored = refresh.stored_members(groups, [chunk])
    yield from _against_truth(chunk, groups, exist, today)
    for group in groups:
        yield from _against_history(chunk, group, stored.get(group, BitMap()))
    yield from _against_counts(chunk, stored)


def _against_truth(
    chunk: int, groups: list[int], exist: BitMap, today: date
) -> Iterator[Difference]:
    filling = Fill.objects.filter(next_chunk__lte=chunk).values_list("group", flat=True)
    judged = set(groups) - set(filling)
    whole = ids_of_chunk(chunk)
    judgement = refresh.follow(judged, whole, everyone=exist, today=today)
    for group, flip in judgement.turned.items():
        yield Difference(Fault.NOT_AS_TRUTH, group, chunk, flip.joined, flip.left)


def _against_history(chunk: int, group: int, now: BitMap) -> Iterator[Difference]:
    then = replayed(group, chunk)
    if then != now:
        yield Difference(Fault.NOT_AS_HISTORY, group, chunk, then - now, now - then)


def _against_counts(chunk: int, stored: Mapping[int, BitMap]) -> Iterator[Difference]:
    counts = GroupChunk.objects.filter(chunk=chunk).values_list("group_id", "count")
    for group, count in counts:
        if count != len(stored[group]):
            yield Difference(Fault.WRONG_COUNT, group, chunk, BitMap(), BitMap())


def replayed(group: int, chunk: int) -> BitMap:
    """The members of a group in a chunk as its turns and deltas add up to."""
    members = BitMap()
    for _, joined, left in sorted(
        [*_turns(group, chunk), *_deltas(group, chunk)], key=_number
    ):
        members = (members | joined) - left
    return members


_Event = tuple[int, BitMap, BitMap]


def _number(event: _Event) -> int:
    return event[0]


def _turns(group: int, chunk: int) -> Iterator[_Event]:
    span = ids_of_chunk(chunk)
    with connection.cursor() as cursor:
        cursor.execute(
            "select change_id, array_agg(contact) filter (where joined),"
            " array_agg(contact) filter (where not joined) from turn"
            ' where "group" = %s and contact between %s and %s group by change_id',
            [group, span.min(), span.max()],
        )
        for change, joined, left in cursor.fetchall():
            yield change, BitMap(joined or ()), BitMap(left or ())


def _deltas(group: int, chunk: int) -> Iterator[_Event]:
    with connection.cursor() as cursor:
        cursor.execute(
            'select change_id, joined, "left" from group_delta'
            " where group_id = %s and chunk = %s",
            [group, chunk],
        )
        for change, joined, left in cursor.fetchall():
            yield change, loaded(joined), loaded(left)
