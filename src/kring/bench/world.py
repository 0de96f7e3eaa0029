"""The benchmark's cooperative: one seed, its groups, and who belonged to them when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log
from random import Random
from typing import Final

from pyroaring import BitMap

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupMembers,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.semantics import members
from kring.bench.people import (
    CITIES,
    DWELLING,
    DWELLINGS,
    NEIGHBOURHOODS,
    STATUSES,
    Person,
)

SEED: Final = 20_12
STATIC: Final = 120
DYNAMIC: Final = 50
COMPOSITE: Final = 30
LEVELS: Final = 5
FIFTY: Final = 50
STEPS: Final = 12
"""How many times since the beginning that members of static groups came and went."""

_QUARTER: Final = timedelta(days=91)
_CHURN: Final = 0.02
_CHURNS: Final = 40
_LARGEST: Final = 0.446  # of 120 groups that shrink so, five hold a contact on average
_SHRINKING: Final = 0.7


@dataclass(frozen=True, slots=True)
class BenchGroup:
    """A group: static without a definition."""

    id: int
    name: str
    definition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What turned at once in static groups and in all that follow from them."""

    day: date
    joined: Mapping[int, BitMap]
    left: Mapping[int, BitMap]


@dataclass(slots=True)
class Facts:
    """Who has a fact, by field and value; and where everyone stands by name."""

    having: dict[tuple[str, object], BitMap] = field(default_factory=dict)
    sort_names: list[str] = field(default_factory=lambda: [""])

    def note(self, person: Person, sort_name: str) -> None:
        self.sort_names.append(sort_name)
        for key in (
            ("city", person.city),
            ("neighbourhood", person.neighbourhood),
            ("status", person.status),
            (f"field:{DWELLING}", person.dwelling),
            ("newsletter", person.newsletter),
            ("born", person.born.year),
            ("last_name", person.last_name),
        ):
            self.having.setdefault(key, BitMap()).add(person.id)


@dataclass(slots=True)
class World:
    """Every group and its members now; bitmaps, of which checks make plain sets."""

    contacts: int
    today: date
    groups: dict[int, BenchGroup] = field(default_factory=dict)
    members: dict[int, BitMap] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    moments: list[Moment] = field(default_factory=list)
    fifty: int = 0

    @property
    def begun(self) -> date:
        """The day of which the oldest moment is."""
        return self.today - _QUARTER * (STEPS + 1)

    @property
    def everyone(self) -> BitMap:
        return BitMap(range(1, self.contacts + 1))

    @property
    def nobody(self) -> BitMap:
        return BitMap()

    def members_of(self, group: int, /) -> BitMap:
        return self.members[group]

    def matching(self, condition: Where | SameAddress, /) -> BitMap:
        return matching(condition, self.facts)

    def having_role(self, role: Role, /) -> BitMap:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> BitMap:
        raise LookupError(membership)

    @property
    def statics(self) -> list[int]:
        return [one.id for one in self.groups.values() if one.definition is None]

    @property
    def derived(self) -> list[BenchGroup]:
        """Parts first."""
        return [one for one in self.groups.values() if one.definition is not None]

    def add(self, name: str, definition: Expression | None = None) -> int:
        """A further group, with the next id; of a derived one the members follow."""
        number = len(self.groups) + 1
        self.groups[number] = BenchGroup(number, name, definition)
        self.members[number] = (
            BitMap() if definition is None else members(definition, self)
        )
        return number


@dataclass(frozen=True, slots=True)
class PlainWorld:
    """The same on plain sets, narrowed to some contacts: the truth for checks.

    Members of derived groups are worked out from their definitions, all the way down.
    """

    world: World
    contacts: frozenset[int]
    changed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    known: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def everyone(self) -> frozenset[int]:
        return self.contacts

    @property
    def nobody(self) -> frozenset[int]:
        return frozenset()

    def members_of(self, group: int, /) -> frozenset[int]:
        if group not in self.known:
            self.known[group] = self._found(group)
        return self.known[group]

    def matching(self, condition: Where | SameAddress, /) -> frozenset[int]:
        return self.contacts & frozenset(matching(condition, self.world.facts))

    def having_role(self, role: Role, /) -> frozenset[int]:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> frozenset[int]:
        raise LookupError(membership)

    def _found(self, group: int) -> frozenset[int]:
        definition = self.world.groups[group].definition
        if group in self.changed:
            return self.changed[group]
        if definition is not None:
            return members(definition, self)
        inside = self.world.members[group]
        if len(self.contacts) == self.world.contacts:
            return frozenset(inside)
        return frozenset(one for one in self.contacts if one in inside)


