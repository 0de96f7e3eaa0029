"""Loading the benchmark's world by COPY, as the write path would have left it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.accounts.actors import OPERATOR
from kring.algebra import codec
from kring.algebra.text import fold
from kring.bench.people import DWELLING, DWELLINGS, details_of, people
from kring.bench.world import SEED, BenchGroup, Moment, World, history_of
from kring.contacts import records
from kring.contacts.folded import sort_name_of
from kring.contacts.models import CustomField
from kring.contacts.records import Stamp
from kring.groups import definitions
from kring.groups.bitmaps import Flip, chunks_of, ids_of_chunk, stored
from kring.groups.history import Occasion, begin_change, write_turned
from kring.groups.models import Group
from kring.groups.settings import kind_of

Advance = Callable[[int], object]

_BATCH: Final = 5_000


def load(contacts: int, advance: Advance = lambda _: None) -> World:
    """Make the world and write it to the empty database that Django works on.

    Nothing is written that an import of everyone, quarterly changes of placements and
    first fills would not have left; `kring check` finds it right.
    """
    world = World(contacts, timezone.localdate())
    # By no act of today: the times of changes stand in the order of their numbers.
    CustomField.objects.create(
        code=DWELLING, label="Woningtype", type="choice", choices=list(DWELLINGS)
    )
    with _indexes_set_aside():
        _load_contacts(world, advance)
        _load_groups(world)
    _tidy_up()
    return world


def load_further(world: World, groups: Collection[int]) -> None:
    """Write groups that were added to the world after it was loaded."""
    new = [world.groups[group] for group in groups]
    _write_groups(new, world.today)
    moment = Moment(world.today, {one.id: world.members[one.id] for one in new}, {})
    change = _write_turned(moment, timezone.now())
    statics = [one.id for one in new if one.definition is None]
    for group in statics:
        _copy_placements(group, world.members[group], world.today, change)
    _enter_placements([change])
    _write_members(world, groups)
    _tidy_up()


def _load_contacts(world: World, advance: Advance) -> None:
    """Contacts are written by the same function as all others."""
    at = _moment_of(world.begun)
    change = begin_change(Occasion("contacts.import", OPERATOR, at))
    drawn = people(world.contacts, seed=SEED)
    while batch := list(islice(drawn, _BATCH)):
        details = {person.id: details_of(person) for person in batch}
        records.add(details, Stamp(at, change))
        for person in batch:
            world.facts.note(person, sort_name_of(details[person.id]))
        advance(len(batch))
    with connection.cursor() as cursor:
        cursor.execute(_ENTER_CONTACTS, [change])
        cursor.execute(
            "insert into numbering (id, last) values (1, %s)", [world.contacts]
        )
    _write_chunks(world)


def _load_groups(world: World) -> None:
    joined: dict[int, list[tuple[BitMap, date, int]]] = {}
    changes: list[int] = []
    for moment in history_of(world):
        if not changes:
            _write_groups(world.groups.values(), moment.day)
        changes.append(_write_turned(moment, _moment_of(moment.day)))
        for group in world.statics:
            came = moment.joined.get(group, BitMap())
            joined.setdefault(group, []).append((came, moment.day, changes[-1]))
    for group, times in joined.items():
        left = world.members[group]
        for came, day, change in reversed(times):
            _copy_placements(group, left & came, day, change)
            left = left - came
    _enter_placements(changes)
    _write_members(world, world.groups)


def _write_groups(groups: Iterable[BenchGroup], day: date) -> None:
    """In their order, for the database gives out the same ids."""
    rows = list(groups)
    Group.objects.bulk_create(
        Group(
            id=one.id,
            name=one.name,
            folded_name=fold(one.name),
            kind=kind_of(one.definition).value,
            definition=one.definition and codec.encode(one.definition),
            visible_at_contact=True,
            created_at=_moment_of(day),
        )
        for one in rows
    )
    for one in rows:
        definitions.write_edges(one.id, one.definition)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_GROUP)


def _write_turned(moment: Moment, at: datetime) -> int:
    """What turned, as history keeps it; returns the number of its change."""
    change = begin_change(Occasion("members.place", OPERATOR, at))
    turned = {
        group: Flip(joined, moment.left.get(group, BitMap()))
        for group, joined in moment.joined.items()
    }
    write_turned(change, turned)
    return change


def _copy_placements(group: int, contacts: BitMap, day: date, change: int) -> None:
    rest = f"\t{group}\tin\t{day.isoformat()}\t\\N\t\t{change}\n"
    with connection.cursor() as cursor, cursor.copy(_COPY_PLACEMENTS) as copy:
        copy.write("".join([f"{contact}{rest}" for contact in contacts]))


def _enter_placements(changes: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ENTER_PLACEMENTS, [changes])


def _write_chunks(world: World) -> None:
    with connection.cursor() as cursor:
        for chunk in chunks_of(world.everyone):
            contacts = world.everyone & ids_of_chunk(chunk)
            cursor.execute(
                "insert into chunk (chunk, contacts, last_id, day)"
                " values (%s, %s, %s, %s)",
                [chunk, stored(contacts), contacts.max(), world.today],
            )


def _write_members(world: World, groups: Iterable[int]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY_MEMBERS) as copy:
        for group, chunk, bits in _bits(world.members, groups):
            copy.write_row((group, chunk, stored(bits), len(bits)))


def _bits(
    members: Mapping[int, BitMap], groups: Iterable[int]
) -> Iterator[tuple[int, int, BitMap]]:
    for group in groups:
        for chunk in chunks_of(members[group]):
            yield group, chunk, members[group] & ids_of_chunk(chunk)


def _moment_of(day: date) -> datetime:
    return datetime.combine(day, time(9), timezone.get_current_timezone())


@contextmanager
def _indexes_set_aside() -> Iterator[None]:
    """Indexes and references are made afterwards, which takes a fraction of the time.

    They come back exactly as the migrations made them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE)
        cursor.execute(_DROP)
    yield
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '512MB'")
        cursor.execute(_PUT_BACK)
        cursor.execute("reset maintenance_work_mem")


