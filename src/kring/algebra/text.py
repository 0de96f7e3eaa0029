"""The one place where case, accents and spacing are taken out of text."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not take apart, although readers see a base letter.
_SPELLED_OUT = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ł": "l",
        "ŋ": "n",
        "ŧ": "t",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{PRIME}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
    }
)
_CONTROLS = frozenset({"Cc", "Cs"})
_TURNS_AROUND = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def fold(text: str) -> str:
    """Answer the text without case, accents, ligatures and superfluous spacing.

    Folding folded text changes nothing.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    # Some capitals only appear when a compatibility letter is taken apart, and some
    # accents only when case is removed: hence apart, small, and apart again.
    small = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", small).translate(_SPELLED_OUT)
    return " ".join("".join(filter(_is_kept, apart)).split())


def holds_unprintable(text: str) -> bool:
    """Answer whether a text does to a screen or a terminal what its reader can't see.

    Control characters but for new lines and tabs, lone halves of characters, and what
    turns the direction of writing around.
    """
    return any(
        character in _TURNS_AROUND
        or (character not in "\n\r\t" and unicodedata.category(character) in _CONTROLS)
        for character in text
    )


def _is_kept(character: str) -> bool:
    if character.isspace():
        return True
    return not (
        unicodedata.combining(character) or unicodedata.category(character) in _UNSEEN
    )
