"""Checking and mending every stored bit, chunk by chunk, beside live traffic."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.db import connection, transaction
from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.follow_up import follow_up
from kring.actions.requiring import require_that_may
from kring.actions.welcoming import Welcome
from kring.algebra.graph import in_order
from kring.groups import chunks, definitions, placements, refresh
from kring.groups.bitmaps import ids_of_chunk, union
from kring.groups.check import (
    Difference,
    Fault,
    contacts_in,
    differences_in,
    replayed,
    wrong_edges,
)
from kring.groups.history import Entry
from kring.groups.locks import Definitions
from kring.groups.models import Group
from kring.groups.settings import definition_of

ACTION: Final = "check.repair"

_GROUPS_AT_ONCE: Final = 20
"""So many groups of a chunk are mended in one transaction: its lock is held briefly."""

# Whoever is placed and does not exist has no right to a bit either.
_JUDGED_ANEW: Final = frozenset({Fault.NOT_AS_TRUTH, Fault.LOST_PLACEMENT})
_WRITTEN_ANEW: Final = _JUDGED_ANEW | {Fault.NOT_AS_HISTORY, Fault.WRONG_COUNT}

Progress = Callable[[int, int], None]
"""Told how many chunks were looked at, of how many."""


def differences(
    *, progress: Progress = lambda _done, _total: None
) -> Iterator[Difference]:
    """Everything that differs from truth or from history, one chunk at a time."""
    numbers = chunks.all_chunks()
    yield from _seen(wrong_edges)
    for done, chunk in enumerate(numbers, start=1):
        yield from _seen(partial(differences_in, chunk))
        progress(done, len(numbers))


@dataclass(slots=True)
class Repair:
    """What was found, and what still differs after it was mended."""

    by: Actor
    found: list[Difference] = field(default_factory=list)
    left: list[Difference] = field(default_factory=list)
    whole: int | None = None

    def step_of(self) -> int:
        """The change that all steps are part of; begun with the first of them."""
        if self.whole is None:
            self.whole = begin_long_act(ACTION, by=self.by)
        return self.whole


def repair(*, by: Actor, progress: Progress = lambda _done, _total: None) -> Repair:
    """Mend whatever differs; each step is a change of its own, with what it turns.

    Truth wins over bits, and bits that are right over history, which gets the turns
    that it lacks. Raises NotAllowedError.
    """
    require_that_may(by, ACTION)
    done = Repair(by)
    _mend_edges(done)
    numbers = chunks.all_chunks()
    for count, chunk in enumerate(numbers, start=1):
        found = _seen(partial(differences_in, chunk))
        if found:
            done.found += found
            _mend_chunk(done, chunk, found)
            done.left += _seen(partial(differences_in, chunk))
        progress(count, len(numbers))
    return done


def _seen(look: Callable[[], Iterable[Difference]]) -> list[Difference]:
    with _one_moment():
        return list(look())


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything is read as it was at one moment; nothing is locked for it.

    Each act commits as a whole, so what is seen at one moment fits together. Within
    a transaction of the caller it is that transaction which sees.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute(
                    "set transaction isolation level repeatable read, read only"
                )
        yield


def _step(
    done: Repair, graph: Definitions = Definitions.SHARED
) -> AbstractContextManager[Act]:
    """A step mails nobody: what it turns was so all along."""
    whole = done.step_of()
    return act(ACTION, by=done.by, part_of=whole, graph=graph, welcome=Welcome.SILENT)


def _mend_edges(done: Repair) -> None:
    found = _seen(wrong_edges)
    if not found:
        return
    done.found += found
    groups = [row.group for row in found if row.group is not None]
    with _step(done, Definitions.EXCLUSIVE) as step:
        for group in Group.objects.filter(pk__in=groups):
            definition = None if group.deleted_at else definition_of(group)
            definitions.write_edges(group.pk, definition)
        step.record(*map(_entry, found))
    done.left += _seen(wrong_edges)


def _mend_chunk(done: Repair, chunk: int, found: list[Difference]) -> None:
    with _step(done) as step:
        step.hold_chunks([chunk])
        _mend_truth(step, chunk, found)
        step.record(*map(_entry, found))
    wrong = [row for row in found if row.fault in _WRITTEN_ANEW]
    contacts = union(
        row.missing | row.surplus for row in wrong if row.fault in _JUDGED_ANEW
    )
    for groups in _batches({row.group for row in wrong if row.group is not None}):
        with _step(done) as step:
            step.hold_chunks([chunk])
            _mend_bits(step, chunk, groups, contacts)


def _mend_truth(step: Act, chunk: int, found: list[Difference]) -> None:
    """Who exists, who is placed, and when there is something to look at again."""
    held = step.held[chunk]
    exist = contacts_in(chunk)
    held.contacts = exist
    held.last_id = max(held.last_id, exist.max() if exist else held.last_id)
    chunks.keep(held)
    lost = union(row.surplus for row in found if row.fault is Fault.LOST_PLACEMENT)
    step.record(*placements.lift_all(list(lost - exist)))
    late = [row.group for row in found if row.fault is Fault.LATE_DAY]
    groups = [group for group in late if group is not None]
    judged = refresh.follow(
        groups, ids_of_chunk(chunk), everyone=exist, today=step.today
    )
    refresh.write_days(judged)


def _mend_bits(
    step: Act, chunk: int, groups: Collection[int], contacts: BitMap
) -> None:
    """Judge what was wrong anew, now that nobody else writes, and write it."""
    judged = refresh.follow(groups, contacts, everyone=step.everyone, today=step.today)
    refresh.write_days(judged)
    remembered = replayed({*groups, *judged.turned}, chunk)
    turned = refresh.mend(judged, remembered, chunk=chunk, change=step.change)
    follow_up(turned, change=step.change, at=step.at, welcome=step.welcome)


def _batches(groups: Collection[int]) -> Iterator[tuple[int, ...]]:
    """Some groups at a time, each after the groups it follows."""
    ordered = in_order(groups, definitions.all_parts())
    for start in range(0, len(ordered), _GROUPS_AT_ONCE):
        yield ordered[start : start + _GROUPS_AT_ONCE]


def _entry(found: Difference) -> Entry:
    facts = {"fault": found.fault.value, "chunk": found.chunk}
    return Entry("repair", group=found.group, after=facts)
