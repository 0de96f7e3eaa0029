"""W9: contacts and memberships come in from files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from kring.accounts.actors import OPERATOR
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import import_members
from kring.actions.imports.rows import Outcome, Report
from kring.actions.members import remove
from kring.algebra.text import fold
from kring.bench.people import CITIES, DWELLING, Person, details_of, people
from kring.bench.racing import Contender, Race, Ratio, Role
from kring.bench.workloads import Bench
from kring.contacts.details import ContactDetails, merged, read_columns
from kring.contacts.fields import custom_fields
from kring.contacts.folded import folded_fields_of, search_text_of, sort_name_of
from kring.contacts.models import Address, Contact, EmailAddress, PhoneNumber
from kring.groups import queries
from kring.groups.models import Effect, Placement

ROWS: Final = 10_000
COLUMNS: Final = (
    *("number", "first_name", "infix", "last_name", "email", "phone", "street"),
    *("house_number", "postal_code", "city", "neighbourhood", "date_of_birth"),
    *("status", "newsletter", f"field:{DWELLING}"),
)
_SEED: Final = 99
_PLACED_IN: Final = 10
_BATCH: Final = 1_000
_PEERS_IDS: Final = 1 << 40


@dataclass(slots=True)
class ContactsFile:
    """Contacts whose numbers nobody has; the same ones each time, newly numbered."""

    bench: Bench
    path: Path
    count: int
    drawn: list[Person]
    round: int = 0
    delft_before: int = 0
    details: list[ContactDetails] = field(default_factory=list)

    @property
    def delft(self) -> int:
        """The dynamic group of whoever lives in the largest city."""
        return self.bench.world.derived[0].id

    def write(self) -> None:
        """A file of contacts that are new."""
        self.round += 1
        self.details = [self._numbered(person) for person in self.drawn]
        self.delft_before = queries.counts_of([self.delft])[self.delft]
        with self.path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(map(_cells, self.details))

    def judged(self, report: Report) -> tuple[int, int, int]:
        """How many are new and refused, and how many joined the dynamic group."""
        now = queries.counts_of([self.delft])[self.delft]
        joined = now - self.delft_before
        return report.outcomes[Outcome.NEW], len(report.refused), joined

    def _numbered(self, person: Person) -> ContactDetails:
        number = f"I{self.round}-{person.id}"
        details = details_of(person)
        return replace(details, number=number, emails=(f"{number}@example.org",))


def contacts_from_a_file(bench: Bench, folder: Path) -> Iterator[Race]:
    count = min(ROWS, bench.world.contacts)
    drawn = list(people(count, seed=_SEED))
    file = ContactsFile(bench, folder / "contacts.csv", count, drawn)
    truth = (count, 0, sum(person.city == CITIES[0] for person in drawn))
    copies = Copies(bench)
    yield Race(
        "W9",
        f"import of {count:,} contacts",
        truth,
        [
            Contender(
                Role.KRING,
                "import_contacts",
                lambda: import_contacts(file.path, by=OPERATOR),
                told=file.judged,
                before=file.write,
                after=copies.take_last,
            ),
            Contender(
                Role.FLOOR,
                "COPY of the same rows",
                copies.copy_back,
                told=lambda _: truth,
                before=copies.delete_last,
            ),
            Contender(
                Role.P1,
                "bulk_create with checks of each row",
                lambda: _bulk_created(file),
                told=lambda made: (made, 0, truth[2]),
                before=file.write,
                after=_forget_bulk_created,
            ),
        ],
        [Ratio(Role.P1, at_least=5), Ratio(Role.FLOOR, at_most=3)],
        rows=count,
    )


def memberships_from_a_file(bench: Bench, folder: Path) -> Iterator[Race]:
    groups = bench.world.statics[-_PLACED_IN:]
    count = min(ROWS, bench.world.contacts)
    pairs = _new_pairs(bench, groups, count)
    path = folder / "members.csv"
    _write_pairs(bench, path, pairs)
    change = _some_change()
    placed = [(contact, group, change) for group, contact in pairs]
    yield Race(
        "W9",
        f"import of {len(pairs):,} memberships",
        (len(pairs), 0),
        [
            Contender(
                Role.KRING,
                "import_members",
                lambda: import_members(path, by=OPERATOR),
                told=lambda report: (
                    report.outcomes[Outcome.NEW],
                    len(report.refused),
                ),
                after=lambda: _remove(pairs),
            ),
            Contender(
                Role.FLOOR,
                "COPY of the same rows",
                lambda: _copy_placements(bench, placed),
                told=lambda _: (len(pairs), 0),
                after=lambda: _delete_placements(bench, pairs),
            ),
            Contender(
                Role.P1,
                "bulk_create with checks of each row",
                lambda: _bulk_placed(path, change),
                told=lambda made: (made, 0),
                after=lambda: _delete_placements(bench, pairs),
            ),
        ],
        [Ratio(Role.P1, at_least=5), Ratio(Role.FLOOR, at_most=3)],
        rows=len(pairs),
    )


@dataclass(slots=True)
class Copies:
    """The rows of the contacts that were imported last, as COPY reads them."""

    bench: Bench
    last: list[int] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)

    def take_last(self) -> None:
        found = self.bench.bare.execute(_LAST_IMPORTED).fetchall()
        self.last = [contact for (contact,) in found]
        for table, (out, _) in _TABLES.items():
            with (
                self.bench.bare.cursor() as cursor,
                cursor.copy(out, [self.last]) as copy,
            ):
                self.texts[table] = b"".join(bytes(block) for block in copy)

    def delete_last(self) -> None:
        for statement in _DELETES:
            self.bench.bare.execute(statement, [self.last])

    def copy_back(self) -> None:
        with self.bench.bare.transaction(), self.bench.bare.cursor() as cursor:
            for table, (_, back) in _TABLES.items():
                with cursor.copy(back) as copy:
                    copy.write(self.texts[table])


def _cells(details: ContactDetails) -> tuple[str, ...]:
    [address] = details.addresses
    return (
        details.number,
        details.first_name,
        details.infix,
        details.last_name,
        details.emails[0],
        details.phones[0],
        address.street,
        address.house_number,
        address.postal_code,
        address.city,
        address.neighbourhood,
        str(details.date_of_birth),
        details.status,
        "ja" if details.newsletter else "nee",
        str(details.fields[DWELLING]),
    )


def _bulk_created(file: ContactsFile) -> int:
    """Each row is read and looked up; rows are added a thousand at a time."""
    kinds, today = custom_fields(), timezone.localdate()
    waiting: list[ContactDetails] = []
    made = 0
    with file.path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            cells = {column: cell for column, cell in row.items() if cell}
            details = merged(None, read_columns(cells, kinds=kinds, today=today))
            if Contact.objects.filter(number=details.number).exists():
                continue
            email = fold(details.emails[0])
            if EmailAddress.objects.filter(folded_address=email).exists():
                continue
            waiting.append(details)
            if len(waiting) == _BATCH:
                made += _create(waiting, _PEERS_IDS + made)
                waiting = []
    return made + _create(waiting, _PEERS_IDS + made)


def _create(batch: Sequence[ContactDetails], first: int) -> int:
    numbered = list(enumerate(batch, first))
    Contact.objects.bulk_create(_contact(pk, one) for pk, one in numbered)
    EmailAddress.objects.bulk_create(
        EmailAddress(
            contact_id=pk,
            address=one.emails[0],
            folded_address=fold(one.emails[0]),
            is_primary=True,
        )
        for pk, one in numbered
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(contact_id=pk, number=one.phones[0], is_primary=True)
        for pk, one in numbered
    )
    Address.objects.bulk_create(_address(pk, one) for pk, one in numbered)
    return len(batch)


def _contact(pk: int, details: ContactDetails) -> Contact:
    now = timezone.now()
    return Contact(
        id=pk,
        number=details.number,
        kind=details.kind.value,
        first_name=details.first_name,
        infix=details.infix,
        last_name=details.last_name,
        date_of_birth=details.date_of_birth,
        status=details.status,
        newsletter=details.newsletter,
        fields=details.fields,
        has_email=True,
        sort_name=sort_name_of(details),
        search_text=search_text_of(details),
        folded_number=fold(details.number),
        folded_first_name=fold(details.first_name),
        folded_infix=fold(details.infix),
        folded_last_name=fold(details.last_name),
        folded_status=fold(details.status),
        folded_fields=folded_fields_of(details),
        created_at=now,
        updated_at=now,
    )


def _address(pk: int, details: ContactDetails) -> Address:
    [address] = details.addresses
    parts = ("street", "house_number", "postal_code", "city", "neighbourhood")
    written = {part: getattr(address, part) for part in parts}
    folded = {f"folded_{part}": fold(text) for part, text in written.items()}
    return Address(contact_id=pk, is_primary=True, **written, **folded)


def _forget_bulk_created() -> None:
    with connection.cursor() as cursor:
        for statement in _FORGET_PEERS:
            cursor.execute(statement, [_PEERS_IDS])


def _new_pairs(
    bench: Bench, groups: Sequence[int], count: int
) -> list[tuple[int, int]]:
    each = count // len(groups)
    pairs: list[tuple[int, int]] = []
    for group in groups:
        outside = bench.world.everyone - bench.world.members[group]
        pairs += [(group, contact) for contact in outside[:each]]
    return pairs


def _write_pairs(bench: Bench, path: Path, pairs: list[tuple[int, int]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("group", "number", "since"))
        since = bench.world.today.isoformat()
        for group, contact in pairs:
            writer.writerow((bench.world.groups[group].name, contact, since))


def _remove(pairs: list[tuple[int, int]]) -> None:
    by_group: dict[int, list[int]] = {}
    for group, contact in pairs:
        by_group.setdefault(group, []).append(contact)
    for group, contacts in by_group.items():
        remove(contacts, group, by=OPERATOR)


def _copy_placements(bench: Bench, placed: list[tuple[int, int, int]]) -> None:
    day = bench.world.today.isoformat()
    text = "".join(
        f"{contact}\t{group}\tin\t{day}\t\\N\t\t{change}\n"
        for contact, group, change in placed
    )
    with bench.bare.cursor() as cursor, cursor.copy(_COPY_PLACEMENTS) as copy:
        copy.write(text)


def _bulk_placed(path: Path, change: int) -> int:
    made: list[Placement] = []
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            group = queries.group_named(row["group"])
            contact = Contact.objects.filter(number=row["number"]).first()
            if group is None or contact is None:
                continue
            there = Placement.objects.filter(group=group, contact=contact)
            if not there.exists():
                made.append(_placement(contact.pk, group.pk, row["since"], change))
    Placement.objects.bulk_create(made, batch_size=_BATCH)
    return len(made)


def _placement(contact: int, group: int, since: Any, change: int) -> Placement:  # noqa: ANN401 — as it was read
    return Placement(
        contact_id=contact,
        group_id=group,
        effect=Effect.IN,
        since=since,
        change_id=change,
    )


def _delete_placements(bench: Bench, pairs: list[tuple[int, int]]) -> None:
    groups, contacts = map(list, zip(*pairs, strict=True))
    bench.bare.execute(_DELETE_PLACEMENTS, [groups, contacts])


def _some_change() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select min(number) from change")
        [number] = cursor.fetchone()
    return int(number)


_LAST_IMPORTED: Final = """
select id from contact where version >= (
    select max(coalesce(part_of_id, number)) from change
    where action = 'contacts.import')
