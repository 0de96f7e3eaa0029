from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from kring.actions import errors
from kring.algebra import unreadable
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.database.errors import DatabaseError
from kring.mailing.errors import TextProblem, UnreadableTemplateError, UnusableTextError
from kring.ui.words import words_for
from kring.ui.words_definitions import _PROBLEMS


def subclasses(parent: type[Any]) -> list[type[Any]]:
    below: list[type[Any]] = parent.__subclasses__()
    return below + [leaf for child in below for leaf in subclasses(child)]


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for parent in (errors.RefusedError, DatabaseError, UnusableTextError)
        for kind in subclasses(parent)
        if kind.__module__.startswith("kring.")
    ],
    ids=lambda kind: f"{kind.__module__}.{kind.__name__}",
)
def test_every_refusal_has_words(kind: type[Any]) -> None:
    assert words_for.dispatch(kind) is not words_for.dispatch(Exception)


@pytest.mark.parametrize("problem", TextProblem)
def test_every_problem_of_a_text_says_what_to_do(problem: TextProblem) -> None:
    words = words_for(UnreadableTemplateError(3, "{% x %}", problem))
    assert words.startswith("Regel 3, bij")
    assert words.endswith(".")
    assert "%%" not in words


def test_every_problem_of_a_definition_has_words() -> None:
    assert {
        kind.code for kind in subclasses(UnreadableDefinitionError)
    } == _PROBLEMS.keys()


def test_a_sentence_names_the_place_in_the_definition() -> None:
    error = unreadable.UnknownFieldError("all[2].where", field="colour")
    with translation.override("en"):
        assert words_for(error) == (
            "The definition cannot be read at all[2].where. There is no field “colour”."
        )


def test_a_very_long_name_is_cut_short_in_a_sentence() -> None:
    with translation.override("en"):
        assert len(words_for(errors.UnknownGroupNameError("x" * 10_000_000))) < 200
