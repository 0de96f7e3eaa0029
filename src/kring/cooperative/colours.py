"""One colour of the cooperative's own becomes those of a page that everybody can read.

Contrast as WCAG 2.2 measures it, which asks 4.5 of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

KRING_GREEN: Final = "#0b6e5d"
"""The accent of a cooperative that chose none."""
KRING_GREEN_BY_NIGHT: Final = "#5cc9b1"
LEAST_CONTRAST: Final = 4.5

# As kring.css has them: what an accent stands on.
_LIGHT: Final = ("#ffffff", "#f5f8f6", "#eef3f0")
_DARK: Final = ("#131a17", "#19221e", "#202b26")
_BLACK, _WHITE = "#000000", "#ffffff"
_STEPS: Final = 255
_NEAR_BLACK: Final = 0.04045
_WRITTEN: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """The accent, that of what is under the hand, its backdrop, and what is on it."""

    accent: str
    strong: str
    soft: str
    on_accent: str


def is_colour(written: str) -> bool:
    return _WRITTEN.fullmatch(written) is not None


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def contrast_on_white(colour: str) -> float:
    """On the least white of what is white: a line that the mouse is on."""
    return min(contrast(colour, paper) for paper in _LIGHT)


def is_readable(colour: str) -> bool:
    """Whether text of this colour can be read on white, and white on it."""
    return contrast_on_white(colour) >= LEAST_CONTRAST


def nearest_readable(colour: str) -> str:
    """The colour itself, or as little darker as makes it readable on white."""
    return _first_readable((_mixed(colour, _BLACK, step) for step in _shares()), _LIGHT)


def light(accent: str) -> Palette:
    """By day; the accent is readable on white."""
    return Palette(
        accent=accent,
        strong=_mixed(accent, _BLACK, 0.22),
        soft=_mixed(accent, _WHITE, 0.89),
        on_accent=_WHITE,
    )


def dark(accent: str) -> Palette:
    """By night: as little lighter as makes it readable on the dark."""
    lighter = _first_readable(
        (_mixed(accent, _WHITE, step) for step in _shares()), _DARK
    )
    return Palette(
        accent=lighter,
        strong=_mixed(lighter, _WHITE, 0.35),
        soft=_mixed(_DARK[0], accent, 0.25),
        on_accent=_mixed(accent, _BLACK, 0.85),
    )


def _first_readable(colours: Iterable[str], papers: Iterable[str]) -> str:
    backdrops = tuple(papers)
    return next(
        colour
        for colour in colours
        if all(contrast(colour, paper) >= LEAST_CONTRAST for paper in backdrops)
    )


def _shares() -> Iterable[float]:
    return (step / _STEPS for step in range(_STEPS + 1))


def _mixed(one: str, other: str, share: float) -> str:
    """The first colour with so much of the other in it."""
    mixed = (
        round(mine + (theirs - mine) * share)
        for mine, theirs in zip(_parts(one), _parts(other), strict=True)
    )
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    """As sRGB is defined."""
    return part / 12.92 if part <= _NEAR_BLACK else ((part + 0.055) / 1.055) ** 2.4
