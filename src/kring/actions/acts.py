"""One act: one transaction, its locks in their order, its change and what turned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import CLOCK, Actor
from kring.actions.follow_up import follow_up
from kring.actions.requiring import require_text, require_that_may
from kring.actions.welcoming import Welcome, Welcoming, require_agreement
from kring.algebra import limits
from kring.contacts.catalogue import fields_following
from kring.groups import chunks, definitions, history, refresh, turning_days
from kring.groups.bitmaps import Turned, chunks_of, then
from kring.groups.chunks import HeldChunk
from kring.groups.filling import fills_behind, groups_behind
from kring.groups.history import Entry, Occasion
from kring.groups.locks import Definitions, hold_definitions

NEW_DAY: Final = "day.new"
"""The action by which groups turn because a day has begun."""


class HeldTooLateError(Exception):
    """An action holds chunks after it changed something; it must hold them first."""


@dataclass(slots=True)
class Act:
    """A transaction under way; what it records and turns belongs to one Change.

    The Change is begun when the first thing changes, so that an act which finds
    everything as it should be leaves no trace.
    """

    occasion: Occasion
    today: date
    held: dict[int, HeldChunk] = field(default_factory=dict)
    number: int | None = None
    entries: list[Entry] = field(default_factory=list)
    steps: int = 1
    """How many steps the whole act has, of which this is one."""
    welcome: Welcoming = Welcome.DEFAULT
    welcomed: frozenset[int] | None = None
    """The groups whose new members may be mailed; None: all that welcome."""
    turned: Turned = field(default_factory=dict)
    mails: int = 0
    """How many mails go to whoever joined; known when the act is finished."""

    @property
    def change(self) -> int:
        """The number of the Change."""
        if self.number is None:
            self.number = history.begin_change(self.occasion)
        return self.number

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self.occasion.at

    @property
    def everyone(self) -> BitMap:
        """The contacts that exist in the chunks that are held."""
        return BitMap.union(BitMap(), *(held.contacts for held in self.held.values()))

    def hold(self, contacts: Iterable[int]) -> None:
        """Lock the chunks of these contacts; chunks are held in ascending order."""
        wanted = BitMap(contacts)
        self.hold_chunks(chunks_of(wanted))
        self.fill_for(wanted)

    def hold_chunks(self, wanted: Iterable[int]) -> None:
        missing = set(wanted) - set(self.held)
        self._take_in(chunks.hold(missing))

    def fill_for(self, contacts: BitMap) -> None:
        """Let fills that are under way turn these contacts first; they are held.

        What follows then is this act's doing alone, also for who is mailed.
        """
        for behind in fills_behind(contacts):
            wanted = behind.contacts & self.everyone
            judged = refresh.follow(
                behind.groups, wanted, everyone=self.everyone, today=self.today
            )
            refresh.write_days(judged)
            if judged.turned:
                step = Occasion("group.fill", CLOCK, self.at, part_of=behind.change)
                change = history.begin_change(step)
                follow_up(
                    refresh.write(judged, change),
                    change=change,
                    at=self.at,
                    welcome=Welcome.AGREED,
                    among=behind.welcomed,
                )

    def hold_last_chunk(self) -> None:
        """Lock the chunk that gives out ids, after all other chunks."""
        last = chunks.hold_last(self.today)
        if last.chunk not in self.held:
            self._take_in({last.chunk: last})

    def give_ids(self, count: int) -> list[int]:
        """Ids for contacts that are really new; the last chunk is held."""
        last = self.held[max(self.held)]
        ids, touched = chunks.give_ids(last, count, self.today)
        for chunk in touched:
            self.held[chunk.chunk] = chunk
            chunks.keep(chunk)
        return ids

    def record(self, *entries: Entry) -> None:
        """Note what truth was and became; written with the act."""
        self.entries.extend(entries)

    def follow(self, touched: Iterable[int], contacts: Iterable[int]) -> None:
        """Turn the bits of the touched groups, and of all that follow from them."""
        judged = refresh.follow(
            frozenset(touched),
            BitMap(contacts),
            everyone=self.everyone,
            today=self.today,
        )
        refresh.write_days(judged)
        if judged.turned:
            turned = refresh.write(judged, self.change, steps=self.steps)
            self.turned = then(self.turned, turned)

    def follow_contacts(
        self, contacts: Iterable[int], *, parts: Iterable[str] | None = None
    ) -> None:
        """Turn what follows from facts of contacts: these parts, or all of them.

        New and erased contacts pass no parts: they also turn what asks everyone.
        """
        touched = (
            definitions.groups_asking_anything()
            if parts is None
            else definitions.groups_asking(
                [f"field:{code}" for code in fields_following(parts)]
            )
        )
        self.follow(touched, contacts)

    def _take_in(self, held: Mapping[int, HeldChunk]) -> None:
        if held and self.number is not None:
            # A new day turns first, so its change must have the lower number.
            raise HeldTooLateError(self.occasion.action)
        self.held |= held
        self._bring_to_today()

    def _bring_to_today(self) -> None:
        """Let what is relative to today turn before anything else is judged.

        Another act may have begun a day while this one waited for its locks: the
        latest day counts, and nothing is judged by an earlier one.
        """
        latest = max((held.day for held in self.held.values()), default=self.today)
        if latest > self.today:
            self.today = latest
            self.occasion = replace(self.occasion, at=timezone.now())
        for held in self.held.values():
            if held.day < self.today:
                self._begin_day(held)

    def _begin_day(self, held: HeldChunk) -> None:
        # What a fill has yet to come to is judged by it, for everyone here.
        turning = turning_days.groups_turning(
            held.chunk, today=self.today
        ) - groups_behind(held.chunk)
        held.day = self.today
        chunks.keep(held)
        if not turning:
            return
        judged = refresh.follow(
            turning, held.contacts, everyone=held.contacts, today=self.today
        )
        refresh.write_days(judged)
        if judged.turned:
            change = self._change_of_day()
            turned = refresh.write(judged, change)
            follow_up(turned, change=change, at=self.at, welcome=Welcome.AGREED)

    def _change_of_day(self) -> int:
        """What a new day turns is the clock's doing, whoever came first on that day."""
        if self.occasion.action == NEW_DAY:
            return self.change
        return history.begin_change(Occasion(NEW_DAY, CLOCK, self.occasion.at))

    def finish(self) -> None:
        """Write what was recorded, and act on what turned: once, by the whole act.

        Raises ManyMailsError.
        """
        if self.entries:
            history.write_entries(self.change, self.entries)
        if self.turned:
            self.mails = follow_up(
                self.turned,
                change=self.change,
                at=self.at,
                welcome=self.welcome,
                among=self.welcomed,
            )
        if self.number is not None:
            require_agreement(self.welcome, self.mails, by=self.occasion.by)


@contextmanager
def act(
    action: str,
    *,
    by: Actor,
    reason: str = "",
    part_of: int | None = None,
    graph: Definitions = Definitions.SHARED,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Iterator[Act]:
    """A transaction in which `by` does one thing; holds the graph of definitions.

    Raises NotAllowedError before anything is read when `by` may change nothing;
    TextTooLongError or UnprintableTextError when the reason cannot be kept; and
    ManyMailsError at the end, where more would be mailed than `welcome` allows.
    """
    require_that_may(by, action)
    require_text("reason", reason, limit=limits.REASON_LENGTH)
    with transaction.atomic():
        hold_definitions(graph)
        occasion = Occasion(action, by, timezone.now(), reason, part_of)
        under_way = Act(occasion, timezone.localdate(), welcome=welcome)
        yield under_way
        under_way.finish()


def begin_long_act(action: str, *, by: Actor, reason: str = "") -> int:
    """The Change that the steps of a long act are `part_of`; returns its number."""
    with act(action, by=by, reason=reason) as whole:
        return whole.change
