"""An erased contact is nowhere any more, and everything else is as it was."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from psycopg import sql

from kring.accounts.actors import Actor, ActorKind
from kring.actions import contacts, erasing, fills, members
from kring.actions.acts import act
from kring.actions.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    UnknownContactsError,
)
from kring.contacts.models import Contact
from kring.contacts.queries import contacts_found
from kring.groups import queries
from kring.groups.check import replayed
from kring.groups.models import (
    Change,
    ChangeEntry,
    Example,
    Group,
    Placement,
    Turn,
)
from tests.world import World

TELLING = ("zwartendijk", "quirine", "lindelaan", "612345678", "q.zwart", "kr-0099")


@pytest.fixture
def quirine(world: World) -> int:
    """Somebody with every sort of detail, in groups of every kind."""
    contact = contacts.create_contact(
        {
            "number": "KR-0099",
            "first_name": "Quirine",
            "last_name": "Zwartendijk",
            "email": "q.zwart@example.org",
            "phone": "+31612345678",
            "street": "Lindelaan",
            "house_number": "12",
            "postal_code": "2611 AB",
            "city": "Delft",
            "date_of_birth": date(1971, 3, 2),
        },
        by=world.by,
    )
    world.put(contact, "choir")
    world.group(
        "from Delft", {"where": {"field": "city", "op": "is", "value": "Delft"}}
    )
    world.group("singers", {"group": "choir"})
    world.group("all of us", {"everyone": True})
    world.group(
        "the silent", {"base": {"everyone": True}, "except": [{"group": "choir"}]}
    )
    return contact


def where_it_stands(*texts: str) -> list[str]:
    """The columns of the whole database in which one of these texts stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " join information_schema.tables using (table_schema, table_name)"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
            " and data_type not in ('bytea', 'bigint', 'integer', 'boolean')"
        )
        for table, column in cursor.fetchall():
            asked = sql.SQL("select lower({}::text) from {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
            cursor.execute(asked)
            values = " ".join(str(value) for (value,) in cursor.fetchall())
            found += [f"{table}.{column}" for text in texts if text in values]
    return sorted(set(found))


def reason_after(**which: int) -> str:
    facts = ChangeEntry.objects.get(**which).after
    assert facts is not None
    return str(facts["reason"])


def test_whoever_is_erased_stands_nowhere_in_the_database(
    world: World, quirine: int
) -> None:
    ben = world.contact("Ben")
    choir, singers = world.group("choir"), world.group("singers")
    contacts.edit_contact(quirine, {"email": "q.zwart2@example.org"}, by=world.by)
    contacts.edit_contact(quirine, {"email": "q.zwart@example.org"}, by=world.by)
    members.place([ben], singers, by=world.by, reason="Mail q.zwart2@example.org")
    members.place([quirine, ben], singers, by=world.by, reason="Met Zwartendijk mee")
    members.unpin([ben], singers, by=world.by, reason="Quirine Zwartendijk wil dat")
    members.remove([quirine], choir, by=world.by, reason="Woont nu aan de Lindelaan")
    members.place([quirine], choir, by=world.by, reason="Lid geworden via KR-0099")
    assert len(where_it_stands(*TELLING)) > 5
    erasing.erase_contact(
        quirine, by=world.by, reason="Verzoek van Quirine Zwartendijk"
    )
    assert where_it_stands(*TELLING) == []
    assert world.faults() == []


def test_whoever_is_erased_leaves_every_group_and_what_follows_turns_along(
    world: World, quirine: int
) -> None:
    world.contact("Ben", groups=["choir"])
    erasing.erase_contact(quirine, by=world.by)
    for group in ("choir", "singers", "all of us"):
        assert world.names_in(group) == ["Ben"]
    assert world.members("from Delft") == set()
    assert world.members("the silent") == set()
    assert queries.everyone() == queries.members_of(world.group("all of us"))
    assert world.faults() == []


def test_totals_of_the_past_stay(world: World, quirine: int) -> None:
    choir = world.group("choir")
    then = Change.objects.latest("number").number
    erasing.erase_contact(quirine, by=world.by)
    turns = Turn.objects.filter(group=choir, contact=quirine)
    assert list(turns.order_by("pk").values_list("joined", flat=True)) == [True, False]
    assert turns.filter(change__lte=then, joined=True).count() == 1
    assert quirine not in replayed([choir], 0)[choir]


def test_the_act_says_who_did_it_and_why_but_not_to_whom(
    world: World, quirine: int
) -> None:
    erasing.erase_contact(quirine, by=world.by, reason="Verzoek per brief")
    done = Change.objects.get(action="contact.erase")
    assert (done.reason, done.actor_kind) == ("Verzoek per brief", "operator")
    [entry] = done.entries.all()
    assert (entry.contact, entry.before, entry.after) == (quirine, None, None)


def test_earlier_entries_about_the_contact_are_blanked_and_those_of_others_stay(
    world: World, quirine: int
) -> None:
    ben = world.contact("Ben")
    choir = world.group("choir")
    members.place([ben, quirine], choir, by=world.by, reason="Bij de open dag")
    erasing.erase_contact(quirine, by=world.by)
    blanked = ChangeEntry.objects.filter(contact=quirine).exclude(
        before=None, after=None
    )
    facts = {str(one) for row in blanked for one in (row.before, row.after)}
    assert facts == {"None", str({"erased": True})}
    assert Placement.objects.get(contact=ben).reason == "Bij de open dag"
    assert reason_after(contact=ben) == "Bij de open dag"


def test_a_reason_about_several_goes_only_if_it_names_the_erased(
    world: World, quirine: int
) -> None:
    ben = world.contact("Ben")
    choir = world.group("choir")
    both = members.place([ben, quirine], choir, by=world.by, reason="Zwartendijks zoon")
    named = members.place([ben, quirine], choir, by=world.by, reason="zwartendijk, Ben")
    erasing.erase_contact(quirine, by=world.by)
    reasons = dict(Change.objects.values_list("number", "reason"))
    assert [reasons[one.change or 0] for one in (both, named)] == [
        "Zwartendijks zoon",
        "",
    ]
    assert Placement.objects.get(contact=ben).reason == ""


def test_an_id_is_never_given_out_again(world: World, quirine: int) -> None:
    erasing.erase_contact(quirine, by=world.by)
    [next_one] = world.contacts("Ben")
    assert next_one == quirine + 1


def test_nobody_is_found_by_search_and_examples_go_along(
    world: World, quirine: int
) -> None:
    Example.objects.create(
        group_id=world.group("choir"), claim="in", contact_id=quirine
    )
    erasing.erase_contact(quirine, by=world.by)
    assert not contacts_found("Zwartendijk").exists()
    assert not Example.objects.exists()
    assert not Contact.objects.filter(pk=quirine).exists()


def test_whoever_is_gone_cannot_be_erased_again(world: World, quirine: int) -> None:
    erasing.erase_contact(quirine, by=world.by)
    with pytest.raises(UnknownContactsError):
        erasing.erase_contact(quirine, by=world.by)


def test_whoever_saw_an_older_version_erases_nobody(world: World, quirine: int) -> None:
    version = Contact.objects.get(pk=quirine).version
    with pytest.raises(ChangedMeanwhileError):
        erasing.erase_contact(quirine, by=world.by, version=version - 1)
    assert Contact.objects.filter(pk=quirine).exists()
    erasing.erase_contact(quirine, by=world.by, version=version)
    assert not Contact.objects.filter(pk=quirine).exists()


def test_a_reader_erases_nobody(world: World, quirine: int) -> None:
    reader = Actor(ActorKind.USER, staff_role="reader")
    with pytest.raises(NotAllowedError):
        erasing.erase_contact(quirine, by=reader)
    assert quirine in world.members("choir")


def test_a_group_that_is_being_filled_is_left_as_well(
    world: World, quirine: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    [ben] = world.contacts("Ben")
    late = world.group("late", {"everyone": True})
    fills.fill_next_chunk()
    assert quirine in world.members("late")
    erasing.erase_contact(quirine, by=world.by)
    fills.finish_fills()
    assert world.members("late") == {ben}
    assert not hasattr(Group.objects.get(pk=late), "fill")
    assert world.faults() == []


def test_contacts_removed_as_part_of_an_act_leave_with_what_they_were_recorded(
    world: World, quirine: int
) -> None:
    with act("test.undo", by=world.by) as this:
        this.hold([quirine])
        erasing.remove_contacts(this, [quirine])
    entries = ChangeEntry.objects.filter(change__action="test.undo")
    before = {entry.kind: entry.before or {} for entry in entries}
    assert before["contact"]["last_name"] == "Zwartendijk"
    assert before["placement"]["effect"] == "in"
    assert {entry.after for entry in entries} == {None}
    assert world.members("singers") == set()
    assert world.faults() == []
