"""Putting contacts in groups and taking them out, by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pyroaring import BitMap

from kring.accounts.actors import Actor, ActorKind
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.errors import (
    DateNotPossibleError,
    DerivedGroupNeededError,
    GroupClosedError,
    LastDayPassedError,
    NoLastDayError,
    NoStatedDateError,
    OwnChoiceError,
    StaticGroupNeededError,
    UnknownContactsError,
    UnknownGroupsError,
)
from kring.actions.rehearsing import agreed
from kring.actions.welcoming import Welcome, Welcoming
from kring.groups import placements
from kring.groups.models import Effect, Group
from kring.groups.on_portal import opted_out_themselves
from kring.groups.placements import Placed

Step = Callable[[Act, Collection[int]], int]

BATCH = 10_000
"""How many contacts one transaction places: no lock is held for long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many placements were changed, and by which change (None: by none).

    `mails` is how many new members are mailed, of whichever groups.
    """

    count: int
    change: int | None
    mails: int = 0


def place(  # noqa: PLR0913 — each says something else of the placing
    contacts: Collection[int],
    group: int,
    *,
    by: Actor,
    reason: str = "",
    since: date | None = None,
    until: date | None = None,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Outcome:
    """Put contacts in a group by hand; in a derived group this pins them in.

    `since` is the stated date of a static membership: today when it is not given,
    and what it was for who is in the group already. `until` is the last day on
    which a pin counts: without it, the pin stays until it is lifted.
    Raises UnknownGroupsError, GroupClosedError, UnknownContactsError,
    DateNotPossibleError, NoStatedDateError, NoLastDayError, LastDayPassedError,
    OwnChoiceError, ManyMailsError or NotAllowedError.
    """
    step = _placing(group, since=since, until=until)
    wanted = _Wanted("members.place", group, step)
    return _in_batches(wanted, contacts, by=by, reason=reason, welcome=welcome)


def remove(
    contacts: Collection[int],
    group: int,
    *,
    by: Actor,
    reason: str = "",
    until: date | None = None,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Outcome:
    """Take contacts out of a group by hand; a derived group keeps them out.

    `until` is the last day on which it keeps them out. Others may follow from being
    in no such group. Raises UnknownGroupsError, UnknownContactsError, NoLastDayError,
    LastDayPassedError, OwnChoiceError, ManyMailsError or NotAllowedError.
    """
    wanted = _Wanted("members.remove", group, _removing(group, until=until))
    return _in_batches(wanted, contacts, by=by, reason=reason, welcome=welcome)


def unpin(
    contacts: Collection[int],
    group: int,
    *,
    by: Actor,
    reason: str = "",
    welcome: Welcoming = Welcome.DEFAULT,
) -> Outcome:
    """Lift the pins of contacts on a derived group: its definition decides again.

    What a contact chose itself is lifted with a reason only. Raises OwnChoiceError,
    DerivedGroupNeededError, UnknownGroupsError, UnknownContactsError, ManyMailsError
    or NotAllowedError.
    """
    wanted = _Wanted("members.unpin", group, _unpinning(group))
    return _in_batches(wanted, contacts, by=by, reason=reason, welcome=welcome)


def restate_since(
    contacts: Collection[int],
    group: int,
    since: date,
    *,
    by: Actor,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Outcome:
    """State since when members of a static group belong to it; others are left alone.

    History stays as it was recorded. Raises StaticGroupNeededError,
    DateNotPossibleError, UnknownGroupsError, UnknownContactsError, ManyMailsError or
    NotAllowedError.
    """

    def step(this: Act, some: Collection[int]) -> int:
        target = existing_group(group)
        if target.is_derived:
            raise StaticGroupNeededError(target.name)
        _require_no_future(since, this.today)
        return _restate(this, group, some, since)

    wanted = _Wanted("members.restate", group, step)
    return _in_batches(wanted, contacts, by=by, reason="", welcome=welcome)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is to be put in a group, taken out of it, or left to its definition.

    No contact is asked for twice; `since` and `until` are as at `place`.
    """

    add: frozenset[int] = frozenset()
    remove: frozenset[int] = frozenset()
    unpin: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How many placements were changed in each way, and by which change."""

    added: int
    removed: int
    unpinned: int
    change: int | None


def change_members(
    group: int,
    asked: Asked,
    *,
    by: Actor,
    reason: str = "",
    welcome: Welcoming = Welcome.DEFAULT,
) -> Done:
    """Place, remove and unpin contacts in one act; raises what each of them raises."""
    steps = (
        (asked.add, _placing(group, since=asked.since, until=asked.until)),
        (asked.remove, _removing(group, until=asked.until)),
        (asked.unpin, _unpinning(group)),
    )
    counts = Counter[int]()

    def step(this: Act, some: Collection[int]) -> int:
        for place, (chosen, one_step) in enumerate(steps):
            contacts = [contact for contact in some if contact in chosen]
            if contacts:
                counts[place] += one_step(this, contacts)
        return counts.total()

    everybody = asked.add | asked.remove | asked.unpin
    wanted = _Wanted(_action_of(asked), group, step, counts.clear)
    outcome = _in_batches(wanted, everybody, by=by, reason=reason, welcome=welcome)
    return Done(counts[0], counts[1], counts[2], outcome.change)


def _action_of(asked: Asked) -> str:
    """What is done in one way alone is called as it always is."""
    ways = {
        "members.place": asked.add,
        "members.remove": asked.remove,
        "members.unpin": asked.unpin,
    }
    used = [action for action, contacts in ways.items() if contacts]
    return used[0] if len(used) == 1 else "members.change"


def _placing(group: int, *, since: date | None, until: date | None) -> Step:
    def step(this: Act, some: Collection[int]) -> int:
        target = open_group(group)
        _require_no_future(since, this.today)
        if since is not None and target.is_derived:
            raise NoStatedDateError(target.name)
        _require_possible_end(until, target, this.today)
        _require_reason_over_own_choice(this, target, some)
        return put_placements(
            this, group, some, effect=Effect.IN, since=since, until=until
        )

    return step


def _removing(group: int, *, until: date | None) -> Step:
    def step(this: Act, some: Collection[int]) -> int:
        target = existing_group(group)
        _require_possible_end(until, target, this.today)
        if target.is_derived:
            if until is not None:
                _require_reason_over_own_choice(this, target, some)
            return put_placements(this, group, some, effect=Effect.OUT, until=until)
        return lift_placements(this, group, some)

    return step


def _unpinning(group: int) -> Step:
    def step(this: Act, some: Collection[int]) -> int:
        target = existing_group(group)
        if not target.is_derived:
            raise DerivedGroupNeededError(target.name)
        _require_reason_over_own_choice(this, target, some)
        return lift_placements(this, group, some)

    return step


def _require_reason_over_own_choice(
    this: Act, group: Group, contacts: Collection[int]
) -> None:
    """Refuse to undo, without a word why, what contacts chose themselves."""
    is_own = this.occasion.by.kind is ActorKind.CONTACT
    if is_own or this.occasion.reason.strip() or not group.is_derived:
        return
    own = opted_out_themselves(group.pk, contacts)
    if own:
        raise OwnChoiceError(group.name, sorted(own))


def existing_group(group: int) -> Group:
    """The group, read while the graph is held; raises UnknownGroupsError."""
    found = Group.objects.filter(pk=group, deleted_at__isnull=True).first()
    if found is None:
        raise UnknownGroupsError([group])
    return found


def open_group(group: int) -> Group:
    """The group, if it may be placed in; raises GroupClosedError otherwise."""
    found = existing_group(group)
    if found.is_closed:
        raise GroupClosedError(group, found.name)
    return found


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be done with the placements of contacts in a group."""

    action: str
    group: int
    step: Step
    forget: Callable[[], object] = lambda: None
    """Called after a rehearsal, which counts for nothing."""


