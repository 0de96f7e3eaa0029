"""The one place where who-is-in-which-group changes, and is written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

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
from kring.algebra.walk import conditions_in, roles_named_in
from kring.contacts.conditions import matching
from kring.groups import definitions, history
from kring.groups.bitmaps import Flip, Turned, chunks_of, ids_of_chunk, loaded, stored
from kring.groups.definitions import Node
from kring.groups.models import Effect

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000

_PLACED_AMONG = """
select group_id, effect, array_agg(contact_id) from placement
where group_id = any(%s) and (until is null or until >= %s) and contact_id = any(%s)
group by group_id, effect
"""
_PLACED_BETWEEN = """
select group_id, effect, array_agg(contact_id) from placement
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
        # `actions.groups` lets no definition through that asks this.
        raise LookupError(membership)

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
    sight = Sight(
        contacts=contacts,
        everyone=everyone & contacts,
        stored=stored_members(plan.read, chunks),
        placed=_placements(list(nodes), contacts, today),
        conditions=matching(plan.conditions, among=contacts, today=today),
        givers=plan.givers,
    )
    turned = _judge(plan, frozenset(touched), sight)
    return Judgement(turned, sight.stored, chunks)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The bits that should turn, and the bits they turn from."""

    turned: Turned
    before: Mapping[GroupId, BitMap]
    chunks: list[int]


def write(judgement: Judgement, change: int) -> Turned:
    """Write the bits and turns of the groups whose bits turned; returns what turned."""
    _write_members(judgement)
    history.write_turned(change, judgement.turned)
    return judgement.turned


def stored_members(
    groups: Collection[GroupId], chunks: Collection[int]
) -> dict[GroupId, BitMap]:
    """The stored members of these groups in these chunks."""
    found: dict[GroupId, BitMap] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id, members from group_chunk"
            " where group_id = any(%s) and chunk = any(%s)",
            [list(groups), list(chunks)],
        )
        for group, blob in cursor.fetchall():
            bits = loaded(blob)
            found[group] = found[group] | bits if group in found else bits
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which groups to judge, in which order, and what must be known for it."""

    nodes: Mapping[GroupId, Node]
    parts: Mapping[GroupId, frozenset[GroupId]]
    givers: Mapping[str, frozenset[GroupId]]
    conditions: Collection[Where | SameAddress]

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
        )

    @property
    def read(self) -> frozenset[GroupId]:
        return frozenset(self.nodes).union(*self.parts.values())


def _judge(plan: _Plan, touched: frozenset[GroupId], sight: Sight) -> Turned:
    turned: dict[GroupId, Flip] = {}
    for group in in_order(plan.nodes, plan.parts):
        if group not in touched and turned.keys().isdisjoint(plan.parts[group]):
            continue
        before, after = sight.before(group), _after(plan.nodes[group], sight)
        if before != after:
            sight.judged[group] = after
            turned[group] = Flip(joined=after - before, left=before - after)
    return turned


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
) -> dict[tuple[GroupId, str], BitMap]:
    """Who is placed in these groups by hand today, and who is kept out."""
    found: dict[tuple[GroupId, str], BitMap] = {}
    with connection.cursor() as cursor:
        if len(contacts) <= _IDS_IN_A_QUESTION:
            cursor.execute(_PLACED_AMONG, [groups, today, list(contacts)])
        else:
            span = [contacts.min(), contacts.max()]
            cursor.execute(_PLACED_BETWEEN, [groups, today, *span])
        for group, effect, ids in cursor.fetchall():
            found[group, effect] = BitMap(ids) & contacts
    return found


def _write_members(judgement: Judgement) -> None:
    rows = [
        (group, chunk, after & ids_of_chunk(chunk))
        for group, flip in judgement.turned.items()
        for after in [(judgement.before.get(group, BitMap()) - flip.left) | flip.joined]
        for chunk in chunks_of(flip.joined | flip.left)
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into group_chunk (group_id, chunk, members, count)"
            " select * from unnest(%s::bigint[], %s::int[], %s::bytea[], %s::int[])"
            " on conflict (group_id, chunk)"
            " do update set members = excluded.members, count = excluded.count",
            [
                [group for group, _, _ in rows],
                [chunk for _, chunk, _ in rows],
                [stored(bits) for _, _, bits in rows],
                [len(bits) for _, _, bits in rows],
            ],
        )
