"""Columns become the details of a contact; what is absent stays as it was."""

from __future__ import annotations

from datetime import date

import pytest

from kring.contacts.details import (
    AddressDetails,
    ContactDetails,
    Given,
    changed_columns,
    merged,
    read_columns,
)
from kring.contacts.errors import Problem, UnreadableDetailsError
from kring.contacts.fields import FieldKind
from kring.contacts.folded import folded_fields_of, search_text_of, sort_name_of
from kring.contacts.models import FieldType, Kind

TODAY = date(2026, 11, 23)
KINDS = {
    "score": FieldKind("score", FieldType.NUMBER),
    "wijk": FieldKind("wijk", FieldType.CHOICE, ("Noord", "Zuid")),
    "thema": FieldKind("thema", FieldType.MULTIPLE_CHOICE, ("Zon", "Wind", "Warmte")),
    "sinds": FieldKind("sinds", FieldType.DATE),
    "lid": FieldKind("lid", FieldType.BOOLEAN),
    "inleg": FieldKind("inleg", FieldType.MONEY),
    "tekst": FieldKind("tekst", FieldType.TEXT),
}


def given_by(**columns: str) -> Given:
    written = {name.replace("__", ":"): value for name, value in columns.items()}
    return read_columns(written, kinds=KINDS, today=TODAY)


def made_of(**columns: str) -> ContactDetails:
    return merged(None, given_by(**columns))


def problems_of(**columns: str) -> set[tuple[str, Problem]]:
    with pytest.raises(UnreadableDetailsError) as refused:
        made_of(**columns)
    return {(one.column, one.problem) for one in refused.value.problems}


def test_a_person_is_made_of_columns():
    ada = made_of(
        first_name="Ada", infix="van", last_name="Loon", email="ada@example.org"
    )
    assert ada == ContactDetails(
        first_name="Ada", infix="van", last_name="Loon", emails=("ada@example.org",)
    )


def test_who_has_only_a_name_of_its_own_is_an_organisation():
    assert made_of(name="Zon op Delft").kind is Kind.ORGANISATION


def test_every_problem_is_named_at_once():
    assert problems_of(
        last_name="Loon", email="ada", date_of_birth="1 mei", colour="red"
    ) == {
        ("email", Problem.NOT_AN_EMAIL_ADDRESS),
        ("date_of_birth", Problem.NOT_A_DATE),
        ("colour", Problem.UNKNOWN_COLUMN),
    }


def test_a_contact_needs_a_name():
    assert problems_of(city="Delft") == {("last_name", Problem.NAME_MISSING)}
    assert problems_of(kind="organisatie") == {("name", Problem.NAME_MISSING)}


def test_a_person_has_no_name_of_an_organisation():
    assert problems_of(kind="person", name="Zon", last_name="Loon") == {
        ("name", Problem.NOT_FOR_A_PERSON)
    }


def test_an_organisation_has_no_first_name():
    assert problems_of(kind="organisation", name="Zon", first_name="Ada") == {
        ("first_name", Problem.NOT_FOR_AN_ORGANISATION)
    }


def test_nobody_is_born_tomorrow():
    assert problems_of(last_name="Loon", date_of_birth="2026-11-24") == {
        ("date_of_birth", Problem.IN_THE_FUTURE)
    }


def test_a_value_of_a_problem_is_shown_short():
    with pytest.raises(UnreadableDetailsError) as refused:
        made_of(last_name="a" * 10_000_000)
    assert len(refused.value.problems[0].value) == 80


def test_an_absent_column_leaves_what_is_there():
    ada = made_of(first_name="Ada", last_name="Loon", city="Delft", status="lid")
    moved = merged(ada, given_by(city="Leiden"))
    assert changed_columns(ada, moved) == {"addresses"}


def test_an_empty_column_takes_away_what_is_there():
    ada = made_of(last_name="Loon", email="ada@example.org", deceased_on="2020-01-01")
    assert merged(ada, given_by(email="", deceased_on="")) == made_of(last_name="Loon")


def test_the_same_columns_again_change_nothing():
    columns = {
        "last_name": "Loon",
        "phone": "0612345678",
        "postal_code": "2611ab",
        "house_number": "3",
        "field__thema": "wind; zon",
    }
    ada = made_of(**columns)
    assert merged(ada, given_by(**columns)) == ada


