"""Persons act for organisations: links are made, ended, moved, undone and forgotten."""

from __future__ import annotations

from datetime import date

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.actions import contacts, erasing, merging, representing, undo
from kring.actions.errors import (
    NotAllowedError,
    RefusedError,
    TextTooLongError,
    UnknownContactsError,
)
from kring.actions.restoring.errors import StandsInTheWayError
from kring.contacts.models import Kind, Representation
from kring.contacts.representing import Represents, may_act_for
from kring.groups.models import Change, ChangeEntry
from kring.ui.words import words_for
from tests.mailing.mails import person
from tests.undo import last_change, truth
from tests.world import World

ALWAYS = Represents(on_portal=True)


def bakery(world: World, name: str = "Bakkerij Jansen", **given: object) -> int:
    wanted = {"kind": Kind.ORGANISATION, "name": name, **given}
    return contacts.create_contact(wanted, by=world.by)  # type: ignore[arg-type]


def links() -> list[tuple[int, int]]:
    rows = Representation.objects.order_by("person", "organisation")
    return list(rows.values_list("person", "organisation"))


@pytest.fixture
def ans(world: World) -> int:
    return person(world, "Aalbers", first_name="Ans")


@pytest.fixture
def jansen(world: World) -> int:
    return bakery(world)


def link(world: World, one: int, other: int, agreed: Represents = ALWAYS) -> int:
    return representing.add_representation(one, other, agreed, by=world.by)


@pytest.mark.parametrize(
    ("first", "last", "counts"),
    [
        (None, None, True),
        (date(2026, 5, 3), None, True),
        (date(2026, 5, 4), None, False),
        (None, date(2026, 5, 3), True),
        (None, date(2026, 5, 2), False),
        (date(2026, 5, 3), date(2026, 5, 3), True),
    ],
)
def test_a_link_counts_from_its_first_day_up_to_its_last(
    world, ans, jansen, first, last, counts
):
    link(world, ans, jansen, Represents("", first, last, on_portal=True))
    today = date(2026, 5, 3)
    assert may_act_for(ans, jansen, day=today) is counts
    assert Representation.objects.get().counts_on(today) is counts


def test_without_permission_nobody_acts_on_the_portal(world, ans, jansen):
    link(world, ans, jansen, Represents(on_portal=False))
    assert not may_act_for(ans, jansen, day=date(2026, 5, 3))


def refused(world: World, one: int, other: int, agreed: Represents = ALWAYS) -> str:
    changes = Change.objects.count()
    with pytest.raises(RefusedError) as refusal:
        link(world, one, other, agreed)
    assert Change.objects.count() == changes
    return words_for(refusal.value)


def test_one_acts_for_an_organisation(world, ans):
    bob = person(world, "Bakker", first_name="Bob")
    assert "Bob Bakker is een persoon" in refused(world, ans, bob)


def test_a_person_acts(world, jansen):
    other = bakery(world, "Slagerij Smit")
    assert "Slagerij Smit is een organisatie" in refused(world, other, jansen)


def test_a_link_is_there_once(world, ans, jansen):
    link(world, ans, jansen)
    told = refused(world, ans, jansen, Represents("secretaris"))
    assert "Ans Aalbers en Bakkerij Jansen" in told


def test_a_link_does_not_end_before_it_begins(world, ans, jansen):
    agreed = Represents("", date(2026, 5, 3), date(2026, 5, 2))
    assert "laatste dag" in refused(world, ans, jansen, agreed)


def test_whoever_is_not_there_is_linked_to_nobody(world, ans):
    with pytest.raises(UnknownContactsError):
        link(world, ans, 99_999)


def test_a_role_is_a_few_words(world, ans, jansen):
    with pytest.raises(TextTooLongError):
        link(world, ans, jansen, Represents("x" * 201))


def test_who_may_only_look_links_nobody(world, ans, jansen):
    reader = Actor(ActorKind.USER, None, "reader")
    with pytest.raises(NotAllowedError):
        representing.add_representation(ans, jansen, ALWAYS, by=reader)


def test_what_is_agreed_is_changed_and_ended(world, ans, jansen):
    link(world, ans, jansen)
    pair = (ans, jansen)
    agreed = Represents("secretaris", date(2026, 1, 2), None, on_portal=True)
    representing.edit_representation(*pair, agreed, by=world.by)
    representing.end_representation(*pair, on=date(2026, 5, 3), by=world.by)
    row = Representation.objects.get()
    assert (row.role, row.first_day, row.last_day, row.on_portal) == (
        "secretaris",
        date(2026, 1, 2),
        date(2026, 5, 3),
        True,
    )
    again = representing.end_representation(*pair, on=date(2026, 6, 1), by=world.by)
    assert again is None
    assert (
        representing.edit_representation(
            *pair,
            Represents(
                "secretaris", date(2026, 1, 2), date(2026, 5, 3), on_portal=True
            ),
            by=world.by,
        )
        is None
    )


