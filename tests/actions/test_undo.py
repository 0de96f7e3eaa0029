"""Undo puts back what was there before, or says which later change is in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole, User
from kring.actions import examples, fields, fills, groups, members, templates
from kring.actions.acts import act
from kring.actions.contacts import NumberTakenError, create_contact, edit_contact
from kring.actions.erasing import erase_contact
from kring.actions.errors import (
    GroupClosedError,
    GroupInUseError,
    LoopError,
    NameTakenError,
    NotAllowedError,
    RefusedError,
)
from kring.actions.imports.contacts import import_contacts
from kring.actions.restoring.errors import (
    AlreadyUndoneError,
    ErasedSinceError,
    LastingChangeError,
    NothingToUndoError,
    StandsInTheWayError,
    StepOfChangeError,
    UndoStoppedError,
    UnknownChangeError,
)
from kring.actions.templates import TemplateInUseError, TemplateTexts
from kring.actions.undo import undo_change
from kring.contacts.details import Given
from kring.contacts.models import Contact
from kring.contacts.records import details_of
from kring.groups.models import (
    Change,
    Example,
    Group,
    NeighbourhoodRole,
    Placement,
)
from kring.groups.settings import settings_of
from kring.ui.words import words_for
from tests.undo import Truth, last_change, truth
from tests.world import World


@pytest.fixture
def choir(world: World) -> int:
    world.contact("Ada", groups=["choir"])
    world.group("singers", {"group": "choir"})
    return world.group("choir")


@pytest.fixture
def refused(world: World):
    """The refusal of an undo that changes nothing."""

    def refusal(number: int | None, kind: type[RefusedError]) -> RefusedError:
        before, changes = truth(), Change.objects.count()
        with pytest.raises(kind) as refused:
            undo_change(number or 0, by=world.by)
        assert truth() == before
        assert Change.objects.count() == changes
        return refused.value

    return refusal


def undone(world: World, deed: Callable[[], object]) -> None:
    """Do it, undo it and do it again, and claim what is so each time."""
    before = truth()
    deed()
    after, number = truth(), last_change()
    assert after != before
    undoing = undo_change(number, by=world.by)
    assert truth() == before
    assert Change.objects.get(pk=undoing.change or 0).undoes_id == number
    redoing = undo_change(undoing.change or 0, by=world.by)
    assert truth() == after
    undo_change(redoing.change or 0, by=world.by)
    assert truth() == before
    assert world.faults() == []


def test_contacts_that_were_placed_go_out_again(world: World, choir: int) -> None:
    [ben] = world.contacts("Ben")
    undone(world, lambda: members.place([ben], choir, by=world.by, reason="zingt"))


def test_contacts_that_were_removed_come_back_since_when_they_were(
    world: World, choir: int
) -> None:
    [ben] = world.contacts("Ben")
    since = date(2020, 5, 3)
    members.place([ben], choir, by=world.by, reason="zingt", since=since)
    undone(world, lambda: members.remove([ben], choir, by=world.by))
    assert Placement.objects.get(contact=ben).since == since


def test_pins_in_out_and_lifted_are_undone(world: World, choir: int) -> None:
    [ada], [ben] = world.members("choir"), world.contacts("Ben")
    singers = world.group("singers")
    undone(world, lambda: members.place([ben], singers, by=world.by))
    undone(world, lambda: members.remove([ada, ben], singers, by=world.by))
    members.remove([ada], singers, by=world.by, reason="wil niet")
    undone(world, lambda: members.unpin([ada], singers, by=world.by))


def test_a_stated_date_that_was_restated_is_put_back(world: World, choir: int) -> None:
    [ada] = world.members("choir")
    since = date(2019, 1, 1)
    undone(world, lambda: members.place([ada], choir, by=world.by, since=since))


def test_a_removal_from_a_group_that_is_closed_is_undone(
    world: World, choir: int
) -> None:
    [ada] = world.members("choir")
    groups.close_group(choir, by=world.by)
    undone(world, lambda: members.remove([ada], choir, by=world.by))


def test_a_contact_that_was_added_goes_and_comes_back_the_same(world: World) -> None:
    world.group("all of us", {"everyone": True})
    given: Given = {"last_name": "Bos", "email": "bos@kring.example", "city": "Delft"}
    undone(world, lambda: create_contact(given, by=world.by))


def test_a_contact_keeps_the_day_on_which_it_was_first_added(world: World) -> None:
    contact = create_contact({"last_name": "Bos"}, by=world.by)
    created = Contact.objects.get(pk=contact).created_at
    gone = undo_change(last_change(), by=world.by)
    undo_change(gone.change or 0, by=world.by)
    assert Contact.objects.get(pk=contact).created_at == created


def test_a_number_that_another_contact_got_since_is_not_put_back(
    world: World, refused
) -> None:
    ada = create_contact({"last_name": "Bos", "number": "7"}, by=world.by)
    edit_contact(ada, {"number": "8"}, by=world.by)
    edit = last_change()
    create_contact({"last_name": "Vos", "number": "7"}, by=world.by)
    assert refused(edit, NumberTakenError).number == "7"


def test_what_changed_without_a_change_stands_in_the_way_all_the_same(
    world: World, choir: int, refused
) -> None:
    [ben] = world.contacts("Ben")
    done = members.place([ben], choir, by=world.by)
    Placement.objects.filter(contact=ben).update(reason="by hand in the database")
    refusal = refused(done.change, StandsInTheWayError)
    assert refusal.later is None
    assert "is nu anders" in words_for(refusal)


def test_details_that_were_edited_are_put_back(world: World) -> None:
    where = {"field": "city", "op": "is", "value": "Delft"}
    world.group("in Delft", {"where": where})
    fields.add_field(fields.NewField("dak", "text"), by=world.by)
    ada = create_contact({"last_name": "Bos", "city": "Delft"}, by=world.by)
    edits: Given = {
        "city": "Leiden",
        "last_name": "Bosch",
        "number": "B7",
        "emails": ("a@kring.example", "b@kring.example"),
        "date_of_birth": date(1980, 2, 29),
        "fields": {"dak": "plat"},
    }
    undone(world, lambda: edit_contact(ada, edits, by=world.by))


def test_an_edit_is_undone_though_other_details_were_edited_since(
    world: World,
) -> None:
    for code in ("dak", "gas"):
        fields.add_field(fields.NewField(code, "text"), by=world.by)
    ada = create_contact({"last_name": "Bos"}, by=world.by)
    edit_contact(ada, {"last_name": "Bosch", "fields": {"dak": "plat"}}, by=world.by)
    number = last_change()
    edit_contact(ada, {"first_name": "Ada", "fields": {"gas": "nee"}}, by=world.by)
    undo_change(number, by=world.by)
    details = details_of([ada])[ada]
    assert (details.first_name, details.last_name) == ("Ada", "Bos")
    assert details.fields == {"gas": "nee"}


def test_settings_and_definitions_are_put_back(world: World, choir: int) -> None:
    world.contact("Ben", groups=["band"])
    undone(world, lambda: world.define("singers", {"group": "band"}))
    undone(world, lambda: groups.close_group(choir, by=world.by))
    coach = NeighbourhoodRole.COACH.value
    world.group("coaches", {"role": "coach"})
    undone(world, lambda: edited(world, choir, neighbourhood_role=coach))
    undone(world, lambda: edited(world, choir, starts_on=date(2026, 5, 3)))


def edited(world: World, group: int, **settings: Any) -> None:
    now = settings_of(Group.objects.get(pk=group))
    groups.edit_group(group, replace(now, **settings), by=world.by)


def test_a_setting_is_put_back_though_others_were_edited_since(
    world: World, choir: int
) -> None:
    edited(world, choir, name="Koor")
    number = last_change()
    edited(world, choir, description="Zingt op dinsdag")
    undo_change(number, by=world.by)
    group = Group.objects.get(pk=choir)
    assert (group.name, group.description) == ("choir", "Zingt op dinsdag")


def test_a_group_that_was_made_is_hidden_again(world: World, choir: int) -> None:
    undone(world, lambda: world.group("band"))
    undone(world, lambda: world.group("both", {"group": "singers"}))


def test_a_group_that_was_made_is_not_hidden_while_it_is_used(
    world: World, refused
) -> None:
    world.group("choir")
    number = last_change()
    world.group("singers", {"group": "choir"})
    assert refused(number, GroupInUseError).uses


def test_a_group_that_was_made_is_not_hidden_with_members_that_came_since(
    world: World, refused
) -> None:
    world.group("choir")
    number = last_change()
    world.contact("Ada", groups=["choir"])
    refusal = refused(number, StandsInTheWayError)
    assert (refusal.contact, refusal.group) == ("Ada", "choir")
    assert refusal.later.number == last_change()


def test_a_deleted_group_is_brought_back_with_its_members(
    world: World, choir: int
) -> None:
    world.group("wider", {"group": "singers"})
    undone(world, lambda: groups.delete_group(world.group("wider"), by=world.by))
    world.contact("Bo", groups=["lone"])
    undone(world, lambda: groups.delete_group(world.group("lone"), by=world.by))


def test_a_deleted_group_that_gave_a_role_gives_it_again(world: World) -> None:
    ada = world.contact("Ada", groups=["coaches"])
    edited(world, world.group("coaches"), neighbourhood_role="coach")
    groups.delete_group(world.group("coaches"), by=world.by)
    number = last_change()
    world.group("who coaches", {"role": "coach"})
    undo_change(number, by=world.by)
    assert world.members("who coaches") == {ada}
    assert world.faults() == []


def test_a_deleted_group_waits_while_another_has_its_name(
    world: World, refused, choir: int
) -> None:
    groups.delete_group(world.group("singers"), by=world.by)
    number = last_change()
    world.group("Singers")
    assert refused(number, NameTakenError).name == "Singers"


def test_a_part_that_was_closed_since_does_not_come_back(
    world: World, refused, choir: int
) -> None:
    world.group("band")
    world.define("singers", {"group": "band"})
    number = last_change()
    groups.close_group(choir, by=world.by)
    assert refused(number, GroupClosedError).name == "choir"


def test_a_loop_that_would_come_is_refused(world: World, refused) -> None:
    world.group("a", {"group": "seed"})
    world.group("b", {"group": "a"})
    world.define("b", {"group": "seed"})
    number = last_change()
    world.define("a", {"group": "b"})
    assert "b" in refused(number, LoopError).path


def test_fields_are_undone(world: World) -> None:
    wanted = fields.NewField("dak", "choice", choices=("plat", "schuin"))
    undone(world, lambda: fields.add_field(wanted, by=world.by))
    fields.add_field(wanted, by=world.by)
    undone(world, lambda: fields.edit_field("dak", by=world.by, label="Soort dak"))
    more = ("plat", "schuin", "rond")
    undone(world, lambda: fields.edit_field("dak", by=world.by, choices=more))
    undone(world, lambda: fields.delete_field("dak", by=world.by))


def test_a_field_that_is_used_does_not_go(world: World, refused) -> None:
    fields.add_field(fields.NewField("dak", "text"), by=world.by)
    number = last_change()
    create_contact({"last_name": "Bos", "fields": {"dak": "plat"}}, by=world.by)
    assert refused(number, fields.FieldInUseError).contacts == 1


def test_examples_are_undone(world: World, choir: int, refused) -> None:
    ada, singers = (
        create_contact({"last_name": "Bos"}, by=world.by),
        world.group("singers"),
    )
    added = last_change()
    belongs, other = Example.Claim.IN, Example.Claim.OUT
    expect = examples.expect_contact
    undone(world, lambda: expect(ada, singers, belongs, by=world.by))
    expect(ada, singers, belongs, by=world.by)
    undone(world, lambda: expect(ada, singers, other, by=world.by))
    kept = Example.objects.get(contact=ada)
    undone(world, lambda: examples.drop_example(kept.pk, singers, by=world.by))
    size = examples.expect_size
    undone(world, lambda: size(singers, at_least=1, at_most=None, by=world.by))
    choose = examples.choose_for_broken_examples
    undone(world, lambda: choose(singers, "block", by=world.by))
    assert refused(added, StandsInTheWayError).later.action == "change.undo"


def test_templates_are_undone(world: World, refused) -> None:
    texts = TemplateTexts("Welkom", "Welkom", "Fijn dat je er bent.")
    undone(world, lambda: templates.create_template(texts, by=world.by))
    template = templates.create_template(texts, by=world.by).template.pk
    made = last_change()
    other = TemplateTexts("Welkom", "Hallo", "Dag.")
    undone(world, lambda: templates.edit_template(template, other, by=world.by))
    undone(world, lambda: templates.delete_template(template, by=world.by))
    world.group("choir", welcome_template=template)
    assert refused(made, TemplateInUseError).name == "Welkom"


def test_a_later_change_of_the_same_stands_in_the_way(
    world: World, refused, choir: int
) -> None:
    anna = User(email="anna@kring.example", name="Anna", staff_role=StaffRole.STAFF)
    anna.save()
    [ben] = world.contacts("Ben")
    first = members.place([ben], choir, by=world.by)
    later = members.remove([ben], choir, by=actor_of(anna), reason="gestopt")
    refusal = refused(first.change, StandsInTheWayError)
    assert (refusal.contact, refusal.group) == ("Ben", "choir")
    assert (refusal.later.number, refusal.later.actor) == (later.change, "Anna")


def test_one_of_many_that_was_changed_since_stands_in_the_way_of_all(
    world: World, refused, choir: int
) -> None:
    some = world.contacts("Ben", "Cas", "Dina")
    first = members.place(some, choir, by=world.by)
    members.remove(some[:1], choir, by=world.by)
    refused(first.change, StandsInTheWayError)


def test_what_was_changed_and_changed_back_is_undone(world: World, choir: int) -> None:
    [ben] = world.contacts("Ben")
    first = members.place([ben], choir, by=world.by)
    later = members.remove([ben], choir, by=world.by)
    undo_change(later.change or 0, by=world.by)
    undo_change(first.change or 0, by=world.by)
    assert ben not in world.members("choir")


def test_a_placement_in_a_group_that_was_deleted_since_stays(
    world: World, refused
) -> None:
    ada, choir = world.contact("Ada"), world.group("choir")
    number = members.place([ada], choir, by=world.by).change
    groups.delete_group(choir, by=world.by)
    assert refused(number, StandsInTheWayError).later.action == "group.delete"


def test_a_contact_that_was_placed_or_edited_since_is_not_taken_away(
    world: World, refused, choir: int
) -> None:
    ada = create_contact({"last_name": "Bos"}, by=world.by)
    number = last_change()
    edit_contact(ada, {"city": "Delft"}, by=world.by)
    assert refused(number, StandsInTheWayError).later.action == "contact.edit"
    undo_change(last_change(), by=world.by)
    members.place([ada], choir, by=world.by)
    assert refused(number, StandsInTheWayError).later.action == "members.place"


def test_who_was_removed_and_no_longer_exists_does_not_come_back(
    world: World, refused, choir: int
) -> None:
    ada = create_contact({"last_name": "Bos"}, by=world.by)
    added = last_change()
    members.place([ada], choir, by=world.by)
    removed = members.remove([ada], choir, by=world.by)
    undo_change(added, by=world.by)
    assert refused(removed.change, StandsInTheWayError).later.action == "change.undo"


def test_erasure_and_what_it_was_about_are_never_undone(
    world: World, refused, choir: int
) -> None:
    ada = create_contact({"last_name": "Bos"}, by=world.by)
    added = last_change()
    placed = members.place([ada], choir, by=world.by)
    erase_contact(ada, by=world.by)
    assert refused(last_change(), LastingChangeError).action == "contact.erase"
    refused(added, ErasedSinceError)
    refused(placed.change, ErasedSinceError)


def test_undoing_twice_is_refused_and_names_the_undo(
    world: World, refused, choir: int
) -> None:
    [ben] = world.contacts("Ben")
    done = members.place([ben], choir, by=world.by)
    undoing = undo_change(done.change or 0, by=world.by)
    assert refused(done.change, AlreadyUndoneError).by == undoing.change


def test_a_change_that_does_not_exist_or_wrote_nothing_is_refused(
    world: World, refused
) -> None:
    refused(12345, UnknownChangeError)
    with act("test.nothing", by=world.by) as this:
        number = this.change
    refused(number, NothingToUndoError)


def test_whoever_may_change_nothing_undoes_nothing(world: World, choir: int) -> None:
    lex = User(email="lex@kring.example", staff_role=StaffRole.READER)
    with pytest.raises(NotAllowedError):
        undo_change(last_change(), by=actor_of(lex))


@pytest.fixture
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "BATCH", 2)


@pytest.mark.usefixtures("in_small_batches")
def test_a_long_act_is_undone_and_done_again_as_a_whole(
    world: World, refused, choir: int
) -> None:
    some = world.contacts("Ben", "Cas", "Dina", "Eva", "Fay")
    before = truth()
    done = members.place(some, choir, by=world.by)
    after = truth()
    step = Change.objects.filter(part_of=done.change).latest("number")
    assert refused(step.pk, StepOfChangeError).whole == done.change
    undoing = undo_change(done.change or 0, by=world.by)
    assert (undoing.count, truth()) == (5, before)
    steps = Change.objects.filter(part_of=undoing.change).order_by("pk")
    taken_back = [one.undoes_id or 0 for one in steps]
    assert taken_back == sorted(taken_back, reverse=True)
    refused(done.change, AlreadyUndoneError)
    undo_change(undoing.change or 0, by=world.by)
    assert truth() == after


@pytest.mark.usefixtures("in_small_batches")
def test_of_a_long_act_nothing_is_undone_when_one_step_would_be_refused(
    world: World, refused, choir: int
) -> None:
    some = world.contacts("Ben", "Cas", "Dina", "Eva", "Fay")
    done = members.place(some, choir, by=world.by)
    members.remove(some[:1], choir, by=world.by)
    refused(done.change, StandsInTheWayError)


@pytest.mark.usefixtures("in_small_batches")
def test_an_undo_that_stopped_halfway_goes_on_when_asked_again(
    world: World, choir: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = world.contacts("Ben", "Cas", "Dina", "Eva", "Fay")
    before = truth()
    done = members.place(some, choir, by=world.by)
    with monkeypatch.context() as patched:
        patched.setattr("kring.actions.undo._require_all_untouched", lambda _: None)
        later = members.remove(some[:1], choir, by=world.by)
        with pytest.raises(UndoStoppedError) as stopped:
            undo_change(done.change or 0, by=world.by)
    assert (stopped.value.done, stopped.value.total) == (2, 3)
    undo_change(later.change or 0, by=world.by)
    assert undo_change(done.change or 0, by=world.by).count == 2
    assert truth() == before
    assert world.faults() == []


def test_an_import_is_undone_as_a_whole(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("contacts", "rows"):
        monkeypatch.setattr(f"kring.actions.imports.{module}.BATCH", 2)
    create_contact({"number": "7", "last_name": "Bos"}, by=world.by)
    before = truth()
    file = tmp_path / "contacts.csv"
    lines = ["number,last_name,city", "7,Bosch,Delft", "8,Vos,", "9,Das,Leiden"]
    file.write_text("\n".join([*lines, "8,Vos,Gouda", "7,Bosch,Rijswijk"]))
    import_contacts(file, by=world.by)
    whole = Change.objects.get(action="contacts.import", part_of=None)
    after = truth()
    undoing = undo_change(whole.pk, by=world.by)
    assert truth() == before
    undo_change(undoing.change or 0, by=world.by)
    assert truth() == after
    assert Change.objects.filter(part_of=whole).count() > 1


def test_a_long_act_of_one_step_is_undone_as_the_whole(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("contacts", "rows"):
        monkeypatch.setattr(f"kring.actions.imports.{module}.BATCH", 1)
    file = tmp_path / "contacts.csv"
    file.write_text("number,last_name\n8,Vos\n8,Vos\n")
    import_contacts(file, by=world.by)
    whole = Change.objects.get(action="contacts.import", part_of=None)
    assert Change.objects.filter(part_of=whole).count() == 1
    undoing = undo_change(whole.pk, by=world.by)
    assert Change.objects.get(pk=undoing.change or 0).undoes_id == whole.pk
    assert truth().contacts == {}


def test_a_definition_over_several_chunks_is_put_back_step_by_step(
    world: World, choir: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    ben = world.contact("Ben", groups=["band"])
    assert ben > 65_535
    before: Truth = truth()
    world.define("singers", {"group": "band"})
    fills.finish_fills()
    number = Change.objects.filter(action="group.edit").latest("number").pk
    step = Change.objects.filter(action="group.fill", part_of=number).latest("number")
    with pytest.raises(StepOfChangeError):
        undo_change(step.pk, by=world.by)
    undo_change(number, by=world.by)
    fills.finish_fills()
    assert truth() == before
    assert world.faults() == []


@pytest.mark.django_db(transaction=True)
def test_of_two_undos_at_once_one_is_refused() -> None:
    world = World()
    [ben] = world.contacts("Ben")
    done = members.place([ben], world.group("choir"), by=world.by)
    assert sorted(answers_of_two(done.change or 0)) == ["refused", "undone"]
    assert Change.objects.filter(undoes=done.change).count() == 1
    assert world.members("choir") == set()


def answers_of_two(number: int) -> list[str]:
    """What two who undo the same change at the same moment are told."""
    answers: list[str] = []
    start = threading.Barrier(2)

    def undo() -> None:
        start.wait()
        try:
            undo_change(number, by=World.by)
            answers.append("undone")
        except AlreadyUndoneError:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
