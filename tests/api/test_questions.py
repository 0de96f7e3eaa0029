"""Previews and overlaps at the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Program, refusal


def test_a_definition_is_previewed(program: Program, onlooker: Program, world):
    ada, ben, cor = world.contacts("Ada", "Ben", "Cor")
    for contact in (ada, ben):
        world.put(contact, "Leden")
    world.put(cor, "Oud")
    leden, oud = world.group("Leden"), world.group("Oud")
    group = world.group("Allen", {"group": oud})
    asked = {"definition": {"any": [{"group": leden}]}, "group": group}
    told = onlooker.posts("/groups/preview", asked).json()
    assert {key: told[key] for key in ("count", "joins", "leaves", "mails")} == {
        "count": 2,
        "joins": 2,
        "leaves": 1,
        "mails": 0,
    }
    assert told["sample"] == [ada, ben]
    assert told["parts"][0]["definition"] == {"group": leden}
    assert told["parts"][0]["count"] == 2
    assert world.members("Allen") == {cor}
    new = program.posts("/groups/preview", {"definition": {"everyone": True}}).json()
    assert (new["count"], new["joins"], new["leaves"]) == (3, 3, 0)


def numbered(body: object, ids: dict[str, int]) -> object:
    """With the ids of groups where their names stand."""
    if isinstance(body, dict):
        return {key: numbered(value, ids) for key, value in body.items()}
    return ids.get(body, body) if isinstance(body, str) else body


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "unreadable_request"),
        ({"definition": {"grp": 1}}, "unreadable_definition"),
        ({"definition": {"group": 99999}}, "unknown_groups"),
        ({"definition": {"everyone": True}, "group": 99999}, "unknown_groups"),
        ({"definition": {"group": "Allen"}, "group": "Allen"}, "loop"),
        ({"definition": {"everyone": True}, "group": "Leden"}, "kind_is_fixed"),
    ],
)
def test_what_saving_would_refuse_is_refused(
    program: Program, world, body: object, expected: str
):
    ids = {"Leden": world.group("Leden"), "Allen": world.group("Allen", {"any": []})}
    assert refusal(program.posts("/groups/preview", numbered(body, ids))) == (
        422,
        expected,
    )


def test_overlap_counts_every_region_that_holds_anybody(onlooker: Program, world):
    ada, ben, _ = world.contacts("Ada", "Ben", "Cor")
    for contact, name in ((ada, "A"), (ben, "A"), (ben, "B")):
        world.put(contact, name)
    a, b, c = world.group("A"), world.group("B"), world.group("C")
    told = onlooker.posts("/groups/overlap", {"groups": [a, b, c]}).json()
    regions = {tuple(one["groups"]): one["count"] for one in told["regions"]}
    assert regions == {(a,): 1, (a, b): 1}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], "unreadable_request"),
        (list(range(1, 12)), "unreadable_request"),
        ([99999], "unknown_groups"),
        ("A", "unreadable_request"),
    ],
)
def test_up_to_ten_groups_that_exist_are_compared(
    program: Program, groups: object, expected: str
):
    response = program.posts("/groups/overlap", {"groups": groups})
    assert refusal(response) == (422, expected)
