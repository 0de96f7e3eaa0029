"""Many numbers for one question or from one answer, as PostgreSQL writes them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from typing import Final

# Dimensions, flags, type, length and lower bound, of four bytes each.
_HEADER: Final = 20
_WORD: Final = "I"


def as_array(numbers: Iterable[int]) -> str:
    """The numbers as the text of an array, to be cast to one: `%s::bigint[]`.

    Of ten thousand numbers a list takes the driver ten times as long to write.
    """
    return "{" + str(list(numbers))[1:-1] + "}"


def read_sent_array(sent: bytes | memoryview | None) -> array[int]:
    """The numbers below 2³² of a `bigint[]` that was sent by `array_send`.

    Of an empty array, or none, nothing. The driver reads an array number by number;
    here each is its length and two halves, in words of four bytes, the most significant
    first: see `array_send` and `int8send` in PostgreSQL's sources.
    """
    words = array(_WORD, bytes(sent or b"")[_HEADER:])
    if sys.byteorder == "little":
        words.byteswap()
    return words[2::3]