def test_another_email_address_replaces_the_one_that_counts():
    ada = ContactDetails(last_name="Loon", emails=("old@example.org", "b@example.org"))
    assert merged(ada, given_by(email="new@example.org")).emails == (
        "new@example.org",
        "b@example.org",
    )


def test_an_email_address_that_was_known_moves_up():
    ada = ContactDetails(last_name="Loon", emails=("a@example.org", "b@example.org"))
    assert merged(ada, given_by(email="b@example.org")).emails == (
        "b@example.org",
        "a@example.org",
    )


def test_another_address_that_was_known_moves_up():
    home = AddressDetails(postal_code="2611 AB", house_number="3", city="Delft")
    work = AddressDetails(postal_code="2311 CD", house_number="8", city="Leiden")
    ada = ContactDetails(last_name="Loon", addresses=(home, work))
    after = merged(ada, given_by(postal_code="2311CD", house_number="8"))
    assert after.addresses == (work, home)


def test_parts_of_an_address_change_the_address_that_counts():
    home = AddressDetails(postal_code="2611 AB", house_number="3")
    ada = ContactDetails(last_name="Loon", addresses=(home,))
    after = merged(ada, given_by(city="Delft"))
    assert after.addresses == (
        AddressDetails(postal_code="2611 AB", house_number="3", city="Delft"),
    )


def test_an_address_that_is_emptied_is_gone():
    ada = made_of(last_name="Loon", city="Delft")
    assert merged(ada, given_by(city="")).addresses == ()


def test_fields_of_ones_own_are_kept_by_type():
    ada = made_of(
        last_name="Loon",
        field__score="1,50",
        field__wijk="noord",
        field__thema="warmte, Zon",
        field__sinds="1-2-2020",
        field__lid="ja",
        field__inleg="€ 250,-".replace(",-", ",00"),
        field__tekst="Hallo",
    )
    assert ada.fields == {
        "score": "1.5",
        "wijk": "Noord",
        "thema": ["Zon", "Warmte"],
        "sinds": "2020-02-01",
        "lid": True,
        "inleg": "250",
        "tekst": "Hallo",
    }


def test_a_choice_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UnreadableDetailsError) as refused:
        given_by(field__wijk="Oost")
    assert refused.value.problems[0].expected == ("Noord", "Zuid")


def test_an_emptied_field_is_gone():
    ada = made_of(last_name="Loon", field__wijk="Noord")
    assert merged(ada, given_by(field__wijk="")).fields == {}


def test_persons_are_sorted_by_last_name():
    ada = made_of(first_name="Ada", infix="van", last_name="Ließ")
    assert sort_name_of(ada) == "liess, ada van"


def test_the_longest_name_still_fits_the_index():
    odd = "\N{LATIN SMALL LETTER SHARP S}" * 200
    long = made_of(first_name=odd, infix=odd, last_name=odd)
    assert len(sort_name_of(long).encode()) <= 2_400


def test_all_that_one_searches_for_is_in_the_search_text():
    ada = made_of(
        number="K-12",
        first_name="Zoë",
        last_name="Loon",
        email="zoe@example.org",
        postal_code="2611AB",
        city="Den Haag",
    )
    lines = search_text_of(ada).split("\n")
    assert lines == [
        "zoe loon",
        "loon, zoe",
        "k-12",
        "zoe@example.org",
        "2611 ab",
        "2611ab",
        "den haag",
    ]


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "robot"), ("language", "klingon"), ("lid", "ja")]
)
def test_what_is_not_among_the_choices_is_refused(column: str, value: str):
    assert problems_of(**{"last_name": "Loon", column: value})


def test_a_language_is_kept_by_its_code():
    assert made_of(last_name="Loon", language=" EN ").language == "en"


def test_an_unknown_field_of_ones_own_is_refused():
    assert problems_of(last_name="Loon", field__kleur="rood") == {
        ("field:kleur", Problem.UNKNOWN_COLUMN)
    }


def test_choices_that_do_not_exist_are_refused():
    assert problems_of(last_name="Loon", field__thema="Zon;Gas") == {
        ("field:thema", Problem.NOT_A_CHOICE)
    }


def test_an_emptied_email_address_makes_room_for_the_next():
    ada = ContactDetails(last_name="Loon", emails=("a@example.org", "b@example.org"))
    assert merged(ada, given_by(email="")).emails == ("b@example.org",)


def test_folded_fields_hold_what_is_text():
    ada = made_of(last_name="Loon", field__thema="Zon", field__lid="ja")
    assert folded_fields_of(ada) == {"thema": ["zon"]}
