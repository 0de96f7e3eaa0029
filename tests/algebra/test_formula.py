"""Formulas: text to tree and back, and errors that point at the place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kring.algebra import limits
from kring.algebra.catalogue import Choice, FieldFacts, FieldType
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupId,
    GroupMembers,
    HasRole,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.formula_errors import (
    Place,
    UnfitError,
    UnknownNameError,
    UnreadableFormulaError,
)
from kring.algebra.formula_reading import names_like, read_formula
from kring.algebra.formula_writing import formula_of
from kring.algebra.text import fold
from tests.algebra.strategies import ADULT, CATALOGUE, IN_DELFT, Fields, expressions

A, B, C = GroupMembers(1), GroupMembers(2), GroupMembers(3)


class Names:
    """Five groups; the names of 4 are hard, and two groups share the name of 5."""

    _names = {
        1: "Leden",
        2: "Vrijwilligers",
        3: "Oud-leden",
        4: 'De "kring", (alle) of niet',
        5: "leden",
    }

    def group_named(self, name: str, /) -> GroupId | None:
        wanted = fold(name)
        return next((g for g, one in self._names.items() if fold(one) == wanted), None)

    def name_of(self, group: GroupId, /) -> str | None:
        return self._names.get(group)

    def names_like(self, name: str, /) -> tuple[str, ...]:
        return names_like(name, self._names.values())


NAMES = Names()


def read(text: str) -> Expression:
    return read_formula(text, names=NAMES, catalogue=CATALOGUE)


def written(expression: Expression) -> str:
    return formula_of(expression, names=NAMES, catalogue=CATALOGUE)


@pytest.mark.parametrize(
    ("formula", "expression"),
    [
        ('("Leden" of "Vrijwilligers") en niet "Oud-leden"',
         Except(AnyOf((A, B)), (C,))),
        ('minstens 2 van ("Leden", "Vrijwilligers", "Oud-leden")',
         AtLeast(2, (A, B, C))),
        ('woonplaats in ("Delft", "Den Haag")', IN_DELFT),
        ('"De ""kring"", (alle) of niet"', GroupMembers(4)),
        ("groep#5", GroupMembers(5)),
        ("groep#77", GroupMembers(77)),
        ("iedereen", Everyone()),
        ('iedereen en niet "Leden"', Except(Everyone(), (A,))),
        ("één van ()", AnyOf(())),
        ('één van ("Leden")', AnyOf((A,))),
        ('alle van ("Leden")', AllOf((A,))),
        ('"Leden" behalve ()', Except(A, ())),
        ('("Leden" en "Vrijwilligers") of groep#5',
         AnyOf((AllOf((A, B)), GroupMembers(5)))),
        ("rol coach", HasRole(Role.COACH)),
        ("rol externe_partij", HasRole(Role.EXTERNAL_PARTY)),
        ('lid van "Leden" sinds vóór 2026-05-31',
         MemberSince(1, SinceOperator.BEFORE, date(2026, 5, 31))),
        ('lid van "Leden" sinds na 2026-05-31',
         MemberSince(1, SinceOperator.AFTER, date(2026, 5, 31))),
        ('lid van groep#5 sinds minstens 30 dagen',
         MemberSince(5, SinceOperator.AT_LEAST_DAYS, 30)),
        ("geboortedatum minstens 18 jaar geleden", ADULT),
        ("[Gemaakt op] in laatste 7 dagen",
         Where("created_on", Operator.IN_LAST_DAYS, 7)),
        ("[Gemaakt op] niet in laatste 7 dagen",
         Where("created_on", Operator.NOT_IN_LAST_DAYS, 7)),
        ("inleg tussen 10 en 12.50",
         Where("share", Operator.BETWEEN, (Decimal(10), Decimal("12.50")))),
        ("inleg <= -3", Where("share", Operator.AT_MOST, Decimal(-3))),
        ("geboortedatum < 2000-01-01",
         Where("date_of_birth", Operator.BELOW, date(2000, 1, 1))),
        ("straat is niet leeg", Where("street", Operator.NOT_EMPTY)),
        ("nieuwsbrief is nee", Where("newsletter", Operator.IS, value=False)),
        ('status is niet "Belangstellende"',
         Where("status", Operator.IS_NOT, "prospect")),
        ('interesses is "Wind ""op zee"""', Where("interests", Operator.IS, "wind")),
        ('één adres met (woonplaats is "Delft", straat is leeg)',
         SameAddress((Where("city", Operator.IS, "Delft"),
                      Where("street", Operator.EMPTY)))),
    ],
)  # fmt: skip
def test_a_formula_is_read_and_written(formula: str, expression: Expression) -> None:
    assert read(formula) == expression
    assert written(expression) == formula


