"""The cooperative as pages show it: its name, logo, colours and texts to the reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language

from kring.cooperative.looks import Looks


@dataclass(frozen=True, slots=True)
class Text:
    """What the cooperative says; perhaps in another language than the page's."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class House:
    """`logo` is an address, and `accent` six digits; empty where it has none."""

    name: str
    logo: str
    accent: str
    welcome: Text
    groups: Text
    help: Text


def house_of(looks: Looks, *, logo: str = "") -> House:
    """As a page in the reader's language shows these looks.

    `logo` is the address of one that is not kept yet.
    """
    language = (get_language() or "nl")[:2]
    kept = reverse("looks-logo", args=[looks.logo]) if looks.logo else ""
    return House(
        name=looks.called,
        logo=logo or kept,
        accent=looks.accent.removeprefix("#"),
        welcome=Text(*looks.text("welcome", language)),
        groups=Text(*looks.text("groups", language)),
        help=Text(*looks.text("help", language)),
    )
