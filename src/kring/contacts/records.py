"""The details of many contacts at once, read from their tables and written to them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from kring.algebra.text import fold
from kring.contacts.details import AddressDetails, ContactDetails, changed_columns
from kring.contacts.folded import folded_fields_of, search_text_of, sort_name_of
from kring.contacts.models import Kind

Facts = dict[str, Any]

_PARTS_OF_ADDRESS: Final = tuple(part.name for part in fields(AddressDetails))
_SIMPLE: Final = (
    "number",
    "first_name",
    "infix",
    "last_name",
    "name",
    "date_of_birth",
    "status",
    "newsletter",
    "no_mail",
    "language",
    "deceased_on",
    "address_bounced",
    "complained",
    "portal_since",
    "invited_on",
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When contacts were written, and by which change."""

    at: datetime
    version: int


def details_of(contacts: Collection[int]) -> dict[int, ContactDetails]:
    """The details of the contacts among these that exist, in four queries."""
    ids = list(contacts)
    if not ids:
        return {}
    emails = _several(_EMAILS, ids)
    phones = _several(_PHONES, ids)
    addresses = _several(_ADDRESSES, ids)
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [ids])
        rows = cursor.fetchall()
    return {
        contact: ContactDetails(
            **dict(zip(_SIMPLE, simple, strict=True)),
            kind=Kind(kind),
            emails=tuple(email for (email,) in emails[contact]),
            phones=tuple(phone for (phone,) in phones[contact]),
            addresses=tuple(AddressDetails(*parts) for parts in addresses[contact]),
            fields=json.loads(own),
        )
        for contact, kind, own, *simple in rows
    }


def add(contacts: Mapping[int, ContactDetails], stamp: Stamp) -> None:
    """Write contacts that are new."""
    stamped = (stamp.at, stamp.at, stamp.version)
    rows = [
        (*stamped, contact, *_values(details)) for contact, details in contacts.items()
    ]
    _copy(_ADD, rows)
    _add_details(contacts, contacts, contacts)


def rewrite(
    before: Mapping[int, ContactDetails],
    after: Mapping[int, ContactDetails],
    stamp: Stamp,
) -> None:
    """Write contacts whose details changed from `before` to `after`."""
    if not after:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REWRITE, [stamp.at, stamp.version, *_columns(after)])
    changed: dict[str, dict[int, ContactDetails]] = {
        part: {
            contact: details
            for contact, details in after.items()
            if getattr(before[contact], part) != getattr(details, part)
        }
        for part in _FORGET
    }
    for part, statement in _FORGET.items():
        if changed[part]:
            with connection.cursor() as cursor:
                cursor.execute(statement, [list(changed[part])])
    _add_details(changed["emails"], changed["phones"], changed["addresses"])


def facts_before_and_after(
    before: ContactDetails, after: ContactDetails
) -> tuple[Facts, Facts]:
    """The parts that changed, as history keeps them."""
    parts = sorted(changed_columns(before, after))
    return _facts(before, parts), _facts(after, parts)


def facts_of(details: ContactDetails) -> Facts:
    """All that is filled in, as history keeps it."""
    parts = [
        part.name
        for part in fields(ContactDetails)
        if getattr(details, part.name) not in ("", None, (), {})
    ]
    return _facts(details, parts)


def details_from(facts: Mapping[str, Any]) -> ContactDetails:
    """The details that history kept; what it doesn't name is empty."""
    known = {part: value for part, value in facts.items() if value is not None}
    for part, read in _KEPT.items():
        if part in known:
            known[part] = read(known[part])
    return ContactDetails(**known)


def backdate(created: Mapping[int, datetime]) -> None:
    """Let these contacts have been created at these moments."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKDATE, [list(created), list(created.values())])


def _facts(details: ContactDetails, parts: Iterable[str]) -> Facts:
    return {part: _plain(getattr(details, part)) for part in parts}


def _plain(value: object) -> object:
    match value:
        case AddressDetails():
            return {part: getattr(value, part) for part in _PARTS_OF_ADDRESS}
        case tuple():
            return [_plain(one) for one in value]
        case _:
            return value


def _several(statement: str, ids: list[int]) -> defaultdict[int, list[tuple[Any, ...]]]:
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        for contact, *values in cursor.fetchall():
            found[contact].append(tuple(values))
    return found


def _columns(contacts: Mapping[int, ContactDetails]) -> list[Any]:
    """The values of the contacts, column by column, as _REWRITE names them."""
    rows = [(contact, *_values(details)) for contact, details in contacts.items()]
    return [list(column) for column in zip(*rows, strict=True)]


def _values(details: ContactDetails) -> tuple[Any, ...]:
    return (
        details.number,
        details.kind.value,
        details.first_name,
        details.infix,
        details.last_name,
        details.name,
        details.date_of_birth,
        details.status,
        details.newsletter,
        details.no_mail,
        details.language,
        details.deceased_on,
        details.address_bounced,
        details.complained,
        details.portal_since,
        details.invited_on,
        json.dumps(dict(details.fields)),
        bool(details.emails),
        sort_name_of(details),
        search_text_of(details),
        fold(details.number),
        fold(details.first_name),
        fold(details.infix),
        fold(details.last_name),
        fold(details.name),
        fold(details.status),
        json.dumps(folded_fields_of(details)),
    )


def _add_details(
    emails: Mapping[int, ContactDetails],
    phones: Mapping[int, ContactDetails],
    addresses: Mapping[int, ContactDetails],
) -> None:
    """Write e-mail addresses, phone numbers and addresses; the first one counts."""
    _copy(
        _ADD_EMAILS,
        [
            (contact, position == 0, email, fold(email))
            for contact, details in emails.items()
            for position, email in enumerate(details.emails)
        ],
    )
    _copy(
        _ADD_PHONES,
        [
            (contact, position == 0, phone)
            for contact, details in phones.items()
            for position, phone in enumerate(details.phones)
        ],
    )
    _copy(
        _ADD_ADDRESSES,
        [
            (contact, position == 0, *_both(address))
            for contact, details in addresses.items()
            for position, address in enumerate(details.addresses)
        ],
    )


def _both(address: AddressDetails) -> list[str]:
    """The parts of an address as written, and then folded."""
    parts = [getattr(address, part) for part in _PARTS_OF_ADDRESS]
    return [*parts, *(fold(part) for part in parts)]


def _copy(statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Add rows by COPY: arrays of text take Python four times as long to write."""
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


