"""A group is copied, or a derived one kept as a static group: a new one, in silence."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from pyroaring import BitMap

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.batches import batches
from kring.actions.errors import RefusedError
from kring.actions.fills import hold_for_fill
from kring.actions.groups import make
from kring.actions.members import BATCH, existing_group
from kring.actions.welcoming import Welcome
from kring.groups import history, placements
from kring.groups.locks import Definitions
from kring.groups.models import Effect, Fill, Group
from kring.groups.placements import Placed
from kring.groups.queries import members_of
from kring.groups.settings import GroupSettings, settings_of
from kring.groups.since import since_joined

COPY: Final = "group.copy"
FREEZE: Final = "group.freeze"


@dataclass(frozen=True, slots=True)
class Made:
    """The new group, and the change that made it."""

    group: Group
    change: int


@dataclass(eq=False)
class StaticAlreadyError(RefusedError):
    """Only a group whose members follow from a definition is kept as a static one."""

    name: str


@dataclass(eq=False)
class StillFillingError(RefusedError):
    """Who belongs to a group is known only when it has been filled."""

    name: str


@dataclass(frozen=True, slots=True)
class _Model:
    """What a new group is made from: its settings, and who is put in it."""

    settings: GroupSettings
    members: BitMap


def copy_group(group: int, *, named: str, by: Actor) -> Made:
    """Make another group with all settings of this one; a static one with its members.

    The pins of a derived group are not copied. Nobody is mailed. Raises
    UnknownGroupsError, and a RefusedError where such a group cannot be made now.
    """
    return _make_like(group, _copied, named=named, action=COPY, by=by)


def freeze_group(group: int, *, named: str, by: Actor) -> Made:
    """Make a static group of whoever is in a derived one now, and since when.

    It shows itself nowhere, mails nobody and gives no role until somebody says so.
    Raises StaticAlreadyError or StillFillingError, and what making a group raises.
    """
    return _make_like(group, _frozen, named=named, action=FREEZE, by=by)


def _copied(source: Group) -> _Model:
    members = BitMap() if source.is_derived else members_of(source.pk)
    return _Model(settings_of(source), members)


def _frozen(source: Group) -> _Model:
    if not source.is_derived:
        raise StaticAlreadyError(source.name)
    if Fill.objects.filter(group=source).exists():
        raise StillFillingError(source.name)
    kept = GroupSettings(
        name="",
        description=source.description,
        responsible=source.responsible_id,
        starts_on=source.starts_on,
        ends_on=source.ends_on,
        visible_at_contact=source.visible_at_contact,
    )
    return _Model(kept, members_of(source.pk))


def _make_like(
    group: int,
    model_of: Callable[[Group], _Model],
    *,
    named: str,
    action: str,
    by: Actor,
) -> Made:
    """One act, or for many members a long act with its steps."""
    with act(
        action, by=by, graph=Definitions.EXCLUSIVE, welcome=Welcome.SILENT
    ) as this:
        # Held alone, nobody joins or leaves: these are the members of now.
        hold_for_fill(this)
        source = existing_group(group)
        model = model_of(source)
        first, *later = list(batches(model.members, BATCH)) or [[]]
        this.hold(first)
        if later:
            whole = history.begin_change(this.occasion)
            this.occasion = replace(this.occasion, part_of=whole)
        made = make(this, replace(model.settings, name=named))
        _put(this, source, made, first)
    for some in later:
        with act(action, by=by, part_of=whole, welcome=Welcome.SILENT) as step:
            step.hold(some)
            _put(step, source, existing_group(made.pk), some)
    return Made(made, whole if later else made.version)


def _put(this: Act, source: Group, made: Group, contacts: Collection[int]) -> None:
    """Place those of the contacts who are there still; they are held."""
    there = list(BitMap(contacts) & this.everyone)
    placed = _placements(this, source, there)
    if placed:
        recorded = placements.put(made.pk, placed, before={}, change=this.change)
        this.record(*recorded)
        this.follow([made.pk], placed)


def _placements(
    this: Act, source: Group, contacts: Collection[int]
) -> dict[int, Placed]:
    """As they stand in a static group; of a derived one since when each was in it."""
    if not source.is_derived:
        # Who left meanwhile is left out; nobody is kept out of a static group.
        return placements.placements_in(source.pk, contacts)
    since = since_joined(contacts, [source.pk])
    return {
        one: Placed(Effect.IN.value, since.get((one, source.pk), this.today), None, "")
        for one in contacts
    }
