"""How far a formula is read: what stands next, and what was expected there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kring.algebra import limits
from kring.algebra.formula_errors import Place, UnexpectedError, UnfitError, place_in
from kring.algebra.formula_tokens import Kind, Token, tokens_of
from kring.algebra.formula_words import Words
from kring.algebra.unreadable import OutOfRangeError, UnreadableDefinitionError


class Cursor:
    """The tokens of one formula, and how far they are read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._at = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.next
        self._at += token.kind is not Kind.END
        return token

    def take_if(self, phrases: Iterable[Words]) -> bool:
        """Read the first phrase that stands here, if any does."""
        for phrase in phrases:
            ahead = self._tokens[self._at : self._at + len(phrase)]
            if tuple(map(_keyword, ahead)) == phrase:
                self._at += len(phrase)
                return True
        return False

    def require(self, phrases: Iterable[Words]) -> None:
        phrases = tuple(phrases)
        if not self.take_if(phrases):
            raise self.unexpected(*(" ".join(phrase) for phrase in phrases))

    def require_kind(self, kind: Kind) -> Token:
        if self.next.kind is not kind:
            raise self.unexpected(kind.value)
        return self.take()

    def unexpected(self, *expected: str) -> UnexpectedError:
        token = self.next
        found = self._text[token.start : token.end] or "the end"
        return UnexpectedError(self.place(token), expected=expected, found=found)

    def place(self, token: Token) -> Place:
        return place_in(self._text, token.start, token.end)

    def place_from(self, first: Token) -> Place:
        """Answer the place of all that was read from this token on."""
        last = self._tokens[self._at - 1]
        return place_in(self._text, first.start, max(first.start, last.end))


def whole_number(tokens: Cursor) -> int:
    token = tokens.next
    if token.kind is not Kind.NUMBER or not is_plain_number(token.text):
        raise tokens.unexpected("number")
    if len(token.text) > limits.DIGITS:
        cause = OutOfRangeError("", least=0, most=10**limits.DIGITS - 1)
        raise UnfitError(tokens.place(token), cause)
    return int(tokens.take().text)


@contextmanager
def placed_at(place: Place) -> Iterator[None]:
    """Let the reader of values judge, and give what it refuses a place in the text."""
    try:
        yield
    except UnreadableDefinitionError as error:
        raise UnfitError(place, error) from error


def is_numbered_group(token: Token) -> bool:
    return token.kind is Kind.REFERENCE and token.text[:1].lower() == "g"


def is_plain_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _keyword(token: Token) -> str:
    return token.text if token.kind in {Kind.WORD, Kind.MARK} else ""
