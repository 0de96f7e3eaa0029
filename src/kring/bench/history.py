"""W8: members as of a date, and the CSV of a large group."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.db import connection

from kring.bench.people import details_of, people
from kring.bench.racing import Contender, Race, Ratio, Role
from kring.bench.workloads import Bench
from kring.bench.world import SEED, World, plain
from kring.contacts.folded import sort_name_of, sorted_name_of
from kring.contacts.queries import contacts_by_name
from kring.groups import past, queries

TITLES: Final = ("number", "name", "email", "city")


def members_as_of(bench: Bench) -> Iterator[Race]:
    """A composite group of which members came and went at every moment."""
    world = bench.world
    group = world.fifty
    day = world.moments[len(world.moments) // 2].day
    truth = _inside_on(world, group, day)
    _make_intervals(world, group)
    yield Race(
        "W8",
        f"members as of a date, {len(truth):,} of them",
        truth,
        [
            Contender(
                Role.KRING,
                "bits turned back",
                lambda: past.members_on(group, day),
                told=frozenset,
            ),
            Contender(
                Role.P3,
                "intervals scanned, of this group alone",
                lambda: _scanned(bench, group, day),
                told=frozenset,
            ),
        ],
        [Ratio(Role.P3, at_least=5)],
    )


def members_as_csv(bench: Bench) -> Iterator[Race]:
    """All members of the largest static group, by name."""
    group = bench.dense
    truth = hash(_lines(bench.world, group))
    ids = list(bench.world.members[group])
    yield Race(
        "W8",
        f"CSV of a group with {len(ids):,} members",
        truth,
        [
            Contender(
                Role.KRING, "contacts_by_name", lambda: _exported(group), told=hash
            ),
            Contender(
                Role.FLOOR,
                "COPY of the same rows",
                lambda: _copied(bench, ids),
                told=hash,
            ),
        ],
        [Ratio(Role.FLOOR, at_most=2)],
    )


def _inside_on(world: World, group: int, day: date) -> frozenset[int]:
    inside: set[int] = set()
    for moment in world.moments:
        if moment.day <= day:
            inside |= set(moment.joined[group])
            inside -= set(moment.left.get(group, ()))
    return frozenset(inside)


def _make_intervals(world: World, group: int) -> None:
    """A row from when until when for each stay in the group."""
    since: dict[int, date] = {}
    with connection.cursor() as cursor:
        cursor.execute(_INTERVALS)
        with cursor.copy(_COPY_INTERVALS) as copy:
            for moment in world.moments:
                for contact in moment.left.get(group, ()):
                    copy.write_row((contact, group, since.pop(contact), moment.day))
                since |= dict.fromkeys(moment.joined[group], moment.day)
            for contact, day in since.items():
                copy.write_row((contact, group, day, None))
        cursor.execute(_INTERVALS_INDEX)
        cursor.execute("vacuum analyze stay")


def _scanned(bench: Bench, group: int, day: date) -> list[int]:
    row = bench.bare.execute(_AS_OF, [group, day, day]).fetchone()
    return [] if row is None else list(row[0] or ())


def _lines(world: World, group: int) -> str:
    """The truth: made from the contacts as they were drawn."""
    inside = plain(world).members_of(group)
    keyed = []
    for person in people(world.contacts, seed=SEED):
        if person.id in inside:
            details = details_of(person)
            cells = (details.number, sorted_name_of(details), *details.emails[:1])
            key = (sort_name_of(details), person.id)
            keyed.append((key, (*cells, person.city)))
    return _as_csv(cells for _, cells in sorted(keyed))


def _exported(group: int) -> str:
    """What `kring group members --format csv` writes."""
    contacts = contacts_by_name(queries.members_of(group))
    return _as_csv((c.number, c.name, c.email, c.city) for c in contacts)


def _as_csv(rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(TITLES)
    writer.writerows(rows)
    return written.getvalue()


def _copied(bench: Bench, ids: list[int]) -> str:
    with bench.bare.cursor() as cursor, cursor.copy(_COPY_OUT, [ids]) as copy:
        return b"".join(bytes(block) for block in copy).decode()


_INTERVALS: Final = """
create table stay (
    contact bigint not null, "group" integer not null,
    joined date not null, "left" date)
"""
_COPY_INTERVALS: Final = """
copy stay (contact, "group", joined, "left") from stdin
"""
_INTERVALS_INDEX: Final = """
create index stay_by_group on stay ("group", joined, "left", contact)
"""
_AS_OF: Final = """
select array_agg(contact) from stay
where "group" = %s and joined <= %s and ("left" is null or "left" > %s)
"""
_COPY_OUT: Final = """
copy (
    select number,
           concat_ws(', ', last_name,
               nullif(concat_ws(' ', nullif(first_name, ''), nullif(infix, '')), ''))
               as name,
           coalesce(e.address, '') as email, coalesce(a.city, '') as city
    from contact
    left join email_address e on e.contact_id = contact.id and e.is_primary
    left join address a on a.contact_id = contact.id and a.is_primary
    where contact.id = any(%s)
    order by sort_name, contact.id
) to stdout (format csv, header)
"""
