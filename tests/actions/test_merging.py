"""Two contacts that are one become one, and whatever leads to the other leads there."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.actors import Actor, ActorKind
from kring.actions import contacts, erasing, members, merging
from kring.actions.contacts import NumberTakenError
from kring.actions.errors import NotAllowedError, UnknownContactsError
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import import_members
from kring.actions.merging import KindsDifferError, MergedWithItselfError
from kring.contacts import numbering
from kring.contacts.details import AddressDetails, Given
from kring.contacts.models import Contact, FormerContact
from kring.contacts.queries import (
    contact_numbered,
    contacts_found,
    ids_numbered,
    kept_contact,
    merged_contacts,
)
from kring.contacts.records import details_of
from kring.groups.models import Change, ChangeEntry, Example, Placement, Turn
from kring.ui.words import words_for
from tests.actions.test_erasing import where_it_stands
from tests.world import World


def made(world: World, **given: object) -> int:
    wanted: Given = {"last_name": "Visser"}
    wanted.update(given)  # type: ignore[typeddict-item]
    return contacts.create_contact(wanted, by=world.by)


def merge(world: World, merged: int, into: int) -> merging.Merge:
    return merging.merge_contacts(merged, into=into, by=world.by)


def test_placements_move_and_what_follows_turns_along(world: World) -> None:
    double, ada = made(world), made(world)
    world.group("singers", {"group": "choir"})
    world.put(double, "choir")
    world.put(ada, "band")
    told = merge(world, double, ada)
    assert world.members("choir") == world.members("singers") == {ada}
    assert world.members("band") == {ada}
    assert told.joined == {world.group("choir"), world.group("singers")}
    assert told.left == frozenset()
    assert not Contact.objects.filter(pk=double).exists()
    assert world.faults() == []


def test_out_wins_over_in_whichever_is_kept(world: World) -> None:
    world.group("everyone", {"everyone": True})
    for kept_out_first in (True, False):
        double, ada = made(world), made(world)
        out, inside = (double, ada) if kept_out_first else (ada, double)
        everyone = world.group("everyone")
        members.remove([out], everyone, by=world.by, reason="asked to")
        members.place([inside], everyone, by=world.by)
        merge(world, double, ada)
        pin = Placement.objects.get(contact=ada)
        assert (pin.effect, pin.reason) == ("out", "asked to")
        assert ada not in world.members("everyone")
    assert world.faults() == []


def test_a_pin_that_has_passed_loses_from_one_that_counts(world: World) -> None:
    double, ada = made(world), made(world)
    everyone = world.group("everyone", {"everyone": True})
    today = timezone.localdate()
    members.remove([ada], everyone, by=world.by, until=today)
    Placement.objects.filter(contact=ada).update(until=today - timedelta(days=1))
    members.place([double], everyone, by=world.by, reason="helps")
    merge(world, double, ada)
    pin = Placement.objects.get(contact=ada)
    assert (pin.effect, pin.until, pin.reason) == ("in", None, "helps")


def test_a_pin_that_counts_stays_where_the_other_has_passed(world: World) -> None:
    double, ada = made(world), made(world)
    everyone = world.group("everyone", {"everyone": True})
    today = timezone.localdate()
    members.remove([double], everyone, by=world.by, until=today)
    Placement.objects.filter(contact=double).update(until=today - timedelta(days=1))
    members.place([ada], everyone, by=world.by, reason="helps")
    merge(world, double, ada)
    pin = Placement.objects.get(contact=ada)
    assert (pin.effect, pin.reason) == ("in", "helps")


def test_of_two_memberships_the_earliest_date_counts(world: World) -> None:
    double, ada = made(world), made(world)
    choir = world.group("choir")
    members.place([double], choir, by=world.by, since=date(2019, 1, 2))
    members.place([ada], choir, by=world.by, since=date(2021, 5, 6), reason="sings")
    told = merge(world, double, ada)
    placed = Placement.objects.get(contact=ada)
    assert (placed.since, placed.reason) == (date(2019, 1, 2), "sings")
    assert told.joined == frozenset()


def test_what_the_kept_one_lacks_is_filled_in_and_doubles_are_not_added(
    world: World,
) -> None:
    home = AddressDetails(street="Lindelaan", house_number="1", postal_code="2611 AB")
    away = AddressDetails(street="Beukenlaan", house_number="9", city="Delft")
    ada = made(world, first_name="Ada", email="ada@example.org", addresses=(home,))
    double = made(
        world,
        first_name="A.",
        last_name="Visscher",
        status="lid",
        emails=("ADA@example.org", "ada@work.example"),
        phone="+31612345678",
        date_of_birth=date(1980, 1, 1),
        no_mail=True,
        addresses=(
            AddressDetails(house_number="1", postal_code="2611 AB", city="Delft"),
            away,
        ),
    )
    merge(world, double, ada)
    kept = details_of([ada])[ada]
    assert (kept.first_name, kept.last_name) == ("Ada", "Visser")
    assert (kept.status, kept.date_of_birth) == ("lid", date(1980, 1, 1))
    assert kept.emails == ("ada@example.org", "ada@work.example")
    assert kept.phones == ("+31612345678",)
    assert kept.no_mail
    assert [one.street for one in kept.addresses] == ["Lindelaan", "Beukenlaan"]
    assert kept.addresses[0].city == "Delft"


def test_details_that_are_filled_in_turn_what_asks_for_them(world: World) -> None:
    world.group("members", {"where": {"field": "status", "op": "is", "value": "lid"}})
    double, ada = made(world, status="lid"), made(world)
    assert world.members("members") == {double}
    told = merge(world, double, ada)
    assert world.members("members") == {ada}
    assert told.joined == {world.group("members")}
    assert world.faults() == []


def test_the_old_number_leads_to_the_kept_contact(world: World) -> None:
    double, ada = made(world, number="KR-7"), made(world, number="KR-1")
    merge(world, double, ada)
    found = contact_numbered("KR-7")
    assert found is not None
    assert found.pk == ada
    assert ids_numbered(["KR-7", "KR-1", "KR-9"]) == {"KR-7": ada, "KR-1": ada}
    assert list(contacts_found("kr-7").values_list("pk", flat=True)) == [ada]
    assert not contacts_found("kr-").filter(pk=double).exists()
    assert (kept_contact(double), merged_contacts(ada)) == (ada, [double])


def test_an_old_number_is_not_given_to_another(world: World) -> None:
    double, ada = made(world), made(world)
    old = Contact.objects.get(pk=double).number
    merge(world, double, ada)
    with pytest.raises(NumberTakenError):
        made(world, number=old)
    numbering._remember(0)
    assert old not in numbering.free_numbers(3)


def test_numbers_that_were_merged_twice_lead_to_the_last(world: World) -> None:
    first, second, third = (made(world, number=f"KR-{n}") for n in (1, 2, 3))
    merge(world, first, second)
    merge(world, second, third)
    assert set(ids_numbered(["KR-1", "KR-2", "KR-3"]).values()) == {third}
    assert (kept_contact(first), kept_contact(second)) == (third, third)


def test_an_import_updates_the_kept_contact_by_the_old_number(
    world: World, tmp_path: Path
) -> None:
    double, ada = made(world, number="KR-7"), made(world, number="KR-1")
    merge(world, double, ada)
    people, choir = tmp_path / "people.csv", tmp_path / "choir.csv"
    people.write_text("number,last_name,city\nKR-7,Visser,Delft\n")
    choir.write_text("group,number\nchoir,KR-7\n")
    world.group("choir")
    report = import_contacts(people, by=world.by)
    assert (report.seen, report.refused) == (1, [])
    kept = details_of([ada])[ada]
    assert (kept.number, kept.addresses[0].city) == ("KR-1", "Delft")
    assert Contact.objects.count() == 1
    import_members(choir, by=world.by)
    assert world.members("choir") == {ada}


def test_history_stays_with_the_merged_contact_and_tells_where_it_went(
    world: World,
) -> None:
    double, ada = made(world), made(world)
    world.put(double, "choir")
    merge(world, double, ada)
    joined = Turn.objects.filter(contact=double).order_by("pk")
    assert list(joined.values_list("joined", flat=True)) == [True, False]
    entry = ChangeEntry.objects.get(kind="former")
    assert (entry.contact, (entry.after or {})["into"]) == (double, ada)
    assert entry.change.action == "contact.merge"


def test_examples_move_along_unless_the_kept_one_has_its_own(world: World) -> None:
    double, ada = made(world), made(world)
    choir, band = world.group("choir"), world.group("band")
    Example.objects.create(group_id=choir, claim="in", contact_id=double)
    Example.objects.create(group_id=band, claim="in", contact_id=double)
    Example.objects.create(group_id=band, claim="out", contact_id=ada)
    merge(world, double, ada)
    found = Example.objects.order_by("group").values_list("group", "contact", "claim")
    assert list(found) == [(choir, ada, "in"), (band, ada, "out")]


def test_what_a_merge_would_do_is_told_without_doing_it(world: World) -> None:
    double, ada = made(world), made(world)
    world.put(double, "choir")
    before = Change.objects.count()
    told = merging.merge_if(double, into=ada, by=world.by)
    assert told.joined == {world.group("choir")}
    assert world.members("choir") == {double}
    assert Change.objects.count() == before
    assert not FormerContact.objects.exists()
    assert world.faults() == []


def test_erasing_the_kept_contact_erases_what_was_merged_into_it(
    world: World,
) -> None:
    double = made(world, number="ZW-7", last_name="Zwartendijk")
    ada = made(world)
    merge(world, double, ada)
    assert where_it_stands("zwartendijk", "zw-7") != []
    erasing.erase_contact(ada, by=world.by)
    assert where_it_stands("zwartendijk", "zw-7") == []
    assert world.faults() == []


def test_what_cannot_be_one_is_refused_in_words(world: World) -> None:
    ada = made(world)
    choir = contacts.create_contact({"name": "Koor"}, by=world.by)
    with pytest.raises(MergedWithItselfError) as same:
        merge(world, ada, ada)
    assert "hetzelfde contact" in words_for(same.value)
    with pytest.raises(KindsDifferError) as other:
        merge(world, choir, ada)
    assert "persoon en een organisatie" in words_for(other.value)
    with pytest.raises(UnknownContactsError):
        merge(world, 77, ada)


def test_a_reader_merges_nobody(world: World) -> None:
    double, ada = made(world), made(world)
    reader = Actor(ActorKind.USER, staff_role="reader")
    with pytest.raises(NotAllowedError):
        merging.merge_contacts(double, into=ada, by=reader)
    assert Contact.objects.count() == 2


def test_contacts_of_different_chunks_become_one(world: World) -> None:
    far = made(world)
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    near = made(world)
    world.put(near, "choir")
    merge(world, near, far)
    assert world.members("choir") == {far}
    assert world.faults() == []
