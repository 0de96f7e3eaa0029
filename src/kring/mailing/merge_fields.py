"""The fields that a text can hold: what each is called and how its value is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum, unique
from typing import Final
from urllib.parse import quote

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.algebra.text import fold
from kring.contacts.houses import on_an_envelope
from kring.contacts.values import written_phone


@unique
class About(Enum):
    """Whom or what a field tells about."""

    CONTACT = gettext_lazy("Who gets the mail")
    ADDRESS = gettext_lazy("Address")
    GROUP = gettext_lazy("Group")
    COOPERATIVE = gettext_lazy("Cooperative and date")


@dataclass(frozen=True, slots=True)
class Source:
    """All that the fields of one mail tell from; empty is what there is not."""

    number: str = ""
    is_organisation: bool = False
    first_name: str = ""
    infix: str = ""
    last_name: str = ""
    organisation: str = ""
    date_of_birth: date | None = None
    email: str = ""
    phone: str = ""
    street: str = ""
    house_number: str = ""
    house_number_addition: str = ""
    postal_code: str = ""
    city: str = ""
    neighbourhood: str = ""
    group: str = ""
    group_description: str = ""
    responsible: str = ""
    responsible_email: str = ""
    cooperative: str = ""
    portal: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field; `former` are its names in the system that came before Kring."""

    name: str
    label: str | Promise
    about: About
    value: Callable[[Source], str]
    former: tuple[str, ...] = ()
    meant_by: tuple[str, ...] = ()
    """What people who don't know its name may call it."""
    is_listed: bool = True


def salutation(source: Source) -> str:
    """How a mail begins, without the comma."""
    if source.is_organisation or not source.first_name:
        return _("Dear Sir or Madam")
    return _("Dear %(first_name)s") % {"first_name": source.first_name}


def full_name(source: Source) -> str:
    if source.is_organisation:
        return source.organisation
    return _joined(source.first_name, source.infix, source.last_name)


