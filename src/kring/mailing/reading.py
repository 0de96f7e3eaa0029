"""A text with fields becomes pieces: words, fields, and what depends on a field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from kring.mailing.errors import (
    TextProblem,
    UnknownMergeFieldError,
    UnreadableTemplateError,
)
from kring.mailing.merge_fields import (
    FORMER_NAMES,
    FORMER_PREFIXES,
    NAMES,
    field_meant,
)

DEEPEST: Final = 10
"""How many conditions may stand in one another."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands there as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """The value of a field."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read where the field is filled, and what where it is empty."""

    name: str
    filled: tuple[Piece, ...]
    empty: tuple[Piece, ...]


Piece = Words | Field | Choice


def read(text: str) -> tuple[Piece, ...]:
    """The pieces of a text, which may be HTML.

    Raises UnknownMergeFieldError or UnreadableTemplateError for the first thing that
    is wrong.
    """
    reading = _Reading(text)
    end = 0
    for tag in _TAG.finditer(text):
        reading.add(Words(text[end : tag.start()]))
        reading.take(tag)
        end = tag.end()
    reading.add(Words(text[end:]))
    return reading.whole()


def fields_in(pieces: Iterable[Piece]) -> frozenset[str]:
    """The names of the fields that a text tells, or asks whether they are filled."""
    found: set[str] = set()
    for piece in pieces:
        match piece:
            case Words():
                pass
            case Field(name):
                found.add(name)
            case Choice(name, filled, empty):
                found |= {name} | fields_in(filled) | fields_in(empty)
    return frozenset(found)


@dataclass(slots=True)
class _Open:
    """A condition of which the end was not read yet, or the text as a whole."""

    name: str = ""
    ends_with: str = ""
    is_negated: bool = False
    begun: int = 0
    written: str = ""
    first: list[Piece] = field(default_factory=list)
    second: list[Piece] | None = None

    @property
    def here(self) -> list[Piece]:
        return self.first if self.second is None else self.second

    def closed(self) -> Choice:
        first, second = tuple(self.first), tuple(self.second or ())
        if self.is_negated:
            return Choice(self.name, filled=second, empty=first)
        return Choice(self.name, filled=first, empty=second)


