"""Templates and fields at the API."""

from __future__ import annotations

from base64 import b64encode
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
    assert told == {"id": told["id"], **TEXTS, "language": "nl", "attachment": None}
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


def test_a_file_goes_along_until_it_is_taken_away(program: Program):
    file = {"name": "C:\\map\\kaart.pdf", "content": b64encode(b"%PDF").decode()}
    response = program.posts("/templates", {**TEXTS, "attachment": file})
    told = response.json()["attachment"]
    assert (told["name"], told["type"]) == ("kaart.pdf", "application/pdf")
    path = response["Location"][7:]
    kept = program.patches(path, {"language": "en"}, If_Match=program.tag_of(path))
    assert (kept.json()["language"], kept.json()["attachment"]) == ("en", told)
    gone = program.patches(path, {"attachment": None}, If_Match=program.tag_of(path))
    assert gone.json()["attachment"] is None


def test_a_list_of_templates_reads_no_files(
    program: Program, django_assert_max_num_queries
):
    for name in ("a", "b", "c"):
        file = {"name": "x.pdf", "content": b64encode(b"%PDF").decode()}
        program.posts("/templates", {**TEXTS, "name": name, "attachment": file})
    with django_assert_max_num_queries(5) as asked:
        assert len(program.items("/templates")) == 3
    assert not [one for one in asked if '"attachment",' in one["sql"]]


def test_what_only_a_mail_may_hold_is_kept(program: Program):
    body = "<p onclick='x'>Dag <script>1</script>{{ voornaam }}</p>"
    told = program.posts("/templates", {**TEXTS, "body": body}).json()
    assert told["body"] == "<p>Dag {{ voornaam }}</p>"


def test_a_field_that_does_not_exist_is_told_with_what_may_be_meant(program: Program):
    response = program.posts("/templates", {**TEXTS, "subject": "{{ voornam }}"})
    assert refusal(response) == (422, "unknown_merge_field")
    told = response.json()
    assert told["facts"] == {
        "field": "voornam",
        "suggestion": "voornaam",
        "part": "subject",
    }
    assert told["detail"].endswith("Do you mean {{ voornaam }}?")


def test_what_cannot_be_read_is_told_with_its_place(program: Program):
    response = program.posts("/templates", {**TEXTS, "body": "a\n{% for x %}"})
    assert refusal(response) == (422, "unreadable_template")
    assert response.json()["facts"] == {
        "line": 2,
        "near": "{% for x %}",
        "problem": "unknown_instruction",
        "part": "body",
    }


def test_a_language_that_kring_does_not_write_is_told(program: Program):
    response = program.posts("/templates", {**TEXTS, "language": "tlh"})
    assert refusal(response) == (422, "unknown_language")
    assert response.json()["facts"]["known"] == ["nl", "en"]


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
