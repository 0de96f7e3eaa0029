"""The contacts of the demo, each made from its number alone: always the same ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Final

from kring.actions.demo import places
from kring.actions.demo.places import Neighbourhood
from kring.algebra.text import fold
from kring.contacts.details import ContactDetails
from kring.contacts.fields import FieldValue
from kring.contacts.models import Kind

SEED: Final = 2_012
LATEST: Final = date(2026, 6, 30)
"""Nothing of the demo happened later."""

_ORGANISATION_EVERY: Final = 12
_PARTNER_EVERY: Final = 25
"""So many people in the row live with the one before them."""
_NAME: Final = re.compile(
    r"(?:(?P<infix>de|den|ter|van|van de|van den|van der) )?(?P<last>[A-Z][a-zë]+)"
)
_OUT_OF_PLACE: Final = re.compile(r"dr$|dochter$|sz$|zoen$|^V.?I$|^[A-Z][a-z]$")
_LETTER: Final = re.compile(r"[^a-z0-9]+")
_MAIL_DOMAINS: Final = ("example.nl", "example.nl", "example.org", "example.com")

DWELLINGS: Final = (
    "Appartement",
    "Tussenwoning",
    "Hoekwoning",
    "Twee-onder-een-kap",
    "Vrijstaand",
)
INTERESTS: Final = ("Isolatie", "Warmtepomp", "Zonnepanelen", "Wind", "Warmtenet")


@dataclass(frozen=True, slots=True)
class Trade:
    """A sort of organisation: how it is named, and the group it belongs to."""

    names: tuple[str, ...]
    group: str
    weight: int


_TRADES: Final[Sequence[Trade]] = (
    Trade(
        ("Installatiebedrijf {}", "{} Warmtetechniek", "{} Zonne-energie"),
        "Installateurs",
        5,
    ),
    Trade(("Isolatiebedrijf {}", "Bouwbedrijf {}"), "Installateurs", 2),
    Trade(("Basisschool De {}", "Sportvereniging {}"), "Partners", 3),
    Trade(("Woonstichting {}", "Stichting Buurthuis {}"), "Partners", 2),
    Trade(("Bakkerij {}", "Boekhandel {}", "Fietsenwinkel {}"), "Leden", 4),
)
_TRADE_WEIGHTS: Final = [trade.weight for trade in _TRADES]


@dataclass(frozen=True, slots=True)
class DemoContact:
    """One contact, and the static groups it is in, each since a day."""

    details: ContactDetails
    groups: Mapping[str, date]


def contact_at(place: int) -> DemoContact:
    """The contact at this place in the row, from 0; its number is one more."""
    one = _alone(place)
    if place % _PARTNER_EVERY != _PARTNER_EVERY - 1:
        return one
    other = _alone(place - 1)
    is_couple = one.details.kind is other.details.kind is Kind.PERSON
    return _living_with(other, one) if is_couple else one


def _alone(place: int) -> DemoContact:
    chance = Random(f"{SEED}/{place}")  # noqa: S311 — it need not be unguessable
    if place % _ORGANISATION_EVERY == _ORGANISATION_EVERY - 1:
        return _organisation(place, chance)
    return _person(place, chance)


def _living_with(other: DemoContact, one: DemoContact) -> DemoContact:
    """The same person at the home of the other, with whom it shares a mailbox."""
    home, mailbox = other.details.addresses, other.details.emails
    residents = set(_RESIDENTS.values())
    groups = {name: day for name, day in one.groups.items() if name not in residents}
    here = {name: day for name, day in other.groups.items() if name in residents}
    return DemoContact(
        replace(one.details, addresses=home, emails=mailbox), groups | here
    )


def _person(place: int, chance: Random) -> DemoContact:
    first = _some_first_name(chance)
    infix, last = _some_last_name(chance)
    home = places.some_neighbourhood(chance)
    groups = _groups_of_person(place, chance, home)
    return DemoContact(
        ContactDetails(
            number=str(place + 1),
            kind=Kind.PERSON,
            first_name=first,
            infix=infix,
            last_name=last,
            date_of_birth=_some_day(chance, date(1938, 1, 1), date(2005, 12, 31)),
            status=_status(groups),
            newsletter="Nieuwsbrief" in groups,
            no_mail=_happens(chance, 0.04),
            language="en" if _happens(chance, 0.03) else "nl",
            deceased_on=_deceased_on(chance),
            emails=_emails(chance, f"{first}.{infix}.{last}", place),
            phones=(places.some_phone(chance, home),) if _happens(chance, 0.7) else (),
            addresses=(places.some_address(chance, home),),
            fields=_fields(chance, groups),
        ),
        groups,
    )


def _organisation(place: int, chance: Random) -> DemoContact:
    [trade] = chance.choices(_TRADES, _TRADE_WEIGHTS)
    _infix, last = _some_last_name(chance)
    name = chance.choice(trade.names).format(last)
    home = places.some_neighbourhood(chance)
    groups = {trade.group: _some_day(chance, date(2014, 1, 1), LATEST)}
    if _happens(chance, 0.5):
        groups["Nieuwsbrief"] = _some_day(chance, date(2016, 1, 1), LATEST)
    return DemoContact(
        ContactDetails(
            number=str(place + 1),
            kind=Kind.ORGANISATION,
            name=name,
            status=_status(groups),
            newsletter="Nieuwsbrief" in groups,
            emails=_emails(chance, f"info.{name}", place),
            phones=(places.some_phone(chance, home),),
            addresses=(places.some_address(chance, home),),
        ),
        groups,
    )


@dataclass(frozen=True, slots=True)
class _Tie:
    """How likely members, and others, are in a group, and since when it is there."""

    group: str
    of_members: float
    of_others: float
    since: date


_TIES: Final[Sequence[_Tie]] = (
    _Tie("Oud-leden", 0.02, 0.2, date(2019, 1, 1)),
    _Tie("Nieuwsbrief", 0.62, 0.35, date(2016, 1, 1)),
    _Tie("Vrijwilligers", 0.12, 0.05, date(2013, 9, 1)),
    _Tie("Collectief zonnedak deelnemers", 0.2, 0.01, date(2017, 4, 1)),
    _Tie("Isolatieactie 2024", 0.09, 0.09, date(2024, 2, 1)),
    _Tie("Zonnepanelenactie 2023", 0.07, 0.07, date(2023, 3, 1)),
    _Tie("Belangstelling warmtenet", 0.14, 0.14, date(2025, 1, 15)),
)
_TIES_OF_VOLUNTEERS: Final[Sequence[tuple[str, float, date]]] = (
    ("Coach - Energie", 0.3, date(2018, 1, 1)),
    ("Coach - Warmtepomp", 0.2, date(2021, 1, 1)),
    ("Projectleiders Buurtaanpak", 0.12, date(2022, 1, 1)),
    ("Werkgroep Communicatie", 0.14, date(2020, 1, 1)),
)
_MEMBERS: Final = 0.68
_FOUNDED: Final = date(2012, 5, 1)
_BOARD: Final = frozenset({0, 4, 9, 16, 25, 37, 52})
_BOARD_SINCE: Final = date(2023, 6, 15)
_RESIDENTS: Final[Mapping[str, str]] = {
    places.NORTH: "Bewoners Wijk Noord",
    places.TANTHOF: "Bewoners Tanthof",
}
_RESIDENTS_SHARE: Final = 0.85
_RESIDENTS_SINCE: Final = date(2022, 9, 1)


def _groups_of_person(
    place: int, chance: Random, home: Neighbourhood
) -> dict[str, date]:
    """What a person takes part in; one thing makes another likelier."""
    is_member = place in _BOARD or _happens(chance, _MEMBERS)
    likely = [
        (tie.group, tie.of_members if is_member else tie.of_others, tie.since)
        for tie in _TIES
    ]
    groups = _some_of(chance, likely)
    if is_member:
        groups["Leden"] = _some_day(chance, _FOUNDED, LATEST)
    if place in _BOARD:
        groups |= {"Bestuur": _BOARD_SINCE, "Leden": _FOUNDED}
    if "Vrijwilligers" in groups:
        groups |= _some_of(chance, _TIES_OF_VOLUNTEERS)
    if home.name in _RESIDENTS:
        lives_there = (_RESIDENTS[home.name], _RESIDENTS_SHARE, _RESIDENTS_SINCE)
        groups |= _some_of(chance, [lives_there])
    return groups


def _some_of(
    chance: Random, likely: Sequence[tuple[str, float, date]]
) -> dict[str, date]:
    return {
        group: _some_day(chance, since, LATEST)
        for group, share, since in likely
        if _happens(chance, share)
    }


def _happens(chance: Random, share: float) -> bool:
    """True in this share of all cases."""
    return chance.random() < share


def _status(groups: Mapping[str, date]) -> str:
    if "Leden" in groups:
        return "Lid"
    return "Oud-lid" if "Oud-leden" in groups else "Belangstellende"


def _fields(chance: Random, groups: Mapping[str, date]) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {"woningtype": chance.choice(DWELLINGS)}
    chosen = {chance.choice(INTERESTS) for _ in range(chance.randint(0, 3))}
    if chosen:
        fields["interesses"] = [one for one in INTERESTS if one in chosen]
    if "Leden" in groups:
        fields["inleg"] = str(chance.choice((50, 100, 100, 250, 500, 1_000)))
        fields["lid_sinds"] = groups["Leden"].isoformat()
    if "Collectief zonnedak deelnemers" in groups:
        fields["zonnedelen"] = str(chance.randint(1, 20))
    if _happens(chance, 0.6):
        fields["koopwoning"] = _happens(chance, 0.65)
    return fields


def _emails(chance: Random, name: str, place: int) -> tuple[str, ...]:
    """Mostly one; the number keeps namesakes apart."""
    if _happens(chance, 0.06):
        return ()
    local = _LETTER.sub(".", fold(name)).strip(".")
    return (f"{local}.{place + 1}@{chance.choice(_MAIL_DOMAINS)}",)


def _deceased_on(chance: Random) -> date | None:
    if _happens(chance, 0.006):
        return _some_day(chance, date(2023, 1, 1), LATEST)
    return None


def _some_day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _some_first_name(chance: Random) -> str:
    return chance.choice(_first_names())


def _some_last_name(chance: Random) -> tuple[str, str]:
    return chance.choice(_last_names())


def _first_names() -> Sequence[str]:
    return _dutch_names()[0]


@cache
def _last_names() -> Sequence[tuple[str, str]]:
    """Without those of counts and of saints; infix and name."""
    found = []
    for name in _dutch_names()[1]:
        parts = _NAME.fullmatch(name)
        if parts is not None and not _OUT_OF_PLACE.search(parts["last"]):
            found.append((parts["infix"] or "", parts["last"]))
    return found


@cache
def _dutch_names() -> tuple[Sequence[str], Sequence[str]]:
    """First names, of women and of men alike, and last names."""
    # Takes a third of a second, for which no other command should wait.
    from faker.providers.person.nl_NL import Provider  # noqa: PLC0415 — see above

    first_names = [*Provider.first_names_female, *Provider.first_names_male]
    return first_names, list(Provider.last_names)
