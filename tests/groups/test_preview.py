"""A preview says exactly what saving would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kring.actions import groups, members
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupMembers,
)
from kring.algebra.sameness import different
from kring.contacts.models import Contact
from kring.groups.contributions import Influence, contributions
from kring.groups.models import Change, Group
from kring.groups.preview import (
    PartCount,
    Preview,
    preview_as_json,
    preview_of,
)
from kring.groups.queries import members_of
from kring.groups.settings import settings_of
from kring.groups.unsaved import sight_of
from tests.world import World

NAMES = ("Leden", "Vrijwilligers", "Oud-leden", "Koor")


@pytest.fixture
def cooperative(world: World) -> World:
    """Leden: Ada, Ben; Vrijwilligers: Ben, Cas; Oud-leden: Cas."""
    world.contact("Ada", groups=["Leden"])
    world.contact("Ben", groups=["Leden", "Vrijwilligers"])
    world.contact("Cas", groups=["Vrijwilligers", "Oud-leden"])
    world.contact("Dik")
    world.group("Koor")
    return world


def previewed(world: World, definition: object, group: str | None = None) -> Preview:
    wanted = world.expression(definition)
    assert wanted is not None
    number = None if group is None else world.group(group)
    return preview_of(wanted, group=number, today=timezone.localdate())


def of(*names: str) -> list[object]:
    return [{"group": name} for name in names]


def test_a_new_group_is_counted_and_its_first_names_are_told(cooperative) -> None:
    preview = previewed(cooperative, {"any": of("Leden", "Vrijwilligers")})
    assert (preview.count, preview.joins, preview.leaves) == (3, 3, 0)
    names = Contact.objects.in_bulk(preview.sample)
    assert [names[one].last_name for one in preview.sample] == ["Ada", "Ben", "Cas"]


def test_a_group_that_exists_tells_who_joins_and_who_leaves(cooperative) -> None:
    cooperative.group("Actief", {"group": "Leden"})
    preview = previewed(cooperative, {"group": "Vrijwilligers"}, "Actief")
    people = {one.pk: one.last_name for one in Contact.objects.all()}
    assert [people[one] for one in preview.joining] == ["Cas"]
    assert [people[one] for one in preview.leaving] == ["Ada"]


def test_pins_count_but_not_those_that_ended(cooperative, settings) -> None:
    group = cooperative.group("Actief", {"group": "Leden"})
    ada, dik = cooperative.members("Leden") - cooperative.members("Vrijwilligers"), 4
    today = timezone.localdate()
    members.remove(ada, group, by=cooperative.by, until=today)
    members.place([dik], group, by=cooperative.by)
    wanted = cooperative.expression({"any": of("Leden", "Vrijwilligers")})
    assert wanted is not None
    now = preview_of(wanted, group=group, today=today)
    later = preview_of(wanted, group=group, today=today + timedelta(1))
    assert (now.count, later.count) == (3, 4)


def test_parts_tell_what_they_do_alone(cooperative) -> None:
    definition = {
        "base": {"any": of("Leden", "Vrijwilligers")},
        "except": of("Oud-leden"),
    }
    told = [
        (part.influence, part.count, part.alone)
        for part in previewed(cooperative, definition).parts
    ]
    assert told == [
        (Influence.ADDS, 2, 1),
        (Influence.ADDS, 2, 0),
        (Influence.REMOVES, 1, 1),
    ]


def expressions(numbers: list[int]) -> st.SearchStrategy[Expression]:
    groups = st.sampled_from(numbers).map(GroupMembers)
    parts = st.lists(groups, min_size=1, max_size=4).map(tuple)
    bases = st.one_of(
        groups,
        parts.map(AnyOf),
        parts.map(AllOf),
        parts.flatmap(
            lambda some: st.integers(1, len(set(some))).map(
                lambda count: AtLeast(count, some)
            )
        ),
    )
    removed = st.lists(groups, min_size=1, max_size=3).map(tuple)
    return st.one_of(bases, st.builds(Except, bases, removed))


def without(definition: Expression, part: PartCount) -> Expression | None:
    """The definition with the part taken out of it; None where nothing is left."""
    match definition:
        case Except(base, removed):
            if part.influence is Influence.REMOVES:
                rest = tuple(one for one in removed if one != part.definition)
                return Except(base, rest)
            left = without(base, part)
            return None if left is None else Except(left, removed)
        case AnyOf(parts):
            return AnyOf(tuple(one for one in parts if one != part.definition))
        case AllOf(parts):
            rest = tuple(one for one in parts if one != part.definition)
            return AllOf(rest) if rest else None
        case AtLeast(count, parts):
            rest = tuple(one for one in different(parts) if one != part.definition)
            return AtLeast(count, rest) if count <= len(rest) else None
        case _:
            return None


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_what_a_part_does_alone_is_what_would_differ_without_it(
    cooperative: World, data: st.DataObject
) -> None:
    numbers = [cooperative.group(name) for name in NAMES]
    definition = data.draw(expressions(numbers))
    today = timezone.localdate()
    whole = preview_of(definition, group=None, today=today)
    for part in whole.parts:
        rest = without(definition, part)
        count = 0 if rest is None else preview_of(rest, group=None, today=today).count
        sign = 1 if part.influence is Influence.ADDS else -1
        assert part.alone == sign * (whole.count - count), (definition, part)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_saving_does_what_the_preview_said(
    cooperative: World, data: st.DataObject
) -> None:
    group = cooperative.group("Actief", {"any": of("Leden")})
    numbers = [cooperative.group(name) for name in NAMES]
    definition = data.draw(expressions(numbers))
    preview = preview_of(definition, group=group, today=timezone.localdate())
    before = members_of(group)
    wanted = replace(settings_of(Group.objects.get(pk=group)), definition=definition)
    groups.edit_group(group, wanted, by=cooperative.by)
    after = members_of(group)
    assert preview.count == len(after)
    assert preview.joins == len(after - before)
    assert preview.leaves == len(before - after)


def test_nothing_is_written(cooperative) -> None:
    changes = Change.objects.count()
    previewed(cooperative, {"any": of("Leden", "Vrijwilligers")})
    assert Change.objects.count() == changes


def test_all_who_join_are_told(cooperative) -> None:
    cooperative.group("Actief", {"group": "Leden"})
    preview = previewed(cooperative, {"group": "Vrijwilligers"}, "Actief")
    new = cooperative.members("Vrijwilligers") - cooperative.members("Leden")
    assert set(preview.joiners) == new


def test_as_json_it_has_the_agreed_keys(cooperative) -> None:
    leden = cooperative.group("Leden")
    preview = previewed(cooperative, {"any": of("Leden")})
    assert preview_as_json(preview, mails=1) == {
        "count": 2,
        "joins": 2,
        "leaves": 0,
        "mails": 1,
        "sample": list(preview.sample),
        "parts": [
            {
                "definition": {"group": leden},
                "count": 2,
                "effect": "adds",
                "alone": 2,
            }
        ],
    }


def test_contributions_of_a_single_part_are_all_of_it(cooperative) -> None:
    definition = GroupMembers(cooperative.group("Leden"))
    [one] = contributions(definition, sight_of(definition, today=date(2026, 1, 1)))
    assert len(one.alone) == len(one.members) == 2