class _Reading:
    """Goes through the tags of a text, from the first to the last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open = [_Open()]

    def add(self, piece: Piece) -> None:
        if piece != Words(""):
            self.open[-1].here.append(piece)

    def take(self, tag: re.Match[str]) -> None:
        match tag.lastgroup:
            case "field":
                self.add(Field(self._name(tag, tag["field"])))
            case "statement":
                self._obey(tag)
            case "former":
                self._take_former(tag)
            case "former_begin":
                self._begin_former(tag)
            case "former_end":
                self._end_former(tag)
            case _:
                rest = _NEW_LINE.split(self.text[tag.start() :], maxsplit=1)[0]
                raise self._trouble(tag.start(), rest, _STRAY[tag[0]])

    def whole(self) -> tuple[Piece, ...]:
        """All that was read; every condition must have ended."""
        last = self.open[-1]
        if last.ends_with:
            problem = (
                TextProblem.NO_FORMER_END if _is_former(last) else TextProblem.NO_END
            )
            raise self._trouble(last.begun, last.written, problem)
        return tuple(last.first)

    def _obey(self, tag: re.Match[str]) -> None:
        words = _plain(tag["statement"]).lower().split()
        match words:
            case ["als", "niet" | "geen", *name]:
                self._begin(tag, " ".join(name), ends_with=_END, is_negated=True)
            case ["als", *name]:
                self._begin(tag, " ".join(name), ends_with=_END, is_negated=False)
            case ["anders"]:
                self._turn(tag)
            case ["eindals"] | ["einde"] | ["eind" | "einde", "als"]:
                self._end(tag, _END)
            case _:
                raise self._unreadable(tag, TextProblem.UNKNOWN_INSTRUCTION)

    def _begin(
        self, tag: re.Match[str], name: str, *, ends_with: str, is_negated: bool
    ) -> None:
        if len(self.open) > DEEPEST:
            raise self._unreadable(tag, TextProblem.TOO_DEEP)
        self.open.append(
            _Open(
                name=self._name(tag, name),
                ends_with=ends_with,
                is_negated=is_negated,
                begun=tag.start(),
                written=tag[0],
            )
        )

    def _turn(self, tag: re.Match[str]) -> None:
        last = self.open[-1]
        if last.ends_with != _END:
            raise self._unreadable(tag, TextProblem.NO_CONDITION)
        if last.second is not None:
            raise self._unreadable(tag, TextProblem.OTHERWISE_TWICE)
        last.second = []

    def _end(self, tag: re.Match[str], written: str) -> None:
        if self.open[-1].ends_with != written:
            raise self._unreadable(tag, TextProblem.NO_CONDITION)
        self.add(self.open.pop().closed())

    def _take_former(self, tag: re.Match[str]) -> None:
        """{contact_voornaam}; other words between single braces are words."""
        name = tag["former"].lower()
        if name in FORMER_NAMES:
            self.add(Field(NAMES[name]))
        elif name.startswith(FORMER_PREFIXES) or name in NAMES:
            raise UnknownMergeFieldError(tag[0], field_meant(name))
        else:
            self.add(Words(tag[0]))

    def _begin_former(self, tag: re.Match[str]) -> None:
        negation = tag["negation"].lower()
        self._begin(
            tag,
            tag["former_begin"],
            ends_with=f"als{negation}@",
            is_negated=bool(negation),
        )

    def _end_former(self, tag: re.Match[str]) -> None:
        """Without such a condition it is a word, as in an e-mail address."""
        if any(_is_former(one) for one in self.open):
            self._end(tag, tag[0].lower())
        else:
            self.add(Words(tag[0]))

    def _name(self, tag: re.Match[str], written: str) -> str:
        name = _plain(written)
        if not _NAME.fullmatch(name):
            raise self._unreadable(tag, TextProblem.NOT_A_FIELD)
        known = NAMES.get("_".join(name.lower().split()))
        if known is None:
            raise UnknownMergeFieldError(name, field_meant(name))
        return known

    def _unreadable(
        self, tag: re.Match[str], problem: TextProblem
    ) -> UnreadableTemplateError:
        return self._trouble(tag.start(), tag[0], problem)

    def _trouble(
        self, start: int, written: str, problem: TextProblem
    ) -> UnreadableTemplateError:
        line = 1 + len(_NEW_LINE.findall(self.text, 0, start))
        return UnreadableTemplateError(line, _plain(written)[:_LONGEST], problem)


def _is_former(condition: _Open) -> bool:
    return condition.ends_with not in ("", _END)


def _plain(written: str) -> str:
    """What an editor shows of it: without markup, with one space between words."""
    return " ".join(unescape(_MARKUP.sub("", written)).split())


_END: Final = "eindals"
_LONGEST: Final = 40
_NAME: Final = re.compile(r"[^\W\d][\w -]*")
_MARKUP: Final = re.compile(r"<[^<>]*>|[\u200b\ufeff]")
_NEW_LINE: Final = re.compile(
    r"(?:<br\s*/?>|</(?:p|div|li|h[1-6]|blockquote|tr)>)\s*|\n", re.IGNORECASE
)
_STRAY: Final = {
    "{{": TextProblem.NOT_CLOSED,
    "{%": TextProblem.NOT_CLOSED,
    "}}": TextProblem.NOT_OPENED,
    "%}": TextProblem.NOT_OPENED,
}
# An end of the former kind that stands within a word is part of an e-mail address.
_TAG: Final = re.compile(
    r"""
    \{\{ (?P<field> [^{}]* ) \}\}
    | \{% (?P<statement> [^{}]*? ) %\}
    | @als (?P<negation> (?:niet)? ) \{ \s* (?P<former_begin> \w* ) (?: \} | \s )?
    | (?P<former_end> als(?:niet)?@(?!\w) | (?<!\w)als(?:niet)?@ )
    | \{ (?P<former> [A-Za-z]\w* ) \}
    | (?P<stray> \{\{ | \}\} | \{% | %\} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
