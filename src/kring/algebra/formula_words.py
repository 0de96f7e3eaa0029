"""The words of formulas, Dutch first, since Dutch is what is written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from kring.algebra.expressions import GroupId, Operator, Role

Words = tuple[str, ...]


class GroupNames(Protocol):
    """What groups are called."""

    def group_named(self, name: str, /) -> GroupId | None: ...
    def name_of(self, group: GroupId, /) -> str | None: ...
    def names_like(self, name: str, /) -> tuple[str, ...]:
        """Answer the names that may have been meant, the best first."""
        ...


def _phrases(*written: str) -> tuple[Words, ...]:
    return tuple(tuple(one.split()) for one in written)


OR: Final = _phrases("of", "or")
AND: Final = _phrases("en", "and")
NOT: Final = _phrases("niet", "not")
EXCEPT: Final = _phrases("behalve", "except")
EVERYONE: Final = _phrases("iedereen", "everyone")
ANY_OF: Final = _phrases("een van", "any of", "one of")
ALL_OF: Final = _phrases("alle van", "all of")
AT_LEAST: Final = _phrases("minstens", "at least")
OF: Final = _phrases("van", "of")
ONE_ADDRESS: Final = _phrases("een adres met", "one address with")
ROLE: Final = _phrases("rol", "role")
MEMBER_OF: Final = _phrases("lid van", "member of")
SINCE: Final = _phrases("sinds", "since")
BEFORE: Final = _phrases("voor", "before")
AFTER: Final = _phrases("na", "after")
DAYS: Final = _phrases("dagen", "dag", "days", "day")
YEARS_AGO: Final = _phrases("jaar geleden", "years ago", "year ago")
YES: Final = _phrases("ja", "yes")
NO: Final = _phrases("nee", "no")

ROLES: Final[Mapping[Role, tuple[Words, ...]]] = MappingProxyType(
    {
        Role.COACH: _phrases("coach"),
        Role.PROJECT_LEADER: _phrases("projectleider", "project_leader"),
        Role.EXTERNAL_PARTY: _phrases("externe_partij", "external_party"),
    }
)

# Longer phrases stand before those that they begin with: the first that fits is read.
OPERATORS: Final[Mapping[Operator, tuple[Words, ...]]] = MappingProxyType(
    {
        Operator.NOT_EMPTY: _phrases("is niet leeg", "is not empty"),
        Operator.EMPTY: _phrases("is leeg", "is empty"),
        Operator.IS_NOT: _phrases("is niet", "is not"),
        Operator.IS: _phrases("is", "="),
        Operator.NOT_IN_LAST_DAYS: _phrases("niet in laatste", "not in last"),
        Operator.IN_LAST_DAYS: _phrases("in laatste", "in last"),
        Operator.IN_NEXT_DAYS: _phrases("in komende", "in next"),
        Operator.NOT_IN: _phrases("niet in", "not in"),
        Operator.IN: _phrases("in"),
        Operator.NOT_CONTAINS: _phrases("bevat niet", "contains not", "not contains"),
        Operator.CONTAINS: _phrases("bevat", "contains"),
        Operator.STARTS_WITH: _phrases("begint met", "starts with"),
        Operator.ENDS_WITH: _phrases("eindigt op", "ends with"),
        Operator.BETWEEN: _phrases("tussen", "between"),
        Operator.AGE_AT_LEAST: _phrases("minstens", "at least"),
        Operator.AGE_BELOW: _phrases("minder dan", "less than"),
        Operator.AT_MOST: _phrases("<="),
        Operator.AT_LEAST: _phrases(">="),
        Operator.BELOW: _phrases("<"),
        Operator.ABOVE: _phrases(">"),
    }
)

# A field called by one of these is written in another way, or it would be misread.
RESERVED: Final = frozenset(
    words[0]
    for phrases in (
        OR, AND, NOT, EXCEPT, EVERYONE, ANY_OF, ALL_OF, AT_LEAST, ROLE, MEMBER_OF
    )
    for words in phrases
)  # fmt: skip
