"""The contacts of the benchmark: plain facts, each contact from the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from kring.contacts.details import AddressDetails, ContactDetails
from kring.contacts.models import Kind

CITIES: Final = (
    "Delft",
    "Den Haag",
    "Rijswijk",
    "Pijnacker",
    "Schiedam",
    "Vlaardingen",
    "Maassluis",
    "Wateringen",
    "Naaldwijk",
    "Monster",
    "De Lier",
    "Zoetermeer",
    "Nootdorp",
    "Leidschendam",
    "Voorburg",
    "Wassenaar",
    "Berkel",
    "Bleiswijk",
    "Capelle",
    "Gouda",
)
STATUSES: Final = ("lid", "klant", "belangstellend", "oud-lid", "relatie")
DWELLINGS: Final = ("Appartement", "Tussenwoning", "Hoekwoning", "Vrijstaand")
DWELLING: Final = "woningtype"
NEIGHBOURHOODS: Final = ("Noord", "Oost", "Zuid", "West", "Centrum", "Buiten")

UNWILLING: Final = 10
"""One in so many wants no mail."""

_FIRST_NAMES: Final = (
    *("Anna", "Bert", "Cor", "Dirk", "Els", "Fred", "Greet", "Hans", "Ine", "Jaap"),
    *("Kees", "Loes", "Marie", "Nel", "Otto", "Piet", "Riet", "Sien", "Tom", "Ursula"),
    *("Vera", "Wim", "Xander", "Yvonne", "Zef", "Anke", "Bram", "Carla", "Daan", "Eva"),
)
_INFIXES: Final = ("", "", "", "", "de", "van", "van der", "van de")
_BEGINNINGS: Final = (
    *("Aal", "Bak", "Berg", "Bos", "Dam", "Dijk", "Eik", "Groen", "Haag", "Hof"),
    *("Jong", "Kamp", "Kool", "Lind", "Meer", "Mol", "Noord", "Oud", "Poel", "Rietv"),
    *("Schip", "Smal", "Tuin", "Veen", "Vlas", "Water", "Wind", "Zand", "Zilv"),
)
_ENDINGS: Final = ("man", "stra", "ema", "hout", "horst", "beek", "veld")


@dataclass(frozen=True, slots=True)
class Person:
    """What is drawn for one contact; its details follow from it."""

    id: int
    first_name: str
    infix: str
    last_name: str
    city: str
    neighbourhood: str
    status: str
    dwelling: str
    newsletter: bool
    born: date


def last_names() -> list[str]:
    return [begin + end for begin in _BEGINNINGS for end in _ENDINGS]


def people(count: int, *, seed: int, first: int = 1) -> Iterator[Person]:
    """`count` contacts with ids from `first` on; cities differ much in size."""
    chance = Random(f"people/{seed}/{first}")  # noqa: S311 — it need not be unguessable
    surnames = last_names()
    weights = [1 / (place + 2) for place in range(len(CITIES))]
    cities = chance.choices(CITIES, weights, k=count)
    statuses = chance.choices(STATUSES, (40, 25, 20, 10, 5), k=count)
    for contact, city, status in zip(
        range(first, first + count), cities, statuses, strict=True
    ):
        yield Person(
            id=contact,
            first_name=_one_of(_FIRST_NAMES, chance),
            infix=_one_of(_INFIXES, chance),
            last_name=_one_of(surnames, chance),
            city=city,
            neighbourhood=_one_of(NEIGHBOURHOODS, chance),
            status=status,
            dwelling=_one_of(DWELLINGS, chance),
            newsletter=chance.random() < 0.3,  # noqa: PLR2004 — three in ten
            born=date(1935, 1, 1) + timedelta(days=int(chance.random() * 26_000)),
        )


def details_of(person: Person) -> ContactDetails:
    """The details as an import would have read them."""
    name = f"{person.first_name}.{person.last_name}".lower()
    address = AddressDetails(
        street=f"{person.neighbourhood}straat",
        house_number=str(person.id % 200 + 1),
        postal_code=f"{2600 + CITIES.index(person.city)} {person.neighbourhood[:2]}",
        city=person.city,
        neighbourhood=person.neighbourhood,
    )
    return ContactDetails(
        number=str(person.id),
        kind=Kind.PERSON,
        first_name=person.first_name,
        infix=person.infix,
        last_name=person.last_name,
        date_of_birth=person.born,
        status=person.status,
        newsletter=person.newsletter,
        no_mail=person.id % UNWILLING == 0,
        emails=(f"{name}.{person.id}@example.org",),
        phones=(f"+316{person.id:08d}",),
        addresses=(address,),
        fields={DWELLING: person.dwelling},
    )


def _one_of(choices: Sequence[str], chance: Random) -> str:
    return choices[int(chance.random() * len(choices))]