@pytest.mark.parametrize(
    ("formula", "expression"),
    [
        ('"leden" OR "Vrijwilligers" AND "Oud-leden"', AnyOf((A, AllOf((B, C))))),
        ('not "Leden"', Except(Everyone(), (A,))),
        ('"Leden" and not "Oud-leden" and "Vrijwilligers"',
         Except(AllOf((A, B)), (C,))),
        ('"Leden" of "Vrijwilligers" behalve "Oud-leden"', Except(AnyOf((A, B)), (C,))),
        ('"Leden" except ("Vrijwilligers", "Oud-leden")', Except(A, (B, C))),
        ('"Leden" behalve "Vrijwilligers" behalve "Oud-leden"',
         Except(Except(A, (B,)), (C,))),
        ('at least 2 of ("Leden", group#2)', AtLeast(2, (A, B))),
        ("any of (everyone)", AnyOf((Everyone(),))),
        ('all of ("Leden")', AllOf((A,))),
        ("role project_leader", HasRole(Role.PROJECT_LEADER)),
        ('member of "Leden" since at least 1 day',
         MemberSince(1, SinceOperator.AT_LEAST_DAYS, 1)),
        ("[Date of birth] at least 18 years ago", ADULT),
        ("date_of_birth less than 1 year ago",
         Where("date_of_birth", Operator.AGE_BELOW, 1)),
        ("field#created_on in next 7 days",
         Where("created_on", Operator.IN_NEXT_DAYS, 7)),
        ('city = "Delft"', Where("city", Operator.IS, "Delft")),
        ('city not contains "x"', Where("city", Operator.NOT_CONTAINS, "x")),
        ('one address with (city is "Delft" and street is empty)',
         SameAddress((Where("city", Operator.IS, "Delft"),
                      Where("street", Operator.EMPTY)))),
        ('status is "lid"', Where("status", Operator.IS, "member")),
        ("newsletter is yes", Where("newsletter", Operator.IS, value=True)),
        ('(("Leden"))\n of\t"Vrijwilligers"', AnyOf((A, B))),
    ],
)  # fmt: skip
def test_english_and_free_writing_are_read_as_well(
    formula: str, expression: Expression
) -> None:
    assert read(formula) == expression


@given(expressions)
def test_reading_what_was_written_gives_the_same_tree(expression: Expression) -> None:
    assert read(written(expression)) == expression


@pytest.mark.parametrize(
    ("formula", "offset", "length", "code"),
    [
        ("", 0, 0, "unexpected"),
        ('"Leden" "Oud-leden"', 8, 11, "unexpected"),
        ('"Leden" of', 10, 0, "unexpected"),
        ('"Leden" of )', 11, 1, "unexpected"),
        ('("Leden"', 8, 0, "unexpected"),
        ('"Leden', 0, 1, "unclosed"),
        ("[Gemaakt op", 0, 1, "unclosed"),
        ('"Leden" & "Oud-leden"', 8, 1, "unexpected"),
        ('"Leden" of "Vrijwiligers"', 11, 14, "unknown_name"),
        ("schoenmaat is 43", 0, 10, "unknown_name"),
        ("veld#shoe is 43", 0, 9, "unknown_name"),
        ("groep#0", 0, 7, "unfit"),
        ("groep#x", 0, 7, "unexpected"),
        ("groep#99999999999999999999", 0, 26, "unfit"),
        ("alle van ()", 9, 2, "unfit"),
        ('minstens 3 van ("Leden", "Oud-leden")', 9, 1, "unfit"),
        ('minstens 0 van ("Leden")', 9, 1, "unfit"),
        ('minstens 1.5 van ("Leden")', 9, 3, "unexpected"),
        ('minstens 9999999999999999 van ("Leden")', 9, 16, "unfit"),
        ('minstens 1 "Leden"', 11, 7, "unexpected"),
        ('één van ("Leden" "Oud-leden")', 17, 11, "unexpected"),
        ("rol baas", 4, 4, "unexpected"),
        ("lid van veld#city sinds na 2026-01-01", 8, 9, "unexpected"),
        ("lid van Leden", 8, 5, "unexpected"),
        ('lid van "Leden" sinds 2026-01-01', 22, 10, "unexpected"),
        ('lid van "Leden" sinds na 3', 25, 1, "unexpected"),
        ('lid van "Leden" sinds na 2026-02-30', 25, 10, "unfit"),
        ('woonplaats > "Delft"', 11, 1, "unfit"),
        ('woonplaats ongeveer "Delft"', 11, 8, "unexpected"),
        ("woonplaats is Delft", 14, 5, "unexpected"),
        ("woonplaats is 3", 14, 1, "unfit"),
        ("woonplaats in ()", 15, 1, "unexpected"),
        ('woonplaats in ("a"', 18, 0, "unexpected"),
        ("inleg tussen 3 of 4", 15, 2, "unexpected"),
        ("inleg tussen 4 en 3", 13, 6, "unfit"),
        ('status is "baas"', 10, 6, "unfit"),
        ("[Gemaakt op] in laatste 7 jaar", 26, 4, "unexpected"),
        ('één adres met (status is "lid")', 15, 15, "unfit"),
        ("één adres met (groep#1)", 15, 7, "unexpected"),
        ('één adres met (woonplaats is "a" of straat is leeg)', 33, 2, "unexpected"),
        ("één adres met ()", 15, 1, "unexpected"),
    ],
)
def test_an_error_points_at_the_place(
    formula: str, offset: int, length: int, code: str
) -> None:
    with pytest.raises(UnreadableFormulaError) as refusal:
        read(formula)
    place = refusal.value.place
    assert (place.offset, place.length, refusal.value.code) == (offset, length, code)
    assert str(refusal.value).startswith("line 1, column ")