def test_what_has_yet_to_begin_is_not_ended_before(world, ans, jansen):
    link(world, ans, jansen, Represents("", date(2026, 5, 3)))
    with pytest.raises(representing.EndsBeforeItBeginsError):
        representing.end_representation(ans, jansen, on=date(2026, 5, 2), by=world.by)


def test_whoever_is_not_linked_is_neither_changed_nor_removed(world, ans, jansen):
    with pytest.raises(representing.DoesNotRepresentError) as refusal:
        representing.edit_representation(ans, jansen, ALWAYS, by=world.by)
    assert "niet (meer) gekoppeld" in words_for(refusal.value)
    with pytest.raises(representing.DoesNotRepresentError):
        representing.remove_representation(ans, jansen, by=world.by)


def test_either_side_remembers_it(world, ans, jansen):
    change = link(world, ans, jansen)
    entries = ChangeEntry.objects.filter(change=change).order_by("pk")
    assert list(entries.values_list("kind", "contact")) == [
        ("represents", ans),
        ("represented", jansen),
    ]


def test_every_step_is_undone_and_done_again(world, ans, jansen):
    states = [truth()]
    changes = [link(world, ans, jansen, Represents("secretaris"))]
    states.append(truth())
    changes.append(
        representing.edit_representation(ans, jansen, ALWAYS, by=world.by) or 0
    )
    states.append(truth())
    changes.append(representing.remove_representation(ans, jansen, by=world.by))
    for change, before in zip(reversed(changes), reversed(states), strict=True):
        undone = undo.undo_change(change, by=world.by).change or 0
        assert truth() == before
        undo.undo_change(undo.undo_change(undone, by=world.by).change or 0, by=world.by)
        assert truth() == before


def test_what_was_changed_since_is_not_undone(world, ans, jansen):
    change = link(world, ans, jansen)
    later = representing.edit_representation(
        ans, jansen, Represents("secretaris"), by=world.by
    )
    with pytest.raises(StandsInTheWayError) as refusal:
        undo.undo_change(change, by=world.by)
    assert refusal.value.later is not None
    assert refusal.value.later.number == later


def test_a_contact_that_is_linked_since_does_not_go_by_undo(world, jansen):
    ans = person(world, "Aalbers")
    made = last_change()
    later = link(world, ans, jansen)
    with pytest.raises(StandsInTheWayError) as refusal:
        undo.undo_change(made, by=world.by)
    assert refusal.value.later is not None
    assert refusal.value.later.number == later


def test_nobody_acts_again_for_what_is_gone(world, ans, jansen):
    link(world, ans, jansen)
    removed = representing.remove_representation(ans, jansen, by=world.by)
    other = bakery(world, "Jansen Bakkers")
    merging.merge_contacts(jansen, into=other, by=world.by)
    with pytest.raises(StandsInTheWayError):
        undo.undo_change(removed, by=world.by)


def test_merging_persons_moves_their_links(world, ans, jansen):
    double = person(world, "Aalbers", first_name="Anna")
    link(world, double, jansen)
    before = truth()
    change = merging.merge_contacts(double, into=ans, by=world.by).change
    assert links() == [(ans, jansen)]
    undo.undo_change(change, by=world.by)
    assert truth() == before


def test_merging_organisations_moves_their_links(world, ans, jansen):
    double = bakery(world, "Jansen Bakkers")
    link(world, ans, double)
    before = truth()
    change = merging.merge_contacts(double, into=jansen, by=world.by).change
    assert links() == [(ans, jansen)]
    undo.undo_change(change, by=world.by)
    assert truth() == before


def test_of_two_links_that_become_one_the_longest_counts(world, ans, jansen):
    double = bakery(world, "Jansen Bakkers")
    ended = Represents("secretaris", None, date(2026, 5, 3), on_portal=True)
    link(world, ans, jansen, ended)
    link(world, ans, double, Represents("bakker", None, None, on_portal=False))
    before = truth()
    change = merging.merge_contacts(double, into=jansen, by=world.by).change
    row = Representation.objects.get()
    # Of one of the two it all comes: a permission never outlives what was agreed.
    assert (row.role, row.last_day, row.on_portal) == ("bakker", None, False)
    undo.undo_change(change, by=world.by)
    assert truth() == before


@pytest.mark.parametrize("who", ["person", "organisation"])
def test_erasing_either_side_takes_the_link_and_what_it_said(world, ans, jansen, who):
    link(world, ans, jansen, Represents("geheimschrijver", on_portal=True))
    representing.edit_representation(
        ans, jansen, Represents("zwartendijk", on_portal=True), by=world.by
    )
    gone = ans if who == "person" else jansen
    erasing.erase_contact(gone, by=world.by)
    assert links() == []
    kinds = ("represents", "represented")
    entries = ChangeEntry.objects.filter(kind__in=kinds)
    told = {str(facts) for row in entries for facts in (row.before, row.after) if facts}
    assert told == {"{'erased': True}"}
