"""All that is so in Kring, to compare before an act with after its undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kring.actions.templates import TemplateTexts, texts_of
from kring.contacts.details import ContactDetails
from kring.contacts.models import (
    Contact,
    CustomField,
    FormerContact,
    Representation,
)
from kring.contacts.records import details_of
from kring.groups import queries
from kring.groups.models import Change, Example, Group, Placement
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import Template


@dataclass(frozen=True)
class Truth:
    """Placements, details and settings as values, and the bits that follow."""

    placements: frozenset[tuple[Any, ...]]
    contacts: dict[int, ContactDetails]
    groups: dict[int, GroupSettings]
    fields: dict[str, tuple[Any, ...]]
    templates: dict[int, TemplateTexts]
    members: dict[int, frozenset[int]]
    everyone: frozenset[int]
    examples: frozenset[tuple[Any, ...]]
    broken: dict[int, str]
    former: frozenset[tuple[Any, ...]]
    created: dict[int, datetime]
    representations: frozenset[tuple[Any, ...]]


def truth() -> Truth:
    """Hidden groups, and placements in them, are as if they were not there."""
    shown = list(Group.objects.filter(deleted_at__isnull=True))
    ids = [group.pk for group in shown]
    placed = Placement.objects.filter(group__in=ids).values_list(
        "contact", "group", "effect", "since", "until", "reason"
    )
    fields = CustomField.objects.values_list(
        "code", "label", "type", "choices", "portal"
    )
    return Truth(
        placements=frozenset(placed),
        contacts=details_of(list(Contact.objects.values_list("pk", flat=True))),
        groups={group.pk: settings_of(group) for group in shown},
        fields={code: (*facts,) for code, *facts in fields},
        templates={one.pk: texts_of(one) for one in Template.objects.all()},
        members={group: frozenset(queries.members_of(group)) for group in ids},
        everyone=frozenset(queries.everyone()),
        examples=frozenset(
            Example.objects.filter(group__in=ids).values_list(
                "group", "contact", "claim", "at_least", "at_most"
            )
        ),
        broken={group.pk: group.broken_examples for group in shown},
        former=frozenset(
            FormerContact.objects.values_list(
                "pk", "number", "folded_number", "contact"
            )
        ),
        created=dict(Contact.objects.values_list("pk", "created_at")),
        representations=frozenset(
            Representation.objects.values_list(
                "person", "organisation", "role", "first_day", "last_day", "on_portal"
            )
        ),
    )


def last_change() -> int:
    return Change.objects.latest("number").number
