"""The settings of a group as one value: what a form, a command or the API hands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kring.algebra import codec
from kring.algebra.expressions import Expression
from kring.algebra.walk import is_composite
from kring.groups.definitions import read_definition
from kring.groups.history import Facts
from kring.groups.models import Group, Kind, WelcomePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """Everything about a group that people set.

    `responsible`, `welcome_template` and `welcome_mailbox` are ids; no definition: a
    static group.
    """

    name: str
    description: str = ""
    responsible: int | None = None
    starts_on: date | None = None
    visible_on_portal: bool = False
    visible_at_contact: bool = False
    welcome_template: int | None = None
    welcome_policy: str = WelcomePolicy.FIRST.value
    welcome_delay_hours: int = 0
    welcome_mailbox: int | None = None
    neighbourhood_role: str = ""
    definition: Expression | None = None
    closed: bool = False
    ends_on: date | None = None
    editable_on_portal: bool = False
    portal_name: str = ""
    portal_order: int | None = None


def settings_of(group: Group) -> GroupSettings:
    """The settings that a group has now."""
    return GroupSettings(
        name=group.name,
        description=group.description,
        responsible=group.responsible_id,
        starts_on=group.starts_on,
        visible_on_portal=group.visible_on_portal,
        visible_at_contact=group.visible_at_contact,
        welcome_template=group.welcome_template_id,
        welcome_policy=group.welcome_policy,
        welcome_delay_hours=group.welcome_delay_hours,
        welcome_mailbox=group.welcome_mailbox_id,
        neighbourhood_role=group.neighbourhood_role,
        definition=definition_of(group),
        closed=group.is_closed,
        ends_on=group.ends_on,
        editable_on_portal=group.editable_on_portal,
        portal_name=group.portal_name,
        portal_order=group.portal_order,
    )


def definition_of(group: Group) -> Expression | None:
    """The definition of a derived group; None for a static one."""
    return None if group.definition is None else read_definition(group.definition)


def kind_of(definition: Expression | None) -> Kind:
    """What a group with this definition is."""
    if definition is None:
        return Kind.STATIC
    return Kind.COMPOSITE if is_composite(definition) else Kind.DYNAMIC


def facts_of(settings: GroupSettings) -> Facts:
    """The settings as they are written in history."""
    facts = {name: getattr(settings, name) for name in GroupSettings.__slots__}
    if settings.definition is not None:
        facts["definition"] = codec.encode(settings.definition)
    return facts


def read_settings(facts: Facts) -> dict[str, Any]:
    """The settings among the facts of history, by name, as values again."""
    known = {name: facts[name] for name in GroupSettings.__slots__ if name in facts}
    return {
        name: value if value is None or name not in _KEPT else _KEPT[name](value)
        for name, value in known.items()
    }


_KEPT: Final[Mapping[str, Callable[[Any], object]]] = {
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "definition": read_definition,
}
