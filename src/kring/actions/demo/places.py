"""Where the people of the demo live: real towns and streets, made-up doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from kring.contacts.details import AddressDetails

_LETTERS: Final = "ABCDEGHJKLMNPRSTVWXZ"
# Never given out in the Netherlands.
_FORBIDDEN: Final = frozenset({"SA", "SD", "SS"})
_HIGHEST_HOUSE_NUMBER: Final = 148
_ADDITIONS: Final = ("", "", "", "", "", "", "", "", "A", "B", "2", "bis")


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Streets under one postal code's digits; `weight` says how many live there."""

    name: str
    city: str
    digits: str
    area_code: str
    weight: int
    streets: tuple[str, ...]


NORTH: Final = "Wijk Noord"
TANTHOF: Final = "Tanthof"

NEIGHBOURHOODS: Final[Sequence[Neighbourhood]] = (
    Neighbourhood(
        "Binnenstad",
        "Delft",
        "2611",
        "15",
        10,
        ("Oude Delft", "Voldersgracht", "Koornmarkt", "Vlamingstraat", "Molslaan"),
    ),
    Neighbourhood(
        "Hof van Delft",
        "Delft",
        "2613",
        "15",
        16,
        (
            "Hugo de Grootstraat",
            "Westerstraat",
            "Van Bleyswijckstraat",
            "Ruys de Beerenbrouckstraat",
            "Laan van Overvest",
        ),
    ),
    Neighbourhood(
        TANTHOF,
        "Delft",
        "2623",
        "15",
        17,
        ("Afrikalaan", "Angolastraat", "Bikolaan", "Boliviastraat", "Kubalaan"),
    ),
    Neighbourhood(
        "Voorhof",
        "Delft",
        "2624",
        "15",
        14,
        ("Martinus Nijhofflaan", "Roland Holstlaan", "Minervaweg", "Poptahof-Noord"),
    ),
    Neighbourhood(
        NORTH,
        "Pijnacker",
        "2641",
        "15",
        15,
        ("Noordweg", "Emmastraat", "Wilhelminastraat", "Keizershof", "Acaciastraat"),
    ),
    Neighbourhood(
        "Nootdorp-Centrum",
        "Nootdorp",
        "2631",
        "15",
        9,
        ("Dorpsstraat", "Kerkweg", "Veenweg", "Meidoornlaan"),
    ),
    Neighbourhood(
        "Steenvoorde",
        "Rijswijk",
        "2284",
        "70",
        10,
        ("Admiraal Helfrichsingel", "Generaal Spoorlaan", "Burgemeester Elsenlaan"),
    ),
    Neighbourhood(
        "Ypenburg",
        "Den Haag",
        "2497",
        "70",
        9,
        ("Laan van Hoornwijck", "Plesmanlaan", "Schrepelpad", "Singel", "Landingslaan"),
    ),
)
_WEIGHTS: Final = [one.weight for one in NEIGHBOURHOODS]


def some_neighbourhood(chance: Random) -> Neighbourhood:
    [found] = chance.choices(NEIGHBOURHOODS, _WEIGHTS)
    return found


def some_address(chance: Random, neighbourhood: Neighbourhood) -> AddressDetails:
    """A door in this neighbourhood; one side of a street shares a postal code."""
    street = chance.choice(neighbourhood.streets)
    number = chance.randint(1, _HIGHEST_HOUSE_NUMBER)
    return AddressDetails(
        street=street,
        house_number=str(number),
        house_number_addition=chance.choice(_ADDITIONS),
        postal_code=f"{neighbourhood.digits} {_letters_of(street, number)}",
        city=neighbourhood.city,
        neighbourhood=neighbourhood.name,
    )


def some_phone(chance: Random, neighbourhood: Neighbourhood) -> str:
    """A number that nobody has: Dutch ones never begin with a 1 after the area code."""
    digits = chance.randrange(10**6)
    return f"+31{neighbourhood.area_code}1{digits:06d}"


def _letters_of(street: str, number: int) -> str:
    stretch = number // 40 * 2 + number % 2
    place = sum(ord(letter) * 31**i for i, letter in enumerate(street)) + stretch * 7
    first, second = _LETTERS[place % 20], _LETTERS[place // 20 % 20]
    letters = first + second
    return "SB" if letters in _FORBIDDEN else letters
