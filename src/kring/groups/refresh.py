"""The one place where who-is-in-which-group changes, and is written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from pyroaring import BitMap

from kring.algebra.expressions import (
    GroupId,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.graph import in_order, parts_of
from kring.algebra.semantics import effective, members
from kring.algebra.walk import (
    conditions_in,
    memberships_since_in,
    roles_named_in,
)
from kring.contacts.conditions import matching, next_turning_days
from kring.groups import definitions, history, turning_days
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import (
    Flip,
    Turned,
    chunks_of,
    ids_of_chunk,
    loaded,
    stored,
    union,
)
from kring.groups.definitions import Node
from kring.groups.models import Effect
from kring.groups.since import Joinings, joinings
from kring.groups.turning_days import TurningDays

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000

_PLACED_AMONG = """
select group_id, effect, array_agg(contact_id), min(until) from placement
where group_id = any(%s) and (until is null or until >= %s) and contact_id = any(%s)
group by group_id, effect
"""
_PLACED_BETWEEN = """
select group_id, effect, array_agg(contact_id), min(until) from placement
where group_id = any(%s) and (until is null or until >= %s)
  and contact_id between %s and %s
group by group_id, effect
"""


@dataclass(slots=True)
class Sight:
    """What is known of some contacts while groups are judged, one after another.

    It is the world of `algebra.semantics`, narrowed to `contacts`: members that
    were judged already answer with their new bits, the others with stored ones.
    """

    contacts: BitMap
    everyone: BitMap
    stored: Mapping[GroupId, BitMap]
    placed: Mapping[tuple[GroupId, str], BitMap]
    conditions: Mapping[Where | SameAddress, BitMap]
    givers: Mapping[str, frozenset[GroupId]]
    joinings: Joinings
    judged: dict[GroupId, BitMap] = field(default_factory=dict)

    @property
    def nobody(self) -> BitMap:
        return BitMap()

    def members_of(self, group: GroupId, /) -> BitMap:
        if group in self.judged:
            return self.judged[group]
        return self.before(group)

    def matching(self, condition: Where | SameAddress, /) -> BitMap:
        return self.conditions[condition]

    def having_role(self, role: Role, /) -> BitMap:
        givers = self.givers[role.value]
        return BitMap.union(BitMap(), *(self.members_of(group) for group in givers))

    def member_since(self, membership: MemberSince, /) -> BitMap:
        return self.joinings.among(self.members_of(membership.group), membership)

    def before(self, group: GroupId) -> BitMap:
        return self.stored.get(group, BitMap()) & self.contacts

    def placed_in(self, group: GroupId) -> BitMap:
        return self.placed.get((group, Effect.IN.value), BitMap())

    def kept_out(self, group: GroupId) -> BitMap:
        return self.placed.get((group, Effect.OUT.value), BitMap())


def follow(
    touched: Collection[GroupId], contacts: BitMap, *, everyone: BitMap, today: date
) -> Judgement:
    """Judge the touched groups, and all that follow from them, for these contacts.

    The chunks of the contacts are held by the caller, and `everyone` are the
    contacts that exist in them. Nothing is written yet: see `write`.
    """
    nodes = definitions.nodes_following(touched) if touched and contacts else {}
    plan = _Plan.of(nodes)
    chunks = chunks_of(contacts)
    placed, ends = _placements(list(nodes), contacts, today)
    sight = Sight(
        contacts=contacts,
        everyone=everyone & contacts,
        stored=stored_members(plan.read, chunks),
        placed=placed,
        conditions=matching(plan.conditions, among=contacts, today=today),
        givers=plan.givers,
        joinings=joinings(plan.memberships, contacts, today=today),
    )
    judged, turned = _judge(plan, frozenset(touched), sight)
    days = next_turning_days(plan.conditions, among=contacts, today=today)
    return Judgement(
        turned,
        sight.stored,
        TurningDays(
            groups=judged,
            chunks=chunks,
            days=_next_days(plan.nodes, judged, ends, days, sight.joinings),
            is_everyone=not everyone - contacts,
        ),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The bits that should turn, the bits they turn from, and when more will turn."""

    turned: Turned
    before: Mapping[GroupId, BitMap]
    days: TurningDays


