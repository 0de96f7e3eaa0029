"""Examples kept with a group are checked before its definition is saved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.actors import Actor, ActorKind
from kring.actions import groups, members
from kring.actions.acts import act
from kring.actions.errors import (
    DerivedGroupNeededError,
    ExamplesBlockError,
    ExamplesBrokenError,
    NotAllowedError,
    SizeNotPossibleError,
    UnknownChoiceError,
    UnknownContactsError,
    UnknownExampleError,
    UnknownGroupsError,
)
from kring.actions.examples import (
    Despite,
    choose_for_broken_examples,
    drop_example,
    expect_contact,
    expect_size,
    require_examples,
)
from kring.groups.examples import examples_of, groups_with_broken_examples
from kring.groups.lint import Kind, findings
from kring.groups.locks import Definitions
from kring.groups.models import Change, ChangeEntry, Example, Group
from kring.groups.settings import settings_of
from tests.world import World

IN, OUT = Example.Claim.IN, Example.Claim.OUT


@pytest.fixture
def choir(world: World) -> World:
    """Actief is who is in Leden: Ada and Ben; Cas is in Koor."""
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden"])
    world.contact("Cas", groups=["Koor"])
    world.group("Actief", {"group": "Leden"})
    return world


def person(world: World, name: str) -> int:
    groups_ = {"Ada": "Leden", "Ben": "Leden", "Cas": "Koor"}
    found = sorted(world.members(groups_[name]))
    return found[1] if name == "Ben" else found[0]


def redefine(
    world: World, definition: object, *, despite: Despite = Despite.NOTHING
) -> None:
    group = Group.objects.get(pk=world.group("Actief"))
    wanted = replace(settings_of(group), definition=world.expression(definition))
    groups.edit_group(group.pk, wanted, by=world.by, despite=despite)


def expect(world: World, name: str, claim: Example.Claim) -> None:
    expect_contact(person(world, name), world.group("Actief"), claim, by=world.by)


def blocks(world: World) -> None:
    choose_for_broken_examples(world.group("Actief"), "block", by=world.by)


@pytest.mark.parametrize(
    ("name", "claim"), [("Ada", IN), ("Cas", OUT)], ids=["must be in", "must be out"]
)
def test_a_definition_that_breaks_an_example_is_not_saved(
    choir: World, name: str, claim: Example.Claim
) -> None:
    expect(choir, name, claim)
    before = choir.members("Actief"), Change.objects.count()
    with pytest.raises(ExamplesBrokenError) as refusal:
        redefine(choir, {"group": "Koor"})
    assert [one.example.name for one in refusal.value.broken] == [name]
    assert (choir.members("Actief"), Change.objects.count()) == before


def test_every_broken_example_is_named(choir: World) -> None:
    for name in ("Ada", "Ben"):
        expect(choir, name, IN)
    expect_size(choir.group("Actief"), at_least=2, at_most=3, by=choir.by)
    with pytest.raises(ExamplesBrokenError) as refusal:
        redefine(choir, {"group": "Koor"})
    assert [one.example.name for one in refusal.value.broken] == ["", "Ada", "Ben"]
    assert {one.count for one in refusal.value.broken} == {1}


def test_a_warning_can_be_put_aside(choir: World) -> None:
    expect(choir, "Ada", IN)
    redefine(choir, {"group": "Koor"}, despite=Despite.EXAMPLES)
    assert choir.names_in("Actief") == ["Cas"]


def test_a_group_that_blocks_cannot_be_talked_round(choir: World) -> None:
    expect(choir, "Ada", IN)
    blocks(choir)
    with pytest.raises(ExamplesBlockError):
        redefine(choir, {"group": "Koor"}, despite=Despite.EXAMPLES)
    assert choir.names_in("Actief") == ["Ada", "Ben"]


def test_a_definition_that_keeps_the_examples_is_saved(choir: World) -> None:
    expect(choir, "Ada", IN)
    expect_size(choir.group("Actief"), at_least=3, at_most=None, by=choir.by)
    blocks(choir)
    redefine(choir, {"any": [{"group": "Leden"}, {"group": "Koor"}]})
    assert choir.names_in("Actief") == ["Ada", "Ben", "Cas"]


@pytest.mark.parametrize(
    ("least", "most", "is_broken"),
    [(1, 1, False), (2, None, True), (None, 0, True), (1, None, False), (0, 5, False)],
)
def test_sizes_include_their_ends(
    choir: World, least: int | None, most: int | None, *, is_broken: bool
) -> None:
    expect_size(choir.group("Actief"), at_least=least, at_most=most, by=choir.by)
    blocks(choir)
    if is_broken:
        with pytest.raises(ExamplesBlockError):
            redefine(choir, {"group": "Koor"})
    else:
        redefine(choir, {"group": "Koor"})


def test_pins_count_when_examples_are_checked(choir: World) -> None:
    expect(choir, "Ada", IN)
    blocks(choir)
    group, ada = choir.group("Actief"), person(choir, "Ada")
    members.place([ada], group, by=choir.by)
    redefine(choir, {"group": "Koor"})
    assert choir.names_in("Actief") == ["Ada", "Cas"]


def test_conditions_are_asked_as_well(choir: World) -> None:
    expect(choir, "Ada", IN)
    rule = {"where": {"field": "last_name", "op": "is", "value": "Ben"}}
    with pytest.raises(ExamplesBrokenError):
        redefine(choir, rule)


def test_what_is_no_definition_is_saved_whatever_examples_say(choir: World) -> None:
    expect(choir, "Cas", IN)
    blocks(choir)
    groups.close_group(choir.group("Actief"), by=choir.by)
    assert Group.objects.get(pk=choir.group("Actief")).is_closed


def test_examples_that_break_later_are_found(choir: World) -> None:
    expect(choir, "Ada", IN)
    expect(choir, "Cas", OUT)
    assert groups_with_broken_examples() == {}
    choir.take(person(choir, "Ada"), "Leden")
    assert groups_with_broken_examples() == {choir.group("Actief"): 1}
    found = findings(today=timezone.localdate())
    told = [one for one in found if one.kind is Kind.BROKEN_EXAMPLES]
    assert [one.name for one in told] == ["Actief"]


def test_a_later_claim_about_a_contact_replaces_the_earlier(choir: World) -> None:
    expect(choir, "Ada", IN)
    expect(choir, "Ada", OUT)
    [kept] = examples_of(choir.group("Actief"))
    assert kept.claim == OUT
    entry = ChangeEntry.objects.filter(kind="example").latest("pk")
    assert entry.before == {"claim": "in", "at_least": None, "at_most": None}
    assert entry.after == {"claim": "out", "at_least": None, "at_most": None}
    assert entry.contact == person(choir, "Ada")


def test_a_later_size_replaces_the_earlier(choir: World) -> None:
    group = choir.group("Actief")
    expect_size(group, at_least=1, at_most=2, by=choir.by)
    expect_size(group, at_least=None, at_most=9, by=choir.by)
    [kept] = examples_of(group)
    assert (kept.at_least, kept.at_most) == (None, 9)


def test_saying_the_same_twice_changes_nothing(choir: World) -> None:
    expect(choir, "Ada", IN)
    blocks(choir)
    changes = Change.objects.count()
    expect(choir, "Ada", IN)
    blocks(choir)
    assert Change.objects.count() == changes


def test_an_example_that_is_removed_is_recorded(choir: World) -> None:
    expect(choir, "Ada", IN)
    group = choir.group("Actief")
    [kept] = examples_of(group)
    drop_example(kept.id, group, by=choir.by)
    assert examples_of(group) == []
    entry = ChangeEntry.objects.filter(kind="example").latest("pk")
    assert (entry.after, entry.contact) == (None, person(choir, "Ada"))
    with pytest.raises(UnknownExampleError):
        drop_example(kept.id, group, by=choir.by)


def test_how_broken_examples_count_is_recorded(choir: World) -> None:
    blocks(choir)
    entry = ChangeEntry.objects.get(kind="example")
    assert entry.before == {"broken_examples": "warn"}
    assert entry.after == {"broken_examples": "block"}


@pytest.mark.parametrize("bounds", [(None, None), (3, 2), (-1, None), (0, 2**31)])
def test_sizes_that_cannot_be_are_refused(
    choir: World, bounds: tuple[int | None, int | None]
) -> None:
    least, most = bounds
    with pytest.raises(SizeNotPossibleError):
        expect_size(choir.group("Actief"), at_least=least, at_most=most, by=choir.by)


def test_who_and_what_does_not_exist_is_refused(choir: World) -> None:
    actief, leden = choir.group("Actief"), choir.group("Leden")
    with pytest.raises(UnknownContactsError):
        expect_contact(999, actief, IN, by=choir.by)
    with pytest.raises(UnknownGroupsError):
        expect_contact(person(choir, "Ada"), 999, IN, by=choir.by)
    with pytest.raises(DerivedGroupNeededError):
        expect_contact(person(choir, "Ada"), leden, IN, by=choir.by)
    with pytest.raises(UnknownChoiceError):
        choose_for_broken_examples(actief, "perhaps", by=choir.by)


def test_readers_keep_no_examples(choir: World) -> None:
    reader = Actor(ActorKind.USER, staff_role="reader")
    with pytest.raises(NotAllowedError):
        expect_contact(person(choir, "Ada"), choir.group("Actief"), IN, by=reader)


def test_contacts_of_every_chunk_are_judged(choir: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65534")
    far, farther = choir.contacts("Dia", "Eva")
    assert (far, farther) == (65535, 65536)
    members.place([far, farther], choir.group("Leden"), by=choir.by)
    group = choir.group("Actief")
    expect_contact(farther, group, IN, by=choir.by)
    expect_size(group, at_least=4, at_most=4, by=choir.by)
    blocks(choir)
    with pytest.raises(ExamplesBlockError) as refusal:
        redefine(choir, {"group": "Koor"})
    assert [one.count for one in refusal.value.broken] == [1, 1]
    redefine(choir, {"any": [{"group": "Leden"}]})


def test_an_act_that_changed_something_already_judges_by_what_it_holds(
    choir: World,
) -> None:
    expect_contact(person(choir, "Ada"), choir.group("Actief"), IN, by=choir.by)
    group = Group.objects.get(pk=choir.group("Actief"))
    new = choir.expression({"group": "Koor"})
    with act("test.late", by=choir.by, graph=Definitions.EXCLUSIVE) as this:
        assert this.change
        with pytest.raises(ExamplesBrokenError):
            require_examples(this, group, new, Despite.NOTHING)
