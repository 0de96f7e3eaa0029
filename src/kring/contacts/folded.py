"""The folded text kept beside the details: for sorting, search and conditions."""

from __future__ import annotations

from typing import Final

from kring.algebra.text import fold
from kring.contacts.details import ContactDetails
from kring.contacts.fields import folded_value
from kring.contacts.models import Contact, Kind

# An entry of the index by name holds 2,704 bytes, a character takes up to four.
_INDEXED_CHARACTERS: Final = 600


def name_of(details: ContactDetails) -> str:
    """The name as one says it."""
    if details.kind is Kind.ORGANISATION:
        return details.name
    parts = (details.first_name, details.infix, details.last_name)
    return " ".join(part for part in parts if part)


def sorted_name_of(details: ContactDetails | Contact) -> str:
    """The name as a list has it: "achternaam, voornaam tussenvoegsel"."""
    if details.kind == Kind.ORGANISATION:
        return details.name
    return sorted_name(details.first_name, details.infix, details.last_name)


def sorted_name(first_name: str, infix: str, last_name: str) -> str:
    """The name of a person as a list has it."""
    # Written out, since exports ask it for every contact.
    front = f"{first_name} {infix}" if first_name and infix else first_name or infix
    return f"{last_name}, {front}" if last_name and front else last_name or front


def sort_name_of(details: ContactDetails) -> str:
    return fold(sorted_name_of(details))[:_INDEXED_CHARACTERS]


def search_text_of(details: ContactDetails) -> str:
    """All that one can search for, each on its own line."""
    pieces = [name_of(details), sorted_name_of(details), details.number]
    pieces += details.emails
    for address in details.addresses:
        pieces += [
            address.postal_code,
            address.postal_code.replace(" ", ""),
            address.city,
        ]
    folded = (fold(piece) for piece in pieces)
    return "\n".join(dict.fromkeys(piece for piece in folded if piece))


def folded_fields_of(details: ContactDetails) -> dict[str, str | list[str]]:
    folded = {code: folded_value(value) for code, value in details.fields.items()}
    return {code: value for code, value in folded.items() if value is not None}
