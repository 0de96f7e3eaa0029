"""What needs attention about groups: rules nobody can meet, and what nobody minds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from functools import lru_cache
from typing import Final

from django.db import connection

from kring.algebra.catalogue import Choice, FieldFacts, FieldType
from kring.algebra.expressions import Expression, GroupId
from kring.algebra.graph import in_order
from kring.algebra.lint import Odd, Oddity, oddities_of
from kring.algebra.sameness import Form, form_of
from kring.algebra.walk import fields_named_in, groups_named_in
from kring.contacts.catalogue import Fields, catalogue_of
from kring.groups.definitions import read_definition_text
from kring.groups.examples import groups_with_broken_examples


@unique
class Kind(Enum):
    """The kinds of findings, the gravest first."""

    ALWAYS_EMPTY = "always_empty"
    CONTRADICTION = "contradiction"
    BROKEN_EXAMPLES = "broken_examples"
    DUPLICATE = "duplicate"
    REDUNDANT_PART = "redundant_part"
    UNUSED = "unused"
    WITHOUT_RESPONSIBLE = "without_responsible"
    PAST_END = "past_end"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a group that a person may want to do something about.

    `part` is the part of the definition that it is about, `others` are the groups
    with the same definition, and `day` is the day that is past.
    """

    kind: Kind
    group: GroupId
    name: str
    part: Expression | None = None
    others: tuple[GroupId, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Lint:
    """The findings, and what is needed to tell them."""

    findings: tuple[Finding, ...]
    names: Mapping[GroupId, str]
    fields: Fields

    def of(self, group: GroupId) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.group == group)


_ODDITIES: Final[Mapping[Oddity, Kind]] = {
    Oddity.ALWAYS_EMPTY: Kind.ALWAYS_EMPTY,
    Oddity.CONTRADICTION: Kind.CONTRADICTION,
    Oddity.REDUNDANT_PART: Kind.REDUNDANT_PART,
}


def findings(*, today: date) -> list[Finding]:
    """All that needs attention about open groups, by name of the group.

    *Unused* is a group without members that nothing rests on: no other group follows
    it, it gives no role, mails nobody, and is shown neither on the portal nor at
    contacts. Whoever is responsible must be able to sign in. Closed groups need no
    attention, but take part in what others follow from.
    """
    return list(lint(today=today).findings)


def lint(*, today: date) -> Lint:
    """The findings with what tells them, in one question.

    Own fields need one more, and where examples are kept there are two more.
    """
    groups = _read()
    has_examples = any(group.has_examples for group in groups)
    broken = frozenset(groups_with_broken_examples() if has_examples else ())
    codes = {code for rule in _rules(groups).values() for code in rule.fields}
    fields = catalogue_of(codes)
    found = _found(groups, _asked(fields, sorted(codes)), today, broken)
    return Lint(found, {group.id: group.name for group in groups}, fields)


