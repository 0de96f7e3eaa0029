"""How the cooperative looks is changed, remembered and undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kring.accounts.actors import OPERATOR, Actor, actor_of
from kring.accounts.models import StaffRole, User
from kring.actions.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    TextTooLongError,
    UnprintableTextError,
)
from kring.actions.looks import (
    ColourUnreadableError,
    NoColourError,
    UnknownLogoError,
    edit_looks,
)
from kring.actions.restoring.errors import StandsInTheWayError
from kring.actions.undo import undo_change
from kring.cooperative.logos import picture_in
from kring.cooperative.looks import (
    KEPT_FOR,
    Looks,
    cooperative_name,
    keep_looks,
    looks,
    stored_looks,
)
from kring.cooperative.models import Cooperative, Logo
from kring.groups.models import Change, ChangeEntry
from kring.ui.words import words_for
from tests.cooperative.pictures import picture

pytestmark = pytest.mark.django_db

DELFT = Looks(
    name="Delftse Energie",
    accent="#7a1f5c",
    welcome_nl="Welkom bij uw eigen energie.",
    help_nl="Bel 015 123 4567.",
)


def user(role: StaffRole) -> Actor:
    made = User(email=f"{role}@example.org", staff_role=role)
    made.set_unusable_password()
    made.save()
    return actor_of(made)


def test_what_is_set_is_shown_and_kept_as_a_change():
    change = edit_looks(DELFT, by=user(StaffRole.ADMIN))
    assert looks() == DELFT
    assert stored_looks().version == change
    row = Change.objects.get(pk=change)
    assert row.action == "cooperative.edit"
    [entry] = ChangeEntry.objects.filter(change=change)
    assert (entry.before or {})["name"] == ""
    assert (entry.after or {})["name"] == "Delftse Energie"


def test_nothing_is_written_where_nothing_is_different():
    edit_looks(DELFT, by=OPERATOR)
    before = Change.objects.count()
    assert edit_looks(DELFT, by=OPERATOR) is None
    assert Change.objects.count() == before


def test_a_cooperative_that_said_nothing_is_called_as_its_mails_are(settings):
    settings.DEFAULT_FROM_EMAIL = "kring@example.org"
    assert cooperative_name() == "De Kring"
    settings.DEFAULT_FROM_EMAIL = "Zonnestroom <kring@example.org>"
    assert cooperative_name() == "Zonnestroom"
    edit_looks(Looks(name="  Delftse   Energie "), by=OPERATOR)
    assert cooperative_name() == "Delftse Energie"


def test_a_text_that_is_missing_is_that_of_the_other_language():
    shown = Looks(welcome_nl="Welkom", help_en="Call us")
    assert shown.text("welcome", "nl") == ("Welkom", "nl")
    assert shown.text("welcome", "en") == ("Welkom", "nl")
    assert shown.text("help", "nl") == ("Call us", "en")
    assert shown.text("groups", "en") == ("", "en")


def test_a_logo_is_kept_and_taken_away():
    sent = picture_in(picture())
    edit_looks(DELFT, by=OPERATOR, picture=sent)
    assert looks().logo == sent.digest
    edit_looks(DELFT, by=OPERATOR)
    assert looks().logo == ""


def test_undo_puts_the_logo_and_the_rest_back():
    first = picture_in(picture(colour="red"))
    edit_looks(DELFT, by=OPERATOR, picture=first)
    second = picture_in(picture(colour="blue"))
    change = edit_looks(replace(DELFT, name="Anders"), by=OPERATOR, picture=second)
    assert change
    outcome = undo_change(change, by=OPERATOR)
    assert looks() == replace(DELFT, logo=first.digest)
    assert Logo.objects.count() == 2
    assert outcome.change
    undo_change(outcome.change, by=OPERATOR)
    assert looks() == replace(DELFT, name="Anders", logo=second.digest)


def test_undo_leaves_what_others_changed_and_is_refused_where_they_changed_the_same():
    first = edit_looks(DELFT, by=OPERATOR)
    edit_looks(replace(DELFT, help_nl="Mail ons."), by=OPERATOR)
    assert first
    with pytest.raises(StandsInTheWayError) as refusal:
        undo_change(first, by=OPERATOR)
    assert refusal.value.later is not None
    assert refusal.value.later.action == "cooperative.edit"
    third = edit_looks(replace(DELFT, help_nl="Mail ons.", name="Anders"), by=OPERATOR)
    edit_looks(
        replace(DELFT, help_nl="Mail ons.", name="Anders", groups_nl="Dag"),
        by=OPERATOR,
    )
    assert third
    undo_change(third, by=OPERATOR)
    assert looks() == replace(DELFT, help_nl="Mail ons.", groups_nl="Dag")


def test_two_who_edit_at_once_are_told():
    seen = stored_looks().version
    edit_looks(DELFT, by=OPERATOR, version=seen)
    with pytest.raises(ChangedMeanwhileError) as refusal:
        edit_looks(replace(DELFT, name="Anders"), by=OPERATOR, version=seen)
    assert refusal.value.version == stored_looks().version
    assert looks() == DELFT


@pytest.mark.parametrize("role", [StaffRole.STAFF, StaffRole.READER])
def test_only_administrators_may(role):
    with pytest.raises(NotAllowedError):
        edit_looks(DELFT, by=user(role))
    assert looks() == Looks()
    assert not Cooperative.objects.exclude(name="").exists()


def test_staff_do_not_undo_what_administrators_did():
    change = edit_looks(DELFT, by=OPERATOR)
    assert change
    with pytest.raises(NotAllowedError):
        undo_change(change, by=user(StaffRole.STAFF))
    assert looks() == DELFT


@pytest.mark.parametrize(
    ("wanted", "refusal", "sentence"),
    [
        ({"accent": "#ffd400"}, ColourUnreadableError, "#"),
        ({"accent": "red; }"}, NoColourError, "#"),
        ({"logo": "0" * 64}, UnknownLogoError, ""),
        ({"name": "x" * 101}, TextTooLongError, "100"),
        ({"help_en": "x" * 301}, TextTooLongError, "300"),
        ({"groups_nl": "a\x00b"}, UnprintableTextError, ""),
    ],
)
def test_what_cannot_be_is_refused_in_words(wanted, refusal, sentence):
    with pytest.raises(refusal) as refused:
        edit_looks(replace(DELFT, **wanted), by=OPERATOR)
    assert sentence in words_for(refused.value)
    assert looks() == Looks()


def test_a_colour_that_is_hard_to_read_comes_with_the_nearest_that_is_not():
    with pytest.raises(ColourUnreadableError) as refused:
        edit_looks(Looks(accent="#FFD400"), by=OPERATOR)
    edit_looks(Looks(accent=refused.value.nearest), by=OPERATOR)
    assert looks().accent == refused.value.nearest


def test_kring_s_own_green_is_no_choice():
    edit_looks(Looks(accent="#0b6e5d", name="Delft"), by=OPERATOR)
    assert looks().accent == ""


def test_lines_are_kept_as_one_writes_them():
    edit_looks(Looks(groups_nl="  Dag\r\nallemaal \r\n"), by=OPERATOR)
    assert looks().groups_nl == "Dag\nallemaal"


def test_pages_ask_once_in_a_while(monkeypatch, django_assert_num_queries):
    keep_looks(None)
    with django_assert_num_queries(1):
        looks()
        looks()
    Cooperative.objects.update_or_create(pk=1, defaults={"name": "Elders gezet"})
    assert looks().name == ""
    monkeypatch.setattr("kring.cooperative.looks.KEPT_FOR", -1)
    assert looks().name == "Elders gezet"
    assert KEPT_FOR <= 10


@pytest.mark.django_db(transaction=True)
def test_who_reads_after_the_commit_sees_it():
    keep_looks(Looks())
    edit_looks(DELFT, by=OPERATOR)
    assert looks() == DELFT
