"""As deep, as wide and as large as the limits allow; and not a step further."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from kring.accounts.actors import OPERATOR
from kring.accounts.models import StaffRole, User
from kring.actions import members
from kring.actions.contacts import edit_contact
from kring.actions.errors import (
    GroupInUseError,
    LoopError,
    NestedTooDeepError,
    TextTooLongError,
)
from kring.actions.fills import finish_fills
from kring.actions.groups import create_group, delete_group, edit_group
from kring.actions.tokens import add_token
from kring.algebra import limits
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    Expression,
    GroupMembers,
    HasRole,
    Role,
)
from kring.algebra.unreadable import TooManyNodesError, TooManyValuesError
from kring.cli.app import app
from kring.groups import definitions, queries
from kring.groups.explanation import explained
from kring.groups.explanation_json import explanation_as_json
from kring.groups.models import Group, Turn
from kring.groups.settings import GroupSettings, settings_of
from tests.groups.crowd import by_hand, come, groups_of_every_kind
from tests.world import World

PAGES = ("leden/", "samenstelling/", "instellingen/", "gebruikt-door/", "verwijderen/")
BUDGET = 8  # queries of a page with a list


@pytest.fixture
def tower(world: World) -> list[int]:
    """A static group, and above it as many groups as may follow in a row."""
    return standing(world, limits.NESTING)


@pytest.fixture
def lattice(world: World) -> list[tuple[int, int]]:
    """Two groups a level, each made of both below: 2^64 ways from top to bottom."""
    levels = [(world.group("0a"), world.group("0b"))]
    for level in range(1, limits.NESTING + 1):
        both = AnyOf(tuple(map(GroupMembers, levels[-1])))
        levels.append((made(f"{level}a", both), made(f"{level}b", both)))
    return levels


@pytest.fixture
def at_desk(client: Client, db: None) -> Client:
    user = User(email="anna@kring.example", staff_role=StaffRole.STAFF)
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def in_api(db: None) -> Callable[[str, object], dict[str, Any]]:
    """What a program is told in Dutch when it posts this."""
    user = User(email="robot@kring.example", staff_role=StaffRole.STAFF)
    user.set_unusable_password()
    user.save()
    secret = add_token("robot", user=user, by=OPERATOR).secret

    def posted(path: str, body: object) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "nl"}
        answer = Client().post(
            f"/api/v1{path}", body, content_type="application/json", headers=headers
        )
        told: dict[str, Any] = answer.json()
        return told

    return posted


def made(name: str, rule: Expression) -> int:
    return by_hand(name, rule, "")


def standing(world: World, levels: int, name: str = "") -> list[int]:
    """A static group, and so many groups above it, each made of the one below."""
    floors = [world.group(f"{name}0")]
    for level in range(1, levels + 1):
        floors.append(made(f"{name}{level}", GroupMembers(floors[-1])))
    return floors


def edited(world: World, name: str, **settings: Any) -> Group:
    group = Group.objects.get(pk=world.group(name))
    return edit_group(group.pk, replace(settings_of(group), **settings), by=world.by)


def test_a_placement_at_the_bottom_turns_the_top_in_the_same_transaction(
    world: World, tower: list[int]
) -> None:
    ada = world.contact("Ada")
    done = members.place([ada], tower[0], by=world.by)
    turned = Turn.objects.filter(change=done.change, joined=True, contact=ada)
    assert set(turned.values_list("group", flat=True)) == set(tower)
    assert world.members("64") == {ada}
    assert world.faults() == []


def test_what_joined_through_a_tower_leaves_through_it(
    world: World, tower: list[int]
) -> None:
    ada = world.contact("Ada", groups=["0"])
    members.remove([ada], tower[32], by=world.by)
    assert world.members("31") == {ada}
    assert world.members("32") == world.members("64") == set()


def test_the_top_of_a_tower_is_explained_down_to_whoever_put_somebody_there(
    world: World, tower: list[int]
) -> None:
    ada = world.contact("Ada", groups=["0"])
    told = explained(ada, tower[-1], today=timezone.localdate())
    assert told.belongs
    assert told.agrees
    assert set(told.names) == set(tower)
    written = json.dumps(explanation_as_json(told, "nl"), default=str)
    assert '"0"' in written


def test_all_pages_of_the_top_and_the_bottom_of_a_tower_answer(
    world: World, tower: list[int], at_desk: Client
) -> None:
    ada = world.contact("Ada", groups=["0"])
    for group in (tower[0], tower[-1]):
        for page in (*PAGES, f"leden/{ada}/waarom/"):
            assert at_desk.get(f"/groepen/{group}/{page}").status_code == 200, page
    for part, said in ((tower[-2], "1 lid"), (tower[-1], "hooguit 64 lagen diep")):
        typed = f"parts={part}&condition=any&count=2"
        preview = at_desk.get(f"/groepen/voorbeeld/?{typed}")
        assert said in " ".join(preview.content.decode().split())


def test_what_a_tower_stands_on_is_not_deleted(world: World, tower: list[int]) -> None:
    assert len(definitions.nodes_following([tower[0]])) == len(tower)
    with pytest.raises(GroupInUseError) as refusal:
        delete_group(tower[0], by=world.by)
    assert refusal.value.uses == {tower[1]: "1"}


def test_the_form_says_how_deep_groups_may_be(
    tower: list[int], at_desk: Client
) -> None:
    typed = {"name": "65", "parts": [tower[-1]], "condition": "any", "count": "2"}
    answer = at_desk.post("/groepen/nieuw/", typed)
    assert "hooguit 64 lagen diep" in answer.content.decode()
    assert not Group.objects.filter(name="65").exists()


def test_the_command_line_says_how_deep_groups_may_be(
    tower: list[int], settings: LazySettings
) -> None:
    # The commands run in this process, on the connection of the test.
    settings.DATABASE_IS_EMBEDDED = False
    for asked in (("--formula", '"64"'), ("--definition", f'{{"group": {tower[-1]}}}')):
        refused = CliRunner().invoke(app, ["group", "add", "65", *asked])
        assert refused.exit_code == 1
        assert "hooguit 64 lagen diep" in refused.stderr


def test_the_api_says_how_deep_groups_may_be(
    tower: list[int], in_api: Callable[[str, object], dict[str, Any]]
) -> None:
    asked = {"name": "65", "definition": {"group": tower[-1]}}
    problem = in_api("/groups", asked)
    assert "hooguit 64 lagen diep" in problem["detail"]
    assert not Group.objects.filter(name="65").exists()


def test_the_api_says_how_large_a_definition_may_be(
    world: World, in_api: Callable[[str, object], dict[str, Any]]
) -> None:
    part = {"group": world.group("A")}
    problem = in_api("/groups", {"name": "B", "definition": {"any": [part] * 500}})
    assert "500 onderdelen" in problem["detail"]
    assert not Group.objects.filter(name="B").exists()


def test_the_api_compares_ten_groups_and_no_more(
    world: World, in_api: Callable[[str, object], dict[str, Any]]
) -> None:
    groups = [world.group(str(number)) for number in range(limits.OVERLAP + 1)]
    assert in_api("/groups/overlap", {"groups": groups[:-1]})["regions"] == []
    assert "10" in json.dumps(in_api("/groups/overlap", {"groups": groups}))


def test_a_role_counts_as_a_step(world: World, tower: list[int]) -> None:
    world.group("coaches", {"role": "coach"})
    with pytest.raises(NestedTooDeepError):
        edited(world, "64", neighbourhood_role="coach")
    edited(world, "63", neighbourhood_role="coach")
    with pytest.raises(NestedTooDeepError):
        world.group("above", {"group": "coaches"})
    assert world.faults() == []


def test_two_towers_that_are_joined_are_measured_together(world: World) -> None:
    lower = standing(world, 33, "laag ")
    upper = standing(world, 33, "hoog ")
    with pytest.raises(NestedTooDeepError) as refusal:
        world.define("hoog 1", {"group": lower[-1]})
    assert refusal.value.limit == limits.NESTING
    world.define("hoog 1", {"group": lower[-3]})
    ada = world.contact("Ada", groups=["laag 0"])
    assert ada in world.members("hoog 33")
    with pytest.raises(LoopError) as loop:
        world.define("laag 1", {"group": upper[-1]})
    assert len(loop.value.path) == 31 + 33 + 1


def test_ways_through_a_lattice_are_not_walked_one_by_one(
    world: World, lattice: list[tuple[int, int]], at_desk: Client
) -> None:
    ada = world.contact("Ada", groups=["0a"])
    assert world.members("64b") == {ada}
    with pytest.raises(NestedTooDeepError):
        world.group("65", {"any": [{"group": "64a"}, {"group": "64b"}]})
    with pytest.raises(LoopError):
        world.define("1a", {"group": "64a"})
    top = lattice[-1][0]
    told = explained(ada, top, today=timezone.localdate())
    assert told.belongs
    assert len(json.dumps(explanation_as_json(told, "nl"), default=str)) < 1_000_000
    for page in (*PAGES, f"leden/{ada}/waarom/"):
        assert at_desk.get(f"/groepen/{top}/{page}").status_code == 200, page
    assert world.faults() == []


def test_a_definition_has_500_nodes_and_no_more(world: World) -> None:
    ada = world.contact("Ada", groups=["A"])
    part = {"group": world.group("A")}
    rule = {"any": [part, *[{"all": [part]}] * 249]}
    world.group("groot", rule)
    assert world.members("groot") == {ada}
    with pytest.raises(TooManyNodesError) as refusal:
        world.expression({"any": [*rule["any"], part]})
    assert refusal.value.path == "any[250]"
    assert refusal.value.facts == {"limit": limits.NODES}


@pytest.mark.parametrize(
    ("option", "written", "said"),
    [
        ("--definition", '{"any": [' * 10_000, "64 diep"),
        ("--definition", '{"any":[' * 90_000 + "]}" * 90_000, "64 diep"),
        ("--definition", '{"any": [' + '{"group": 1},' * 501, "JSON"),
        ("--definition", " " * 1_000_001, "1000000 tekens"),
        ("--formula", "(" * 10_000, "64 diep"),
        ("--formula", "één van (" * 10_000, "64 diep"),
        ("--formula", '"A" of ' * 100_000 + '"A"', "500 onderdelen"),
        ("--formula", '"A" en niet ' * 80_000 + '"A"', "500 onderdelen"),
        ("--formula", "één van (" + '"A", ' * 150_000 + '"A")', "500 onderdelen"),
        ("--formula", '"A"' + ' behalve "A"' * 80_000, "500 onderdelen"),
        ("--formula", '"' + "A" * 900_000 + '"', "Er is geen groep"),
        ("--formula", " " * 1_000_001, "1000000 tekens"),
    ],
)
def test_a_hostile_definition_is_refused_in_a_sentence(
    world: World, settings: LazySettings, option: str, written: str, said: str
) -> None:
    settings.DATABASE_IS_EMBEDDED = False
    world.group("A")
    refused = CliRunner().invoke(app, ["group", "add", "B", option, written])
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert len(refused.stderr) < 500
    assert not Group.objects.filter(name="B").exists()


def test_a_list_has_a_thousand_values_and_no_more(world: World) -> None:
    values = [f"Stad {number}" for number in range(limits.VALUES)]
    where = {"field": "city", "op": "in", "value": values}
    world.group("steden", {"where": where})
    with pytest.raises(TooManyValuesError) as refusal:
        world.expression({"where": {**where, "value": [*values, "Delft"]}})
    assert refusal.value.path == "where.value"
    assert refusal.value.facts == {"limit": limits.VALUES}


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("name", limits.GROUP_NAME_LENGTH),
        ("portal_name", limits.GROUP_NAME_LENGTH),
        ("description", limits.GROUP_DESCRIPTION_LENGTH),
    ],
)
def test_texts_of_a_group_are_as_long_as_they_may_be(
    world: World, setting: str, limit: int
) -> None:
    named = GroupSettings(name="A")
    longest = replace(named, **cast("dict[str, Any]", {setting: "x" * limit}))
    assert settings_of(create_group(longest, by=world.by)) == longest
    beyond = replace(named, **cast("dict[str, Any]", {setting: "x" * (limit + 1)}))
    with pytest.raises(TextTooLongError) as refusal:
        create_group(beyond, by=world.by)
    assert (refusal.value.field, refusal.value.limit) == (setting, limit)


def test_a_thousand_derived_groups_stay_right_whatever_happens(
    world: World, at_desk: Client, django_assert_max_num_queries: Any
) -> None:
    crowd = groups_of_every_kind(by_hand)
    assert Group.objects.exclude(kind="static").count() == 1_000
    come(crowd, 2_500)
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    come(crowd, 2_500)

    newest = crowd.contacts[-1]
    members.place([newest], crowd.nested[0], by=world.by)
    assert newest in queries.members_of(crowd.nested[-1])
    edit_contact(newest, {"status": "oud-lid", "city": "Leiden"}, by=world.by)
    rule = AllOf((HasRole(Role.COACH), GroupMembers(crowd.dynamics[0])))
    edited(world, "composites 0", definition=rule)
    finish_fills()
    assert world.faults() == []
    with django_assert_max_num_queries(BUDGET):
        assert at_desk.get("/groepen/").status_code == 200
