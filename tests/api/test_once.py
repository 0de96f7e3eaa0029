"""The header Idempotency-Key: sent twice, done once."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.actors import OPERATOR
from kring.accounts.models import KeptAnswer, Token, User
from kring.actions import idempotency, members
from kring.actions.erasing import erase_contact
from kring.actions.errors import GroupClosedError
from kring.actions.restoring.errors import UndoStoppedError
from kring.contacts.models import Contact
from kring.groups.models import Change, Group
from tests.api.conftest import Program, program_of, refusal


def test_the_same_request_is_done_once_and_answered_as_before(program: Program):
    first = program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k1")
    again = program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k1")
    assert Group.objects.count() == 1
    assert (again.status_code, again.content) == (201, first.content)
    for header in ("ETag", "Location", "Content-Type"):
        assert again[header] == first[header]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


@pytest.mark.parametrize("path", ["/contacts", "/templates", "/fields"])
def test_every_post_that_makes_something_takes_a_key(program: Program, path: str):
    body = {
        "/contacts": {"last_name": "Bos"},
        "/templates": {"name": "W", "subject": "W", "body": "W"},
        "/fields": {"code": "shoe", "type": "number"},
    }[path]
    first, again = (program.posts(path, body, Idempotency_Key="k") for _ in range(2))
    assert first.status_code == 201
    assert again.content == first.content
    assert program.gets(path).json()["total"] == 1


def test_placing_and_undoing_take_a_key(program: Program, world):
    ada = world.contact("Ada")
    path = f"/groups/{world.group('Koor')}/members"
    placed = [program.posts(path, {"add": [ada]}, Idempotency_Key="p") for _ in "12"]
    assert placed[0].json()["added"] == 1
    assert placed[1].content == placed[0].content
    undo = f"/changes/{placed[0].json()['change']}/undo"
    undone = [program.posts(undo, None, Idempotency_Key="u") for _ in "12"]
    assert [one.status_code for one in undone] == [200, 200]
    assert undone[1].content == undone[0].content


@pytest.mark.parametrize(
    ("path", "body"), [("/groups", {"name": "Band"}), ("/templates", {"name": "Koor"})]
)
def test_a_key_of_another_request_is_refused(program: Program, path: str, body: Any):
    program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k1")
    if path == "/templates":
        body = {"name": "Koor", "subject": "x", "body": "x"}
    response = program.posts(path, body, Idempotency_Key="k1")
    assert refusal(response) == (422, "key_of_another_request")


def test_keys_are_of_a_token(program: Program, staff: User):
    program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k1")
    other = program_of(staff).posts("/groups", {"name": "Band"}, Idempotency_Key="k1")
    assert other.status_code == 201


def test_what_was_refused_may_be_tried_again_with_its_key(program: Program, world):
    koor = world.group("Koor")
    body = {"name": "Koor"}
    assert program.posts("/groups", body, Idempotency_Key="k").status_code == 409
    program.deletes(f"/groups/{koor}", If_Match="*")
    assert program.posts("/groups", body, Idempotency_Key="k").status_code == 201


def test_deed_and_answer_are_kept_together_or_not_at_all(program: Program, monkeypatch):
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(idempotency, "_keep", broken)
    response = program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k")
    assert refusal(response) == (500, "broken")
    assert not Group.objects.exists()


def test_answers_are_kept_for_a_day(program: Program):
    program.posts("/groups", {"name": "Koor"}, Idempotency_Key="old")
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=24, minutes=1))
    response = program.posts("/groups", {"name": "Band"}, Idempotency_Key="old")
    assert response.status_code == 201
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "clé", "a\tb"])
def test_a_key_is_a_short_plain_text(program: Program, key: str):
    response = program.posts("/groups", {"name": "Koor"}, Idempotency_Key=key)
    assert refusal(response) == (400, "unreadable_key")


def test_an_erased_contact_stands_in_no_kept_answer(program: Program):
    body = {"last_name": "Bos"}
    program.posts("/contacts", body, Idempotency_Key="k")
    erase_contact(Contact.objects.get().pk, by=OPERATOR)
    assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_request_does_not_wait_for_the_first(program: Program):
    """The first is held in the middle of its deed, in a transaction of its own."""
    token = Token.objects.get().pk
    asked = idempotency.Asked(token, "k1", b"first")
    begun, go_on = Event(), Event()

    def deed() -> idempotency.Answer:
        begun.set()
        go_on.wait(timeout=30)
        return idempotency.Answer(201, b"{}")

    def first() -> None:
        idempotency.answered_once(asked, deed)
        connection.close()

    thread = Thread(target=first)
    thread.start()
    assert begun.wait(timeout=30)
    response = program.posts("/groups", {"name": "Koor"}, Idempotency_Key="k1")
    go_on.set()
    thread.join()
    assert refusal(response) == (409, "request_under_way")
    assert response["Retry-After"] == "1"
    assert KeptAnswer.objects.count() == 1


def test_a_long_act_with_a_key_is_done_once_and_undone_once(
    program: Program, world, monkeypatch
):
    monkeypatch.setattr(members, "BATCH", 2)
    contacts = world.contacts("a", "b", "c", "d", "e")
    follows = world.group("Volgt", {"group": world.group("Koor")})
    path = f"/groups/{world.group('Koor')}/members"
    placed = [program.posts(path, {"add": contacts}, Idempotency_Key="p") for _ in "12"]
    assert placed[0].json()["added"] == 5
    assert placed[1].content == placed[0].content
    whole = placed[0].json()["change"]
    assert Change.objects.filter(part_of=whole).count() == 3
    assert program.gets(f"/groups/{follows}").json()["member_count"] == 5
    undone = [
        program.posts(f"/changes/{whole}/undo", None, Idempotency_Key="u") for _ in "12"
    ]
    assert [one.status_code for one in undone] == [200, 200]
    assert world.members("Volgt") == set()
    assert world.faults() == []


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "undo_stopped"), ({"Idempotency_Key": "k"}, "group_closed")],
)
def test_an_undo_that_stops_says_what_stays_undone(
    program: Program, monkeypatch, headers: dict[str, str], code: str
):
    def stops(*_: Any, **__: Any) -> None:
        raise UndoStoppedError(1, 2, GroupClosedError(1, "Koor"))

    monkeypatch.setattr("kring.api.changes.undo_change", stops)
    response = program.posts("/changes/1/undo", None, **headers)
    assert refusal(response) == (409, code)
    if not headers:
        assert response.json()["facts"]["because"]["code"] == "group_closed"
