"""Many contacts are edited together, and only those that differ are touched."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.accounts.actors import Actor, ActorKind
from kring.actions import bulk, contacts
from kring.actions.bulk import NumberIsOfOneError
from kring.actions.errors import NotAllowedError, UnknownContactsError
from kring.contacts.models import Contact
from kring.contacts.records import details_of
from kring.groups.models import Change, ChangeEntry
from kring.ui.words import words_for
from tests.world import World


def lid(world: World) -> int:
    rule = {"where": {"field": "status", "op": "is", "value": "lid"}}
    return world.group("leden", rule)


def test_contacts_edited_together_turn_what_follows_from_them(world: World) -> None:
    ada, ben, cas = world.contacts("Ada", "Ben", "Cas")
    lid(world)
    done = bulk.edit_together([ada, ben], {"status": "lid"}, by=world.by)
    assert (done.changed, done.unchanged, done.refused) == (2, 0, {})
    assert world.names_in("leden") == ["Ada", "Ben"]
    assert details_of([cas])[cas].status == ""
    assert world.faults() == []


def test_who_has_it_already_is_untouched(world: World) -> None:
    ada, ben = world.contacts("Ada", "Ben")
    bulk.edit_together([ada], {"status": "lid"}, by=world.by)
    version = Contact.objects.get(pk=ada).version
    done = bulk.edit_together([ada, ben], {"status": "lid"}, by=world.by)
    assert (done.changed, done.unchanged) == (1, 1)
    assert Contact.objects.get(pk=ada).version == version
    assert ChangeEntry.objects.filter(contact=ada, kind="contact").count() == 1


def test_where_nothing_differs_no_trace_is_left(world: World) -> None:
    ada = world.contact("Ada")
    before = Change.objects.count()
    done = bulk.edit_together([ada], {"status": ""}, by=world.by)
    assert (done.changed, done.change) == (0, None)
    assert Change.objects.count() == before


def test_many_are_one_long_act_in_steps_over_chunks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    some = world.contacts("Ada", "Ben", "Cas")
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    some += world.contacts("Dia", "Eva")
    lid(world)
    seen: list[tuple[int, int]] = []
    done = bulk.edit_together(
        some,
        {"status": "lid"},
        by=world.by,
        reason="Nieuw jaar",
        progress=lambda now, total: seen.append((now, total)),
    )
    assert done.changed == 5
    steps = Change.objects.filter(part_of=done.change)
    assert [step.reason for step in steps] == ["Nieuw jaar"] * 3
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert world.faults() == []


def test_for_whom_it_does_not_fit_it_is_refused_one_by_one(world: World) -> None:
    ada = world.contact("Ada")
    choir = contacts.create_contact({"name": "Koor"}, by=world.by)
    done = bulk.edit_together([ada, choir], {"last_name": "Visser"}, by=world.by)
    assert (done.changed, list(done.refused)) == (1, [choir])
    assert "alleen voor personen" in words_for(done.refused[choir])
    assert details_of([choir])[choir].name == "Koor"


def test_strangers_are_refused_before_anything_changes(world: World) -> None:
    ada = world.contact("Ada")
    with pytest.raises(UnknownContactsError) as refusal:
        bulk.edit_together([ada, 77], {"status": "lid"}, by=world.by)
    assert refusal.value.contacts == [77]
    assert details_of([ada])[ada].status == ""


def test_a_number_is_given_to_one_contact_only(world: World) -> None:
    with pytest.raises(NumberIsOfOneError) as refusal:
        bulk.edit_together(world.contacts("A", "B"), {"number": "7"}, by=world.by)
    assert "nummer" in words_for(refusal.value)


def test_a_reader_edits_nobody(world: World) -> None:
    ada = world.contact("Ada")
    reader = Actor(ActorKind.USER, staff_role="reader")
    with pytest.raises(NotAllowedError):
        bulk.edit_together([ada], {"status": "lid"}, by=reader)
