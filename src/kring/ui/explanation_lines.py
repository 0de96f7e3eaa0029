"""An explanation line by line, each with its level: for a page and for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kring.algebra.expressions import AllOf, AnyOf, AtLeast, Except
from kring.algebra.sentence import Piece, Words
from kring.groups.explanation import Explained, ExplainedGroup
from kring.groups.explanation_outline import Node, Opened, outline_of
from kring.ui.words_explanation import (
    answer_of,
    phrase_of,
    words_for_branch,
    words_for_handwork,
)

_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One part: what it asks, whether it holds, and what the contact has.

    `helps` says whether that speaks for belonging: of what is excepted, not holding
    does.
    """

    level: int
    pieces: tuple[Piece, ...]
    holds: bool
    helps: bool
    decides: bool
    is_excepted: bool
    answer: str = ""
    notes: tuple[str, ...] = ()
    opened: tuple[int, ...] = ()
    elsewhere: tuple[ExplainedGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group with the lines of its definition."""

    told: ExplainedGroup
    lines: tuple[Line, ...]


def sections_of(explained: Explained) -> tuple[Section, ...]:
    """The asked group first, and then what lies too deep to stand within it."""
    return tuple(
        Section(opened.told, tuple(_Lines(explained).within(opened)))
        for opened in outline_of(explained, levels=_LEVELS)
    )


def notes_on(told: ExplainedGroup) -> tuple[str, ...]:
    """What was decided by hand."""
    if told.handwork is None:
        return ()
    is_derived = told.reason is not None
    return (words_for_handwork(told.handwork, is_derived=is_derived),)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands: how deep, in what is excepted, and on what rests."""

    level: int = 1
    is_excepted: bool = False
    speaks_for: bool = True
    decides: bool = True

    def below(self, node: Node, place: int) -> _Place:
        excepted = isinstance(node.reason.expression, Except) and place > 0
        return _Place(
            level=self.level + 1,
            is_excepted=excepted,
            speaks_for=self.speaks_for is not excepted,
            decides=self.decides,
        )


@dataclass(frozen=True, slots=True)
class _Lines:
    explained: Explained

    def within(self, opened: Opened, where: _Place | None = None) -> Iterator[Line]:
        """The lines of a group's definition; a hand leaves nothing to decide."""
        if opened.tree is None:
            return
        place = where or _Place()
        if opened.told.by_hand is not None:
            place = replace(place, decides=False)
        yield from self._of(opened.tree, place)

    def _of(self, node: Node, where: _Place) -> Iterator[Line]:
        if len(node.parts) == 1:
            # Brackets around one part tell a reader nothing.
            yield from self._of(node.parts[0], where)
            return
        here = replace(where, decides=where.decides and node.reason.decides)
        yield self._line(node, here)
        for place, part in enumerate(node.parts):
            yield from self._of(part, here.below(node, place))
        for opened in node.opened:
            yield from self.within(opened, here.below(node, 0))

    def _line(self, node: Node, where: _Place) -> Line:
        return Line(
            level=where.level,
            pieces=self._pieces(node),
            holds=node.reason.holds,
            helps=node.reason.holds is where.speaks_for,
            decides=where.decides and not node.parts,
            is_excepted=where.is_excepted,
            answer=answer_of(self.explained, node.reason),
            notes=tuple(note for one in node.opened for note in notes_on(one.told)),
            opened=tuple(one.told.group.id for one in node.opened),
            elsewhere=tuple(one for one in node.elsewhere if one.reason is not None),
        )

    def _pieces(self, node: Node) -> tuple[Piece, ...]:
        expression = node.reason.expression
        if isinstance(expression, AnyOf | AllOf | AtLeast | Except):
            return (Words(words_for_branch(expression)),)
        return phrase_of(self.explained, expression)
