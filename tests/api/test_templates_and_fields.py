"""Templates and fields at the API."""

from __future__ import annotations

from typing import Any

from kring.accounts.actors import OPERATOR
from kring.actions.templates import TemplateTexts, edit_template
from tests.api.conftest import Program, refusal

TEXTS = {"name": "Welkom", "subject": "Dag", "body": "Welkom bij ons."}


def made(program: Program) -> str:
    return str(program.posts("/templates", TEXTS)["Location"][7:])


def test_a_template_is_made_and_told(program: Program):
    response = program.posts("/templates", TEXTS)
    told = response.json()
    assert response.status_code == 201
    assert told == {"id": told["id"], **TEXTS}
    assert program.items("/templates") == [told]
    assert program.gets(response["Location"][7:]).json() == told


def test_only_the_texts_that_are_given_change(program: Program):
    path = made(program)
    response = program.patches(path, {"subject": "Hoi"}, If_Match=program.tag_of(path))
    assert response.json()["subject"] == "Hoi"
    assert response.json()["body"] == TEXTS["body"]
    assert response["ETag"] == program.tag_of(path)


def test_a_template_goes_unless_a_group_welcomes_with_it(program: Program, world):
    path = made(program)
    template = program.gets(path).json()["id"]
    group = world.group("Koor", welcome_template=template)
    response = program.deletes(path, If_Match=program.tag_of(path))
    assert refusal(response) == (409, "template_in_use")
    assert response.json()["facts"]["uses"] == [{"id": group, "name": "Koor"}]
    program.patches(f"/groups/{group}", {"welcome_template": None}, If_Match="*")
    assert program.deletes(path, If_Match=program.tag_of(path)).status_code == 204
    assert refusal(program.gets(path)) == (404, "not_found")


def test_a_template_that_changed_meanwhile_is_refused(program: Program, monkeypatch):
    path = made(program)
    seen = program.tag_of(path)
    template = program.gets(path).json()["id"]

    def overtaken(*given: Any, **named: Any) -> None:
        texts = TemplateTexts("Welkom", "Anders", "Anders")
        edit_template(template, texts, by=OPERATOR)
        edit_template(*given, **named)

    monkeypatch.setattr("kring.api.templates.edit_template", overtaken)
    response = program.patches(path, {"subject": "Hoi"}, If_Match=seen)
    assert refusal(response) == (412, "version_passed")
    for late in (program.patches(path, {}, If_Match=seen), program.deletes(path)):
        assert late.status_code in {412, 428}
    assert program.deletes(path, If_Match=seen).status_code == 412


def test_what_one_has_already_is_not_sent_again(program: Program):
    path = made(program)
    assert program.gets(path, If_None_Match=program.tag_of(path)).status_code == 304


def test_a_template_without_a_subject_is_refused(program: Program):
    response = program.posts("/templates", {**TEXTS, "subject": " "})
    assert refusal(response) == (422, "template_text_missing")
    again = program.posts("/templates", TEXTS), program.posts("/templates", TEXTS)
    assert refusal(again[1]) == (409, "template_name_taken")


def test_a_field_is_added_and_listed(program: Program):
    wanted = {
        "code": "roof",
        "label": "Dak",
        "type": "choice",
        "choices": ["Plat", "Schuin"],
        "portal": "read",
    }
    response = program.posts("/fields", wanted)
    assert (response.status_code, response.json()) == (201, wanted)
    assert program.items("/fields") == [wanted]


def test_a_field_that_cannot_be_is_refused(program: Program):
    refused = [
        ({"code": "A b", "type": "text"}, (422, "field_code_unreadable")),
        ({"code": "a", "type": "colour"}, (422, "unreadable_request")),
        ({"code": "a", "type": "choice"}, (422, "choices_missing")),
        ({"code": "a", "type": "text", "portal": "x"}, (422, "unreadable_request")),
        ({"code": "taken", "type": "text"}, (409, "field_code_taken")),
    ]
    program.posts("/fields", {"code": "taken", "type": "text"})
    for body, expected in refused:
        assert refusal(program.posts("/fields", body)) == expected