def _in_batches(
    wanted: _Wanted,
    contacts: Collection[int],
    *,
    by: Actor,
    reason: str,
    welcome: Welcoming,
) -> Outcome:
    """One act, or for many contacts a long act with its steps."""
    ids = sorted(set(contacts))
    if len(ids) <= BATCH:
        with act(wanted.action, by=by, reason=reason, welcome=welcome) as this:
            count = _step(this, ids, wanted.step)
        return Outcome(count, this.number, this.mails)
    parts = list(batches(ids, BATCH))
    welcome = agreed(
        welcome,
        [partial(_step, ids=some, step=wanted.step) for some in parts],
        action=wanted.action,
        by=by,
        touched=[wanted.group],
    )
    wanted.forget()
    whole = begin_long_act(wanted.action, by=by, reason=reason)
    count, mails = 0, 0
    for some in parts:
        with act(
            wanted.action, by=by, reason=reason, part_of=whole, welcome=welcome
        ) as this:
            count += _step(this, some, wanted.step)
        mails += this.mails
    return Outcome(count, whole, mails)


def _step(this: Act, ids: list[int], step: Step) -> int:
    this.hold(ids)
    strangers = list(BitMap(ids) - this.everyone)
    if strangers:
        raise UnknownContactsError(strangers)
    return step(this, ids)


def _require_no_future(since: date | None, today: date) -> None:
    if since is not None and since > today:
        raise DateNotPossibleError("since")


def _require_possible_end(until: date | None, group: Group, today: date) -> None:
    if until is None:
        return
    if not group.is_derived:
        raise NoLastDayError(group.name)
    if until < today:
        raise LastDayPassedError(until)


def put_placements(
    this: Act,
    group: int,
    contacts: Collection[int],
    *,
    effect: Effect,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Place contacts whose chunk is held, as part of an act; how many it changed."""
    reason = this.occasion.reason
    before = placements.placements_in(group, contacts)
    wanted = Placed(effect.value, since or this.today, until, reason)
    placed = {
        contact: wanted
        for contact in contacts
        if not _stands(before.get(contact), wanted, since)
    }
    if placed:
        recorded = placements.put(group, placed, before=before, change=this.change)
        this.record(*recorded)
        this.follow([group], placed)
    return len(placed)


def _restate(this: Act, group: int, contacts: Collection[int], since: date) -> int:
    before = placements.placements_in(group, contacts)
    restated = {
        contact: replace(placed, since=since)
        for contact, placed in before.items()
        if placed.since != since
    }
    if restated:
        recorded = placements.put(group, restated, before=before, change=this.change)
        this.record(*recorded)
        # Nobody joins or leaves, but who follows asks since when.
        this.follow([group], restated)
    return len(restated)


def _stands(old: Placed | None, wanted: Placed, since: date | None) -> bool:
    """Whether what stands says the same as what is wanted."""
    return (
        old is not None
        and (old.effect, old.until) == (wanted.effect, wanted.until)
        and since in (None, old.since)
        and wanted.reason in ("", old.reason)
    )


def lift_placements(this: Act, group: int, contacts: Collection[int]) -> int:
    """Take away placements of contacts whose chunk is held; how many there were."""
    before = placements.placements_in(group, contacts)
    if before:
        this.record(*placements.lift(group, before))
        this.follow([group], before)
    return len(before)