def plain(world: World) -> PlainWorld:
    """The truth about everyone."""
    return PlainWorld(world, frozenset(range(1, world.contacts + 1)))


def matching(condition: Where | SameAddress, facts: Facts) -> BitMap:
    """Who a condition of the benchmark is true for, from the facts as drawn."""
    if isinstance(condition, SameAddress):
        raise TypeError(condition)
    wanted: list[tuple[str, object]]
    match condition.op, condition.value:
        case Operator.BETWEEN, (date() as first, date() as last):
            wanted = [("born", year) for year in range(first.year, last.year + 1)]
        case Operator.IN, tuple() as values:
            wanted = [(condition.field, value) for value in values]
        case _, value:
            wanted = [(condition.field, value)]
    bitmaps = (facts.having.get(key, BitMap()) for key in wanted)
    return BitMap.union(BitMap(), *bitmaps)


def history_of(world: World, seed: int = SEED) -> Iterator[Moment]:
    """Make the groups with their members, moment by moment, oldest first.

    Afterwards the world knows all groups, who is in them now, and the moments.
    """
    for moment in _moments(world, seed):
        world.moments.append(moment)
        yield moment


def _moments(world: World, seed: int) -> Iterator[Moment]:
    chance = Random(f"groups/{seed}")  # noqa: S311 — it need not be unguessable
    _make_statics(world)
    _make_dynamics(world)
    _make_composites(world, chance)
    world.fifty = world.add("Vijftig onderdelen", fifty_parts(world))
    drawn = {
        group: [_draw(rate, world.contacts, chance) for _ in range(2)]
        for group, rate in zip(world.statics, rates(), strict=True)
    }
    for group in world.statics:
        world.members[group] = drawn[group][0]
    _follow(world)
    yield Moment(world.begun, {g: m.copy() for g, m in world.members.items()}, {})
    churns = [_draw(_CHURN, world.contacts, chance) for _ in range(_CHURNS)]
    for step in range(1, STEPS + 1):
        before = dict(world.members)
        for place, group in enumerate(world.statics):
            leaving = churns[(place + step) % _CHURNS]
            coming = drawn[group][1] & churns[(place + step * 7 + 3) % _CHURNS]
            world.members[group] = (before[group] - leaving) | (coming - leaving)
        _follow(world)
        yield _moment(world.begun + _QUARTER * step, before, world.members)


def rates() -> list[float]:
    """Which part of all contacts each static group holds."""
    return [_LARGEST / (place + 1) ** _SHRINKING for place in range(STATIC)]


def fifty_parts(world: World) -> Expression:
    """The definition of fifty leaves, five levels deep, that readings are timed on."""
    leaves = [GroupMembers(group) for group in world.statics[:FIFTY]]

    def some(first: int, last: int) -> tuple[Expression, ...]:
        return tuple(leaves[first:last])

    innermost = AtLeast(2, some(0, 8))
    fourth = AllOf((AnyOf((innermost, *some(8, 14))), AnyOf(some(14, 20))))
    third = Except(AnyOf((fourth, *some(20, 28))), some(28, 34))
    second = AtLeast(2, (third, *some(34, 42)))
    return AnyOf((second, AllOf(some(42, 44)), *some(44, 50)))


def add_small_groups(world: World, wanted: int, seed: int = SEED) -> list[int]:
    """Further small groups, as a large cooperative has them, up to `wanted` in all."""
    chance = Random(f"further/{seed}")  # noqa: S311 — it need not be unguessable
    new: list[int] = []
    small: list[int] = []
    everyone = range(1, world.contacts + 1)
    while len(world.groups) < wanted:
        place = len(world.groups)
        if place % 8 < 5:  # noqa: PLR2004 — five in eight are static
            group = world.add(f"Werkgroep {place} - {CITIES[place % len(CITIES)]}")
            size = min(world.contacts, chance.randint(5, 500))
            world.members[group] = BitMap(chance.sample(everyone, size))
            small.append(group)
        else:
            # Not of composites: P1, without a memo, would take hours over chains. Nor
            # of large groups: of a million contacts P3 would have 100 million rows.
            parts = chance.sample(small, 3)
            named = tuple(GroupMembers(part) for part in parts)
            group = world.add(f"Samen {place}", AnyOf(named))
        new.append(group)
    return new


def add_followers(world: World, count: int) -> tuple[int, list[int]]:
    """A static group without members, and so many groups that follow from it."""
    hub = world.add(f"Spil van {count}")
    followers: list[int] = []
    for place in range(count):
        nearest = hub if place < count // LEVELS else followers[place - count // LEVELS]
        other = world.statics[place % STATIC]
        followers.append(
            world.add(
                f"Volgt {count}/{place}",
                AnyOf((GroupMembers(nearest), GroupMembers(other))),
            )
        )
    return hub, [hub, *followers]


