"""The sentence that tells a definition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from kring.algebra.catalogue import EMPTY_CATALOGUE, Language
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    MemberSince,
    Operator,
    Role,
    SameAddress,
    SinceOperator,
    Where,
)
from kring.algebra.sameness import form_of
from kring.algebra.sentence import (
    GroupName,
    ValueText,
    Words,
    phrase_pieces,
    sentence,
    sentence_pieces,
    text_of,
)
from tests.algebra.strategies import ADULT, CATALOGUE, IN_DELFT, expressions

MEMBERS, VOLUNTEERS, FORMER = GroupMembers(1), GroupMembers(2), GroupMembers(3)
NAMES = {
    1: "Leden",
    2: "Vrijwilligers",
    3: "Oud-leden",
    4: "Leden of vrijwilligers, met e-mail",
    5: "Coach - Energie",
}
STREET = Where("street", Operator.IS_NOT, "Markt")


def dutch(expression: Expression) -> str:
    return sentence(expression, names=NAMES, catalogue=CATALOGUE, language="nl")


def english(expression: Expression) -> str:
    return sentence(expression, names=NAMES, catalogue=CATALOGUE, language="en")


@pytest.mark.parametrize(
    ("expression", "nl", "en"),
    [
        (Except(AnyOf((MEMBERS, VOLUNTEERS)), (FORMER,)),
         "Iedereen in Leden of Vrijwilligers, behalve wie in Oud-leden zit.",
         "Everyone in Leden or Vrijwilligers, except those in Oud-leden."),
        (AnyOf((MEMBERS, VOLUNTEERS, FORMER)),
         "Iedereen in Leden, Vrijwilligers of Oud-leden.",
         "Everyone in Leden, Vrijwilligers or Oud-leden."),
        (AllOf((MEMBERS, VOLUNTEERS)),
         "Iedereen in Leden én in Vrijwilligers.",
         "Everyone in Leden and in Vrijwilligers."),
        (AtLeast(2, (MEMBERS, VOLUNTEERS, FORMER)),
         "Iedereen in minstens 2 van Leden, Vrijwilligers en Oud-leden.",
         "Everyone in at least 2 of Leden, Vrijwilligers and Oud-leden."),
        (Everyone(), "Alle contacten.", "All contacts."),
        (AnyOf(()), "Niemand.", "Nobody."),
        (Except(Everyone(), (MEMBERS, VOLUNTEERS)),
         "Alle contacten, behalve wie in Leden of Vrijwilligers zit.",
         "All contacts, except those in Leden or Vrijwilligers."),
        (AllOf((AnyOf((MEMBERS,)),)), "Iedereen in Leden.", "Everyone in Leden."),
        (GroupMembers(77), "Iedereen in groep#77.", "Everyone in group#77."),
        (AnyOf((GroupMembers(4), GroupMembers(5))),
         "Iedereen in “Leden of vrijwilligers, met e-mail” of Coach - Energie.",
         "Everyone in “Leden of vrijwilligers, met e-mail” or Coach - Energie."),
        (AllOf((AnyOf((MEMBERS, VOLUNTEERS)), IN_DELFT)),
         ("Iedereen (in Leden of Vrijwilligers) én"
         " (met woonplaats Delft of Den Haag)."),
         "Everyone (in Leden or Vrijwilligers) and (with city Delft or Den Haag)."),
        (Except(MEMBERS, (Except(VOLUNTEERS, (FORMER,)), STREET)),
         ("Iedereen in Leden, behalve iedereen (in Vrijwilligers, behalve wie in"
         " Oud-leden zit) of zonder straat Markt."),
         ("Everyone in Leden, except everyone (in Vrijwilligers, except those in"
         " Oud-leden) or without street Markt.")),
        (Except(Except(MEMBERS, (VOLUNTEERS,)), (FORMER,)),
         ("Iedereen (in Leden, behalve wie in Vrijwilligers zit), behalve wie in"
         " Oud-leden zit."),
         ("Everyone (in Leden, except those in Vrijwilligers), except those in"
         " Oud-leden.")),
        (AtLeast(2, (MEMBERS, STREET, AnyOf(()))),
         ("Iedereen met minstens 2 van deze kenmerken: in Leden; zonder straat"
         " Markt; in een lege groep."),
         ("Everyone with at least 2 of these traits: in Leden; without street"
         " Markt; in an empty group.")),
        (AnyOf((Everyone(), Except(AtLeast(1, (MEMBERS, STREET)), (FORMER,)))),
         ("Iedereen in alle contacten of ((met minstens 1 van deze kenmerken: in"
         " Leden; zonder straat Markt), behalve wie in Oud-leden zit)."),
         ("Everyone in all contacts or ((with at least 1 of these traits: in"
         " Leden; without street Markt), except those in Oud-leden).")),
        (SameAddress((Where("city", Operator.IS, "Delft"), STREET)),
         ("Iedereen met één adres waarvoor dit samen geldt (met woonplaats Delft én"
         " zonder straat Markt)."),
         ("Everyone with one address for which all this holds (with city Delft and"
         " without street Markt).")),
        (HasRole(Role.PROJECT_LEADER),
         "Iedereen met de rol projectleider.",
         "Everyone with the role project leader."),
        (MemberSince(1, SinceOperator.BEFORE, date(2026, 5, 3)),
         "Iedereen al vóór 3 mei 2026 in Leden.",
         "Everyone in Leden since before 3 May 2026."),
        (MemberSince(1, SinceOperator.AFTER, date(2026, 5, 3)),
         "Iedereen pas na 3 mei 2026 in Leden.",
         "Everyone in Leden only since after 3 May 2026."),
        (MemberSince(1, SinceOperator.AT_LEAST_DAYS, 1),
         "Iedereen al minstens 1 dag in Leden.",
         "Everyone in Leden for at least 1 day."),
        (ADULT,
         "Iedereen met geboortedatum minstens 18 jaar geleden.",
         "Everyone with date of birth at least 18 years ago."),
        (Where("created_on", Operator.NOT_IN_LAST_DAYS, 7),
         "Iedereen zonder gemaakt op in de afgelopen 7 dagen.",
         "Everyone without created on in the last 7 days."),
        (Where("date_of_birth", Operator.BELOW, date(2000, 2, 29)),
         "Iedereen met geboortedatum vóór 29 februari 2000.",
         "Everyone with date of birth before 29 February 2000."),
        (Where("date_of_birth", Operator.IS, date(2000, 2, 29)),
         "Iedereen met geboortedatum 29 februari 2000.",
         "Everyone with date of birth 29 February 2000."),
        (Where("share", Operator.ABOVE, Decimal("1234.5")),
         "Iedereen met inleg boven € 1.234,50.",
         "Everyone with share above € 1,234.50."),
        (Where("share", Operator.IS, Decimal("0.125")),
         "Iedereen met inleg € 0,125.", "Everyone with share € 0.125."),
        (Where("panels", Operator.BETWEEN, (Decimal(5), Decimal("1E+1"))),
         "Iedereen met zonnepanelen van 5 tot en met 10.",
         "Everyone with panels from 5 to 10."),
        (Where("newsletter", Operator.IS, value=True),
         "Iedereen met nieuwsbrief ja.", "Everyone with newsletter yes."),
        (Where("newsletter", Operator.EMPTY),
         "Iedereen met nieuwsbrief niet ingevuld.",
         "Everyone with newsletter not filled in."),
        (Where("status", Operator.IS_NOT, "prospect"),
         "Iedereen zonder status Belangstellende.",
         "Everyone without status Prospect."),
        (Where("status", Operator.IS, "gone"),
         "Iedereen met status gone.", "Everyone with status gone."),
        (Where("last_name", Operator.STARTS_WITH, "van der"),
         "Iedereen met achternaam beginnend met “van der”.",
         "Everyone with last name starting with “van der”."),
    ],
)  # fmt: skip
def test_a_definition_reads_as_a_sentence(
    expression: Expression, nl: str, en: str
) -> None:
    assert dutch(expression) == nl
    assert english(expression) == en


def test_pieces_tell_which_words_are_groups_and_which_are_values() -> None:
    pieces = sentence_pieces(
        AllOf((MEMBERS, Where("city", Operator.IS, "Delft"))),
        names=NAMES,
        catalogue=CATALOGUE,
        language="nl",
    )
    assert pieces == (
        Words("Iedereen in "),
        GroupName(1, "Leden"),
        Words(" én met woonplaats "),
        ValueText("Delft"),
        Words("."),
    )


def test_one_part_is_told_in_small_letters() -> None:
    pieces = phrase_pieces(IN_DELFT, names=NAMES, catalogue=CATALOGUE, language="nl")
    assert text_of(pieces) == "met woonplaats Delft of Den Haag"


def test_a_field_that_nobody_knows_any_more_is_told_by_its_code() -> None:
    condition = Where("BSN", Operator.IS, Decimal(12))
    told = sentence(condition, names={}, catalogue=EMPTY_CATALOGUE, language="nl")
    assert told == "Iedereen met BSN 12."


@pytest.mark.parametrize("language", ["nl", "en"])
@given(one=expressions, other=expressions)
def test_one_sentence_never_tells_two_different_definitions(
    language: Language, one: Expression, other: Expression
) -> None:
    one_told, other_told = (
        sentence(each, names=NAMES, catalogue=CATALOGUE, language=language)
        for each in (one, other)
    )
    assert one_told != other_told or form_of(one) == form_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AnyOf((AllOf((MEMBERS, VOLUNTEERS)), FORMER)),
         AllOf((MEMBERS, AnyOf((VOLUNTEERS, FORMER))))),
        (Except(AnyOf((MEMBERS, VOLUNTEERS)), (FORMER,)),
         AnyOf((MEMBERS, Except(VOLUNTEERS, (FORMER,))))),
        (Except(MEMBERS, (Except(VOLUNTEERS, (FORMER,)),)),
         Except(Except(MEMBERS, (VOLUNTEERS,)), (FORMER,))),
        (AtLeast(1, (STREET, Except(MEMBERS, (FORMER,)))),
         Except(AtLeast(1, (STREET, MEMBERS)), (FORMER,))),
        (AnyOf((Where("city", Operator.IN, ("Delft", "Leden")), MEMBERS)),
         AnyOf((Where("city", Operator.IS, "Delft"), MEMBERS, MEMBERS))),
    ],
)  # fmt: skip
def test_brackets_keep_lookalikes_apart(one: Expression, other: Expression) -> None:
    assert dutch(one) != dutch(other)
    assert english(one) != english(other)