"""
_TABLES: Final = {
    "contact": (
        "copy (select * from contact where id = any(%s)) to stdout",
        "copy contact from stdin",
    ),
    "address": (
        "copy (select * from address where contact_id = any(%s)) to stdout",
        "copy address from stdin",
    ),
    "email_address": (
        "copy (select * from email_address where contact_id = any(%s)) to stdout",
        "copy email_address from stdin",
    ),
    "phone_number": (
        "copy (select * from phone_number where contact_id = any(%s)) to stdout",
        "copy phone_number from stdin",
    ),
}
_DELETES: Final = (
    "delete from address where contact_id = any(%s)",
    "delete from email_address where contact_id = any(%s)",
    "delete from phone_number where contact_id = any(%s)",
    "delete from contact where id = any(%s)",
)
_FORGET_PEERS: Final = (
    "delete from address where contact_id >= %s",
    "delete from email_address where contact_id >= %s",
    "delete from phone_number where contact_id >= %s",
    "delete from contact where id >= %s",
)
_COPY_PLACEMENTS: Final = """
copy placement (contact_id, group_id, effect, since, until, reason, change_id)
from stdin
"""
_DELETE_PLACEMENTS: Final = """
delete from placement using unnest(%s::bigint[], %s::bigint[]) as gone (g, c)
where group_id = g and contact_id = c
"""
