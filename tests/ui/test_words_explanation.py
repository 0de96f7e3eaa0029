"""The sentences that tell why, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from kring.accounts.actors import CLOCK
from kring.actions import groups, members
from kring.contacts.models import Address
from kring.groups.explanation import explained
from kring.groups.models import Placement
from kring.ui.explanation_lines import notes_on, sections_of
from kring.ui.words_explanation import verdict, words_for_turn
from tests.world import World

Why = Callable[[object], str]
PLAIN_QUOTES = {0x2018: "'", 0x2019: "'"}


@pytest.fixture
def ada(world: World) -> int:
    world.group("Band")
    return world.contact("Ada", groups=["Koor"])


@pytest.fixture
def turn(world: World, ada: int) -> Why:
    """The sentence that tells what would turn Ada's membership of a definition."""

    def turn_of(definition: object) -> str:
        group = world.group("Vraag", definition)
        told = explained(ada, group, today=timezone.localdate())
        return words_for_turn(told).translate(PLAIN_QUOTES)

    return turn_of


def where(field: str, op: str, *value: object) -> dict[str, object]:
    asked: dict[str, object] = {"field": field, "op": op}
    return {"where": asked | ({"value": value[0]} if value else {})}


@pytest.mark.parametrize(
    ("definition", "dutch", "english"),
    [
        (
            {"group": "Band"},
            "Dat verandert als Ada in 'Band' zit.",
            "That changes when Ada is a member of “Band”.",
        ),
        (
            {"group": "Koor"},
            "Dat verandert als Ada niet in 'Koor' zit.",
            "That changes when Ada is no member of “Koor”.",
        ),
        (
            {"role": "coach"},
            "Dat verandert als Ada de rol coach heeft.",
            "That changes when Ada has the role coach.",
        ),
        (
            {"base": {"everyone": True}, "except": [{"role": "coach"}]},
            "Dat verandert als Ada de rol coach heeft.",
            "That changes when Ada has the role coach.",
        ),
        (
            where("city", "in", ["Delft", "Leiden"]),
            "Dat verandert als bij woonplaats Delft of Leiden staat.",
            "That changes when city is Delft or Leiden.",
        ),
        (
            where("kind", "is_not", "organisation"),
            "Dat verandert als bij soort contact organisatie staat.",
            "That changes when kind of contact is organisation.",
        ),
        (
            where("kind", "is", "person"),
            "Dat verandert als bij soort contact iets anders staat dan persoon.",
            "That changes when kind of contact is not person.",
        ),
        (
            where("date_of_birth", "age_at_least", 18),
            (
                "Dat verandert als dit gaat gelden: met geboortedatum minstens"
                " 18 jaar geleden."
            ),
            (
                "That changes when this becomes true: with date of birth at least"
                " 18 years ago."
            ),
        ),
        (
            where("email", "empty"),
            "Dat verandert als dit niet meer geldt: met e-mailadres niet ingevuld.",
            "That changes when this stops being true: with e-mail not filled in.",
        ),
        (
            {"all": [{"group": "Band"}, {"role": "coach"}]},
            "Dat verandert als Ada in 'Band' zit en de rol coach heeft.",
            "That changes when Ada is a member of “Band” and has the role coach.",
        ),
        (
            {"everyone": True},
            (
                "Geen enkele verandering in de onderdelen van deze groep zou dit"
                " anders maken."
            ),
            "No change in what this group is made of would turn this.",
        ),
    ],
)
def test_what_would_turn_it(
    turn: Why, definition: object, dutch: str, english: str
) -> None:
    assert turn(definition) == dutch
    with translation.override("en"):
        assert turn(definition) == english


def test_who_loses_a_role_leaves(world: World, ada: int, turn: Why) -> None:
    world.group("Coaches", neighbourhood_role="coach")
    world.put(ada, "Coaches")
    assert turn({"role": "coach"}) == "Dat verandert als Ada de rol coach niet heeft."


def test_of_many_leaves_it_is_said_that_less_may_be_enough(
    world: World, turn: Why
) -> None:
    parts = [{"group": f"Deel {number}"} for number in range(13)]
    for part in parts:
        world.group(part["group"])
    told = turn({"at_least": 2, "of": parts})
    assert told.endswith("Dit is één manier; misschien is minder al genoeg.")


def notes(contact: int, group: int) -> list[str]:
    told = explained(contact, group, today=timezone.localdate())
    return list(notes_on(told.asked))


def test_a_closed_static_group_is_to_be_reopened_first(world: World, ada: int) -> None:
    band = world.group("Band")
    groups.close_group(band, by=world.by)
    told = explained(ada, band, today=timezone.localdate())
    assert words_for_turn(told) == (
        "Dat verandert als de groep wordt heropend en iemand Ada erin zet."
    )
    koor = explained(ada, world.group("Koor"), today=timezone.localdate())
    assert words_for_turn(koor) == "Dat verandert als iemand Ada eruit haalt."


def test_what_was_done_by_hand_is_told_with_its_end(world: World, ada: int) -> None:
    group = world.group("Zangers", {"group": "Band"})
    members.place([ada], group, by=CLOCK)
    [told] = notes(ada, group)
    assert told.startswith("Als vaste uitzondering erin gezet door Kring zelf op ")
    today = timezone.localdate()
    Placement.objects.filter(group=group).update(until=today)
    assert "Dit geldt tot en met" in notes(ada, group)[0]
    Placement.objects.filter(group=group).update(until=today - timedelta(days=1))
    assert "telt niet meer mee" in notes(ada, group)[0]


def answers(world: World, contact: int, definition: object) -> list[str]:
    group = world.group("Vraag", definition)
    told = explained(contact, group, today=timezone.localdate())
    return [line.answer for section in sections_of(told) for line in section.lines]


def test_a_line_tells_what_the_contact_has(world: World, ada: int) -> None:
    at_market = [where("city", "is", "Delft"), where("street", "is", "Markt")]
    asked = {
        "any": [
            {"address": at_market},
            {"role": "coach"},
            where("newsletter", "is", True),  # noqa: FBT003 (the value asked for)
            {"everyone": True},
        ]
    }
    assert answers(world, ada, asked) == [
        "",
        "geen adres",
        "geen enkele groep geeft deze rol",
        "nieuwsbrief: nee",
        "",
    ]
    Address.objects.create(contact_id=ada, city="Gouda", folded_city="gouda")
    world.group("Coaches", neighbourhood_role="coach")
    told = [one.translate(PLAIN_QUOTES) for one in answers(world, ada, asked)]
    assert told[1:3] == [
        "woonplaats: Gouda, straat: niet ingevuld",
        "te krijgen via 'Coaches'",
    ]


def test_nobody_is_said_where_nobody_is_asked_for(world: World, ada: int) -> None:
    group = world.group("Leeg", {"any": []})
    told = explained(ada, group, today=timezone.localdate())
    [section] = sections_of(told)
    assert [piece.text for piece in section.lines[0].pieces] == ["niemand"]
    assert verdict(told).translate(PLAIN_QUOTES) == "Ada zit niet in 'Leeg'."


def test_since_is_the_stated_day(world: World, ada: int) -> None:
    koor = world.group("Koor")
    members.remove([ada], koor, by=world.by)
    members.place([ada], koor, by=world.by, since=date(2024, 5, 3))
    assert answers(world, ada, {"group": "Koor"}) == ["sinds 3 mei 2024"]
