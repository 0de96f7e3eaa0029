"""Contacts at the API: their columns, versions, search and erasing."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.actors import OPERATOR
from kring.actions.contacts import edit_contact
from kring.actions.fields import NewField, add_field
from kring.actions.merging import merge_contacts
from kring.contacts.models import Contact
from kring.groups.models import Change
from tests.api.conftest import Program, refusal

ADA: dict[str, Any] = {
    "kind": "person",
    "first_name": "Ada",
    "last_name": "Aalbers",
    "email": "ada@kring.example",
    "phone": "0151234567",
    "street": "Kerkstraat",
    "house_number": "1",
    "postal_code": "2611ab",
    "city": "Delft",
    "date_of_birth": "1990-05-31",
    "newsletter": True,
}


@pytest.fixture
def ada(program: Program) -> int:
    return int(program.posts("/contacts", ADA).json()["id"])


def test_a_contact_is_added_with_all_its_columns(program: Program):
    response = program.posts("/contacts", ADA)
    told = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/contacts/{told['id']}"
    assert response["ETag"] == program.tag_of(response["Location"][7:])
    assert told == {
        "id": told["id"],
        "number": told["number"],
        "kind": "person",
        "first_name": "Ada",
        "infix": "",
        "last_name": "Aalbers",
        "name": "",
        "email": "ada@kring.example",
        "phone": "+31151234567",
        "street": "Kerkstraat",
        "house_number": "1",
        "house_number_addition": "",
        "postal_code": "2611 AB",
        "city": "Delft",
        "neighbourhood": "",
        "date_of_birth": "1990-05-31",
        "status": "",
        "newsletter": True,
        "no_mail": False,
        "language": "nl",
        "deceased_on": None,
        "emails": ["ada@kring.example"],
        "phones": ["+31151234567"],
        "addresses": [
            {
                "street": "Kerkstraat",
                "house_number": "1",
                "house_number_addition": "",
                "postal_code": "2611 AB",
                "city": "Delft",
                "neighbourhood": "",
            }
        ],
    }
    assert program.gets(response["Location"][7:]).json() == told


def test_several_addresses_of_each_kind_are_given_and_told(program: Program):
    told = program.posts(
        "/contacts",
        {
            "last_name": "Bos",
            "emails": ["een@x.example", "twee@x.example", "EEN@x.example"],
            "phones": ["0612345678"],
            "addresses": [{"city": "Delft"}, {"city": "Den Haag"}],
        },
    ).json()
    assert told["emails"] == ["een@x.example", "twee@x.example"]
    assert told["email"] == "een@x.example"
    assert [address["city"] for address in told["addresses"]] == ["Delft", "Den Haag"]
    assert told["city"] == "Delft"


def test_what_counts_and_all_of_them_are_not_given_both(program: Program):
    body = {"last_name": "Bos", "email": "a@x.example", "emails": []}
    response = program.posts("/contacts", body)
    assert refusal(response) == (422, "unreadable_request")
    assert response.json()["errors"][0]["code"] == "either_or"


def test_every_column_that_cannot_be_read_is_named(program: Program):
    body = {
        "last_name": "Bos",
        "date_of_birth": "morgen",
        "emails": ["goed@x.example", "fout"],
        "addresses": [{"postal_code": "12"}],
    }
    response = program.posts("/contacts", body)
    assert refusal(response) == (422, "unreadable_details")
    problems = response.json()["facts"]["problems"]
    assert [(one["column"], one["problem"]) for one in problems] == [
        ("date_of_birth", "not_a_date"),
        ("emails[1]", "not_an_email_address"),
        ("addresses[0].postal_code", "not_a_postal_code"),
    ]


def test_unknown_keys_are_refused_by_name(program: Program):
    response = program.posts("/contacts", {"last_name": "Bos", "shoe_size": "43"})
    assert refusal(response) == (422, "unreadable_request")
    assert "shoe_size" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"last_name": 7}, "last_name"),
        ({"last_name": "Bos", "newsletter": "yes"}, "newsletter"),
        ({"last_name": "Bos", "newsletter": 1}, "newsletter"),
        ({"last_name": "Bos", "emails": "a@x.example"}, "emails"),
        ({"last_name": "Bos", "addresses": [{"town": "Delft"}]}, "addresses[0].town"),
        ([], ""),
        ("Bos", ""),
        (None, ""),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_stands(
    program: Program, body: object, at: str
):
    response = program.posts("/contacts", body)
    assert response.status_code in {400, 422}
    if response.status_code == 422:
        assert response.json()["errors"][0]["at"] == at


def test_a_number_that_is_taken_conflicts(program: Program):
    program.posts("/contacts", {"last_name": "Bos", "number": "7"})
    response = program.posts("/contacts", {"last_name": "Bol", "number": "7"})
    assert refusal(response) == (409, "number_taken")


def test_only_what_is_given_changes(program: Program, ada: int):
    path = f"/contacts/{ada}"
    before = program.gets(path)
    response = program.patches(path, {"city": "Leiden"}, If_Match=before["ETag"])
    after = response.json()
    assert response.status_code == 200
    assert after["city"] == "Leiden"
    assert {**after, "city": "Delft", "addresses": []} == {
        **before.json(),
        "addresses": [],
    }
    assert response["ETag"] == program.tag_of(path) != before["ETag"]


def test_null_and_an_empty_text_take_away(program: Program, ada: int):
    path = f"/contacts/{ada}"
    told = program.patches(
        path, {"email": "", "date_of_birth": None, "phones": []}, If_Match="*"
    ).json()
    assert (told["email"], told["date_of_birth"], told["phones"]) == ("", None, [])


def test_a_change_names_its_version(program: Program, ada: int):
    path = f"/contacts/{ada}"
    assert refusal(program.patches(path, {"city": "Leiden"})) == (428, "version_needed")
    assert refusal(program.deletes(path)) == (428, "version_needed")


def test_a_version_that_passed_is_refused(program: Program, ada: int):
    path = f"/contacts/{ada}"
    seen = program.tag_of(path)
    edit_contact(ada, {"city": "Leiden"}, by=OPERATOR)
    for response in (
        program.patches(path, {"city": "Gouda"}, If_Match=seen),
        program.deletes(path, If_Match=seen),
        program.patches(path, {"city": "Gouda"}, If_Match="nonsense"),
    ):
        assert refusal(response) == (412, "version_passed")
    assert program.gets(path).json()["city"] == "Leiden"


def test_an_edit_between_looking_and_changing_is_refused(
    program: Program, ada: int, monkeypatch
):
    """The action compares under its lock, after the door did."""
    path = f"/contacts/{ada}"
    seen = program.tag_of(path)

    def overtaken(*given: Any, **named: Any) -> None:
        edit_contact(ada, {"city": "Leiden"}, by=OPERATOR)
        edit_contact(*given, **named)

    monkeypatch.setattr("kring.api.contacts.edit_contact", overtaken)
    response = program.patches(path, {"city": "Gouda"}, If_Match=seen)
    assert refusal(response) == (412, "version_passed")


def test_what_one_has_already_is_not_sent_again(program: Program, ada: int):
    path = f"/contacts/{ada}"
    seen = program.tag_of(path)
    again = program.gets(path, If_None_Match=seen)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", seen)
    assert program.gets(path, If_None_Match='W/"1", "2"').status_code == 200


def test_a_person_is_erased(program: Program, ada: int):
    path = f"/contacts/{ada}?reason=asked"
    assert program.deletes(path, If_Match=program.tag_of(path)).status_code == 204
    assert not Contact.objects.exists()
    assert refusal(program.gets(path)) == (404, "not_found")
    assert Change.objects.get(action="contact.erase").reason == "asked"


@pytest.mark.parametrize("contact", ["0", "999", "9" * 30])
def test_who_does_not_exist_is_not_found(program: Program, contact: str):
    path = f"/contacts/{contact}"
    assert refusal(program.gets(path)) == (404, "not_found")
    assert refusal(program.gets(path + "/groups")) == (404, "not_found")
    assert refusal(program.deletes(path, If_Match="*")) == (404, "not_found")
    assert refusal(program.patches(path, {}, If_Match="*")) == (404, "not_found")


def test_own_fields_are_read_and_told_by_their_type(program: Program):
    for wanted in (
        NewField("shoe", "number"),
        NewField("gift", "money"),
        NewField("note", "text"),
        NewField("member", "boolean"),
        NewField("since", "date"),
        NewField("roof", "choice", choices=("Plat", "Schuin")),
        NewField("wants", "multiple_choice", choices=("Zon", "Wind", "Warmte")),
    ):
        add_field(wanted, by=OPERATOR)
    own = {
        "field:shoe": 43,
        "field:gift": 12.5,
        "field:note": "hoi",
        "field:member": False,
        "field:since": "2026-05-31",
        "field:roof": "Plat",
        "field:wants": ["Zon", "Warmte"],
    }
    told = program.posts("/contacts", {"last_name": "Bos", **own}).json()
    assert {key: told[key] for key in own} == own
    path = f"/contacts/{told['id']}"
    emptied = program.patches(
        path, {"field:shoe": None, "field:wants": []}, If_Match="*"
    )
    assert emptied.json()["field:shoe"] is None
    assert emptied.json()["field:wants"] is None
    assert emptied.json()["field:gift"] == 12.5


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("number", True, "not_a_number"),
        ("number", "veel", "not_a_number"),
        ("money", 1.234, "too_many_decimals"),
        ("text", 7, "not_a_text"),
        ("text", {"a": 1}, "not_a_text"),
        ("boolean", 1, "neither_yes_nor_no"),
        ("date", 20260531, "not_a_date"),
        ("choice", "Rond", "not_a_choice"),
        ("choice", ["Plat"], "not_a_choice"),
        ("multiple_choice", "Plat", "not_a_choice"),
        ("multiple_choice", ["Plat", "Rond"], "not_a_choice"),
    ],
)
def test_a_value_that_an_own_field_cannot_have_is_refused(
    program: Program, kind: str, value: object, problem: str
):
    choices = ("Plat", "Schuin") if "choice" in kind else ()
    add_field(NewField("own", kind, choices=choices), by=OPERATOR)
    response = program.posts("/contacts", {"last_name": "Bos", "field:own": value})
    assert refusal(response) == (422, "unreadable_details")
    [told] = response.json()["facts"]["problems"]
    assert (told["column"], told["problem"]) == ("field:own", problem)


def test_an_own_field_that_there_is_not_is_refused(program: Program):
    response = program.posts("/contacts", {"last_name": "Bos", "field:own": "x"})
    assert response.json()["facts"]["problems"][0]["problem"] == "unknown_column"


def test_contacts_are_searched_and_found_by_number(program: Program, ada: int):
    program.posts("/contacts", {"last_name": "Bos", "number": "B7"})
    assert [one["id"] for one in program.items("/contacts?search=AÁLB+delft")] == [ada]
    [bos] = program.items("/contacts?number=B7")
    assert bos["last_name"] == "Bos"
    assert program.items("/contacts?number=none") == []


def test_a_page_of_contacts_takes_the_same_queries_whatever_its_length(
    program: Program, world, django_assert_max_num_queries
):
    world.contacts(*(f"c{number}" for number in range(30)))
    program.gets("/contacts")
    for limit in (1, 30):
        with django_assert_max_num_queries(8):
            assert len(program.items(f"/contacts?limit={limit}")) == limit


def test_the_number_of_a_merged_contact_leads_to_the_one_that_is_kept(
    program: Program, world
):
    kept, merged = world.contacts("Bos", "Bosch")
    number = program.gets(f"/contacts/{merged}").json()["number"]
    merge_contacts(merged, into=kept, by=OPERATOR)
    assert [one["id"] for one in program.items(f"/contacts?number={number}")] == [kept]
    assert refusal(program.gets(f"/contacts/{merged}")) == (404, "not_found")


def test_a_contact_is_welcomed_where_it_joins_unless_nobody_is_to_be(
    program: Program, world
):
    newsletter = {"where": {"field": "newsletter", "op": "is", "value": True}}
    world.welcoming("Lezers", newsletter)
    body = {"last_name": "Ada", "email": "ada@example.org", "newsletter": True}
    ada = program.posts("/contacts", body).json()["id"]
    cas = {"last_name": "Cas", "email": "cas@example.org"}
    path = program.posts("/contacts", cas)["Location"][7:]
    silent = {"newsletter": True, "welcome": "none"}
    program.patches(path, silent, If_Match="*")
    assert world.mailed("Lezers") == [ada]
    assert len(world.members("Lezers")) == 2


def test_more_mails_than_confirmed_are_refused_for_a_contact_too(
    program: Program, world
):
    world.welcoming("Allen", {"everyone": True})
    body = {"last_name": "Ada", "email": "ada@example.org", "welcome": 2}
    assert refusal(program.posts("/contacts", body)) == (409, "many_mails")
    assert program.gets("/contacts").json()["total"] == 0
