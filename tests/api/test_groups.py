"""Groups at the API: settings, definitions, versions and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.actors import OPERATOR
from kring.accounts.models import User
from kring.actions import examples
from kring.actions.groups import edit_group
from kring.actions.templates import TemplateTexts, create_template
from kring.groups.models import BrokenExamples, Example, Group
from kring.groups.settings import settings_of
from kring.mailing.models import Mailbox
from tests.api.conftest import Program, refusal


def test_a_static_group_is_made_with_every_setting(program: Program, staff: User):
    texts = TemplateTexts("Welkom", "Welkom", "Dag")
    template = create_template(texts, by=OPERATOR).template.pk
    mailbox = Mailbox.objects.create(name="Bestuur", address="b@example.org").pk
    settings = {
        "name": "Koor",
        "description": "Zingt.",
        "responsible": staff.email,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "visible_on_portal": True,
        "visible_at_contact": True,
        "editable_on_portal": True,
        "portal_name": "Ons koor",
        "portal_order": 3,
        "welcome_template": template,
        "welcome_policy": "every",
        "welcome_delay_hours": 24,
        "welcome_mailbox": mailbox,
        "neighbourhood_role": "coach",
        "definition": None,
        "closed": False,
    }
    response = program.posts("/groups", settings)
    told = response.json()
    assert response.status_code == 201
    assert {key: told[key] for key in settings} == settings
    made_by_itself = {key: told[key] for key in told.keys() - settings.keys()}
    assert made_by_itself == {
        "id": told["id"],
        "kind": "static",
        "closed_at": None,
        "created_at": told["created_at"],
        "created_by": staff.email,
        "member_count": 0,
        "state": "ready",
    }
    assert program.gets(response["Location"][7:]).json() == told


def test_a_group_made_of_groups_has_its_members_at_once(program: Program, world):
    world.contact("Ada", groups=["Leden"])
    leden = world.group("Leden")
    told = program.posts(
        "/groups", {"name": "Allen", "definition": {"any": [{"group": leden}]}}
    ).json()
    assert (told["kind"], told["member_count"]) == ("composite", 1)
    assert told["definition"] == {"any": [{"group": leden}]}


@pytest.mark.parametrize(
    ("body", "at", "code"),
    [
        ({}, "name", "missing"),
        ({"name": "a", "kind": "static"}, "kind", "extra_forbidden"),
        ({"name": "a", "starts_on": "morgen"}, "starts_on", "not_a_date"),
        ({"name": "a", "starts_on": 7}, "starts_on", "not_a_date"),
        ({"name": "a", "closed": "no"}, "closed", "bool_type"),
        ({"name": "a", "portal_order": True}, "portal_order", "int_type"),
        ({"name": "a", "portal_order": 2**40}, "portal_order", "less_than_equal"),
        ({"name": "a", "welcome_policy": "x"}, "welcome_policy", "literal_error"),
        (
            {"name": "a", "welcome_delay_hours": 8_761},
            "welcome_delay_hours",
            "less_than_equal",
        ),
        ({"name": None}, "name", "string_type"),
        ({"name": "a", "definition": 3}, "definition", "dict_type"),
    ],
)
def test_what_cannot_be_read_is_refused_where_it_stands(
    program: Program, body: object, at: str, code: str
):
    response = program.posts("/groups", body)
    assert refusal(response) == (422, "unreadable_request")
    [told] = response.json()["errors"]
    assert (told["in"], told["at"], told["code"]) == ("body", at, code)


def test_choices_are_told_in_dutch(program: Program):
    body = {"name": "a", "welcome_policy": "x"}
    response = program.posts("/groups", body, Accept_Language="nl")
    [told] = response.json()["errors"]
    assert told["detail"] == "Hier hoort 'first' of 'every'."


def test_a_definition_that_cannot_be_read_tells_its_path(program: Program):
    definition = {"all": [{"any": [{"grp": 1}]}]}
    response = program.posts("/groups", {"name": "A", "definition": definition})
    assert refusal(response) == (422, "unreadable_definition")
    facts = response.json()["facts"]
    assert (facts["path"], facts["problem"]) == ("all[0].any[0]", "unknown_shape")


def test_a_loop_is_refused_with_its_path(program: Program, world):
    a = world.group("A", {"any": []})
    b = world.group("B", {"group": a})
    response = program.patches(
        f"/groups/{a}", {"definition": {"group": b}}, If_Match="*"
    )
    assert refusal(response) == (422, "loop")
    facts = response.json()["facts"]
    assert (facts["path"], facts["roles"]) == (["A", "B", "A"], [None, None])


def test_a_loop_through_a_role_is_refused_with_that_role(program: Program, world):
    asking = world.group("Geholpen", {"role": "coach"})
    giving = world.group("Coaches", {"group": asking})
    wanted = {"neighbourhood_role": "coach"}
    response = program.patches(f"/groups/{giving}", wanted, If_Match="*")
    assert refusal(response) == (422, "loop")
    told = response.json()
    assert told["facts"]["roles"] == [None, "coach"]
    assert "Coaches → Geholpen → (role Is coach) → Coaches" in told["detail"]


def test_a_limit_is_refused_with_its_number(program: Program):
    definition: dict[str, Any] = {"everyone": True}
    for _ in range(100):
        definition = {"any": [definition]}
    response = program.posts("/groups", {"name": "A", "definition": definition})
    assert refusal(response) == (422, "unreadable_definition")
    assert response.json()["facts"]["limit"] == 64


def test_a_group_in_use_is_not_deleted_and_its_uses_are_told(program: Program, world):
    a = world.group("A")
    b = world.group("B", {"group": a})
    response = program.deletes(f"/groups/{a}", If_Match="*")
    assert refusal(response) == (409, "group_in_use")
    assert response.json()["facts"]["uses"] == [{"id": b, "name": "B"}]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": "KOOR"}, (409, "name_taken")),
        ({"name": " "}, (422, "name_missing")),
        ({"name": "a", "responsible": "x@y.example"}, (422, "unknown_choice")),
        ({"name": "a", "welcome_template": 9}, (422, "unknown_choice")),
        (
            {"name": "a", "starts_on": "2026-02-01", "ends_on": "2026-01-01"},
            (422, "ends_before_it_starts"),
        ),
        ({"name": "a", "definition": {"group": 999}}, (422, "unknown_groups")),
        ({"name": "a", "welcome_mailbox": 9}, (422, "unknown_choice")),
        ({"name": "a", "welcome": 3}, (409, "many_mails")),
    ],
)
def test_what_an_action_refuses_is_told(
    program: Program, world, body: object, expected: tuple[int, str]
):
    world.group("Koor")
    assert refusal(program.posts("/groups", body)) == expected


def test_silence_may_be_asked_for(program: Program):
    assert program.posts("/groups", {"name": "a", "welcome": 0}).status_code == 201
    assert program.posts("/groups", {"name": "b", "welcome": None}).status_code == 201


def test_a_definition_mails_its_new_members_when_their_number_is_confirmed(
    program: Program, world
):
    [ada] = world.reachable("Ada")
    world.put(ada, "Leden")
    body = {
        "name": "Koor",
        "definition": {"group": world.group("Leden")},
        "welcome_template": world.template(),
    }
    refused = program.posts("/groups", {**body, "welcome": 2})
    assert refusal(refused) == (409, "many_mails")
    assert refused.json()["facts"] == {"count": 1, "confirmed": 2}
    made = program.posts("/groups", {**body, "welcome": 1})
    assert world.mailed("Koor") == [ada]
    [ben] = world.reachable("Ben")
    world.put(ben, "Vrijwilligers")
    wider = {"definition": {"any": [{"group": world.group("Vrijwilligers")}]}}
    path = made["Location"][7:]
    program.patches(path, {**wider, "welcome": 1}, If_Match="*")
    assert ben in world.mailed("Koor")


def test_a_definition_is_silent_unless_asked(program: Program, world):
    [ada] = world.reachable("Ada")
    world.put(ada, "Leden")
    body = {
        "name": "Koor",
        "definition": {"group": world.group("Leden")},
        "welcome_template": world.template(),
    }
    assert program.posts("/groups", body).status_code == 201
    assert world.welcomes("Koor").count() == 0


def test_only_what_is_given_changes(program: Program):
    made = program.posts("/groups", {"name": "Koor", "description": "Zingt."})
    path = made["Location"][7:]
    response = program.patches(path, {"closed": True}, If_Match=made["ETag"])
    told = response.json()
    assert (told["closed"], told["description"]) == (True, "Zingt.")
    assert told["closed_at"] is not None
    assert response["ETag"] == program.tag_of(path) != made["ETag"]
    reopened = program.patches(path, {"closed": False}, If_Match="*").json()
    assert (reopened["closed"], reopened["closed_at"]) == (False, None)


def test_a_group_keeps_its_kind(program: Program, world):
    leden = world.group("Leden")
    derived = world.group("Allen", {"group": leden})
    for group, definition in ((leden, {"everyone": True}), (derived, None)):
        body = {"definition": definition}
        response = program.patches(f"/groups/{group}", body, If_Match="*")
        assert refusal(response) == (422, "kind_is_fixed")


def test_a_change_names_its_version(program: Program, world):
    path = f"/groups/{world.group('Koor')}"
    for response in (program.patches(path, {"name": "x"}), program.deletes(path)):
        assert refusal(response) == (428, "version_needed")


def test_a_version_that_passed_is_refused(program: Program, world):
    koor = world.group("Koor")
    seen = program.tag_of(f"/groups/{koor}")
    world.put(world.contact("Ada"), "Koor")
    moved = program.patches(f"/groups/{koor}", {"name": "Band"}, If_Match=seen)
    assert moved.status_code == 200, "members are no part of the version"
    for response in (
        program.patches(f"/groups/{koor}", {"name": "Bond"}, If_Match=seen),
        program.deletes(f"/groups/{koor}", If_Match=seen),
    ):
        assert refusal(response) == (412, "version_passed")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_an_edit_between_looking_and_changing_is_refused(
    program: Program, world, monkeypatch, method: str
):
    """The action compares under its lock, after the door did."""
    koor = world.group("Koor")
    seen = program.tag_of(f"/groups/{koor}")
    name = "edit_group" if method == "PATCH" else "delete_group"
    action = getattr(__import__("kring.api.groups", fromlist=[name]), name)

    def overtaken(*given: Any, **named: Any) -> Any:
        settings = settings_of(Group.objects.get(pk=koor))
        object.__setattr__(settings, "description", "Zingt.")
        edit_group(koor, settings, by=OPERATOR)
        return action(*given, **named)

    monkeypatch.setattr(f"kring.api.groups.{name}", overtaken)
    response = program.asks(method, f"/groups/{koor}", {"name": "x"}, If_Match=seen)
    assert refusal(response) == (412, "version_passed")


def test_what_one_has_already_is_not_sent_again(program: Program, world):
    path = f"/groups/{world.group('Koor')}"
    seen = program.tag_of(path)
    assert program.gets(path, If_None_Match=seen).status_code == 304
    world.put(world.contact("Ada"), "Koor")
    fresh = program.gets(path, If_None_Match=seen)
    assert fresh.status_code == 200, "the count is told, so it is another answer"
    assert fresh.json()["member_count"] == 1


def test_a_deleted_group_is_not_found(program: Program, world):
    path = f"/groups/{world.group('Koor')}"
    assert program.deletes(path, If_Match=program.tag_of(path)).status_code == 204
    for response in (
        program.gets(path),
        program.gets(path + "/members"),
        program.gets(path + "/changes"),
        program.posts(path + "/members", {"add": []}),
        program.patches(path, {}, If_Match="*"),
        program.deletes(path, If_Match="*"),
    ):
        assert refusal(response) == (404, "not_found")


def test_groups_are_found_by_name_kind_and_whether_they_are_closed(
    program: Program, world
):
    koor = world.group("Koor Noord", closed=True)
    band = world.group("Band Noord")
    both = world.group("Muziek Noord", {"any": [{"group": band}]})

    def found(query: str) -> list[int]:
        return [one["id"] for one in program.items(f"/groups?{query}")]

    assert found("") == [koor, band, both]
    assert found("search=noord+ko") == [koor]
    assert found("kind=static") == [koor, band]
    assert found("closed=true") == [koor]
    assert found("closed=false&kind=composite") == [both]


def test_a_page_of_groups_takes_the_same_queries_whatever_its_length(
    program: Program, world, django_assert_max_num_queries
):
    for number in range(12):
        world.group(f"g{number}")
    program.gets("/groups")
    for limit in (1, 12):
        with django_assert_max_num_queries(6):
            assert len(program.items(f"/groups?limit={limit}")) == limit


def test_examples_that_block_refuse_a_definition(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    group = world.group("Volgt", {"group": world.group("Koor")})
    examples.expect_contact(ada, group, Example.Claim.IN, by=OPERATOR)
    nobody: dict[str, Any] = {"definition": {"any": []}}
    examples.choose_for_broken_examples(group, BrokenExamples.BLOCK, by=OPERATOR)
    for body in (nobody, {**nobody, "despite_examples": True}):
        response = program.patches(f"/groups/{group}", body, If_Match="*")
        assert refusal(response) == (409, "examples_block")
    assert program.gets(f"/groups/{group}").json()["member_count"] == 1


def test_examples_that_warn_are_broken_only_by_who_says_so(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    group = world.group("Volgt", {"group": world.group("Koor")})
    examples.expect_contact(ada, group, Example.Claim.IN, by=OPERATOR)
    nobody: dict[str, Any] = {"definition": {"any": []}}
    response = program.patches(f"/groups/{group}", nobody, If_Match="*")
    assert refusal(response) == (409, "examples_broken")
    [broken] = response.json()["facts"]["broken"]
    assert broken["example"]["contact"] == ada
    assert program.gets(f"/groups/{group}").json()["member_count"] == 1
    accepted = {**nobody, "despite_examples": True}
    response = program.patches(f"/groups/{group}", accepted, If_Match="*")
    assert response.json()["member_count"] == 0


def test_a_group_that_is_made_has_no_examples_to_spite(program: Program):
    body = {"name": "Koor", "despite_examples": True}
    assert program.posts("/groups", body).status_code == 422
