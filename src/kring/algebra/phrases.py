"""The words of the sentence that tells a definition, in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from kring.algebra.catalogue import Language
from kring.algebra.expressions import Operator, Role, SinceOperator


@dataclass(frozen=True, slots=True)
class Phrases:
    """Whole phrases with named gaps; a phrase tells who, behind the word everyone."""

    sentence: str
    everyone: str
    nobody: str
    whoever: str
    except_groups: str
    except_others: str
    bracketed: str
    in_everyone: str
    in_nobody: str
    in_groups: str
    in_groups_at_least: str
    meeting_at_least: str
    with_role: str
    at_one_address: str
    since: Mapping[SinceOperator, str]
    conditions: Mapping[Operator, str]
    date_conditions: Mapping[Operator, str]
    unnamed_group: str
    role_names: Mapping[Role, str]
    last_of_any: str
    last_of_all: str
    last_of_list: str
    day: tuple[str, str]
    year: tuple[str, str]
    answers: tuple[str, str]
    months: tuple[str, ...]
    decimal_mark: str
    thousands_mark: str
    money: str
    range: str


_DUTCH = Phrases(
    sentence="{whole}.",
    everyone="Alle contacten",
    nobody="Niemand",
    whoever="Iedereen {phrase}",
    except_groups="{base}, behalve wie in {groups} zit",
    except_others="{base}, behalve iedereen {phrase}",
    bracketed="({phrase})",
    in_everyone="in alle contacten",
    in_nobody="in een lege groep",
    in_groups="in {groups}",
    in_groups_at_least="in minstens {count} van {groups}",
    meeting_at_least="met minstens {count} van deze kenmerken: {phrases}",
    with_role="met de rol {role}",
    at_one_address="met één adres waarvoor dit samen geldt ({phrase})",
    since={
        SinceOperator.BEFORE: "al vóór {value} in {group}",
        SinceOperator.AFTER: "pas na {value} in {group}",
        SinceOperator.AT_LEAST_DAYS: "al minstens {value} in {group}",
    },
    conditions={
        Operator.IS: "met {field} {value}",
        Operator.IS_NOT: "zonder {field} {value}",
        Operator.IN: "met {field} {value}",
        Operator.NOT_IN: "zonder {field} {value}",
        Operator.CONTAINS: "met {value} in {field}",
        Operator.NOT_CONTAINS: "zonder {value} in {field}",
        Operator.STARTS_WITH: "met {field} beginnend met {value}",
        Operator.ENDS_WITH: "met {field} eindigend op {value}",
        Operator.EMPTY: "met {field} niet ingevuld",
        Operator.NOT_EMPTY: "met {field} ingevuld",
        Operator.BELOW: "met {field} onder {value}",
        Operator.AT_MOST: "met {field} hoogstens {value}",
        Operator.ABOVE: "met {field} boven {value}",
        Operator.AT_LEAST: "met {field} minstens {value}",
        Operator.BETWEEN: "met {field} van {value}",
        Operator.IN_LAST_DAYS: "met {field} in de afgelopen {value}",
        Operator.NOT_IN_LAST_DAYS: "zonder {field} in de afgelopen {value}",
        Operator.IN_NEXT_DAYS: "met {field} in de komende {value}",
        Operator.AGE_AT_LEAST: "met {field} minstens {value} geleden",
        Operator.AGE_BELOW: "met {field} minder dan {value} geleden",
    },
    date_conditions={
        Operator.BELOW: "met {field} vóór {value}",
        Operator.AT_MOST: "met {field} op of vóór {value}",
        Operator.ABOVE: "met {field} na {value}",
        Operator.AT_LEAST: "met {field} op of na {value}",
    },
    unnamed_group="groep#{group}",
    role_names={
        Role.COACH: "coach",
        Role.PROJECT_LEADER: "projectleider",
        Role.EXTERNAL_PARTY: "externe partij",
    },
    last_of_any=" of ",
    last_of_all=" én ",
    last_of_list=" en ",
    day=("dag", "dagen"),
    year=("jaar", "jaar"),
    answers=("nee", "ja"),
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    decimal_mark=",",
    thousands_mark=".",
    money="€ {number}",
    range="{lowest} tot en met {highest}",
)

_ENGLISH = Phrases(
    sentence="{whole}.",
    everyone="All contacts",
    nobody="Nobody",
    whoever="Everyone {phrase}",
    except_groups="{base}, except those in {groups}",
    except_others="{base}, except everyone {phrase}",
    bracketed="({phrase})",
    in_everyone="in all contacts",
    in_nobody="in an empty group",
    in_groups="in {groups}",
    in_groups_at_least="in at least {count} of {groups}",
    meeting_at_least="with at least {count} of these traits: {phrases}",
    with_role="with the role {role}",
    at_one_address="with one address for which all this holds ({phrase})",
    since={
        SinceOperator.BEFORE: "in {group} since before {value}",
        SinceOperator.AFTER: "in {group} only since after {value}",
        SinceOperator.AT_LEAST_DAYS: "in {group} for at least {value}",
    },
    conditions={
        Operator.IS: "with {field} {value}",
        Operator.IS_NOT: "without {field} {value}",
        Operator.IN: "with {field} {value}",
        Operator.NOT_IN: "without {field} {value}",
        Operator.CONTAINS: "with {value} in {field}",
        Operator.NOT_CONTAINS: "without {value} in {field}",
        Operator.STARTS_WITH: "with {field} starting with {value}",
        Operator.ENDS_WITH: "with {field} ending with {value}",
        Operator.EMPTY: "with {field} not filled in",
        Operator.NOT_EMPTY: "with {field} filled in",
        Operator.BELOW: "with {field} below {value}",
        Operator.AT_MOST: "with {field} at most {value}",
        Operator.ABOVE: "with {field} above {value}",
        Operator.AT_LEAST: "with {field} at least {value}",
        Operator.BETWEEN: "with {field} from {value}",
        Operator.IN_LAST_DAYS: "with {field} in the last {value}",
        Operator.NOT_IN_LAST_DAYS: "without {field} in the last {value}",
        Operator.IN_NEXT_DAYS: "with {field} in the next {value}",
        Operator.AGE_AT_LEAST: "with {field} at least {value} ago",
        Operator.AGE_BELOW: "with {field} less than {value} ago",
    },
    date_conditions={
        Operator.BELOW: "with {field} before {value}",
        Operator.AT_MOST: "with {field} on or before {value}",
        Operator.ABOVE: "with {field} after {value}",
        Operator.AT_LEAST: "with {field} on or after {value}",
    },
    unnamed_group="group#{group}",
    role_names={
        Role.COACH: "coach",
        Role.PROJECT_LEADER: "project leader",
        Role.EXTERNAL_PARTY: "external party",
    },
    last_of_any=" or ",
    last_of_all=" and ",
    last_of_list=" and ",
    day=("day", "days"),
    year=("year", "years"),
    answers=("no", "yes"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    decimal_mark=".",
    thousands_mark=",",
    money="€ {number}",
    range="{lowest} to {highest}",
)

PHRASES: Final[Mapping[Language, Phrases]] = MappingProxyType(
    {"nl": _DUTCH, "en": _ENGLISH}
)
