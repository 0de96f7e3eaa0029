"""The same world as plain sets, which the engine knows nothing of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kring.algebra.catalogue import FieldType
from kring.algebra.conditions import holds, since_holds
from kring.algebra.expressions import (
    Expression,
    MemberSince,
    Role,
    SameAddress,
    Where,
)
from kring.algebra.graph import in_order, parts_of
from kring.algebra.semantics import effective
from kring.algebra.semantics import members as meaning_of

TYPES = {
    "date_of_birth": FieldType.DATE,
    "created_on": FieldType.DATE,
    "newsletter": FieldType.BOOLEAN,
    "status": FieldType.TEXT,
}


Key = tuple[Any, ...]


@dataclass(frozen=True)
class Put:
    """A placement: in or out, since when, and its last day."""

    effect: str
    since: date
    until: date | None = None


@dataclass
class Mail:
    """What a joining calls for; `act` is the change that it was a part of."""

    contact: int
    group: int
    state: str
    skip: str = ""
    act: int | None = None

    @property
    def is_going(self) -> bool:
        return self.state == "waiting"

    @property
    def welcomes(self) -> bool:
        """Whether whoever gets it once was welcomed."""
        return self.state in {"waiting", "sent"}


@dataclass
class Plain:
    """Contacts with facts, groups with rules, placements, and a calendar of sets.

    `policies` are those of the groups that welcome. What is judged next is a part of
    the change `act`, by which nobody but new members of `mailed` get a mail.
    """

    today: date
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    definitions: dict[int, Expression | None] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    placed: dict[tuple[int, int], Put] = field(default_factory=dict)
    known: dict[int, frozenset[int]] = field(default_factory=dict)
    joined: dict[tuple[int, int], date] = field(default_factory=dict)
    days: dict[date, dict[int, frozenset[int]]] = field(default_factory=dict)
    policies: dict[int, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    act: int | None = None
    mailed: Collection[int] | None = None

    nobody: frozenset[int] = frozenset()

    @property
    def everyone(self) -> frozenset[int]:
        return frozenset(self.facts)

    def members_of(self, group: int, /) -> frozenset[int]:
        return self.known[group]

    def matching(self, condition: Where | SameAddress, /) -> frozenset[int]:
        assert isinstance(condition, Where)
        return frozenset(
            contact
            for contact, facts in self.facts.items()
            if holds(
                condition,
                TYPES[condition.field],
                [facts.get(condition.field)],
                today=self.today,
            )
        )

    def member_since(self, membership: MemberSince, /) -> frozenset[int]:
        return frozenset(
            contact
            for contact in self.known[membership.group]
            if since_holds(
                membership, self._since(membership.group, contact), today=self.today
            )
        )

    def having_role(self, role: Role, /) -> frozenset[int]:
        return frozenset().union(*(self.known[g] for g in self.giving(role)))

    def giving(self, role: Role) -> list[int]:
        return [group for group, given in self.roles.items() if given == role.value]

    def judge(self) -> dict[int, frozenset[int]]:
        """What every group's members are now; remembers joinings, and this day."""
        before, self.known = self.known, {}
        for group in in_order(self.definitions, self.edges()):
            rule = self.definitions[group]
            now = effective(
                meaning_of(rule, self) if rule else frozenset(),
                placed_in=self._placed(group, "in"),
                kept_out=self._placed(group, "out"),
            )
            self._remember(group, before.get(group, frozenset()), now)
            self._mail(group, before.get(group, frozenset()), now)
            self.known[group] = now
        self.cancel(lambda mail: mail.group not in self.definitions)
        self.days[self.today] = dict(self.known)
        return self.known

    def truth(self) -> dict[Key, object]:
        """What somebody said: facts, placements and groups, each by its name."""
        found: dict[Key, object] = {}
        for contact, facts in self.facts.items():
            found["contact", contact] = True
            found |= {("fact", contact, name): what for name, what in facts.items()}
        for (group, contact), put in self.placed.items():
            found["placed", contact, group] = put
        for group, rule in self.definitions.items():
            found["group", group] = True
            found["rule", group] = rule
            found["role", group] = self.roles[group]
            found["closed", group] = group in self.closed
            found["policy", group] = self.policies.get(group, "")
        return found

    def say(self, said: Mapping[Key, object]) -> None:
        """Let this be the truth; None takes away. What exists is said first."""
        ways: dict[str, Callable[..., None]] = {
            "contact": self._say_contact,
            "group": self._say_group,
            "fact": self._say_fact,
            "placed": self._say_placed,
            "rule": self._say_rule,
            "role": self._say_role,
            "closed": self._say_closed,
            "policy": self.set_policy,
        }
        for kind, say in ways.items():
            for key in said:
                if key[0] == kind:
                    say(*key[1:], said[key])

    def _say_contact(self, contact: int, exists: object) -> None:
        self.facts.setdefault(contact, {})
        if exists is None:
            self.forget([contact])

    def _say_fact(self, contact: int, name: str, what: object) -> None:
        if contact in self.facts:
            self.facts[contact][name] = what

    def _say_placed(self, contact: int, group: int, put: Put | None) -> None:
        self.placed.pop((group, contact), None)
        if put is not None:
            self.placed[group, contact] = put

    def _say_group(self, group: int, exists: object) -> None:
        self.closed.discard(group)
        if exists is None:
            self.definitions.pop(group)
            self.roles.pop(group)
        else:
            self.definitions[group], self.roles[group] = None, ""

    def _say_rule(self, group: int, rule: Expression | None) -> None:
        if group in self.definitions:
            self.definitions[group] = rule

    def _say_role(self, group: int, role: str | None) -> None:
        if group in self.definitions:
            self.roles[group] = role or ""

    def _say_closed(self, group: int, is_closed: object) -> None:
        self.closed.discard(group)
        if is_closed:
            self.closed.add(group)

    def set_policy(self, group: int, policy: str | None) -> None:
        self.policies.pop(group, None)
        if policy:
            self.policies[group] = policy

    def cancel(self, meant: Callable[[Mail], bool]) -> None:
        """What waits of the mails that are meant does not go."""
        for mail in self.mails:
            if mail.is_going and meant(mail):
                mail.state = "cancelled"

    def reason_against(self, contact: int, group: int) -> str:
        """Why whoever joins a group that welcomes gets no mail; empty: it goes."""
        facts = self.facts[contact]
        if facts["no_mail"]:
            return "no_mail"
        if not facts["emails"]:
            return "no_address"
        earlier = [
            one for one in self.mails if (one.contact, one.group) == (contact, group)
        ]
        if self.policies[group] == "first" and any(one.welcomes for one in earlier):
            return "welcomed"
        return ""

    def would_mail(self, group: int, joining: Iterable[int]) -> int:
        """How many of these would be mailed if they joined."""
        if group not in self.policies or group in self.closed:
            return 0
        return sum(not self.reason_against(contact, group) for contact in joining)

    def _mail(self, group: int, before: frozenset[int], now: frozenset[int]) -> None:
        gone = before - now
        self.cancel(lambda mail: mail.group == group and mail.contact in gone)
        is_open = group in self.policies and group not in self.closed
        if is_open and (self.mailed is None or group in self.mailed):
            for contact in sorted(now - before):
                skip = self.reason_against(contact, group)
                state = "skipped" if skip else "waiting"
                self.mails.append(Mail(contact, group, state, skip, self.act))

    def would_be(self, rule: Expression, *, of: int | None) -> frozenset[int]:
        """What a definition would give now, with the pins of a group."""
        return effective(
            meaning_of(rule, self),
            placed_in=frozenset() if of is None else self._placed(of, "in"),
            kept_out=frozenset() if of is None else self._placed(of, "out"),
        )

    def on(self, day: date) -> Mapping[int, frozenset[int]]:
        """Who was in which group at the end of a day."""
        known = [one for one in self.days if one <= day]
        return self.days[max(known)] if known else {}

    def edges(self) -> dict[int, frozenset[int]]:
        return {
            group: parts_of(rule, self.giving)
            for group, rule in self.definitions.items()
            if rule is not None
        }

    def come(self, contact: int, facts: Mapping[str, Any]) -> None:
        """A new contact; what is not said of it is empty."""
        empty: dict[str, Any] = {"date_of_birth": None, "newsletter": False}
        empty |= {"status": "", "no_mail": False, "emails": ()}
        self.facts[contact] = {**empty, **facts, "created_on": self.today}

    def forget(self, contacts: Collection[int]) -> None:
        """These contacts exist no longer."""
        for contact in contacts:
            self.facts.pop(contact)
        self.placed = {
            pair: put for pair, put in self.placed.items() if pair[1] not in contacts
        }

    def _remember(self, group: int, before: Iterable[int], now: frozenset[int]) -> None:
        for contact in now.difference(before):
            self.joined[group, contact] = self.today
        for contact in set(before) - now:
            self.joined.pop((group, contact), None)

    def _since(self, group: int, contact: int) -> date:
        """The stated date of a static membership, else the day of joining."""
        if self.definitions[group] is None:
            return self.placed[group, contact].since
        return self.joined[group, contact]

    def _placed(self, group: int, effect: str) -> frozenset[int]:
        return frozenset(
            contact
            for (where, contact), put in self.placed.items()
            if (where, put.effect) == (group, effect)
            and (put.until is None or put.until >= self.today)
        )
