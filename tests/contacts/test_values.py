"""What people write in a column is read as what they mean, or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from kring.contacts import values
from kring.contacts.errors import Problem, UnreadableValueError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("23-11-2026", date(2026, 11, 23)),
        ("3-1-2026", date(2026, 1, 3)),
        ("23/11/2026", date(2026, 11, 23)),
        ("23.11.2026", date(2026, 11, 23)),
        ("2026-11-23 00:00:00", date(2026, 11, 23)),
        ("29-02-2024", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_in_dutch_and_in_iso(written, meant):
    assert values.read_date(written) == meant


@pytest.mark.parametrize(
    "written",
    ["23-11-26", "morgen", "2026-1", "45000"],
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(UnreadableValueError) as refused:
        values.read_date(written)
    assert refused.value.problem is Problem.NOT_A_DATE


@pytest.mark.parametrize("written", ["0001-01-01", "1026-05-31", "2999-01-01"])
def test_a_year_that_must_be_a_slip_is_refused_as_such(written):
    with pytest.raises(UnreadableValueError) as refused:
        values.read_date(written)
    assert refused.value.problem is Problem.YEAR_TOO_FAR
    assert refused.value.expected == ("1800", "2200")


@pytest.mark.parametrize("written", ["30-02-2026", "11-23-2026", "2026-13-01"])
def test_a_day_that_does_not_exist_is_refused_as_such(written):
    with pytest.raises(UnreadableValueError) as refused:
        values.read_date(written)
    assert refused.value.problem is Problem.NO_SUCH_DAY


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_a_date_is_the_same_however_it_is_written(day):
    assert values.read_date(day.isoformat()) == day
    assert values.read_date(f"{day.day}-{day.month}-{day.year}") == day


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1234ab", "1234 AB"),
        ("1234 AB", "1234 AB"),
        ("1234  Ab ", "1234 AB"),
        ("9000", "9000"),
        ("52062", "52062"),
    ],
)
def test_a_postal_code_is_written_in_one_way(written, kept):
    assert values.read_postal_code(written) == kept


@pytest.mark.parametrize("written", ["0234 AB", "1234 A", "1234 SS", "123", "AB 1234"])
def test_what_is_no_postal_code_is_refused(written):
    with pytest.raises(UnreadableValueError):
        values.read_postal_code(written)


@pytest.mark.parametrize(
    "written", ["06-12345678", "0612345678", "+31 6 12 34 56 78", "0031612345678"]
)
def test_a_phone_number_without_country_is_dutch(written):
    assert values.read_phone(written) == "+31612345678"


def test_a_phone_number_of_another_country_keeps_it():
    assert values.read_phone("+32 475 12 34 56") == "+32475123456"


@pytest.mark.parametrize("written", ["12", "bel maar", "06 123", "0612345678901234"])
def test_what_is_no_phone_number_is_refused(written):
    with pytest.raises(UnreadableValueError):
        values.read_phone(written)


def test_an_email_address_is_read_without_asking_the_net():
    assert values.read_email(" Ada@Example.ORG ") == "Ada@example.org"


@pytest.mark.parametrize("written", ["ada", "ada@", "a@b@c.nl", "ada @example.org"])
def test_what_is_no_email_address_is_refused(written):
    with pytest.raises(UnreadableValueError):
        values.read_email(written)


ODDLY = "+-_. \u00e9Zz"
LOCAL = st.text(f"ab9{ODDLY}", min_size=1, max_size=70) | st.just("postmaster")
DOMAIN = st.lists(st.text(f"ab9{ODDLY}", max_size=65), min_size=1, max_size=4)


@given(st.builds("{}@{}".format, LOCAL, DOMAIN.map(".".join)) | st.emails())
def test_an_email_address_is_judged_as_the_library_judges_it(written: str) -> None:
    try:
        known = validate_email(
            values.read_text(written, length=254),
            check_deliverability=False,
            test_environment=True,
        ).normalized
    except (EmailNotValidError, UnreadableValueError):
        with pytest.raises(UnreadableValueError):
            values.read_email(written)
    else:
        assert values.read_email(written) == known


@pytest.mark.parametrize("written", ["ja", "JA", "true", "1", "x", "yes", "Waar"])
def test_yes_is_written_in_many_ways(written):
    assert values.read_boolean(written) is True


@pytest.mark.parametrize("written", ["nee", "Nee", "false", "0", "no", "n"])
def test_no_is_written_in_many_ways(written):
    assert values.read_boolean(written) is False


def test_perhaps_is_neither_yes_nor_no():
    with pytest.raises(UnreadableValueError):
        values.read_boolean("misschien")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("-3", "-3"),
        ("100", "100"),
        ("0,00", "0"),
    ],
)
def test_a_number_takes_a_comma_or_a_point(written, meant):
    assert values.written_number(values.read_number(written)) == meant


@pytest.mark.parametrize("written", ["", "één", "1e5", "NaN", "٣", "1-2", "9" * 40])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(UnreadableValueError):
        values.read_number(written)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_that_was_kept_reads_back_the_same(number):
    kept = values.written_number(values.read_number(format(number, "f")))
    assert Decimal(kept) == number
    assert values.written_number(values.read_number(kept)) == kept


def test_an_amount_has_at_most_two_decimals():
    assert values.read_money("€ 1.234,50") == Decimal("1234.5")
    with pytest.raises(UnreadableValueError) as refused:
        values.read_money("1.234")
    assert refused.value.problem is Problem.TOO_MANY_DECIMALS


@given(st.text())
def test_a_text_is_read_as_one_tidy_line_or_refused(written):
    try:
        tidy = values.read_text(written, length=50)
    except UnreadableValueError:
        return
    assert values.read_text(tidy, length=50) == tidy
    assert "\0" not in tidy
    assert "\n" not in tidy


def test_a_text_of_ten_megabytes_is_refused():
    with pytest.raises(UnreadableValueError) as refused:
        values.read_text("a" * 10_000_000, length=200)
    assert refused.value.problem is Problem.TOO_LONG


@pytest.mark.parametrize("turned", ["\u202eRetla", "\u2066Ada", "Ada\u0007"])
def test_a_text_that_plays_tricks_on_its_reader_is_refused(turned):
    with pytest.raises(UnreadableValueError) as refused:
        values.read_text(turned, length=50)
    assert refused.value.problem is Problem.UNPRINTABLE


@pytest.mark.parametrize("written", ["مرحبا", "\u200fאדה", "Zoë 😀", "👩\u200d🌾"])
def test_a_text_of_any_script_is_kept(written):
    assert values.read_text(written, length=50) == written
