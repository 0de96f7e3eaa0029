"""Text without case, accents and spacing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zoë", "zoe"),
        ("Zoe\N{COMBINING DIAERESIS}", "zoe"),
        ("\N{LATIN CAPITAL LIGATURE IJ}sselmeer", "ijsselmeer"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Søren Ærø", "soren aero"),
        ("İstanbul", "istanbul"),
        ("Œuvre", "oeuvre"),
        ("  De\t\N{NO-BREAK SPACE} Kring\n", "de kring"),
        ("\N{RIGHT SINGLE QUOTATION MARK}s-Hertogenbosch", "'s-hertogenbosch"),
        ("Noord\N{EN DASH}Zuid", "noord-zuid"),
        ("co\N{SOFT HYPHEN}öp", "coop"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}Naam\x00", "naam"),
        ("Coach - Energie", "coach - energie"),
        ("\N{BLACK-LETTER CAPITAL H}", "h"),
        ("", ""),
        (" \t ", ""),
    ],
)
def test_folding_leaves_the_letters_that_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_letters_taken_apart_or_put_together_fold_alike(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert fold(composed) == fold(unicodedata.normalize("NFD", text))


@given(st.text(st.characters(max_codepoint=126)))
def test_plain_letters_fold_alike_beside_an_accent(text: str) -> None:
    assert fold(f"{text} é") == f"{fold(text)} e".strip()


def test_every_character_of_a_living_script_is_folded_at_once() -> None:
    assert all(fold(fold(chr(n))) == fold(chr(n)) for n in range(0x20000))