@dataclass(frozen=True, slots=True)
class _Group:
    id: GroupId
    name: str
    definition_text: str | None
    is_closed: bool
    is_shown: bool
    gives_role: bool
    sends_mail: bool
    ends_on: date | None
    is_answered_for: bool
    is_followed: bool
    has_members: bool
    has_placed: bool
    has_examples: bool

    @property
    def is_used(self) -> bool:
        return (
            self.is_shown
            or self.gives_role
            or self.sends_mail
            or self.is_followed
            or self.has_members
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """A definition with what is asked of it again and again."""

    expression: Expression
    form: Form
    fields: tuple[str, ...]
    groups: frozenset[GroupId]


# Stored definitions are never changed, only replaced, so what they say is kept.
@lru_cache(maxsize=4_096)
def _rule(text: str) -> _Rule:
    expression = read_definition_text(text)
    return _Rule(
        expression=expression,
        form=form_of(expression),
        fields=tuple(sorted(fields_named_in(expression))),
        groups=groups_named_in(expression),
    )


@dataclass(frozen=True, slots=True)
class _AskedFields:
    """As much of the catalogue as a definition's oddities depend on."""

    asked: tuple[tuple[str, FieldType, tuple[str, ...]], ...]

    def field(self, code: str, /) -> FieldFacts | None:
        named = {
            known: FieldFacts(
                known, {}, field_type, tuple(Choice(one, {}) for one in choices)
            )
            for known, field_type, choices in self.asked
        }
        return named.get(code)


@lru_cache(maxsize=4_096)
def _oddities(
    text: str, fields: _AskedFields, today: date, empty: frozenset[GroupId]
) -> tuple[Odd, ...]:
    rule = _rule(text).expression
    return oddities_of(rule, fields=fields, today=today, empty=empty)


def _rules(groups: Sequence[_Group]) -> dict[GroupId, _Rule]:
    return {
        group.id: _rule(group.definition_text)
        for group in groups
        if group.definition_text is not None
    }


def _asked(fields: _AskedFields | Fields, codes: Sequence[str]) -> _AskedFields:
    facts = filter(None, map(fields.field, codes))
    return _AskedFields(
        tuple((f.code, f.type, tuple(c.code for c in f.choices)) for f in facts)
    )


# A list of a thousand groups is looked at again and again between two changes.
@lru_cache(maxsize=8)
def _found(
    groups: tuple[_Group, ...],
    fields: _AskedFields,
    today: date,
    broken: frozenset[GroupId],
) -> tuple[Finding, ...]:
    judging = _Judging(groups, _rules(groups), fields, today, broken)
    return tuple(one for group in groups for one in judging.about(group))


@dataclass(slots=True)
class _Judging:
    groups: Sequence[_Group]
    rules: Mapping[GroupId, _Rule]
    fields: _AskedFields
    today: date
    broken: frozenset[GroupId]
    odd: dict[GroupId, tuple[Odd, ...]] = field(default_factory=dict)
    alike: dict[Form, list[GroupId]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._find_oddities()
        for group in self.groups:
            if group.id in self.rules and not group.is_closed:
                form = self.rules[group.id].form
                self.alike.setdefault(form, []).append(group.id)

    def about(self, group: _Group) -> Iterator[Finding]:
        if not group.is_closed:
            yield from self._about_definition(group)
            yield from self._about_settings(group)

    def _about_definition(self, group: _Group) -> Iterator[Finding]:
        for odd in self.odd.get(group.id, ()):
            kind = _ODDITIES[odd.what]
            if kind is Kind.ALWAYS_EMPTY and group.has_placed:
                # Whoever was put in by hand is in all the same.
                kind = Kind.CONTRADICTION
            yield Finding(kind, group.id, group.name, part=odd.part)
        if group.id in self.broken:
            yield Finding(Kind.BROKEN_EXAMPLES, group.id, group.name)
        if others := self._others_like(group):
            yield Finding(Kind.DUPLICATE, group.id, group.name, others=others)

    def _about_settings(self, group: _Group) -> Iterator[Finding]:
        if not group.is_used:
            yield Finding(Kind.UNUSED, group.id, group.name)
        if not group.is_answered_for:
            yield Finding(Kind.WITHOUT_RESPONSIBLE, group.id, group.name)
        if group.ends_on is not None and group.ends_on < self.today:
            yield Finding(Kind.PAST_END, group.id, group.name, day=group.ends_on)

    def _others_like(self, group: _Group) -> tuple[GroupId, ...]:
        if group.id not in self.rules:
            return ()
        alike = self.alike[self.rules[group.id].form]
        return tuple(other for other in alike if other != group.id)

    def _find_oddities(self) -> None:
        """Judge parts first: what nobody is ever in empties what asks for it."""
        texts = {group.id: group.definition_text or "" for group in self.groups}
        placed = {group.id for group in self.groups if group.has_placed}
        empty: set[GroupId] = set()
        for group in in_order(
            self.rules, {number: rule.groups for number, rule in self.rules.items()}
        ):
            rule = self.rules[group]
            asked = _asked(self.fields, rule.fields)
            self.odd[group] = _oddities(
                texts[group], asked, self.today, rule.groups & empty
            )
            is_empty = any(o.what is Oddity.ALWAYS_EMPTY for o in self.odd[group])
            if is_empty and group not in placed:
                empty.add(group)


def _read() -> tuple[_Group, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS)
        return tuple(_Group(*facts) for facts in cursor.fetchall())


# Placements are looked for group by group: there are as many as memberships.
_GROUPS = """
with followed as (
    select part_id as id from edge where part_id is not null
  union
    select giver.id from edge
    join "group" giver on edge.asks = 'role:' || giver.neighbourhood_role
    where giver.neighbourhood_role <> ''
)
select g.id, g.name, g.definition::text, g.closed_at is not null,
       g.visible_on_portal or g.visible_at_contact,
       g.neighbourhood_role <> '', g.welcome_template_id is not null, g.ends_on,
       coalesce(who.is_active and who.staff_role <> '', false),
       followed.id is not null,
       exists (select from group_chunk where group_id = g.id and count > 0),
       g.definition is not null and exists (
           select from placement where group_id = g.id and effect = 'in'),
       exists (select from example where example.group_id = g.id)
from "group" g
left join accounts_user who on who.id = g.responsible_id
left join followed on followed.id = g.id
where g.deleted_at is null
order by g.folded_name, g.id
"""
