"""The change feed at the API, and undoing."""

from __future__ import annotations

import pytest

from kring.accounts.actors import OPERATOR
from kring.actions.erasing import erase_contact
from kring.groups import feed
from kring.groups.models import Change
from tests.api.conftest import Program, refusal


@pytest.mark.django_db(transaction=True)
def test_the_feed_is_followed_from_its_cursor(program: Program, world):
    ada = world.contact("Ada")
    koor = world.group("Koor")
    cursor = program.gets("/changes").json()["next_cursor"]
    assert program.items(f"/changes?cursor={cursor}") == []
    body = {"add": [ada], "reason": "zingt"}
    number = program.posts(f"/groups/{koor}/members", body).json()["change"]
    told = program.gets(f"/changes?cursor={cursor}").json()
    assert set(told) == {"items", "next_cursor"}
    [change] = told["items"]
    assert change == {
        "number": number,
        "at": change["at"],
        "actor": "anna@kring.example",
        "action": "members.place",
        "reason": "zingt",
        "part_of": None,
        "undoes": None,
        "turns": [{"group": koor, "contact": ada, "joined": True}],
    }
    assert program.gets(f"/changes/{number}").json() == change
    assert program.items(f"/changes?cursor={told['next_cursor']}") == []
    assert program.gets("/changes?limit=1").json()["items"][0]["number"] < number


def test_who_turned_is_told_by_id(program: Program, world):
    contacts = world.contacts("a", "b", "c")
    koor = world.group("Koor")
    follows = world.group("Volgt", {"group": koor})
    number = program.posts(f"/groups/{koor}/members", {"add": contacts}).json()[
        "change"
    ]
    path = f"/changes/{number}/deltas"
    first = program.gets(f"{path}?limit=1").json()
    assert first["items"] == [{"group": koor, "joined": contacts, "left": []}]
    assert first["total"] == 2
    [second] = program.items(f"{path}?limit=1&cursor={first['next_cursor']}")
    assert second["group"] == follows


def test_large_acts_are_told_in_numbers(program: Program, world, monkeypatch):
    monkeypatch.setattr(feed, "MOST_TURNS", 2)
    contacts = world.contacts("a", "b", "c")
    koor = world.group("Koor")
    number = program.posts(f"/groups/{koor}/members", {"add": contacts}).json()[
        "change"
    ]
    told = program.gets(f"/changes/{number}").json()
    assert told["turns"] == []
    assert told["deltas"] == [{"group": koor, "joined": 3, "left": 0}]


def test_the_changes_of_a_group_are_paged(program: Program, world):
    koor = world.group("Koor")
    for name in ("Ada", "Ben"):
        world.put(world.contact(name), "Koor")
    first = program.gets(f"/groups/{koor}/changes?limit=2").json()
    assert first["total"] == 3
    assert [one["action"] for one in first["items"]] == [
        "group.create",
        "members.place",
    ]
    rest = program.items(
        f"/groups/{koor}/changes?limit=2&cursor={first['next_cursor']}"
    )
    assert [one["action"] for one in rest] == ["members.place"]


@pytest.mark.parametrize(
    "path", ["/changes/99", "/changes/99/deltas", "/groups/9/changes"]
)
def test_a_change_that_there_is_not_is_not_found(program: Program, path: str):
    assert refusal(program.gets(path)) == (404, "not_found")


def test_a_change_is_undone_by_a_new_one(program: Program, world):
    ada = world.contact("Ada")
    koor = world.group("Koor")
    number = program.posts(f"/groups/{koor}/members", {"add": [ada]}).json()["change"]
    response = program.posts(f"/changes/{number}/undo", None)
    assert response.status_code == 200
    told = response.json()
    assert (told["undoes"], told["action"]) == (number, "change.undo")
    assert told["turns"] == [{"group": koor, "contact": ada, "joined": False}]
    assert world.members("Koor") == set()
    again = program.posts(f"/changes/{number}/undo", None)
    assert refusal(again) == (409, "already_undone")
    assert again.json()["facts"] == {"by": told["number"]}


def test_what_was_changed_since_stands_in_the_way(program: Program, world):
    ada = world.contact("Ada")
    koor = world.group("Koor")
    number = program.posts(f"/groups/{koor}/members", {"add": [ada]}).json()["change"]
    world.take(ada, "Koor")
    response = program.posts(f"/changes/{number}/undo", None)
    assert refusal(response) == (409, "stands_in_the_way")
    later = response.json()["facts"]["later"]
    assert later["number"] == Change.objects.latest("number").number


def test_an_erasure_is_never_undone(program: Program, world):
    erase_contact(world.contact("Ada"), by=OPERATOR)
    number = Change.objects.get(action="contact.erase").number
    response = program.posts(f"/changes/{number}/undo", None)
    assert refusal(response) == (409, "lasting_change")


def test_what_there_is_not_is_not_undone(program: Program):
    assert refusal(program.posts("/changes/99/undo", None))[0] == 404


def test_who_may_only_look_undoes_nothing(onlooker: Program):
    assert refusal(onlooker.posts("/changes/1/undo", None)) == (403, "role_too_low")