def write(judgement: Judgement, change: int, *, steps: int = 1) -> Turned:
    """Write the bits and turns of the groups whose bits turned; returns what turned.

    `steps` is how many steps the act has of which this is one.
    """
    _write_members(judgement)
    history.write_turned(change, judgement.turned, steps=steps)
    return judgement.turned


def mend(
    judgement: Judgement,
    remembered: Mapping[GroupId, BitMap],
    *,
    chunk: int,
    change: int,
) -> Turned:
    """Write bits of one chunk anew over whatever is stored; returns what turned.

    `remembered` are the members of the groups to write as history adds them up: what
    history has rightly is not written down again, and what it lacks is.
    """
    stored = stored_members(remembered, [chunk])
    unturned = Flip(BitMap(), BitMap())
    right = {
        group: (stored.get(group, BitMap()) - flip.left) | flip.joined
        for group in remembered
        for flip in [judgement.turned.get(group, unturned)]
    }
    _write_rows([(group, chunk, bits) for group, bits in right.items()])
    turned = {
        group: Flip(joined=bits - remembered[group], left=remembered[group] - bits)
        for group, bits in right.items()
        if bits != remembered[group]
    }
    history.write_turned(change, turned)
    return turned


def write_days(judgement: Judgement) -> None:
    """Write on which days the judged groups may turn next, also if no bit turned."""
    turning_days.write(judgement.days)


