"""Reading what people write in one column: dates, phone numbers, yes and no."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from phonenumbers import PhoneNumberFormat

from kring.algebra.text import fold, holds_unprintable
from kring.contacts.errors import Problem, UnreadableValueError

_EARLIEST_YEAR: Final = 1800
_LATEST_YEAR: Final = 2200
_LENGTH_OF_EMAIL: Final = 254
_DIGITS_OF_NUMBER: Final = 30
_DECIMALS_OF_MONEY: Final = 2
_NETHERLANDS: Final = 31
_DIGITS_IN_THE_NETHERLANDS: Final = 9

_YES: Final = frozenset({"ja", "j", "yes", "y", "true", "waar", "1", "x"})
_NO: Final = frozenset({"nee", "n", "no", "false", "onwaar", "0"})

_ISO_DATE: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII
)
_DUTCH_DATE: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_DUTCH_POSTAL_CODE: Final = re.compile(r"([1-9]\d{3})\s*([A-Z]{2})", re.ASCII)
_FOREIGN_POSTAL_CODE: Final = re.compile(r"\d{4,5}", re.ASCII)
# What stands before the @ needs no further look, and all of it is short enough.
_PLAIN_EMAIL: Final = re.compile(
    r"([a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,32})?)@([A-Za-z0-9.-]{1,180})", re.ASCII
)
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)

# Never given out in the Netherlands.
_FORBIDDEN_LETTERS: Final = frozenset({"SA", "SD", "SS"})


def read_text(text: str, *, length: int) -> str:
    """The text, composed and on one line; at most `length` characters of it."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidy) > length:
        raise UnreadableValueError(Problem.TOO_LONG)
    if not tidy.isprintable() and holds_unprintable(tidy):
        raise UnreadableValueError(Problem.UNPRINTABLE)
    return tidy


def read_email(text: str) -> str:
    """The e-mail address, its domain in small letters; nobody is asked over the net."""
    tidy = read_text(text, length=_LENGTH_OF_EMAIL)
    plain = _PLAIN_EMAIL.fullmatch(tidy)
    try:
        if plain is None:
            return _valid_email(tidy).normalized
        return f"{plain[1]}@{_domain_of_email(plain[2])}"
    except EmailNotValidError as refusal:
        raise UnreadableValueError(Problem.NOT_AN_EMAIL_ADDRESS) from refusal


# A file brings thousands of addresses at the same few domains.
@lru_cache(maxsize=4_096)
def _domain_of_email(written: str) -> str:
    return _valid_email(f"a@{written}").domain


def _valid_email(text: str) -> ValidatedEmail:
    return validate_email(text, check_deliverability=False, test_environment=True)


def read_phone(text: str) -> str:
    """The phone number in international notation; without a country it is Dutch."""
    try:
        number = phonenumbers.parse(read_text(text, length=40), "NL")
    except phonenumbers.NumberParseException as refusal:
        raise UnreadableValueError(Problem.NOT_A_PHONE_NUMBER) from refusal
    if number.extension or not _is_possible(number):
        raise UnreadableValueError(Problem.NOT_A_PHONE_NUMBER)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def written_phone(kept: str) -> str:
    """015 123 4567 in the Netherlands; elsewhere with the code of the country."""
    try:
        number = phonenumbers.parse(kept)
    except phonenumbers.NumberParseException:
        return kept
    is_dutch = number.country_code == _NETHERLANDS
    way = PhoneNumberFormat.NATIONAL if is_dutch else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, way)


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it can be dialled; Dutch ranges that are new may be unknown here."""
    is_dutch = number.country_code == _NETHERLANDS
    if is_dutch and len(str(number.national_number)) == _DIGITS_IN_THE_NETHERLANDS:
        return True
    return phonenumbers.is_valid_number(number)


def read_postal_code(text: str) -> str:
    """The postal code: "1234 AB", or the digits of a neighbouring country."""
    tidy = text.strip().upper()
    if _FOREIGN_POSTAL_CODE.fullmatch(tidy):
        return tidy
    dutch = _DUTCH_POSTAL_CODE.fullmatch(tidy)
    if dutch is None or dutch[2] in _FORBIDDEN_LETTERS:
        raise UnreadableValueError(Problem.NOT_A_POSTAL_CODE)
    return f"{dutch[1]} {dutch[2]}"


def read_date(text: str) -> date:
    """A day, written 2026-11-23 or 23-11-2026."""
    tidy = text.strip()
    iso = _ISO_DATE.fullmatch(tidy)
    dutch = _DUTCH_DATE.fullmatch(tidy)
    try:
        if iso is not None:
            return _within_reason(date(int(iso[1]), int(iso[2]), int(iso[3])))
        if dutch is not None:
            return _within_reason(date(int(dutch[3]), int(dutch[2]), int(dutch[1])))
    except ValueError as refusal:
        raise UnreadableValueError(Problem.NO_SUCH_DAY) from refusal
    raise UnreadableValueError(Problem.NOT_A_DATE)


def _within_reason(day: date) -> date:
    if not _EARLIEST_YEAR <= day.year <= _LATEST_YEAR:
        expected = (str(_EARLIEST_YEAR), str(_LATEST_YEAR))
        raise UnreadableValueError(Problem.YEAR_TOO_FAR, expected)
    return day


def read_boolean(text: str) -> bool:
    """Yes or no, in Dutch or English, or as 1 and 0, or a cross."""
    folded = fold(text)
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise UnreadableValueError(Problem.NEITHER_YES_NOR_NO, ("ja", "nee"))


def read_number(text: str) -> Decimal:
    """A number, with a decimal comma or point and separators of thousands."""
    plain = _with_decimal_point(text.replace(" ", "").replace("\N{NO-BREAK SPACE}", ""))
    if len(plain) > _DIGITS_OF_NUMBER or not _NUMBER.fullmatch(plain):
        raise UnreadableValueError(Problem.NOT_A_NUMBER)
    number = Decimal(plain)
    return number.normalize() if number else Decimal(0)


def read_money(text: str) -> Decimal:
    """An amount in euros, with at most two decimals.

    That also refuses "1.234", which one reads as a thousand and another as one.
    """
    amount = read_number(text.replace("€", ""))
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _DECIMALS_OF_MONEY:
        raise UnreadableValueError(Problem.TOO_MANY_DECIMALS)
    return amount


def _with_decimal_point(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (".", ",") if comma > point else (",", ".")
        return text.replace(thousands, "").replace(decimal, ".")
    if text.count(",") > 1 or text.count(".") > 1:
        return text.replace(",", "").replace(".", "")
    return text.replace(",", ".")


def written_number(number: Decimal) -> str:
    """A number as it is kept: no exponent, no superfluous zeros."""
    return format(number, "f")