_CONTACTS: Final = """
select id, kind, fields::text, number, first_name, infix, last_name, name,
    date_of_birth, status, newsletter, no_mail, language, deceased_on, address_bounced,
    complained, portal_since, invited_on
from contact where id = any(%s)
"""
_EMAILS: Final = """
select contact_id, address from email_address where contact_id = any(%s)
order by contact_id, is_primary desc, id
"""
_PHONES: Final = """
select contact_id, number from phone_number where contact_id = any(%s)
order by contact_id, is_primary desc, id
"""
_ADDRESSES: Final = """
select contact_id, street, house_number, house_number_addition, postal_code, city,
    neighbourhood
from address where contact_id = any(%s)
order by contact_id, is_primary desc, id
"""
_KEPT: Final[Mapping[str, Callable[[Any], object]]] = {
    "kind": Kind,
    "date_of_birth": date.fromisoformat,
    "deceased_on": date.fromisoformat,
    "portal_since": date.fromisoformat,
    "invited_on": date.fromisoformat,
    "emails": tuple,
    "phones": tuple,
    "addresses": lambda kept: tuple(AddressDetails(**parts) for parts in kept),
}
_BACKDATE: Final = """
update contact set created_at = known.at
from unnest(%s::bigint[], %s::timestamptz[]) as known (id, at)
where contact.id = known.id
"""
_ADD: Final = """
copy contact (
    created_at, updated_at, version, id, number, kind, first_name, infix, last_name,
    name, date_of_birth, status, newsletter, no_mail, language, deceased_on,
    address_bounced, complained, portal_since, invited_on, fields, has_email,
    sort_name, search_text, folded_number, folded_first_name, folded_infix,
    folded_last_name, folded_name, folded_status, folded_fields)
from stdin
"""
_REWRITE: Final = """
update contact set
    updated_at = %s, version = %s,
    number = new.number, kind = new.kind, first_name = new.first_name,
    infix = new.infix, last_name = new.last_name, name = new.name,
    date_of_birth = new.date_of_birth, status = new.status,
    newsletter = new.newsletter, no_mail = new.no_mail, language = new.language,
    deceased_on = new.deceased_on, address_bounced = new.address_bounced,
    complained = new.complained, portal_since = new.portal_since,
    invited_on = new.invited_on, fields = new.fields, has_email = new.has_email,
    sort_name = new.sort_name, search_text = new.search_text,
    folded_number = new.folded_number, folded_first_name = new.folded_first_name,
    folded_infix = new.folded_infix, folded_last_name = new.folded_last_name,
    folded_name = new.folded_name, folded_status = new.folded_status,
    folded_fields = new.folded_fields
from unnest(
    %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::date[], %s::text[], %s::boolean[], %s::boolean[], %s::text[],
    %s::date[], %s::boolean[], %s::boolean[], %s::date[], %s::date[], %s::jsonb[],
    %s::boolean[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::jsonb[])
as new (
    id, number, kind, first_name, infix, last_name, name, date_of_birth, status,
    newsletter, no_mail, language, deceased_on, address_bounced, complained,
    portal_since, invited_on, fields, has_email, sort_name, search_text,
    folded_number, folded_first_name, folded_infix, folded_last_name, folded_name,
    folded_status, folded_fields)
where contact.id = new.id
"""
_FORGET: Final[Mapping[str, str]] = {
    "emails": "delete from email_address where contact_id = any(%s)",
    "phones": "delete from phone_number where contact_id = any(%s)",
    "addresses": "delete from address where contact_id = any(%s)",
}
_ADD_EMAILS: Final = """
copy email_address (contact_id, is_primary, address, folded_address) from stdin
"""
_ADD_PHONES: Final = "copy phone_number (contact_id, is_primary, number) from stdin"
_ADD_ADDRESSES: Final = """
copy address (
    contact_id, is_primary, street, house_number, house_number_addition, postal_code,
    city, neighbourhood, folded_street, folded_house_number,
    folded_house_number_addition, folded_postal_code, folded_city,
    folded_neighbourhood)
from stdin
"""