def stored_members(
    groups: Collection[GroupId], chunks: Collection[int]
) -> dict[GroupId, BitMap]:
    """The stored members of these groups in these chunks."""
    found: defaultdict[GroupId, list[BitMap]] = defaultdict(list)
    with binary_cursor() as cursor:
        cursor.execute(
            "select group_id, members from group_chunk"
            " where group_id = any(%s) and chunk = any(%s)",
            [list(groups), list(chunks)],
        )
        for group, blob in cursor.fetchall():
            found[group].append(loaded(blob))
    # Of all chunks at once: one by one, each would copy what came before it.
    return {group: union(bits) for group, bits in found.items()}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which groups to judge, in which order, and what must be known for it."""

    nodes: Mapping[GroupId, Node]
    parts: Mapping[GroupId, frozenset[GroupId]]
    givers: Mapping[str, frozenset[GroupId]]
    conditions: Collection[Where | SameAddress]
    memberships: Collection[MemberSince]

    @classmethod
    def of(cls, nodes: Mapping[GroupId, Node]) -> _Plan:
        defined = {
            group: node.definition
            for group, node in nodes.items()
            if node.definition is not None
        }
        roles = {
            role.value for rule in defined.values() for role in roles_named_in(rule)
        }
        givers = definitions.groups_giving(roles)
        return cls(
            nodes=nodes,
            parts={
                group: parts_of(rule, lambda role: givers[role.value])
                for group, rule in defined.items()
            },
            givers=givers,
            conditions={c for rule in defined.values() for c in conditions_in(rule)},
            memberships={
                one for rule in defined.values() for one in memberships_since_in(rule)
            },
        )

    @property
    def read(self) -> frozenset[GroupId]:
        return frozenset(self.nodes).union(*self.parts.values())


def _judge(
    plan: _Plan, touched: frozenset[GroupId], sight: Sight
) -> tuple[list[GroupId], Turned]:
    """The groups that had to be judged, and the bits among them that turn."""
    judged: list[GroupId] = []
    turned: dict[GroupId, Flip] = {}
    for group in in_order(plan.nodes, plan.parts):
        if not _must_be_judged(group, plan, touched, turned):
            continue
        judged.append(group)
        before, after = sight.before(group), _after(plan.nodes[group], sight)
        if before != after:
            sight.judged[group] = after
            turned[group] = Flip(joined=after - before, left=before - after)
            if plan.nodes[group].definition is not None:
                sight.joinings.note(group, turned[group].joined)
    return judged, turned


def _must_be_judged(
    group: GroupId,
    plan: _Plan,
    touched: frozenset[GroupId],
    turned: Mapping[GroupId, Flip],
) -> bool:
    """Whether it is touched, a part of it turned, or a date of joining may differ."""
    if group in touched or not turned.keys().isdisjoint(plan.parts.get(group, ())):
        return True
    rule = plan.nodes[group].definition
    return rule is not None and any(
        membership.group in touched for membership in memberships_since_in(rule)
    )


def _after(node: Node, sight: Sight) -> BitMap:
    if node.is_deleted:
        return BitMap()
    defined = BitMap() if node.definition is None else members(node.definition, sight)
    return effective(
        defined,
        placed_in=sight.placed_in(node.group),
        kept_out=sight.kept_out(node.group),
    )


def _placements(
    groups: list[GroupId], contacts: BitMap, today: date
) -> tuple[dict[tuple[GroupId, str], BitMap], dict[GroupId, date]]:
    """Who is placed in these groups by hand today, who is kept out, until when.

    Of each group the first day on which such a placement counts no more.
    """
    found: dict[tuple[GroupId, str], BitMap] = {}
    ends: dict[GroupId, date] = {}
    with connection.cursor() as cursor:
        if len(contacts) <= _IDS_IN_A_QUESTION:
            cursor.execute(_PLACED_AMONG, [groups, today, list(contacts)])
        else:
            span = [contacts.min(), contacts.max()]
            cursor.execute(_PLACED_BETWEEN, [groups, today, *span])
        for group, effect, ids, until in cursor.fetchall():
            found[group, effect] = BitMap(ids) & contacts
            # After the last day there is, none comes.
            if until is not None and until < date.max:
                end = until + timedelta(days=1)
                ends[group] = min(end, ends.get(group, end))
    return found, ends


def _next_days(
    nodes: Mapping[GroupId, Node],
    judged: Collection[GroupId],
    ends: Mapping[GroupId, date],
    turning: Mapping[Where | SameAddress, date],
    joined: Joinings,
) -> dict[GroupId, date]:
    """The first day on which each judged group may turn though no fact changes."""
    found: dict[GroupId, date] = {}
    for group in judged:
        rule = nodes[group].definition
        days = [ends[group]] if group in ends else []
        if rule is not None and not nodes[group].is_deleted:
            days += [turning[c] for c in conditions_in(rule) if c in turning]
            waits = map(joined.next_turning_day, memberships_since_in(rule))
            days += [day for day in waits if day is not None]
        if days:
            found[group] = min(days)
    return found


def _write_members(judgement: Judgement) -> None:
    _write_rows(
        [
            (group, chunk, after & ids_of_chunk(chunk))
            for group, flip in judgement.turned.items()
            for after in [
                (judgement.before.get(group, BitMap()) - flip.left) | flip.joined
            ]
            for chunk in chunks_of(flip.joined | flip.left)
        ]
    )


def _write_rows(rows: Collection[tuple[GroupId, int, BitMap]]) -> None:
    """Write the members of groups in chunks, with their number."""
    with binary_cursor() as cursor:
        cursor.execute(
            "insert into group_chunk (group_id, chunk, members, count)"
            " select * from unnest(%s::bigint[], %s::int[], %b::bytea[], %s::int[])"
            " on conflict (group_id, chunk)"
            " do update set members = excluded.members, count = excluded.count",
            [
                [group for group, _, _ in rows],
                [chunk for _, chunk, _ in rows],
                [stored(bits) for _, _, bits in rows],
                [len(bits) for _, _, bits in rows],
            ],
        )
