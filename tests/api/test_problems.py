"""Whatever goes wrong is told as a problem, in the language that is asked for."""

from __future__ import annotations

import json
import logging
from typing import Any

import psycopg
import pytest
from django.db.utils import OperationalError

from kring.accounts.actors import OPERATOR
from kring.actions.groups import delete_group
from tests.api.conftest import Program, refusal
from tests.world import World


def test_an_address_that_there_is_not_is_told(program: Program, stranger: Program):
    for asker in (program, stranger):
        for path in ("/", "/nowhere", "/groups/x", "/groups/1/", "/contacts/-1"):
            assert refusal(asker.gets(path)) == (404, "not_found")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_nothing_is_changed_at_an_address_that_there_is_not(
    stranger: Program, method: str
):
    for path in ("/nowhere", "/groups/-1", "/"):
        assert refusal(stranger.asks(method, path, {})) == (404, "not_found")


def test_other_methods_are_told(program: Program):
    response = program.asks("PUT", "/groups", {})
    assert refusal(response) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, POST"


def test_head_is_answered_as_get_without_the_body(program: Program, world: World):
    path = f"/groups/{world.group('Koor')}"
    for asked in (path, "/groups", "/groups/0", "/nowhere"):
        whole, head = program.gets(asked), program.asks("HEAD", asked)
        assert head.status_code == whole.status_code
        assert head.content == b""
        assert head["Content-Length"] == str(len(whole.content))
        assert head["Content-Type"] == whole["Content-Type"]
        assert head.get("ETag") == whole.get("ETag")
    known = program.asks("HEAD", path, If_None_Match=program.tag_of(path))
    assert (known.status_code, known.content) == (304, b"")


def test_head_opens_nothing_without_a_token(stranger: Program):
    assert stranger.asks("HEAD", "/groups").status_code == 401


def test_head_is_refused_where_nothing_can_be_asked(program: Program):
    response = program.asks("HEAD", "/groups/preview")
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": NaN}x', b"[" * 100_000])
def test_what_is_no_json_is_told(program: Program, body: bytes):
    response = program.client.post(
        "/api/v1/groups",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.secret}"},
    )
    assert refusal(response) == (400, "unreadable_body")


def test_a_body_that_is_too_large_is_told(program: Program, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = program.posts("/groups", {"name": "x" * 1000})
    assert refusal(response) == (413, "body_too_large")


def test_dutch_is_spoken_unless_another_language_is_asked_for(stranger: Program):
    def said(language: str) -> tuple[str, str]:
        response = stranger.gets("/groups", Accept_Language=language)
        return response["Content-Language"], response.json()["detail"]

    dutch, english = said("nl"), said("en-GB;q=0.9, nl;q=0.1")
    assert dutch[0] == "nl"
    assert english[0] == "en"
    assert dutch[1] != english[1]
    for other in ("", "*", "fr, de", "x" * 10_000, "fr, nl;q=0.5"):
        assert said(other) == dutch


def test_answers_are_kept_by_nobody_for_others(program: Program):
    response = program.gets("/groups")
    assert response["Cache-Control"] == "private, no-cache"
    for header in ("Accept-Language", "Authorization"):
        assert header in response["Vary"]


def test_what_breaks_is_told_without_its_innards(program: Program, monkeypatch, caplog):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("kring.api.groups.create_group", broken)
    with caplog.at_level(logging.ERROR, logger="kring.api"):
        response = program.posts("/groups", {"name": "Koor"})
    assert refusal(response) == (500, "broken")
    assert "secret" not in response.content.decode()
    assert "the secret of the house" in caplog.text


def test_who_waited_too_long_for_others_may_try_again(program: Program, monkeypatch):
    def busy(*_: Any, **__: Any) -> None:
        raise OperationalError from psycopg.errors.LockNotAvailable()

    monkeypatch.setattr("kring.api.groups.create_group", busy)
    response = program.posts("/groups", {"name": "Koor"})
    assert refusal(response) == (503, "busy")
    assert response["Retry-After"] == "5"


def test_another_trouble_of_the_database_is_no_busyness(program: Program, monkeypatch):
    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError from psycopg.OperationalError()

    monkeypatch.setattr("kring.api.groups.create_group", gone)
    response = program.posts("/groups", {"name": "Koor"})
    assert refusal(response) == (500, "broken")


def test_places_in_a_body_are_in_the_language_that_is_asked_for(program: Program):
    dutch = program.posts("/groups", {"name": 7}, Accept_Language="nl").json()
    english = program.posts("/groups", {"name": 7}).json()
    assert dutch["errors"][0]["detail"] != english["errors"][0]["detail"]


def test_a_problem_names_its_address(stranger: Program):
    told = json.loads(stranger.gets("/groups").content)
    assert told["instance"] == "/api/v1/groups"
    assert told["title"] == "Unauthorized"


@pytest.mark.parametrize("what", ["groups", "contacts", "templates", "changes"])
def test_a_number_larger_than_any_id_is_at_no_address(program: Program, what: str):
    for number in (2**31, 2**64, 10**30):
        assert refusal(program.gets(f"/{what}/{number}")) == (404, "not_found")


def test_what_went_between_looking_and_changing_is_not_found(
    program: Program, world, monkeypatch
):
    koor = world.group("Koor")

    def overtaken(group: int, **named: Any) -> None:
        delete_group(group, by=OPERATOR)
        delete_group(group, **named)

    monkeypatch.setattr("kring.api.groups.delete_group", overtaken)
    response = program.deletes(f"/groups/{koor}", If_Match="*")
    assert refusal(response) == (404, "not_found")