def street_and_number(source: Source) -> str:
    """Dorpsstraat 12a."""
    return on_an_envelope(
        source.street, source.house_number, source.house_number_addition
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _long(day: date | None) -> str:
    return formats.date_format(day, "j F Y") if day else ""


def _short(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""


_LISTED: Final = (
    MergeField(
        "aanhef",
        gettext_lazy("Salutation, such as “Dear Ans”"),
        About.CONTACT,
        salutation,
        meant_by=("salutation", "contact_titel_aanhef", "contact_titel", "titel"),
    ),
    MergeField(
        "voornaam",
        gettext_lazy("First name"),
        About.CONTACT,
        lambda source: source.first_name,
        former=("contact_voornaam",),
        meant_by=("first_name", "firstname", "contact_voorletters"),
    ),
    MergeField(
        "tussenvoegsel",
        gettext_lazy("Infix, such as “van der”"),
        About.CONTACT,
        lambda source: source.infix,
        meant_by=("infix", "contact_tussenvoegsel"),
    ),
    MergeField(
        "achternaam",
        gettext_lazy("Last name, without infix"),
        About.CONTACT,
        lambda source: source.last_name,
        former=("contact_achternaam",),
        meant_by=("last_name", "lastname", "surname"),
    ),
    MergeField(
        "naam",
        gettext_lazy("Whole name of the person or organisation"),
        About.CONTACT,
        full_name,
        former=("contact_naam", "contact_naam_officieel", "contactpersoon"),
        meant_by=("name", "full_name"),
    ),
    MergeField(
        "organisatie",
        gettext_lazy("Name of the organisation; empty for a person"),
        About.CONTACT,
        lambda source: source.organisation if source.is_organisation else "",
        former=("contact_organisatie_statutaire_naam",),
        meant_by=("organisation", "bedrijf", "bedrijfsnaam"),
    ),
    MergeField(
        "nummer",
        gettext_lazy("Contact number"),
        About.CONTACT,
        lambda source: source.number,
        former=("contact_nummer",),
        meant_by=("number", "contactnummer", "lidnummer", "klantnummer"),
    ),
    MergeField(
        "email",
        gettext_lazy("E-mail address"),
        About.CONTACT,
        lambda source: source.email,
        former=("contact_email", "contact_portal_email"),
        meant_by=("e_mail", "mail", "e_mailadres", "mailadres"),
    ),
    MergeField(
        "telefoon",
        gettext_lazy("Phone number"),
        About.CONTACT,
        lambda source: written_phone(source.phone),
        former=("contact_telefoonnummer",),
        meant_by=("phone", "mobiel"),
    ),
    MergeField(
        "geboortedatum",
        gettext_lazy("Date of birth"),
        About.CONTACT,
        lambda source: _long(source.date_of_birth),
        former=("contact_geboortedatum",),
        meant_by=("date_of_birth", "verjaardag"),
    ),
    MergeField(
        "adres",
        gettext_lazy("Street with house number"),
        About.ADDRESS,
        street_and_number,
        former=("contact_adres",),
        meant_by=("address",),
    ),
    MergeField(
        "straat",
        gettext_lazy("Street"),
        About.ADDRESS,
        lambda source: source.street,
        meant_by=("street", "straatnaam", "contact_straatnaam", "contact_straat"),
    ),
    MergeField(
        "huisnummer",
        gettext_lazy("House number"),
        About.ADDRESS,
        lambda source: source.house_number,
        meant_by=("house_number", "contact_huisnummer"),
    ),
    MergeField(
        "toevoeging",
        gettext_lazy("Addition to the house number"),
        About.ADDRESS,
        lambda source: source.house_number_addition,
        meant_by=("house_number_addition", "contact_toevoeging"),
    ),
    MergeField(
        "postcode",
        gettext_lazy("Postal code"),
        About.ADDRESS,
        lambda source: source.postal_code,
        former=("contact_postcode",),
        meant_by=("postal_code", "zip"),
    ),
    MergeField(
        "woonplaats",
        gettext_lazy("City"),
        About.ADDRESS,
        lambda source: source.city,
        former=("contact_plaats",),
        meant_by=("city", "stad", "plaats", "contact_woonplaats"),
    ),
    MergeField(
        "buurt",
        gettext_lazy("Neighbourhood"),
        About.ADDRESS,
        lambda source: source.neighbourhood,
        meant_by=("neighbourhood", "wijk"),
    ),
    MergeField(
        "groep",
        gettext_lazy("Name of the group"),
        About.GROUP,
        lambda source: source.group,
        former=("groep_naam",),
        meant_by=("group", "groepsnaam"),
    ),
    MergeField(
        "groep_omschrijving",
        gettext_lazy("Description of the group"),
        About.GROUP,
        lambda source: source.group_description,
        meant_by=("description", "omschrijving"),
    ),
    MergeField(
        "verantwoordelijke",
        gettext_lazy("Who answers for the group"),
        About.GROUP,
        lambda source: source.responsible,
        meant_by=("responsible", "ik", "ik_voornaam", "ik_achternaam", "ik_naam"),
    ),
    MergeField(
        "verantwoordelijke_email",
        gettext_lazy("E-mail address of who answers for the group"),
        About.GROUP,
        lambda source: source.responsible_email,
        former=("ik_email",),
    ),
    MergeField(
        "cooperatie",
        gettext_lazy("Name of the cooperative"),
        About.COOPERATIVE,
        lambda source: source.cooperative,
        former=("cooperatie_naam",),
        meant_by=("cooperative", "vereniging", "organisatienaam"),
    ),
    MergeField(
        "portaal",
        gettext_lazy("Link to the customer portal"),
        About.COOPERATIVE,
        lambda source: source.portal,
        former=(
            "portal_url",
            "contacten_portal_url",
            "contact_portal_registratie_link",
        ),
        meant_by=("portal", "portaallink", "link"),
    ),
    MergeField(
        "datum",
        gettext_lazy("Today's date, such as 3 May 2026"),
        About.COOPERATIVE,
        lambda source: _long(source.today),
        former=("huidige_datum_lang",),
        meant_by=("date", "vandaag", "huidige_datum"),
    ),
    MergeField(
        "datum_kort",
        gettext_lazy("Today's date, such as 03-05-2026"),
        About.COOPERATIVE,
        lambda source: _short(source.today),
        former=("huidige_datum_kort",),
    ),
)
_FOR_LINKS: Final[Mapping[str, str]] = {
    "nummer": "nummer",
    "voornaam": "voornaam",
    "tussenvoegsel": "tussenvoegsel",
    "achternaam": "achternaam",
    "telefoonnummer": "telefoon",
    "email": "email",
    "straatnaam": "straat",
    "huisnummer": "huisnummer",
    "toevoeging": "toevoeging",
    "adres": "adres",
    "postcode": "postcode",
    "plaats": "woonplaats",
    "woonplaats": "woonplaats",
}


def _for_link(former: str, field: MergeField) -> MergeField:
    """The field as a part of the address of a page, as existing texts have it."""
    return MergeField(
        f"{former}_voor_link",
        field.label,
        field.about,
        lambda source: quote(field.value(source), safe=""),
        former=(f"contact_{former}_voor_url",),
        is_listed=False,
    )


_BY_NAME: Final = {field.name: field for field in _LISTED}

CATALOGUE: Final[tuple[MergeField, ...]] = (
    *_LISTED,
    *(_for_link(former, _BY_NAME[name]) for former, name in _FOR_LINKS.items()),
)

NAMES: Final[Mapping[str, str]] = {
    called: field.name for field in CATALOGUE for called in (field.name, *field.former)
}
"""What each field can be called in a text, small, and its name."""

FORMER_NAMES: Final = frozenset(
    former for field in CATALOGUE for former in field.former
)
FORMER_PREFIXES: Final = (
    "contact_",
    "groep_",
    "ik_",
    "cooperatie_",
    "portal_",
    "contacten_portal_",
    "dongel_",
    "woningdossier_",
    "adres_woningdossier_",
    "huidige_datum_",
)
"""How the fields of the system before Kring began, also those that Kring lacks."""

_MEANT: Final[Mapping[str, str]] = {
    called: field.name for field in CATALOGUE for called in field.meant_by
}


def field_meant(written: str) -> str:
    """The name of the field that was probably meant; empty where nothing is like it."""
    called = "_".join(fold(written).replace("-", " ").split()).strip("{}")
    known = {**_MEANT, **NAMES}
    if called in known:
        return known[called]
    # Nearly all of contact_iban is in contact_naam, and nothing of what it means.
    prefix = next(filter(called.startswith, FORMER_PREFIXES), "")
    close = get_close_matches(called.removeprefix(prefix), known, n=1, cutoff=0.7)
    return known[close[0]] if close else ""
