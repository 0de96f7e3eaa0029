"""A thousand derived groups of every kind, and very many contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from kring.accounts.actors import OPERATOR
from kring.actions import members
from kring.actions.acts import act
from kring.actions.contacts import add_contacts
from kring.actions.groups import create_group
from kring.algebra import codec
from kring.algebra.expressions import Expression
from kring.algebra.text import fold
from kring.contacts.catalogue import catalogue_of
from kring.contacts.details import AddressDetails, ContactDetails
from kring.groups import definitions
from kring.groups.models import Group
from kring.groups.settings import GroupSettings, kind_of

Rule = dict[str, Any]
Made = Callable[[str, Expression | None, str], int]
CITIES = ("Delft", "Den Haag", "Leiden", "Gouda", "Rijswijk", "Schiedam")
STATUSES = ("lid", "donateur", "bewoner", "oud-lid")
ROLES = ("coach", "project_leader", "external_party")
BATCH = 10_000


@dataclass
class Crowd:
    """The groups by kind; a part comes before what is made of it."""

    chance: Random
    statics: list[int] = field(default_factory=list)
    dynamics: list[int] = field(default_factory=list)
    composites: list[int] = field(default_factory=list)
    by_role: list[int] = field(default_factory=list)
    since: list[int] = field(default_factory=list)
    nested: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)


def groups_of_every_kind(made: Made) -> Crowd:
    """Twenty static groups, and a thousand that follow from facts and groups."""
    crowd = Crowd(Random(3))
    for number in range(20):
        role = ROLES[number] if number < len(ROLES) else ""
        crowd.statics.append(made(f"Statisch {number}", None, role))
    for kind, rules in _RULES.items():
        groups = getattr(crowd, kind)
        for number, rule in enumerate(rules(crowd)):
            groups.append(made(f"{kind} {number}", _read(rule), ""))
    return crowd


def by_action(name: str, rule: Expression | None, role: str) -> int:
    """A group that is made as anybody makes one."""
    wanted = GroupSettings(name=name, definition=rule, neighbourhood_role=role)
    return create_group(wanted, by=OPERATOR).pk


def by_hand(name: str, rule: Expression | None, role: str) -> int:
    """The same rows, in a tenth of the time; right while there are no contacts."""
    group = Group.objects.create(
        name=name,
        folded_name=fold(name),
        kind=kind_of(rule),
        definition=None if rule is None else codec.encode(rule),
        neighbourhood_role=role,
        created_at=timezone.now(),
    )
    definitions.write_edges(group.pk, rule)
    return group.pk


def come(crowd: Crowd, count: int) -> None:
    """So many contacts come, and each belongs to some static groups."""
    come_before = len(crowd.contacts)
    for start in range(0, count, BATCH):
        places = range(come_before + start, come_before + min(start + BATCH, count))
        with act("test.contacts", by=OPERATOR) as this:
            this.hold_last_chunk()
            crowd.contacts += add_contacts(this, [_person(place) for place in places])
    new = crowd.contacts[come_before:]
    for place, group in enumerate(crowd.statics):
        members.place(new[place :: place + 12], group, by=OPERATOR)


def _read(rule: object) -> Expression:
    return codec.decode(rule, catalogue=_CATALOGUE)


def _group(number: int) -> Rule:
    return {"group": number}


def _nested(crowd: Crowd) -> Iterator[Rule]:
    for _ in range(64):
        yield {"any": [_group([crowd.statics[-1], *crowd.nested][-1])]}


def _asking(crowd: Crowd) -> Iterator[Rule]:
    for number in range(400):
        asked = crowd.chance.sample(list(_conditions(number)), 2)
        yield {["any", "all"][number % 2]: [{"where": one} for one in asked]}


def _conditions(number: int) -> Iterator[dict[str, object]]:
    yield {"field": "city", "op": "is", "value": CITIES[number % len(CITIES)]}
    yield {"field": "status", "op": "is_not", "value": STATUSES[number % 4]}
    yield {"field": "date_of_birth", "op": "age_at_least", "value": 18 + number % 60}
    yield {"field": "last_name", "op": "starts_with", "value": chr(97 + number % 26)}


def _by_role(crowd: Crowd) -> Iterator[Rule]:
    for number in range(20):
        without = _group(crowd.chance.choice(crowd.dynamics))
        yield {"base": {"role": ROLES[number % len(ROLES)]}, "except": [without]}


def _since(crowd: Crowd) -> Iterator[Rule]:
    for number in range(16):
        since: Rule = {"op": "at_least_days", "value": number * 10 + 1}
        yield {"member": crowd.chance.choice(crowd.statics), "since": since}


def _composed(crowd: Crowd) -> Iterator[Rule]:
    """Each level of fifty is made of the level below it, and of what is no level."""
    others = [*crowd.statics, *crowd.dynamics, *crowd.by_role, *crowd.since]
    for number in range(500):
        begin = number // 50 * 50
        below = crowd.composites[max(0, begin - 50) : begin]
        parts = [_group(one) for one in crowd.chance.sample([*others, *below], 4)]
        rules: list[Rule] = [
            {"any": parts},
            {"all": parts[:2]},
            {"at_least": 2, "of": parts},
            {"base": {"any": parts[:2]}, "except": parts[2:]},
        ]
        yield rules[number % 4]


def _person(place: int) -> ContactDetails:
    return ContactDetails(
        number=f"K{place}",
        first_name="Ans",
        last_name=f"{chr(97 + place % 26)}{place}",
        date_of_birth=date(1930, 1, 1) + timedelta(days=place * 37 % 30_000),
        status=STATUSES[place % 4],
        addresses=(AddressDetails(city=CITIES[place % 7 % 6]),),
    )


_CATALOGUE = catalogue_of([])
_RULES: dict[str, Callable[[Crowd], Iterator[Rule]]] = {
    "nested": _nested,
    "dynamics": _asking,
    "by_role": _by_role,
    "since": _since,
    "composites": _composed,
}
