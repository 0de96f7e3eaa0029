"""The words, names, values and marks that a formula is written with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from kring.algebra.formula_errors import UnclosedError, UnexpectedError, place_in
from kring.algebra.text import fold


@unique
class Kind(Enum):
    TEXT = "text"
    LABEL = "label"
    REFERENCE = "reference"
    DATE = "date"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `text` without its quotes or brackets, words folded."""

    kind: Kind
    text: str
    start: int
    end: int


WORD: Final = re.compile(r"[^\W\d][\w\u0300-\u036f-]*")
CODE: Final = re.compile(r"[\w.:-]+")

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<label>\[[^\]]*\])
    | (?P<reference>(?:groep|group|veld|field)\#(?:{CODE.pattern}|"(?:[^"]|"")*"))
    | (?P<date>\d{{4}}-\d\d-\d\d)
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<word>{WORD.pattern})
    | (?P<mark><=|>=|[()<>=,])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def tokens_of(text: str) -> list[Token]:
    """Answer the tokens, the last of which marks the end."""
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if found is None:
            raise _stray(text, offset)
        if found.lastgroup != "space":
            tokens.append(_token_of(found))
        offset = found.end()
    return [*tokens, Token(Kind.END, "", offset, offset)]


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _token_of(found: re.Match[str]) -> Token:
    kind = Kind(found.lastgroup)
    return Token(kind, _text_of(kind, found.group()), found.start(), found.end())


def _text_of(kind: Kind, written: str) -> str:
    match kind:
        case Kind.TEXT:
            return unquoted(written)
        case Kind.LABEL:
            return written[1:-1]
        case Kind.WORD:
            return fold(written)
        case _:
            return written


def _stray(text: str, offset: int) -> UnclosedError | UnexpectedError:
    place = place_in(text, offset, offset + 1)
    if text[offset] in '"[':
        return UnclosedError(place, opened=text[offset])
    return UnexpectedError(place, expected=("expression",), found=text[offset])
