"""What the fields of a text become for each contact: plain texts, read together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.utils import translation

from kring.contacts.models import Address, Contact, EmailAddress, Kind, PhoneNumber
from kring.cooperative.looks import cooperative_name
from kring.groups.models import Group
from kring.mailing.merge_fields import CATALOGUE, Source


def values_of(
    contacts: Collection[int],
    *,
    group: int | None,
    today: date,
    language: str = "nl",
) -> dict[int, Mapping[str, str]]:
    """What every field is for each of these contacts, in one query per table.

    Who does not exist is absent, and nothing tells of another contact than its own.
    Days and salutations are written in this language.
    """
    common = _of_the_group(group, today)
    with translation.override(language):
        return {
            contact: {field.name: field.value(source) for field in CATALOGUE}
            for contact, source in _sources(contacts, common).items()
        }


def portal_address() -> str:
    """Where contacts sign in to see and change what is theirs."""
    return f"{settings.KRING_BASE_URL}/portaal/"


def _of_the_group(group: int | None, today: date) -> Source:
    common = Source(
        cooperative=cooperative_name(), portal=portal_address(), today=today
    )
    if group is None:
        return common
    groups = Group.objects.select_related("responsible").filter(pk=group)
    found = groups.first()
    if found is None:
        return common
    responsible = found.responsible
    return replace(
        common,
        group=found.name,
        group_description=found.description,
        responsible=str(responsible) if responsible else "",
        responsible_email=responsible.email if responsible else "",
    )


def _sources(contacts: Collection[int], common: Source) -> dict[int, Source]:
    found = Contact.objects.filter(pk__in=contacts)
    emails = EmailAddress.objects.filter(contact__in=contacts, is_primary=True)
    phones = PhoneNumber.objects.filter(contact__in=contacts, is_primary=True)
    places = Address.objects.filter(contact__in=contacts, is_primary=True)
    email_of = dict(emails.values_list("contact_id", "address"))
    phone_of = dict(phones.values_list("contact_id", "number"))
    place_of = {place.contact_id: place for place in places}
    return {
        contact.pk: replace(
            _living_at(place_of.get(contact.pk), common),
            number=contact.number,
            is_organisation=contact.kind == Kind.ORGANISATION,
            first_name=contact.first_name,
            infix=contact.infix,
            last_name=contact.last_name,
            organisation=contact.name,
            date_of_birth=contact.date_of_birth,
            email=email_of.get(contact.pk, ""),
            phone=phone_of.get(contact.pk, ""),
        )
        for contact in found
    }


def _living_at(place: Address | None, source: Source) -> Source:
    if place is None:
        return source
    return replace(
        source,
        street=place.street,
        house_number=place.house_number,
        house_number_addition=place.house_number_addition,
        postal_code=place.postal_code,
        city=place.city,
        neighbourhood=place.neighbourhood,
    )
