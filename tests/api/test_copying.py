"""Programs copy a group, or keep one as a static group."""

from __future__ import annotations

import pytest

from kring.mailing.models import OutgoingMail
from tests.api.conftest import Program, refusal
from tests.world import World


def test_a_copy_is_answered_as_a_group_that_was_made(program: Program, world: World):
    ada = world.contact("Ada", groups=["Koor"])
    koor = world.group("Koor")
    answer = program.posts(f"/groups/{koor}/copy", {"name": "Koor twee"})
    made = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/groups/{made['id']}"
    assert (made["name"], made["kind"], made["member_count"]) == (
        "Koor twee",
        "static",
        1,
    )
    assert answer["ETag"] == program.tag_of(f"/groups/{made['id']}")
    assert world.members("Koor twee") == {ada}


def test_a_derived_group_is_kept_as_a_static_one(program: Program, world: World):
    [ada] = world.reachable("Ada")
    allen = world.welcoming("Allen", {"everyone": True})
    made = program.posts(f"/groups/{allen}/freeze", {"name": "Vast"}).json()
    assert (made["kind"], made["definition"], made["welcome_template"]) == (
        "static",
        None,
        None,
    )
    assert world.members("Vast") == {ada}
    assert not OutgoingMail.objects.exists()


def test_a_request_that_is_sent_twice_makes_one_group(program: Program, world: World):
    koor = world.group("Koor")
    asked = (f"/groups/{koor}/copy", {"name": "Koor twee"})
    first = program.posts(*asked, Idempotency_Key="once")
    second = program.posts(*asked, Idempotency_Key="once")
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert len(program.items("/groups")) == 2


@pytest.mark.parametrize(
    ("way", "name", "expected"),
    [
        ("copy", "KOOR", (409, "name_taken")),
        ("copy", "", (422, "name_missing")),
        ("freeze", "Vast", (409, "static_already")),
    ],
)
def test_what_cannot_be_is_refused(program, world, way, name, expected):
    koor = world.group("Koor")
    answer = program.posts(f"/groups/{koor}/{way}", {"name": name})
    assert refusal(answer) == expected
    assert len(program.items("/groups")) == 1


@pytest.mark.parametrize("way", ["copy", "freeze"])
def test_who_only_looks_may_not_and_what_is_not_there_is_not_found(
    program, onlooker, stranger, world, way
):
    koor = world.group("Koor", {"everyone": True})
    asked = (f"/groups/{koor}/{way}", {"name": "Twee"})
    assert onlooker.posts(*asked).status_code == 403
    assert stranger.posts(*asked).status_code == 401
    assert program.posts(f"/groups/99999/{way}", {"name": "Twee"}).status_code == 404
    assert program.posts(asked[0], {"naam": "Twee"}).status_code == 422
    assert len(program.items("/groups")) == 1
