"""What is known of one contact when it turns out to be another one as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from kring.algebra.text import fold
from kring.contacts.details import AddressDetails, ContactDetails

_FILLED_IN: Final = ("first_name", "date_of_birth", "status", "deceased_on")


def together(kept: ContactDetails, merged: ContactDetails) -> ContactDetails:
    """The kept contact, with what only the merged one had; both are of one kind.

    Its number, language and newsletter stay. Who asked for no mail gets none.
    """
    # A last name goes with its infix: half of each would be nobody's name.
    names = () if kept.last_name else ("infix", "last_name")
    filled: dict[str, Any] = {
        part: getattr(merged, part)
        for part in (*_FILLED_IN, *names)
        if not getattr(kept, part)
    }
    # Of the address that stays the primary one.
    addressed = kept if kept.emails else merged
    return replace(
        kept,
        **filled,
        no_mail=kept.no_mail or merged.no_mail,
        address_bounced=addressed.address_bounced,
        complained=addressed.complained,
        portal_since=_first(kept.portal_since, merged.portal_since),
        invited_on=_last(kept.invited_on, merged.invited_on),
        emails=_each_once((*kept.emails, *merged.emails)),
        phones=_each_once((*kept.phones, *merged.phones)),
        addresses=_addresses(kept.addresses, merged.addresses),
        fields={**merged.fields, **kept.fields},
    )


def _first(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)


def _last(*days: date | None) -> date | None:
    return max(filter(None, days), default=None)


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """The first of those that differ in case and accents alone."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    return tuple(found.values())


def _addresses(
    kept: tuple[AddressDetails, ...], merged: tuple[AddressDetails, ...]
) -> tuple[AddressDetails, ...]:
    """Every door once; what only the other knew of a door is filled in."""
    found: dict[object, AddressDetails] = {}
    for address in (*kept, *merged):
        door = _door(address)
        known = found.get(door)
        found[door] = address if known is None else _filled(known, address)
    return tuple(found.values())


def _door(address: AddressDetails) -> object:
    if address.place != ("", "", ""):
        return address.place
    return tuple(fold(getattr(address, part.name)) for part in fields(address))


def _filled(known: AddressDetails, other: AddressDetails) -> AddressDetails:
    empty = [part.name for part in fields(known) if not getattr(known, part.name)]
    return replace(known, **{part: getattr(other, part) for part in empty})
