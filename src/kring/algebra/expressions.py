"""What a definition can say: a closed set of frozen nodes, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, unique

GroupId = int
ContactId = int


@unique
class Role(Enum):
    """What a member of a group can be in a neighbourhood approach."""

    COACH = "coach"
    PROJECT_LEADER = "project_leader"
    EXTERNAL_PARTY = "external_party"


@unique
class Operator(Enum):
    """How a condition compares the values of a field; the value is as in JSON."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    BETWEEN = "between"
    IN_LAST_DAYS = "in_last_days"
    NOT_IN_LAST_DAYS = "not_in_last_days"
    IN_NEXT_DAYS = "in_next_days"
    AGE_AT_LEAST = "age_at_least"
    AGE_BELOW = "age_below"


@unique
class SinceOperator(Enum):
    """How the day on which a contact last joined a group is compared."""

    BEFORE = "before"
    AFTER = "after"
    AT_LEAST_DAYS = "at_least_days"


Scalar = str | Decimal | date | bool | int
Value = Scalar | tuple[Scalar, ...] | None


@dataclass(frozen=True, slots=True)
class Everyone:
    """All contacts that exist."""


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The members of a group, pins included."""

    group: GroupId


@dataclass(frozen=True, slots=True)
class HasRole:
    """Who is in a group that gives this role."""

    role: Role


@dataclass(frozen=True, slots=True)
class MemberSince:
    """Who is in the group, and joined it before, after, or long enough ago."""

    group: GroupId
    op: SinceOperator
    value: date | int


@dataclass(frozen=True, slots=True)
class Where:
    """Whoever a condition on a field is true for; `empty` and `not_empty` ask None."""

    field: str
    op: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class SameAddress:
    """Who has one address that satisfies all these conditions."""

    conditions: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Who is in at least one of the parts; of no parts: nobody."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Who is in every part, of which there is at least one."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Who is in `count` or more different parts."""

    count: int
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Who is in the base and in none of the removed."""

    base: Expression
    removed: tuple[Expression, ...]


Leaf = Everyone | GroupMembers | HasRole | MemberSince | Where | SameAddress
Branch = AnyOf | AllOf | AtLeast | Except
Expression = Leaf | Branch
