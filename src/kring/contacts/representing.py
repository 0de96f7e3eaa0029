"""Who acts for which organisation, and when: the links as they stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from kring.contacts.models import Kind, Representation


@dataclass(frozen=True, slots=True)
class Represents:
    """What is agreed of somebody who acts for an organisation."""

    role: str = ""
    first_day: date | None = None
    last_day: date | None = None
    on_portal: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "on_portal": self.on_portal,
        }


def agreed_in(link: Representation) -> Represents:
    return Represents(link.role, link.first_day, link.last_day, link.on_portal)


def together(kept: Represents, other: Represents) -> Represents:
    """What counts where two links turn out to be one: that which goes on longest.

    Nobody may more by it than one of the two allowed.
    """
    if kept.last_day is None:
        return kept
    goes_on = other.last_day is None or other.last_day > kept.last_day
    return other if goes_on else kept


def link_between(person: int, organisation: int) -> Representation | None:
    links = _with_names().filter(person=person, organisation=organisation)
    return links.first()


def link_of_both(one: int, other: int) -> Representation | None:
    """The link between two contacts, whichever of them is the organisation."""
    return _with_names().filter(_between(one, other)).first()


def links_of(contact: int) -> list[Representation]:
    """The links of a contact, to organisations and from persons, by name."""
    links = _with_names().filter(Q(person=contact) | Q(organisation=contact))
    names = ("organisation__sort_name", "person__sort_name", "pk")
    return list(links.order_by(*names))


def links_among(contacts: Collection[int]) -> list[Representation]:
    """All links of these contacts, in the order of their numbers."""
    links = Representation.objects.filter(
        Q(person__in=contacts) | Q(organisation__in=contacts)
    )
    return list(links.order_by("person", "organisation"))


def on_portal_for(people: Collection[int], *, day: date) -> list[Representation]:
    """For which organisations these people act on the portal on this day, by name."""
    links = _with_names().filter(
        _counting_on(day),
        person__in=people,
        on_portal=True,
        organisation__kind=Kind.ORGANISATION,
        organisation__deceased_on=None,
    )
    return list(links.order_by("organisation__sort_name", "person__sort_name", "pk"))


def may_act_for(person: int, organisation: int, *, day: date) -> bool:
    """Whether this person acts for this organisation on the portal on this day."""
    found = on_portal_for([person], day=day)
    return any(link.organisation_id == organisation for link in found)


def _with_names() -> QuerySet[Representation]:
    return Representation.objects.select_related("person", "organisation")


def _between(one: int, other: int) -> Q:
    return Q(person=one, organisation=other) | Q(person=other, organisation=one)


def _counting_on(day: date) -> Q:
    has_begun = Q(first_day=None) | Q(first_day__lte=day)
    return has_begun & (Q(last_day=None) | Q(last_day__gte=day))
