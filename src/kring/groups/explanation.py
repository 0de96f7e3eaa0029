"""Why a contact is in a group or not, down to values, hands and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from typing import assert_never

from pyroaring import BitMap

from kring.algebra.explanation import (
    Flip,
    Followed,
    Proof,
    Reason,
    Surroundings,
    explanation_of,
    smallest_turn,
)
from kring.algebra.expressions import (
    Everyone,
    Expression,
    GroupMembers,
    HasRole,
    Leaf,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.graph import edges_of, in_order
from kring.algebra.walk import fields_named_in, memberships_since_in, roles_named_in
from kring.contacts.catalogue import catalogue_of
from kring.contacts.facts import ContactFacts
from kring.contacts.models import Contact
from kring.contacts.queries import contact_with_details
from kring.groups.explanation_reading import (
    Handwork,
    ReadGroup,
    groups_behind,
    groups_holding,
    handwork_on,
)
from kring.groups.models import Group
from kring.groups.since import Joinings, joinings, since_joined


@unique
class ByHand(Enum):
    """What a person can do by hand to turn a membership."""

    PLACE = "place"
    REMOVE = "remove"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class Turning:
    """The least that would turn a membership: by hand, by other answers, or both."""

    by_hand: ByHand | None
    flips: tuple[Flip, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class ExplainedGroup:
    """One group and the contact: whether it belongs as stored, and as judged now.

    `reason` is the tree of the definition, and None for a static group. `handwork`
    also shows what counts no longer.
    """

    group: ReadGroup
    belongs: bool
    judged: bool
    since: date | None
    handwork: Handwork | None
    reason: Reason | None

    @property
    def by_hand(self) -> bool | None:
        """Whether a hand puts the contact in or keeps it out; None: neither."""
        if self.handwork is None or not self.handwork.counts:
            return None
        return self.handwork.puts_in


@dataclass(frozen=True, slots=True)
class Explained:
    """A contact and a group, with every group that the answer rests on, each once.

    A part in the tree of a reason is explained by its own entry in `groups`.
    """

    facts: ContactFacts
    group: int
    groups: Mapping[int, ExplainedGroup]
    givers: Mapping[Role, tuple[int, ...]]
    turn: Turning | None
    today: date

    @property
    def contact(self) -> Contact:
        return self.facts.contact

    @property
    def asked(self) -> ExplainedGroup:
        return self.groups[self.group]

    @property
    def belongs(self) -> bool:
        return self.asked.belongs

    @property
    def agrees(self) -> bool:
        """Whether all that is stored is as judged; not so while a group is filled."""
        return all(one.belongs is one.judged for one in self.groups.values())

    @property
    def names(self) -> dict[int, str]:
        return {number: one.group.name for number, one in self.groups.items()}


def explained(contact: int, group: int, *, today: date) -> Explained:
    """Why this contact is in this group today, or why it is not.

    Raises Group.DoesNotExist or Contact.DoesNotExist.
    """
    groups = groups_behind(group)
    if not groups:
        raise Group.DoesNotExist
    asking = _asking(contact, groups, today)
    judged = {number: asking.judge(number) for number in asking.order()}
    stored = groups_holding(contact, groups)
    since = _since(asking, stored)
    told = {
        number: ExplainedGroup(
            group=one,
            belongs=number in stored,
            judged=judged[number],
            since=since.get(number),
            handwork=asking.handwork.get(number),
            reason=asking.reason_of(one.definition),
        )
        for number, one in groups.items()
    }
    turn = _turn(told[group], asking)
    return Explained(asking.facts, group, told, asking.givers, turn, today)


@dataclass(slots=True)
class _Asking:
    """What is known of the contact; groups are judged after all they follow from."""

    facts: ContactFacts
    groups: Mapping[int, ReadGroup]
    givers: Mapping[Role, tuple[int, ...]]
    handwork: Mapping[int, Handwork]
    joinings: Joinings
    today: date
    judged: dict[int, bool] = field(default_factory=dict)
    met: dict[Where | SameAddress, bool] = field(default_factory=dict)

    def order(self) -> tuple[int, ...]:
        edges = edges_of(_definitions(self.groups), lambda role: self.givers[role])
        return in_order(self.groups, edges)

    def judge(self, group: int) -> bool:
        definition = self.groups[group].definition
        by_hand = self.by_hand(group)
        reason = self.reason_of(definition)
        defined = reason is not None and reason.holds
        self.judged[group] = defined if by_hand is None else by_hand
        return self.judged[group]

    def by_hand(self, group: int) -> bool | None:
        found = self.handwork.get(group)
        return found.puts_in if found is not None and found.counts else None

    def reason_of(self, definition: Expression | None) -> Reason | None:
        return None if definition is None else explanation_of(definition, self.holds)

    def holds(self, leaf: Leaf) -> bool:
        match leaf:
            case GroupMembers(group):
                return self.judged[group]
            case HasRole(role):
                return any(self.judged[group] for group in self.givers[role])
            case MemberSince():
                return self._belongs_since(leaf)
            case Everyone() | Where() | SameAddress():
                return isinstance(leaf, Everyone) or self._meets(leaf)
            case _:
                assert_never(leaf)

    def _belongs_since(self, membership: MemberSince) -> bool:
        if not self.judged[membership.group]:
            return False
        contact = BitMap([self.facts.contact.pk])
        return bool(self.joinings.among(contact, membership))

    def _meets(self, condition: Where | SameAddress) -> bool:
        if condition not in self.met:
            self.met[condition] = self.facts.meets(condition, today=self.today)
        return self.met[condition]


def _asking(contact: int, groups: Mapping[int, ReadGroup], today: date) -> _Asking:
    found = contact_with_details(contact)
    if found is None:
        raise Contact.DoesNotExist
    rules = _definitions(groups).values()
    fields = catalogue_of({code for rule in rules for code in fields_named_in(rule)})
    memberships = {one for rule in rules for one in memberships_since_in(rule)}
    return _Asking(
        facts=ContactFacts(found, fields),
        groups=groups,
        givers=_givers(groups),
        handwork=handwork_on(contact, groups, today=today),
        joinings=joinings(memberships, BitMap([contact]), today=today),
        today=today,
    )


def _definitions(groups: Mapping[int, ReadGroup]) -> dict[int, Expression]:
    return {
        number: one.definition
        for number, one in groups.items()
        if one.definition is not None
    }


def _givers(groups: Mapping[int, ReadGroup]) -> dict[Role, tuple[int, ...]]:
    """Who gives the roles that are asked: all of those groups were read."""
    rules = _definitions(groups).values()
    asked = {role for rule in rules for role in roles_named_in(rule)}
    return {
        role: tuple(n for n, one in groups.items() if one.role == role.value)
        for role in asked
    }


def _since(asking: _Asking, stored: frozenset[int]) -> dict[int, date]:
    """The stated dates of static memberships, and the last joinings of others."""
    contact = asking.facts.contact.pk
    derived = [one for one in stored if asking.groups[one].definition is not None]
    days = since_joined([contact], derived) if derived else {}
    stated = {
        group: asking.handwork[group].since
        for group in stored - set(derived)
        if group in asking.handwork
    }
    return {group: day for (_, group), day in days.items()} | {
        group: day for group, day in stated.items() if day is not None
    }


def _turn(told: ExplainedGroup, asking: _Asking) -> Turning | None:
    if told.group.definition is None or told.reason is None:
        deed = ByHand.REMOVE if told.judged else ByHand.PLACE
        return Turning(deed, (), Proof.SMALLEST)
    lifted = None if told.by_hand is None else ByHand.LIFT
    if told.reason.holds is not told.judged:
        return Turning(lifted, (), Proof.SMALLEST)
    turn = smallest_turn(told.group.definition, asking.holds, _surroundings(asking))
    return None if turn is None else Turning(lifted, turn.flips, turn.proof)


def _surroundings(asking: _Asking) -> Surroundings:
    followed = {
        group: Followed(definition, asking.by_hand(group))
        for group, definition in _definitions(asking.groups).items()
    }
    return Surroundings(followed, asking.givers)