def _tidy_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


_SET_ASIDE: Final = """
create temp table set_aside as
select 1 as turn, t.relname as of_table, c.relname as name, 'index' as kind,
       pg_get_indexdef(i.indexrelid) as definition
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_class t on t.oid = i.indrelid
where t.relnamespace = 'public'::regnamespace and t.relname = any(array[
    'contact', 'address', 'email_address', 'phone_number', 'placement', 'turn',
    'group_delta', 'group_chunk', 'change_entry'])
  and not i.indisprimary
  and not exists (select from pg_constraint where conindid = i.indexrelid)
union all
select case c.contype when 'f' then 2 else 1 end, t.relname, c.conname, 'constraint',
       pg_get_constraintdef(c.oid)
from pg_constraint c
join pg_class t on t.oid = c.conrelid
where t.relnamespace = 'public'::regnamespace and t.relname = any(array[
    'contact', 'address', 'email_address', 'phone_number', 'placement', 'turn',
    'group_delta', 'group_chunk', 'change_entry'])
  and c.contype in ('f', 'u')
"""

_DROP: Final = """
do $$
declare one record;
begin
    for one in select * from set_aside order by turn desc loop
        if one.kind = 'index' then
            execute format('drop index %I', one.name);
        else
            execute format('alter table %I drop constraint %I', one.of_table, one.name);
        end if;
    end loop;
end $$
"""

_PUT_BACK: Final = """
do $$
declare one record;
begin
    for one in select * from set_aside order by turn loop
        if one.kind = 'index' then
            execute one.definition;
        else
            execute format('alter table %I add constraint %I %s',
                           one.of_table, one.name, one.definition);
        end if;
    end loop;
    drop table set_aside;
end $$
"""

_COPY_PLACEMENTS: Final = """
copy placement (contact_id, group_id, effect, since, until, reason, change_id)
from stdin
"""

_COPY_MEMBERS: Final = """
copy group_chunk (group_id, chunk, members, count) from stdin
"""

_NEXT_GROUP: Final = """
select setval(pg_get_serial_sequence('"group"', 'id'), (select max(id) from "group"))
"""

_ENTER_CONTACTS: Final = """
insert into change_entry (change_id, kind, contact, after)
select %s, 'contact', id, jsonb_build_object(
    'number', number, 'kind', kind, 'first_name', first_name, 'last_name', last_name,
    'date_of_birth', date_of_birth, 'status', status, 'fields', fields)
from contact
"""

_ENTER_PLACEMENTS: Final = """
insert into change_entry (change_id, kind, contact, "group", after)
select change_id, 'placement', contact_id, group_id, jsonb_build_object(
    'effect', effect, 'since', since, 'until', until, 'reason', reason)
from placement where change_id = any(%s)
"""
