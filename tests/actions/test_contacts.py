"""Contacts are added and edited through the one write path."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions.contacts import (
    NumberNeededError,
    NumberTakenError,
    columns_changed,
    create_contact,
    edit_contact,
)
from kring.actions.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    UnknownContactsError,
)
from kring.actions.fields import NewField, add_field, edit_field
from kring.contacts.details import AddressDetails, ContactDetails, Given
from kring.contacts.errors import ColumnProblem, Problem, UnreadableDetailsError
from kring.contacts.models import Contact, EmailAddress, Kind
from kring.contacts.records import details_of
from kring.groups.models import Change, ChangeEntry
from tests.world import World

ADA = ContactDetails(
    number="7",
    first_name="Ada",
    infix="van",
    last_name="Loon",
    date_of_birth=date(1990, 2, 3),
    status="lid",
    newsletter=True,
    language="en",
    emails=("ada@example.org", "loon@example.org"),
    phones=("+31612345678",),
    addresses=(
        AddressDetails("Kade", "3", "a", "2611 AB", "Delft", "Hof"),
        AddressDetails(city="Leiden"),
    ),
)
ADA_GIVEN = Given(
    number="7",
    first_name="Ada",
    infix="van",
    last_name="Loon",
    date_of_birth=date(1990, 2, 3),
    status="lid",
    newsletter=True,
    language="en",
    emails=ADA.emails,
    phones=ADA.phones,
    addresses=ADA.addresses,
)


def details(contact: int) -> ContactDetails:
    return details_of([contact])[contact]


def test_a_contact_is_kept_as_it_was_given(world: World) -> None:
    ada = create_contact(ADA_GIVEN, by=world.by)
    assert details(ada) == ADA


def test_a_new_contact_is_an_entry_of_its_change(world: World) -> None:
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    entry = ChangeEntry.objects.get(contact=ada)
    assert entry.before is None
    assert entry.after is not None
    assert entry.after["last_name"] == "Loon"
    assert Contact.objects.get(pk=ada).version == entry.change_id


def test_a_new_contact_enters_groups_of_everyone(world: World) -> None:
    world.group("all", {"everyone": True})
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    assert world.members("all") == {ada}
    assert world.faults() == []


def test_automatic_numbers_count_up_and_skip_those_that_are_taken(
    world: World,
) -> None:
    create_contact(Given(number="2", last_name="Two"), by=world.by)
    made = [create_contact(Given(last_name="Loon"), by=world.by) for _ in range(3)]
    assert [details(one).number for one in made] == ["1", "3", "4"]


def test_a_number_belongs_to_one_contact(world: World) -> None:
    first = create_contact(Given(number="7", last_name="Loon"), by=world.by)
    with pytest.raises(NumberTakenError) as refused:
        create_contact(Given(number="7", last_name="Brink"), by=world.by)
    assert (refused.value.number, refused.value.contact) == ("7", first)
    assert Contact.objects.count() == 1


def test_a_contact_without_a_name_is_refused(world: World) -> None:
    with pytest.raises(UnreadableDetailsError):
        create_contact(Given(first_name=""), by=world.by)
    assert Change.objects.count() == 0


def test_readers_change_nothing(world: World) -> None:
    reader = Actor(ActorKind.USER, None, StaffRole.READER)
    with pytest.raises(NotAllowedError):
        create_contact(Given(last_name="Loon"), by=reader)
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    with pytest.raises(NotAllowedError):
        edit_contact(ada, Given(last_name="Brink"), by=reader)


def test_an_edit_leaves_what_was_not_given(world: World) -> None:
    ada = create_contact(ADA_GIVEN, by=world.by)
    edit_contact(ada, Given(status="oud-lid"), by=world.by)
    assert details(ada) == replace(ADA, status="oud-lid")


def test_an_edit_rewrites_every_kind_of_detail(world: World) -> None:
    ada = create_contact(Given(last_name="Brink", number="7"), by=world.by)
    edit_contact(ada, ADA_GIVEN, by=world.by)
    assert details(ada) == ADA
    edit_contact(ada, Given(emails=(), phones=(), addresses=()), by=world.by)
    assert details(ada) == replace(ADA, emails=(), phones=(), addresses=())


def test_an_edit_changes_what_one_is_found_by(world: World) -> None:
    ada = create_contact(Given(last_name="Loon", email="a@example.org"), by=world.by)
    edit_contact(ada, Given(last_name="Brink", email="b@example.org"), by=world.by)
    row = Contact.objects.get(pk=ada)
    assert row.sort_name == "brink"
    assert row.search_text == "brink\n1\nb@example.org"


def test_an_edit_writes_down_what_was_and_what_became(world: World) -> None:
    ada = create_contact(ADA_GIVEN, by=world.by)
    edit_contact(ada, Given(last_name="Brink", phone=""), by=world.by)
    entry = ChangeEntry.objects.filter(contact=ada).latest("pk")
    assert entry.before == {"last_name": "Loon", "phones": ["+31612345678"]}
    assert entry.after == {"last_name": "Brink", "phones": []}
    assert entry.change.action == "contact.edit"


def test_an_edit_of_nothing_leaves_no_trace(world: World) -> None:
    ada = create_contact(ADA_GIVEN, by=world.by)
    before = Change.objects.count(), Contact.objects.get(pk=ada).version
    edit_contact(ada, ADA_GIVEN, by=world.by)
    assert (Change.objects.count(), Contact.objects.get(pk=ada).version) == before


def test_an_edit_over_someone_elses_is_refused(world: World) -> None:
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    seen = Contact.objects.get(pk=ada).version
    edit_contact(ada, Given(last_name="Brink"), by=world.by, version=seen)
    with pytest.raises(ChangedMeanwhileError):
        edit_contact(ada, Given(last_name="Berg"), by=world.by, version=seen)
    assert details(ada).last_name == "Brink"


def test_a_number_changes_but_is_not_taken_away(world: World) -> None:
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    ben = create_contact(Given(last_name="Berg", number="B"), by=world.by)
    with pytest.raises(NumberNeededError):
        edit_contact(ada, Given(number=""), by=world.by)
    with pytest.raises(NumberTakenError):
        edit_contact(ben, Given(number="1"), by=world.by)
    edit_contact(ada, Given(number="A"), by=world.by)
    assert details(ada).number == "A"


def test_a_stranger_is_not_edited(world: World) -> None:
    with pytest.raises(UnknownContactsError):
        edit_contact(12, Given(last_name="Loon"), by=world.by)


def test_a_person_becomes_an_organisation_when_its_names_say_so(world: World) -> None:
    ada = create_contact(Given(last_name="Loon"), by=world.by)
    given = Given(kind=Kind.ORGANISATION, last_name="", name="Loon BV")
    edit_contact(ada, given, by=world.by)
    assert str(Contact.objects.get(pk=ada)) == "Loon BV"


def test_the_database_keeps_one_main_email_address(world: World) -> None:
    ada = create_contact(ADA_GIVEN, by=world.by)
    with (
        pytest.raises(IntegrityError, match="one_primary_email"),
        transaction.atomic(),
    ):
        EmailAddress.objects.filter(contact=ada).update(is_primary=True)


def test_only_the_fields_that_differ_are_asked_again() -> None:
    after = replace(ADA, phones=(), fields={"score": "1", "thema": ["Zon"]})
    before = replace(ADA, fields={"thema": ["Zon"]})
    assert columns_changed(before, after) == {"phones", "field:score"}


def test_a_value_is_judged_by_its_field_as_it_is_when_it_is_written(
    world: World,
) -> None:
    roofs = NewField("dak", "choice", choices=("plat", "schuin"))
    add_field(roofs, by=world.by)
    ada = create_contact({**ADA_GIVEN, "fields": {"dak": "plat"}}, by=world.by)
    edit_contact(ada, {"fields": {"dak": "schuin"}}, by=world.by)
    edit_field("dak", choices=["schuin"], by=world.by)
    with pytest.raises(UnreadableDetailsError) as refusal:
        edit_contact(ada, {"fields": {"dak": "plat"}}, by=world.by)
    [problem] = refusal.value.problems
    assert problem == ColumnProblem(
        "field:dak", "plat", Problem.NOT_A_CHOICE, ("schuin",)
    )
    with pytest.raises(UnreadableDetailsError) as refusal:
        create_contact(
            {**ADA_GIVEN, "number": "8", "fields": {"zon": "1"}}, by=world.by
        )
    [problem] = refusal.value.problems
    assert (problem.column, problem.problem) == ("field:zon", Problem.UNKNOWN_COLUMN)
    assert details_of([ada])[ada].fields == {"dak": "schuin"}
