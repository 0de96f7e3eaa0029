"""Peers: other ways to the same answer, each as good as it can be made.

They work on a row for every membership, of static and derived groups alike, kept in
the scratch database alone: `member`, in two indexes that each hold all columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, ClassVar, Final

from django.apps.registry import Apps
from django.db import connection, models

from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupMembers,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.semantics import members
from kring.algebra.walk import groups_named_in
from kring.bench.floors import Bare
from kring.bench.racing import TooLongError
from kring.bench.world import World
from kring.contacts.models import Contact

_PATIENCE: Final = 60.0
"""So many seconds ORM objects are waited for; 1,000 groups would take half an hour."""

_MAKE: Final = """
create table member (contact bigint not null, "group" integer not null)
"""
_INDEXES: Final = (
    'create unique index member_by_group on member ("group", contact)',
    'create unique index member_by_contact on member (contact, "group")',
)


class Member(models.Model):
    """A membership as a row."""

    pk = models.CompositePrimaryKey("contact", "group")
    contact = models.BigIntegerField()
    group = models.IntegerField()

    objects: ClassVar[models.Manager[Member]] = models.Manager()

    class Meta:
        # Its own registry: the table exists in the scratch database alone.
        apps = Apps()
        app_label = "bench"
        db_table = "member"
        managed = False

    def __str__(self) -> str:
        return f"{self.contact} in {self.group}"


def make_rows(world: World) -> None:
    """Write every membership as a row, with the indexes that the peers use best."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        with cursor.copy('copy member (contact, "group") from stdin') as copy:
            for group, inside in world.members.items():
                copy.write("".join([f"{one}\t{group}\n" for one in inside]))
        cursor.execute("set maintenance_work_mem = '512MB'")
        for statement in _INDEXES:
            cursor.execute(statement)
        cursor.execute("reset maintenance_work_mem")
        cursor.execute("vacuum analyze member")


def add_rows(world: World, groups: Iterable[int]) -> None:
    """The same for groups that were added later."""
    _copy_rows(world, groups)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze member")


def _copy_rows(world: World, groups: Iterable[int]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy('copy member (contact, "group") from stdin') as copy,
    ):
        for group in groups:
            inside = world.members[group]
            copy.write("".join([f"{one}\t{group}\n" for one in inside]))


# P1: ORM objects, and no memo: every group is worked out again wherever it is named.


@dataclass(frozen=True, slots=True)
class Objects:
    """A world of which every set holds contacts as objects.

    With many contacts and groups it gives up `until` a moment of `perf_counter`.
    """

    world: World
    until: float = field(default_factory=lambda: perf_counter() + _PATIENCE)

    @property
    def everyone(self) -> frozenset[Contact]:
        return frozenset(Contact.objects.all())

    @property
    def nobody(self) -> frozenset[Contact]:
        return frozenset()

    def members_of(self, group: int, /) -> frozenset[Contact]:
        if perf_counter() > self.until:
            raise TooLongError
        definition = self.world.groups[group].definition
        if definition is not None and groups_named_in(definition):
            return members(definition, self)
        inside = Member.objects.filter(group=group).values("contact")
        return frozenset(Contact.objects.filter(pk__in=inside))

    def matching(self, condition: Where | SameAddress, /) -> frozenset[Contact]:
        raise LookupError(condition)

    def having_role(self, role: Role, /) -> frozenset[Contact]:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> frozenset[Contact]:
        raise LookupError(membership)


# P2: ORM ids and Python sets; each group is read or worked out once.


@dataclass(frozen=True, slots=True)
class Ids:
    """A world of which every set holds ids, read by the ORM."""

    world: World
    known: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def everyone(self) -> frozenset[int]:
        return frozenset(Contact.objects.values_list("pk", flat=True))

    @property
    def nobody(self) -> frozenset[int]:
        return frozenset()

    def members_of(self, group: int, /) -> frozenset[int]:
        if group not in self.known:
            self.known[group] = self._found(group)
        return self.known[group]

    def matching(self, condition: Where | SameAddress, /) -> frozenset[int]:
        raise LookupError(condition)

    def having_role(self, role: Role, /) -> frozenset[int]:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> frozenset[int]:
        raise LookupError(membership)

    def _found(self, group: int) -> frozenset[int]:
        definition = self.world.groups[group].definition
        if definition is not None and groups_named_in(definition):
            return members(definition, self)
        rows = Member.objects.filter(group=group).values_list("contact", flat=True)
        return frozenset(rows.iterator(chunk_size=20_000))