def followers_of(world: World, group: int) -> list[int]:
    """Every group whose definition names this one, through any number of steps."""
    found = {group}
    for one in world.derived:
        if one.definition is not None and found & _named(one.definition):
            found.add(one.id)
    return sorted(found - {group})


def flips(
    world: World,
    contacts: Collection[int],
    changed: Mapping[int, frozenset[int]],
) -> dict[int, tuple[frozenset[int], frozenset[int]]]:
    """Who joins and leaves each group when these static groups get these members.

    Only the given contacts are looked at; worked out on plain sets.
    """
    some = frozenset(contacts)
    before, after = PlainWorld(world, some), PlainWorld(world, some, changed)
    touched = set(changed).union(*(followers_of(world, group) for group in changed))
    turned = {
        group: (
            after.members_of(group) - before.members_of(group),
            before.members_of(group) - after.members_of(group),
        )
        for group in sorted(touched)
    }
    return {group: flip for group, flip in turned.items() if flip[0] or flip[1]}


def _named(definition: Expression) -> set[int]:
    match definition:
        case GroupMembers(group):
            return {group}
        case AnyOf(parts) | AllOf(parts) | AtLeast(_, parts):
            return set().union(*map(_named, parts))
        case Except(base, removed):
            return _named(base).union(*map(_named, removed))
        case _:
            return set()


def _make_statics(world: World) -> None:
    for place in range(STATIC):
        prefix = ("Coach", "Werkgroep", "Bewoners", "Actie")[place % 4]
        world.add(f"{prefix} - {CITIES[place % len(CITIES)]} {place}")


def _make_dynamics(world: World) -> None:
    wheres: list[Expression] = [
        *(Where("city", Operator.IS, city) for city in CITIES),
        *(Where("status", Operator.IS, status) for status in STATUSES),
        *(Where(f"field:{DWELLING}", Operator.IS, one) for one in DWELLINGS),
        *(Where("neighbourhood", Operator.IS, one) for one in NEIGHBOURHOODS),
        *(_born_in(decade) for decade in range(1935, 2005, 10)),
        Where("newsletter", Operator.IS, value=True),
        Where("status", Operator.IN, STATUSES[:2]),
    ]
    pairs: list[Expression] = [
        AllOf((_living_in(city), Where("newsletter", Operator.IS, value=True)))
        for city in CITIES
    ]
    for place, definition in enumerate([*wheres, *pairs][:DYNAMIC]):
        world.add(f"Volgens gegevens {place}", definition)


def _living_in(city: str) -> Expression:
    return Where("city", Operator.IS, city)


def _born_in(decade: int) -> Where:
    years = (date(decade, 1, 1), date(decade + 9, 12, 31))
    return Where("date_of_birth", Operator.BETWEEN, years)


def _make_composites(world: World, chance: Random) -> None:
    """As many on each level; each names a group of the level below."""
    below = list(world.groups)
    for level in range(LEVELS):
        here = [
            world.add(f"Samengesteld {level}.{place}", _composed(below, chance))
            for place in range(COMPOSITE // LEVELS)
        ]
        below = here


def _composed(below: list[int], chance: Random) -> Expression:
    lower = chance.choice(below)
    others = chance.sample(range(1, STATIC + DYNAMIC + 1), chance.randint(3, 8))
    parts = tuple(GroupMembers(part) for part in dict.fromkeys([lower, *others]))
    match chance.randrange(4):
        case 0:
            return AnyOf(parts)
        case 1:
            return AtLeast(2, parts)
        case 2:
            return Except(AnyOf(parts[:-2]), parts[-2:])
        case _:
            return AllOf((AnyOf(parts[:2]), AnyOf(parts[2:])))


def _follow(world: World) -> None:
    for one in world.derived:
        if one.definition is not None:
            world.members[one.id] = members(one.definition, world)


def _moment(
    day: date, before: Mapping[int, BitMap], after: Mapping[int, BitMap]
) -> Moment:
    joined = {group: after[group] - before[group] for group in after}
    left = {group: before[group] - after[group] for group in after}
    return Moment(day, joined, left)


def _draw(rate: float, contacts: int, chance: Random) -> BitMap:
    """Each contact with the same chance; jumps from one that is drawn to the next."""
    found: list[int] = []
    step = log(1 - rate)
    here = 0
    while True:
        here += 1 + int(log(1 - chance.random()) / step)
        if here > contacts:
            return BitMap(found)
        found.append(here)
