"""What needs attention about the groups of a cooperative."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import StaffRole, User
from kring.actions import groups
from kring.contacts.models import CustomField
from kring.groups.lint import Finding, Kind, findings
from tests.world import World

NEVER = {"base": {"group": "choir"}, "except": [{"group": "choir"}]}


@pytest.fixture
def anna(db) -> User:
    user = User(email="anna@kring.example", staff_role=StaffRole.STAFF)
    user.save()
    return user


@pytest.fixture
def tidy(world: World, anna: User) -> World:
    """The choir has a member and a responsible: there is nothing to say about it."""
    world.group("choir", responsible=anna.pk)
    world.contact("Ada", groups=["choir"])
    return world


def made(world: World, name: str, definition: object = None, **settings: object) -> int:
    anna = User.objects.get()
    return world.group(name, definition, **{"responsible": anna.pk, **settings})


def found() -> list[Finding]:
    return findings(today=timezone.localdate())


def kinds(name: str) -> list[Kind]:
    return [finding.kind for finding in found() if finding.name == name]


def test_a_tidy_world_needs_no_attention(tidy: World) -> None:
    made(tidy, "singers", {"any": [{"group": "choir"}]}, visible_on_portal=True)
    assert found() == []


def test_what_nobody_can_ever_be_in_is_told_with_the_reason(tidy: World) -> None:
    made(tidy, "nobody", NEVER, visible_at_contact=True)
    [finding] = found()
    assert (finding.kind, finding.name) == (Kind.ALWAYS_EMPTY, "nobody")
    assert finding.part == tidy.expression(NEVER)


def test_an_always_empty_part_empties_what_is_made_of_it(tidy: World) -> None:
    made(tidy, "nobody", NEVER)
    made(tidy, "also", {"all": [{"group": "nobody"}, {"group": "choir"}]})
    assert kinds("also") == [Kind.ALWAYS_EMPTY, Kind.UNUSED]
    [ben] = tidy.contacts("Ben")
    tidy.put(ben, "nobody")
    assert kinds("also") == [Kind.UNUSED]


def test_who_is_put_in_by_hand_is_in_what_nobody_can_meet(tidy: World) -> None:
    made(tidy, "nobody", NEVER, visible_at_contact=True)
    [ben] = tidy.contacts("Ben")
    tidy.put(ben, "nobody")
    assert kinds("nobody") == [Kind.CONTRADICTION]


def test_contradictions_and_parts_without_effect_are_told(tidy: World) -> None:
    person = {"where": {"field": "kind", "op": "is", "value": "person"}}
    company = {"where": {"field": "kind", "op": "is", "value": "organisation"}}
    choir = {"group": "choir"}
    made(tidy, "odd", {"any": [choir, {"all": [person, company]}]})
    made(tidy, "twice", {"any": [choir, {"all": [choir, person]}]})
    assert kinds("odd") == [Kind.CONTRADICTION]
    assert kinds("twice") == [Kind.REDUNDANT_PART]


def test_own_fields_are_understood(tidy: World) -> None:
    CustomField.objects.create(
        code="heat", label="Heat", type="choice", choices=["gas", "pump"]
    )
    asked = [
        {"where": {"field": "field:heat", "op": "is", "value": value}}
        for value in ("gas", "pump")
    ]
    made(tidy, "both", {"all": asked}, visible_on_portal=True)
    assert kinds("both") == [Kind.ALWAYS_EMPTY]


def test_groups_with_the_same_definition_name_each_other(tidy: World) -> None:
    tidy.contact("Ben", groups=["choir"])
    made(tidy, "band")
    tidy.contact("Cas", groups=["band"])
    one = made(tidy, "one", {"any": [{"group": "choir"}, {"group": "band"}]})
    two = made(
        tidy, "two", {"at_least": 1, "of": [{"group": "band"}, {"group": "choir"}]}
    )
    told = [(finding.kind, finding.group, finding.others) for finding in found()]
    assert told == [(Kind.DUPLICATE, one, (two,)), (Kind.DUPLICATE, two, (one,))]


@pytest.mark.parametrize(
    "use",
    [
        {"visible_on_portal": True},
        {"visible_at_contact": True},
        {"neighbourhood_role": "coach"},
    ],
)
def test_an_empty_group_that_nothing_uses_is_unused(
    tidy: World, use: dict[str, object]
) -> None:
    made(tidy, "empty")
    made(tidy, "used", **use)
    made(tidy, "part")
    made(tidy, "whole", {"any": [{"group": "part"}]}, visible_on_portal=True)
    assert [(one.kind, one.name) for one in found()] == [(Kind.UNUSED, "empty")]


def test_a_group_that_gives_an_asked_role_is_used(tidy: World) -> None:
    made(tidy, "coaches", neighbourhood_role="coach")
    made(tidy, "who coaches", {"role": "coach"}, visible_on_portal=True)
    assert found() == []


def test_whoever_cannot_sign_in_answers_for_nothing(tidy: World, anna: User) -> None:
    User.objects.update(is_active=False)
    assert kinds("choir") == [Kind.WITHOUT_RESPONSIBLE]


def test_a_group_past_its_date_is_told_until_it_is_closed(tidy: World) -> None:
    today = timezone.localdate()
    made(tidy, "today", ends_on=today, visible_on_portal=True)
    past = made(tidy, "past", ends_on=today - timedelta(days=1), visible_on_portal=True)
    assert [(one.kind, one.group) for one in found()] == [(Kind.PAST_END, past)]
    groups.close_group(past, by=tidy.by)
    assert found() == []


def test_a_thousand_groups_take_one_question(
    tidy: World, django_assert_max_num_queries
) -> None:
    for number in range(20):
        made(tidy, f"group {number}", {"any": [{"group": "choir"}]})
    with django_assert_max_num_queries(1):
        assert len(found()) == 20
