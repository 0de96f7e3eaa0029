"""One colour becomes those of a page, and all of it can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.cooperative import colours
from kring.cooperative.colours import LEAST_CONTRAST, Palette, contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT = ("#ffffff", "#f5f8f6", "#eef3f0")
DARK = ("#131a17", "#19221e", "#202b26")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0b6e5d", "#0b6e5d", 1.0),
    ],
)
def test_contrast_is_as_the_guidelines_measure_it(one, other, expected):
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def can_be_read(palette: Palette, papers: tuple[str, ...]) -> bool:
    pairs = [(palette.accent, paper) for paper in papers]
    pairs += [(palette.strong, paper) for paper in papers]
    pairs += [(palette.strong, palette.soft), (palette.on_accent, palette.accent)]
    pairs += [(palette.on_accent, palette.strong)]
    return all(contrast(*pair) >= LEAST_CONTRAST for pair in pairs)


@given(COLOURS)
def test_whatever_colour_is_chosen_what_is_made_of_it_can_be_read(colour):
    nearest = colours.nearest_readable(colour)
    assert can_be_read(colours.light(nearest), LIGHT)
    assert can_be_read(colours.dark(nearest), DARK)


@given(COLOURS)
def test_what_can_be_read_stays_and_what_cannot_becomes_no_darker_than_needed(colour):
    nearest = colours.nearest_readable(colour)
    assert colours.is_readable(nearest)
    assert (nearest == colour) == colours.is_readable(colour)
    if nearest != colour:
        assert colours.contrast_on_white(nearest) < LEAST_CONTRAST + 0.2


def test_yellow_is_refused_and_a_dark_yellow_offered():
    assert not colours.is_readable("#ffd400")
    nearest = colours.nearest_readable("#ffd400")
    red, green, blue = (int(nearest[place : place + 2], 16) for place in (1, 3, 5))
    assert red > green > blue == 0


@pytest.mark.parametrize(
    "written", ["", "0b6e5d", "#0b6e5", "#0B6E5D", "red", "#g00000"]
)
def test_what_is_no_colour_is_known(written):
    assert not colours.is_colour(written)


def test_the_backdrops_are_those_of_the_style():
    style = Path("src/kring/ui/static/kring/kring.css").read_text(encoding="utf-8")
    papers = re.findall(r"--paper(?:-soft|-hover)?: (#\w+);", style)
    assert [paper if len(paper) == 7 else "#ffffff" for paper in papers] == [
        *LIGHT,
        *DARK,
    ]
    assert re.findall(r"--accent: (#\w+);", style) == [
        colours.KRING_GREEN,
        colours.KRING_GREEN_BY_NIGHT,
    ]
