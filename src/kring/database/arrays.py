"""Many numbers for one question or from one answer, as PostgreSQL writes them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from typing import Final

_WORD: Final = "I"


def as_array(numbers: Iterable[int]) -> str:
    """The numbers as the text of an array, to be cast to one: `%s::bigint[]`.

    Of ten thousand numbers a list takes the driver ten times as long to write.
    """
    return "{" + str(list(numbers))[1:-1] + "}"


def read_sent_numbers(sent: bytes | memoryview | None) -> array[int]:
    """The numbers below 2³¹ that `string_agg(int4send(number), '')` answered.

    Of no rows nothing. Each is a word of four bytes, the most significant first. Of
    400,000 numbers `array_send(array_agg(number))` takes twice as long.
    """
    words = array(_WORD, bytes(sent or b""))
    if sys.byteorder == "little":
        words.byteswap()
    return words
