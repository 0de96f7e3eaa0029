"""Refusals about mails to groups say what is wrong and what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from kring.actions import mailing_rounds as rounds
from kring.actions import mailings
from kring.actions.errors import GroupMailedSoonError
from kring.mailing.models import MailingState
from kring.ui.words import words_for

MAY = datetime(2026, 5, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (mailings.UnknownMailingError(7), "bestaat niet"),
        (mailings.MailingGoneOutError("Nieuws"), "is al verstuurd"),
        (mailings.GroupsGoneError(["Leden"]), "is verwijderd"),
        (mailings.GroupsGoneError(["A", "B"]), "zijn verwijderd"),
        (rounds.MailingTextMissingError("subject"), "Geef de mail een onderwerp"),
        (rounds.MailingTextMissingError("body"), "Schrijf de tekst"),
        (rounds.NoGroupsChosenError(), "Kies minstens één groep"),
        (rounds.NobodyToMailError(0), "Er zit niemand in de groepen"),
        (rounds.NobodyToMailError(1), "het 1 contact"),
        (rounds.NobodyToMailError(1204), "geen van de 1.204 contacten"),
        (rounds.GroupsFillingError(["Leden"]), "wordt nog bijgewerkt"),
        (rounds.AudienceChangedError(812, 1204), "zouden 1.204 mensen"),
        (rounds.AudienceChangedError(2, 1), "zou 1 persoon"),
        (rounds.MomentNotPossibleError(MAY, is_past=True), "3 mei 2026, 09:00 is al"),
        (rounds.MomentNotPossibleError(MAY, is_past=False), "meer dan een jaar weg"),
        (GroupMailedSoonError("Leden", ["Nieuws"]), "een geplande mail"),
        (GroupMailedSoonError("Leden", ["A", "B"]), "geplande mails"),
    ],
)
def test_a_refusal_is_a_sentence(refusal: Exception, sentence: str) -> None:
    with translation.override("nl"):
        assert sentence in words_for(refusal)


@pytest.mark.parametrize("state", MailingState.values)
def test_what_is_not_under_way_says_how_it_stands(state: str) -> None:
    with translation.override("nl"):
        assert words_for(rounds.MailingNotUnderWayError(state)).startswith(
            ("Deze mail", "De rest")
        )