# P3: one SQL statement over rows of the leaves, in the three forms one would try.


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with what is bound to it."""

    text: str
    bound: tuple[Any, ...]


def as_set_operations(expression: Expression) -> Statement:
    """Union, intersect and except of one select a leaf."""
    return _combined(expression)


def as_one_pass(expression: Expression) -> Statement:
    """All rows of the leaves once, a mask of bits a contact, and a test of it."""
    leaves = sorted(groups_named_in(expression))
    bits = {group: 1 << place for place, group in enumerate(leaves)}
    test = _test(expression, bits)
    return Statement(
        _MASKED + test.text,
        (leaves, [bits[group] for group in leaves], *test.bound),
    )


def as_bits_of(groups: Sequence[int]) -> Statement:
    """How many contacts lie in each region of these groups."""
    return Statement(_REGIONS, (list(groups), [1 << i for i in range(len(groups))]))


def _combined(expression: Expression) -> Statement:
    match expression:
        case GroupMembers(group):
            return Statement('select contact from member where "group" = %s', (group,))
        case AnyOf(parts):
            return _joined(" union ", parts)
        case AllOf(parts):
            return _joined(" intersect ", parts)
        case Except(base, removed):
            taken = _joined(" union all ", removed)
            kept = _combined(base)
            text = f"({kept.text}) except ({taken.text})"
            return Statement(text, kept.bound + taken.bound)
        case AtLeast(count, parts):
            each = _joined(" union all ", parts)
            text = _SEVERAL % {"each": each.text}
            return Statement(text, (*each.bound, count))
        case _:
            raise LookupError(expression)


def _joined(word: str, parts: Sequence[Expression]) -> Statement:
    made = [_combined(part) for part in parts]
    text = word.join(f"({one.text})" for one in made)
    return Statement(text, tuple(value for one in made for value in one.bound))


def _test(expression: Expression, bits: Mapping[int, int]) -> Statement:
    match expression:
        case GroupMembers(group):
            return Statement("(mask & %s <> 0)", (bits[group],))
        case AnyOf(parts):
            return _tests(" or ", parts, bits)
        case AllOf(parts):
            return _tests(" and ", parts, bits)
        case Except(base, removed):
            kept, taken = _test(base, bits), _tests(" or ", removed, bits)
            text = f"({kept.text} and not {taken.text})"
            return Statement(text, kept.bound + taken.bound)
        case AtLeast(count, parts):
            each = _tests("::int + ", parts, bits)
            return Statement(f"({each.text[1:-1]}::int >= %s)", (*each.bound, count))
        case _:
            raise LookupError(expression)


def _tests(
    word: str, parts: Sequence[Expression], bits: Mapping[int, int]
) -> Statement:
    made = [_test(part, bits) for part in parts]
    text = "(" + word.join(one.text for one in made) + ")"
    return Statement(text, tuple(value for one in made for value in one.bound))


def count_of(bare: Bare, statement: Statement) -> int:
    """How many contacts a statement finds."""
    text = f"select count(*) from ({statement.text}) found"  # noqa: S608 — our own
    row = bare.execute(text.encode(), statement.bound).fetchone()
    return int(row[0]) if row else 0


def ids_of(bare: Bare, statement: Statement) -> frozenset[int]:
    found = bare.execute(statement.text.encode(), statement.bound)
    return frozenset(contact for (contact,) in found)


# P4: recompute everything: all derived groups from rows, and write what differs.


Flips = dict[int, tuple[frozenset[int], frozenset[int]]]


def recompute_everything(
    bare: Bare, world: World, fresh: Mapping[int, frozenset[int]] | None = None
) -> Flips:
    """Work out every composite group on sets of ids, and write what has turned.

    The ids come in one statement. Dynamic groups are taken as they stand, or as the
    caller found them afresh.
    """
    stored = _all_rows(bare)
    known = stored | dict(fresh or {})
    turned: Flips = {}
    for one in world.derived:
        if one.definition is None:
            continue
        if groups_named_in(one.definition):
            known[one.id] = members(one.definition, _Known(known))
        before = stored.get(one.id, frozenset())
        now = known.get(one.id, frozenset())
        if now != before:
            turned[one.id] = (now - before, before - now)
    write_rows(bare, turned)
    return turned


def write_rows(bare: Bare, turned: Flips) -> None:
    """Add the rows of who joined, and take away those of who left."""
    for group, (joined, left) in turned.items():
        bare.execute(_ADD_ROWS, [group, sorted(joined)])
        bare.execute(_TAKE_ROWS, [group, sorted(left)])


def rows_among(bare: Bare, group: int, contacts: Collection[int]) -> frozenset[int]:
    """Which of these contacts have a row in the group."""
    found = bare.execute(_ROWS_AMONG, [group, list(contacts)])
    return frozenset(contact for (contact,) in found)


def turned_back(turned: Flips) -> Flips:
    return {group: (left, joined) for group, (joined, left) in turned.items()}


def follow_in_sql(
    bare: Bare, followers: Collection[int], world: World, contacts: Collection[int]
) -> None:
    """Each follower after its parts: one statement adds rows, one takes them away.

    Only the rows of the contacts that changed are looked at.
    """
    bare.execute("create temp table changed (contact bigint primary key)")
    bare.execute("insert into changed select unnest(%s::bigint[])", [list(contacts)])
    bare.execute("analyze changed")
    for group in followers:
        definition = world.groups[group].definition
        if definition is None:
            continue
        defined = as_set_operations(definition)
        text = defined.text.replace("from member", _FROM_CHANGED)
        bare.execute(
            (_JOIN_IN_SQL % {"defined": text}).encode(),
            (
                group,
                *defined.bound,
                group,
            ),
        )
        bare.execute(
            (_LEAVE_IN_SQL % {"defined": text}).encode(),
            (
                group,
                *defined.bound,
            ),
        )
    bare.execute("drop table changed")


@dataclass(frozen=True, slots=True)
class _Known:
    """A world of sets that are all there."""

    sets: Mapping[int, frozenset[int]]

    @property
    def everyone(self) -> frozenset[int]:
        raise LookupError

    @property
    def nobody(self) -> frozenset[int]:
        return frozenset()

    def members_of(self, group: int, /) -> frozenset[int]:
        return self.sets.get(group, frozenset())

    def matching(self, condition: Where | SameAddress, /) -> frozenset[int]:
        raise LookupError(condition)

    def having_role(self, role: Role, /) -> frozenset[int]:
        raise LookupError(role)

    def member_since(self, membership: MemberSince, /) -> frozenset[int]:
        raise LookupError(membership)


def _all_rows(bare: Bare) -> dict[int, frozenset[int]]:
    found = bare.execute('select "group", array_agg(contact) from member group by 1')
    return {group: frozenset(contacts) for group, contacts in found}


_SEVERAL: Final = (
    "select contact from (%(each)s) each group by contact having count(*) >= %%s"
)

_MASKED: Final = """
select contact from (
    select contact, bit_or(leaf.bit) as mask
    from member
    join unnest(%s::int[], %s::bigint[]) as leaf (id, bit) on leaf.id = "group"
    group by contact
) masked
where """

_REGIONS: Final = """
select mask, count(*) from (
    select contact, bit_or(leaf.bit) as mask
    from member
    join unnest(%s::int[], %s::bigint[]) as leaf (id, bit) on leaf.id = "group"
    group by contact
) masked
group by mask
"""

_ADD_ROWS: Final = """
insert into member (contact, "group") select c, g
from (select %s::int as g, unnest(%s::bigint[]) as c) new
"""
_TAKE_ROWS: Final = """
delete from member where "group" = %s and contact = any(%s)
"""
_ROWS_AMONG: Final = """
select contact from member where "group" = %s and contact = any(%s)
"""
_FROM_CHANGED: Final = "from changed join member using (contact)"

_JOIN_IN_SQL: Final = """
insert into member (contact, "group")
select contact, %%s from (%(defined)s) defined
except
select contact, "group" from member where "group" = %%s
"""
_LEAVE_IN_SQL: Final = """
delete from member using changed
where member."group" = %%s and member.contact = changed.contact
  and member.contact not in (%(defined)s)
"""
