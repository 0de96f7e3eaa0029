"""W1, W3 and W4: counts and ids, the groups of a contact, and the list of groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyroaring import BitMap

from kring.algebra.expressions import (
    Expression,
    MemberSince,
    SameAddress,
    Where,
)
from kring.algebra.expressions import (
    Role as HeldRole,
)
from kring.algebra.semantics import members
from kring.algebra.walk import groups_named_in
from kring.bench import peers
from kring.bench.floors import recorded, rows
from kring.bench.racing import Contender, Race, Ratio, Role, Trips
from kring.bench.workloads import LARGE, MIDDLE, OBJECTS_UP_TO, Bench
from kring.bench.world import plain
from kring.groups import queries, since
from kring.groups.unsaved import members_of_each


def counts_and_ids(bench: Bench) -> Iterator[Race]:
    """W1."""
    group, world = bench.world.fifty, bench.world
    definition = world.groups[group].definition
    if definition is None:
        raise LookupError(group)
    truth = plain(world).members_of(group)
    yield Race(
        "W1",
        "count of a composite of 50 groups, stored",
        len(truth),
        [
            Contender(Role.KRING, "stored count", lambda: _stored_count(group)),
            Contender(
                Role.FLOOR,
                "one query",
                lambda: rows(bench.bare, _COUNT, group),
                told=lambda answer: answer[0][0],
            ),
            *_counted_by_peers(bench, definition),
            *_counted_by_objects(bench, group),
        ],
        [
            Ratio(Role.P3, at_least=1_000, at=(LARGE,)),
            Ratio(Role.P1, at_least=5_000, at=(MIDDLE,)),
            Ratio(Role.FLOOR, at_most=3),
        ],
    )
    yield Race(
        "W1",
        "ids of a composite of 50 groups, stored",
        truth,
        [
            Contender(
                Role.KRING,
                "stored bitmaps",
                lambda: queries.members_of(group),
                told=frozenset,
            ),
            Contender(
                Role.FLOOR,
                "one query",
                lambda: rows(bench.bare, _BLOBS, group),
                told=lambda _: truth,
            ),
            Contender(Role.P2, "ids and sets", lambda: _ids(bench, group)),
            *_found_in_sql(bench, definition),
        ],
        [Ratio(Role.FLOOR, at_most=3)],
    )
    yield Race(
        "W1",
        "count of an unsaved definition of 50 groups",
        len(truth),
        [
            Contender(Role.KRING, "bitmaps of the parts", lambda: _unsaved(definition)),
            *_counted_by_peers(bench, definition),
        ],
        [Ratio(Role.P3, at_least=150, at=(LARGE,))],
    )


def groups_of_a_contact(bench: Bench) -> Iterator[Race]:
    """W3."""
    contact = _busiest(bench)
    truth = since_when(bench, contact)
    with recorded() as recording:
        _groups_with_since(contact)
    everything = peers.Ids(bench.world)

    def evaluated() -> list[int]:
        everything.known.clear()
        groups = bench.world.groups
        return [group for group in groups if contact in everything.members_of(group)]

    def with_dates(groups: list[int]) -> dict[int, date | None]:
        return {group: truth.get(group) for group in groups}

    yield Race(
        "W3",
        "ids of all groups of a contact, with since",
        truth,
        [
            Contender(Role.KRING, "one chunk", lambda: _groups_with_since(contact)),
            Contender(Role.P2, "evaluate all groups", evaluated, told=with_dates),
            Contender(
                Role.P3,
                "rows of the contact, without since",
                lambda: [row[0] for row in rows(bench.bare, _ROWS_OF, contact)],
                told=with_dates,
            ),
        ],
        [Ratio(Role.P2, at_least=100), Trips(3, len(recording.statements))],
    )


def list_of_groups(bench: Bench) -> Iterator[Race]:
    """W4; the world has a thousand groups."""
    members = plain(bench.world)
    truth = {group: len(members.members_of(group)) for group in bench.world.groups}
    yield Race(
        "W4",
        f"exact counts of {len(truth):,} groups",
        truth,
        [
            Contender(
                Role.KRING, "stored counts", lambda: queries.counts_of(list(truth))
            ),
            Contender(
                Role.P3,
                "group by",
                lambda: dict(rows(bench.bare, _GROUP_BY)),
                told=lambda counted: dict.fromkeys(truth, 0) | counted,
            ),
        ],
        [Ratio(Role.P3, at_least=100)],
    )
    yield Race(
        "W4",
        f"{len(truth):,} groups with all settings and exact counts",
        truth,
        [
            Contender(Role.KRING, "groups and stored counts", _listed_with_counts),
            Contender(
                Role.FLOOR,
                "scan of the groups",
                lambda: rows(bench.bare, _SCAN),
                told=lambda _: truth,
            ),
        ],
        [Ratio(Role.FLOOR, at_most=10)],
    )


def since_when(bench: Bench, contact: int) -> dict[int, date | None]:
    """The groups that a contact is in, and the day on which it last joined them."""
    found: dict[int, date | None] = {}
    for group, inside in bench.world.members.items():
        if contact in inside:
            days = (m.day for m in bench.world.moments if contact in m.joined[group])
            found[group] = max(days)
    return found


def _counted_by_peers(bench: Bench, definition: Expression) -> Iterator[Contender]:
    for way, statement in _statements(definition):
        yield Contender(
            Role.P3,
            way,
            lambda asked=statement: peers.count_of(bench.bare, asked),  # type: ignore[misc]
        )
    yield Contender(
        Role.P2,
        "ids and sets",
        lambda: len(members(definition, peers.Ids(bench.world))),
    )


def _counted_by_objects(bench: Bench, group: int) -> Iterator[Contender]:
    if bench.world.contacts <= OBJECTS_UP_TO:
        yield Contender(
            Role.P1,
            "ORM objects, no memo",
            lambda: len(peers.Objects(bench.world).members_of(group)),
        )


def _found_in_sql(bench: Bench, definition: Expression) -> Iterator[Contender]:
    for way, statement in _statements(definition):
        yield Contender(
            Role.P3,
            way,
            lambda asked=statement: peers.ids_of(bench.bare, asked),  # type: ignore[misc]
        )


def _statements(definition: Expression) -> list[tuple[str, peers.Statement]]:
    return [
        ("set operations", peers.as_set_operations(definition)),
        ("one pass, bits a contact", peers.as_one_pass(definition)),
    ]


def _stored_count(group: int) -> int:
    return queries.counts_of([group])[group]


def _ids(bench: Bench, group: int) -> frozenset[int]:
    return peers.Ids(bench.world).members_of(group)


def _unsaved(definition: Expression) -> int:
    """Evaluated as previews do: the parts' bitmaps are read, nothing is kept."""
    stored = members_of_each(groups_named_in(definition))
    return len(members(definition, _Stored(stored)))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A world of which only stored members of groups are asked."""

    stored: Mapping[int, BitMap]

    @property
    def everyone(self) -> BitMap:
        raise LookupError

    @property
    def nobody(self) -> BitMap:
        return BitMap()

    def members_of(self, group: int, /) -> BitMap:
        return self.stored.get(group, BitMap())

    def matching(self, condition: Where | SameAddress, /) -> BitMap:
        raise LookupError(condition)

    def having_role(self, role: HeldRole, /) -> BitMap:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> BitMap:
        raise LookupError(membership)


def _groups_with_since(contact: int) -> dict[int, date | None]:
    """As the page of a contact asks it."""
    groups = queries.groups_having(BitMap([contact]))
    days = since.since_joined([contact], groups) | since.since_stated([contact], groups)
    return {group: days.get((contact, group)) for group in groups}


def _listed_with_counts() -> dict[int, int]:
    """What the page with the list of groups asks."""
    groups = list(queries.listed_groups())
    return queries.counts_of([group.pk for group in groups])


def _busiest(bench: Bench) -> int:
    """A contact of more groups than others; looked for among a thousand."""
    some = range(1, min(bench.world.contacts, 1_000) + 1)
    inside = bench.world.members.values()
    return max(some, key=lambda contact: sum(contact in one for one in inside))


_COUNT = "select sum(count) from group_chunk where group_id = %s"
_BLOBS = "select members from group_chunk where group_id = %s"
_SCAN = 'select * from "group"'
_ROWS_OF = 'select "group" from member where contact = %s'
_GROUP_BY = 'select "group", count(*) from member group by "group"'
