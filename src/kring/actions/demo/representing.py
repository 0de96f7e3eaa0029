"""Who acts for an organisation in the demo: the first persons, for the first ones."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Final

from kring.accounts.actors import Actor
from kring.actions.representing import RepresentsAlreadyError, add_representation
from kring.contacts.models import Contact, Kind
from kring.contacts.representing import Represents

_AGREED: Final = (
    Represents("Directeur", date(2024, 1, 1), on_portal=True),
    Represents("Eigenaar", date(2023, 6, 1), on_portal=True),
    Represents("Contactpersoon", date(2025, 3, 1)),
)


def let_some_act_for_organisations(by: Actor) -> None:
    """Of each kind of agreement one; whoever was agreed on before stays."""
    living = Contact.objects.filter(deceased_on=None, has_email=True).order_by("id")
    persons = living.filter(kind=Kind.PERSON).values_list("id", flat=True)[:3]
    organisations = Contact.objects.filter(kind=Kind.ORGANISATION).order_by("id")
    ids = organisations.values_list("id", flat=True)[:3]
    for person, organisation, agreed in zip(persons, ids, _AGREED, strict=False):
        with suppress(RepresentsAlreadyError):
            add_representation(person, organisation, agreed, by=by)
