"""Houses are written so that the number and its addition can be told apart."""

from __future__ import annotations

import pytest

from kring.contacts.houses import on_an_envelope


@pytest.mark.parametrize(
    ("number", "addition", "written"),
    [
        ("12", "", "Dorpsstraat 12"),
        ("12", "a", "Dorpsstraat 12a"),
        ("12", "bis", "Dorpsstraat 12bis"),
        ("12", "2", "Dorpsstraat 12-2"),
        ("12", "-2", "Dorpsstraat 12-2"),
        ("12a", "2", "Dorpsstraat 12a2"),
        ("", "2", "Dorpsstraat 2"),
        ("", "", "Dorpsstraat"),
    ],
)
def test_a_house_is_written_as_on_an_envelope(
    number: str, addition: str, written: str
) -> None:
    assert on_an_envelope("Dorpsstraat", number, addition) == written


def test_without_a_street_its_number_stands_alone() -> None:
    assert on_an_envelope("", "12", "2") == "12-2"
