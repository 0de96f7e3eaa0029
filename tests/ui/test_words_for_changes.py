"""Every action and every refusal to undo has its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from kring.actions.restoring import errors
from kring.ui.words import words_for
from kring.ui.words_changes import DEEDS, actor_in_words, deed_in_words
from tools.catalogues import ROOT

ROOF = "\N{LEFT SINGLE QUOTATION MARK}Soort dak\N{RIGHT SINGLE QUOTATION MARK}"
KOOR = "\N{LEFT SINGLE QUOTATION MARK}Koor\N{RIGHT SINGLE QUOTATION MARK}"
NAMES = re.compile(r"[a-z]+\.[a-z]+")
CALLS = {"act", "begin_long_act", "_Wanted"}


def actions_in(source: str) -> Iterator[str]:
    """What is handed to whatever begins an act, or kept as the name of an action."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]
            ) if name in CALLS:
                yield text
            case ast.AnnAssign(
                annotation=ast.Name(id="Final"), value=ast.Constant(value=str(text))
            ) if NAMES.fullmatch(text):
                yield text


def test_every_action_has_words() -> None:
    sources = (ROOT / "src" / "kring" / "actions").rglob("*.py")
    used = {
        action for path in sources for action in actions_in(path.read_text("utf-8"))
    }
    assert {"members.place", "day.new", "contacts.import"} <= used
    assert used - DEEDS.keys() == set()


@pytest.mark.parametrize("action", sorted(DEEDS))
def test_the_words_are_dutch_and_english(action: str) -> None:
    with override("nl"):
        dutch = deed_in_words(action)
    with override("en"):
        english = deed_in_words(action)
    assert dutch != english
    assert "." not in dutch + english


LATER = errors.LaterChange(
    7,
    datetime(2026, 5, 3, 12, tzinfo=timezone.get_default_timezone()),
    "Anna",
    "members.remove",
)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (errors.UnknownChangeError(7), "geen wijziging met nummer 7"),
        (errors.StepOfChangeError(7), "stap van wijziging 7"),
        (errors.LastingChangeError("contact.erase"), "nooit ongedaan"),
        (errors.NothingToUndoError(7), "wijziging 7"),
        (errors.AlreadyUndoneError(7), "al ongedaan gemaakt, door wijziging 7"),
        (errors.ErasedSinceError(), "is gewist"),
        (
            errors.StandsInTheWayError("Ada", "Koor", "", LATER),
            f"want Ada in {KOOR} is daarna nog gewijzigd: leden verwijderd, op 3 mei",
        ),
        (errors.StandsInTheWayError("", "Koor", "", LATER), f"want {KOOR} is daarna"),
        (
            errors.StandsInTheWayError("", "", "Soort dak", LATER),
            f"want {ROOF} is daarna nog gewijzigd",
        ),
        (errors.StandsInTheWayError("Ada", "", "", None), "want Ada is nu anders"),
        (
            errors.UndoStoppedError(2, 3, errors.ErasedSinceError()),
            "2 van 3 stappen zijn ongedaan gemaakt",
        ),
    ],
)
def test_a_refusal_to_undo_says_why(refusal: Exception, words: str) -> None:
    with override("nl"):
        assert words in words_for(refusal)


def test_who_acted_is_told_in_words() -> None:
    with override("nl"):
        assert actor_in_words("Anna", "user") == "Anna"
        assert actor_in_words("", "clock") == "vanzelf"
        assert actor_in_words("", "operator") == "systeembeheer"