def test_lines_and_columns_count_from_one() -> None:
    with pytest.raises(UnreadableFormulaError) as refusal:
        read('"Leden" of\n  "Ledn"')
    assert refusal.value.place == Place(offset=13, length=6, line=2, column=3)


def test_a_misspelt_group_is_answered_with_the_name_that_was_meant() -> None:
    with pytest.raises(UnknownNameError, match='Did you mean "Vrijwilligers"') as error:
        read('"vrijwiligers"')
    assert error.value.facts["suggestion"] == "Vrijwilligers"
    with pytest.raises(UnknownNameError, match=r'no group "qqq"\.$'):
        read('"qqq"')


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("(" * 100_000, "too_deep"),
        ("één van (" * 65 + '"Leden"' + ")" * 65, "too_deep"),
        ("één van (" * 64 + '"Leden"' + ")" * 64, "too_deep"),
        (" of ".join(['"Leden"'] * limits.NODES), "too_many_nodes"),
        (" of ".join(['"Leden"'] * (limits.NODES + 1)), "too_many_nodes"),
        (" " * (limits.FORMULA_LENGTH + 1), "too_long"),
    ],
    ids=["brackets", "lists", "tree", "nodes", "groups", "length"],
)
def test_a_formula_obeys_the_limits_of_definitions(formula: str, code: str) -> None:
    with pytest.raises(UnfitError) as refusal:
        read(formula)
    assert refusal.value.cause.code == code


def test_what_is_hard_to_call_by_name_is_called_by_code() -> None:
    choices = (Choice("a", {"nl": "b", "en": "b"}), Choice("b", {"nl": "A", "en": "A"}))
    fields = Fields(
        (
            FieldFacts("x", {"nl": "Rol", "en": "Role"}, FieldType.TEXT),
            FieldFacts("y y", {"nl": "a]b", "en": "y"}, FieldType.TEXT),
            FieldFacts("z", {"nl": "z", "en": "z"}, FieldType.CHOICE, choices),
        )
    )
    tree = AllOf(
        (
            Where("x", Operator.EMPTY),
            Where("y y", Operator.EMPTY),
            Where("z", Operator.IN, ("a", "b")),
        )
    )
    formula = formula_of(tree, names=NAMES, catalogue=fields)
    assert formula == '[Rol] is leeg en veld#"y y" is leeg en z in ("a", "A")'
    assert read_formula(formula, names=NAMES, catalogue=fields) == tree


def test_a_field_or_choice_that_is_gone_is_written_by_its_code() -> None:
    gone = AnyOf(
        (Where("shoe", Operator.IS, "big"), Where("status", Operator.IS, "gone"))
    )
    assert written(gone) == 'veld#shoe is "big" of status is "gone"'


@given(st.text(st.sampled_from('"ab ()<>=,[]#1-.\n') | st.characters(), max_size=30))
def test_whatever_is_typed_is_read_or_refused(formula: str) -> None:
    try:
        expression = read(formula)
    except UnreadableFormulaError:
        return
    assert read(written(expression)) == expression
