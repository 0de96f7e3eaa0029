"""Why a contact is in a group or not, as it is stored, and what would turn it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole, User
from kring.actions import members
from kring.actions.groups import create_group
from kring.algebra.explanation import Flip, Proof
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    Operator,
    Role,
    Where,
)
from kring.algebra.sameness import different
from kring.contacts.models import Address, Contact
from kring.groups.explanation import ByHand, Explained, Turning, explained
from kring.groups.explanation_json import explanation_as_json
from kring.groups.explanation_outline import outline_of
from kring.groups.models import Group, GroupChunk, Placement
from kring.groups.queries import members_of
from kring.groups.settings import GroupSettings
from tests.world import World

BOTH = {"all": [{"group": "choir"}, {"group": "band"}]}
IN_DELFT = {"where": {"field": "city", "op": "in", "value": ["Delft", "Leiden"]}}


def why(world: World, contact: int, group: str) -> Explained:
    return explained(contact, world.group(group), today=timezone.localdate())


def written(world: World, contact: int, group: str) -> dict[str, Any]:
    told = explanation_as_json(why(world, contact, group), "nl")
    plain: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain


@pytest.fixture
def ada(world: World) -> int:
    world.group("band")
    return world.contact("Ada", groups=["choir"])


@pytest.fixture
def anna(db) -> Actor:
    user = User(
        email="anna@kring.example", name="Anna Visser", staff_role=StaffRole.STAFF
    )
    user.save()
    return actor_of(user)


def test_the_tree_says_which_parts_hold_and_decide(world: World, ada: int) -> None:
    world.group("both", BOTH)
    told = written(world, ada, "both")
    assert told["in"] is False
    assert told["agrees"] is True
    choir, band = told["tree"]["all"]
    assert (choir["text"], choir["holds"], choir["decides"]) == (
        "in choir",
        True,
        False,
    )
    assert (band["text"], band["holds"], band["decides"]) == ("in band", False, True)
    assert choir["since"] == timezone.localdate().isoformat()


def test_a_condition_shows_the_values_that_the_contact_has(
    world: World, ada: int
) -> None:
    Address.objects.create(contact_id=ada, city="Gouda", folded_city="gouda")
    Address.objects.create(contact_id=ada, city="Delft", folded_city="delft")
    world.group("near", {"base": {"everyone": True}, "except": [IN_DELFT]})
    told = written(world, ada, "near")
    [condition] = told["tree"]["except"]
    assert told["in"] is False
    assert condition["values"] == ["Gouda", "Delft"]
    assert condition["text"] == "met woonplaats Delft of Leiden"


def test_conditions_of_one_address_show_the_addresses(world: World, ada: int) -> None:
    Address.objects.create(
        contact_id=ada,
        city="Delft",
        folded_city="delft",
        street="Markt",
        folded_street="markt",
    )
    at_market = {"where": {"field": "street", "op": "is", "value": "Markt"}}
    world.group("here", {"address": [IN_DELFT, at_market]})
    told = written(world, ada, "here")
    assert told["in"] is True
    assert told["tree"]["addresses"] == [{"city": "Delft", "street": "Markt"}]


def test_a_part_is_opened_where_it_stands_and_told_once(world: World, ada: int) -> None:
    world.group("left", {"any": [{"group": "choir"}]})
    world.group("right", {"any": [{"group": "choir"}, {"group": "left"}]})
    world.group("top", {"all": [{"group": "left"}, {"group": "right"}]})
    left, right = written(world, ada, "top")["tree"]["all"]
    assert left["explained"][0]["group_name"] == "left"
    again = right["explained"][0]["tree"]["any"]
    assert "explained" not in again[1]
    assert again[1]["explained_elsewhere"] == [world.group("left")]


def test_a_placement_says_who_when_why_and_since(
    world: World, ada: int, anna: Actor
) -> None:
    day = date(2024, 5, 3)
    world.group("both", BOTH)
    [ben] = world.contacts("Ben")
    members.place([ben], world.group("band"), by=anna, since=day, reason="Zingt mee")
    told = written(world, ben, "band")
    assert told["since"] == "2024-05-03"
    assert told["placement"] | {"at": None, "change": None} == {
        "effect": "in",
        "since": "2024-05-03",
        "until": None,
        "reason": "Zingt mee",
        "by": "Anna Visser",
        "at": None,
        "change": None,
        "counts": True,
    }


def test_out_wins_over_the_definition_and_is_lifted_to_come_in(
    world: World, ada: int
) -> None:
    world.group("singers", {"group": "choir"})
    world.take(ada, "singers")
    told = why(world, ada, "singers")
    assert told.belongs is False
    assert told.asked.reason is not None
    assert told.asked.reason.holds is True
    assert told.turn == Turning(ByHand.LIFT, (), Proof.SMALLEST)


def test_lifting_alone_is_not_enough_where_the_definition_says_otherwise(
    world: World, ada: int
) -> None:
    world.group("players", {"group": "band"})
    world.take(ada, "players")
    band = GroupMembers(world.group("band"))
    told = why(world, ada, "players")
    flips = (Flip(band, becomes=True),)
    assert told.turn == Turning(ByHand.LIFT, flips, Proof.SMALLEST)


def test_a_pin_that_ended_is_shown_and_counts_no_more(world: World, ada: int) -> None:
    world.group("singers", {"group": "choir"})
    world.take(ada, "singers")
    yesterday = timezone.localdate() - timedelta(days=1)
    Placement.objects.filter(effect="out").update(until=yesterday)
    told = why(world, ada, "singers")
    assert told.asked.judged is True
    assert told.asked.handwork is not None
    assert told.asked.handwork.counts is False


def test_a_static_group_turns_by_hand(world: World, ada: int) -> None:
    assert why(world, ada, "choir").turn == Turning(ByHand.REMOVE, (), Proof.SMALLEST)
    assert why(world, ada, "band").turn == Turning(ByHand.PLACE, (), Proof.SMALLEST)


def test_a_role_names_the_groups_that_give_it(world: World, ada: int) -> None:
    coaches = world.group("coaches", neighbourhood_role="coach")
    world.put(ada, "coaches")
    world.group("others", neighbourhood_role="coach")
    world.group("who coaches", {"role": "coach"})
    told = written(world, ada, "who coaches")
    assert told["in"] is True
    assert told["tree"]["given_by"] == [coaches, world.group("others")]
    [giver] = told["tree"]["explained"]
    assert giver["group_name"] == "coaches"


def test_long_enough_is_judged_by_the_stated_day(world: World, ada: int) -> None:
    group = world.group("choir")
    day = timezone.localdate() - timedelta(days=40)
    members.remove([ada], group, by=world.by)
    members.place([ada], group, by=world.by, since=day)
    for days, name in ((30, "a month"), (60, "two months")):
        since = {"op": "at_least_days", "value": days}
        world.group(name, {"member": "choir", "since": since})
    assert written(world, ada, "a month")["tree"]["holds"] is True
    told = written(world, ada, "two months")
    assert told["tree"]["holds"] is False
    assert told["tree"]["since"] == day.isoformat()


def test_who_is_no_member_has_not_been_one_for_long(world: World, ada: int) -> None:
    since = {"op": "at_least_days", "value": 0}
    world.group("long", {"any": [{"member": "band", "since": since}]})
    told = written(world, ada, "long")
    assert (told["in"], told["tree"]["any"][0]["since"]) == (False, None)


def test_what_holds_for_everyone_has_no_change_that_turns_it(
    world: World, ada: int
) -> None:
    everyone = {"everyone": True}
    world.group("all", {"at_least": 1, "of": [everyone, {"group": "band"}]})
    told = written(world, ada, "all")
    assert told["turn"] is None
    assert told["tree"]["at_least"] == 1
    assert [part["holds"] for part in told["tree"]["of"]] == [True, False]


def test_bits_that_are_not_as_judged_are_not_hidden(world: World, ada: int) -> None:
    world.group("singers", {"group": "choir"})
    GroupChunk.objects.filter(group=world.group("singers")).delete()
    told = why(world, ada, "singers")
    assert (told.belongs, told.asked.judged, told.agrees) == (False, True, False)


def test_what_does_not_exist_is_not_explained(world: World, ada: int) -> None:
    today = timezone.localdate()
    with pytest.raises(Group.DoesNotExist):
        explained(ada, 999, today=today)
    with pytest.raises(Contact.DoesNotExist):
        explained(999, world.group("choir"), today=today)


def queries_for(world: World, contact: int, group: str) -> int:
    number, today = world.group(group), timezone.localdate()
    with CaptureQueriesContext(connection) as asked:
        explained(contact, number, today=today)
    return len(asked)


def test_the_number_of_questions_does_not_grow_with_depth_and_diamonds(
    world: World, ada: int
) -> None:
    world.group("level 0", {"group": "choir"})
    few = queries_for(world, ada, "level 0")
    world.group("side 0", {"group": "choir"})
    for level in range(1, 30):
        below = [{"group": f"level {level - 1}"}, {"group": f"side {level - 1}"}]
        world.group(f"level {level}", {"any": below})
        world.group(f"side {level}", {"all": below})
    assert queries_for(world, ada, "level 29") == few
    told = why(world, ada, "level 29")
    assert len(told.groups) == 60
    assert told.belongs
    assert told.agrees
    json_length = len(json.dumps(written(world, ada, "level 29")))
    assert json_length < 100_000
    assert len(outline_of(told, levels=3)) < 60


def test_sixty_four_levels_are_explained(world: World, ada: int) -> None:
    world.group("level 0", {"group": "choir"})
    for level in range(1, 63):
        world.group(f"level {level}", {"group": f"level {level - 1}"})
    told = written(world, ada, "level 62")
    assert told["in"] is True
    assert told["turn"]["flips"][0]["becomes"] is False


def test_brackets_as_deep_as_they_may_be_are_explained(world: World, ada: int) -> None:
    below = "choir"
    for level in range(12):
        definition: dict[str, Any] = {"group": below}
        for _ in range(62):
            definition = {"any": [definition, {"group": "band"}]}
        below = f"deep {level}"
        world.group(below, definition)
    told = written(world, ada, below)
    assert told["in"] is True
    assert told["further"]


LAST_NAMED_B = Where("last_name", Operator.STARTS_WITH, "b")
WORLD = World()


def _definitions(groups: list[int]) -> st.SearchStrategy[Expression]:
    leaves: st.SearchStrategy[Expression] = st.one_of(
        st.sampled_from(groups).map(GroupMembers),
        st.sampled_from([Everyone(), HasRole(Role.COACH), LAST_NAMED_B]),
    )
    return st.recursive(leaves, _branches, max_leaves=5)


def _branches(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    some = st.lists(parts, min_size=1, max_size=3, unique=True).map(tuple)
    return st.one_of(
        some.map(AnyOf),
        some.map(AllOf),
        some.map(lambda found: AtLeast(min(2, len(different(found))), found)),
        st.builds(Except, parts, some),
    )


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_an_explanation_is_what_is_stored_and_what_it_suggests_turns_it(
    data: st.DataObject,
) -> None:
    with transaction.atomic():
        try:
            _try_a_world(data)
        finally:
            transaction.set_rollback(True)


def _try_a_world(data: st.DataObject) -> None:
    contacts = WORLD.contacts("Ada", "Ben")
    groups = [WORLD.group(name) for name in ("one", "two")]
    groups.append(WORLD.group("coaches", neighbourhood_role="coach"))
    static = set(groups)
    for group in groups:
        some = data.draw(st.sets(st.sampled_from(contacts)))
        members.place(some, group, by=WORLD.by)
    for number in range(4):
        definition = data.draw(_definitions(groups))
        groups.append(_made(f"made {number}", definition))
        _pin(groups[-1], contacts, data)
    for contact in contacts:
        for group in groups:
            _claims(contact, group, static)


def _made(name: str, definition: Expression) -> int:
    return create_group(GroupSettings(name=name, definition=definition), by=WORLD.by).pk


def _pin(group: int, contacts: list[int], data: st.DataObject) -> None:
    deeds = {"in": members.place, "out": members.remove}
    for contact in contacts:
        hand = data.draw(st.sampled_from(["", "", "", *deeds]))
        if hand:
            deeds[hand]([contact], group, by=WORLD.by)


def _claims(contact: int, group: int, static: set[int]) -> None:
    told = explained(contact, group, today=timezone.localdate())
    assert told.agrees
    assert told.belongs is (contact in _stored(group))
    turn = told.turn
    if turn is None or not _can_be_done(turn, static):
        return
    undone = transaction.savepoint()
    _do(turn, contact, group)
    assert (contact in _stored(group)) is not told.belongs
    transaction.savepoint_rollback(undone)


def _stored(group: int) -> set[int]:
    return set(members_of(group))


def _can_be_done(turn: Turning, static: set[int]) -> bool:
    """Whether all that it suggests is done by placing and removing."""
    leaves = [flip.leaf for flip in turn.flips]
    return all(isinstance(one, GroupMembers) and one.group in static for one in leaves)


def _do(turn: Turning, contact: int, group: int) -> None:
    deeds = {
        ByHand.LIFT: members.unpin,
        ByHand.PLACE: members.place,
        ByHand.REMOVE: members.remove,
    }
    if turn.by_hand is not None:
        deeds[turn.by_hand]([contact], group, by=WORLD.by)
    for flip in turn.flips:
        assert isinstance(flip.leaf, GroupMembers)
        deed = members.place if flip.becomes else members.remove
        deed([contact], flip.leaf.group, by=WORLD.by)
