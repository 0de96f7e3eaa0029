"""Mails of who is erased tell nothing any more; those of who is merged move along."""

from __future__ import annotations

import pytest

from kring.actions import contacts, merging
from kring.actions.erasing import erase_contact
from kring.actions.members import place
from kring.actions.undo import undo_change
from kring.mailing.models import OutgoingMail
from tests.outgoing import mail, mailing, sent
from tests.world import World


@pytest.fixture
def ans(world: World) -> int:
    return contacts.create_contact(
        {"first_name": "Ans", "last_name": "Aalbers", "email": "ans@example.nl"},
        by=world.by,
    )


@pytest.fixture
def anna(world: World) -> int:
    return contacts.create_contact(
        {"first_name": "Anna", "last_name": "Aalbers", "email": "anna@example.nl"},
        by=world.by,
    )


def test_of_who_is_erased_no_word_is_left_in_a_mail(world: World, ans) -> None:
    went = sent(ans, world.group("Koor"))
    failed = mail(
        ans,
        world.group("Band"),
        state="failed",
        address="ans@example.nl",
        answer="550 ans@example.nl unknown",
    )
    erase_contact(ans, by=world.by)
    for one in (went, failed):
        one.refresh_from_db()
        kept = (one.address, one.subject, one.html, one.text, one.answer)
        assert kept == ("", "", "", "", "")
    assert (went.state, failed.state) == ("sent", "failed")


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_what_waits_for_who_is_erased_does_not_go(world: World, ans, state) -> None:
    waiting = mail(ans, world.group("Koor"), state=state)
    erase_contact(ans, by=world.by)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.skip) == ("skipped", "erased")
    assert waiting.ended_at is not None


def test_mails_of_others_stay_as_they_are(world: World, ans, anna) -> None:
    other = sent(anna, world.group("Koor"))
    erase_contact(ans, by=world.by)
    other.refresh_from_db()
    assert other.subject == "Welkom, Ans"


def test_mails_of_who_was_merged_before_are_blanked_too(world: World, ans, anna):
    went = sent(anna, world.group("Koor"))
    merging.merge_contacts(anna, into=ans, by=world.by)
    erase_contact(ans, by=world.by)
    went.refresh_from_db()
    assert went.subject == ""


def test_mails_move_along_in_a_merge(world: World, ans, anna) -> None:
    went = sent(anna, world.group("Koor"))
    world.put(anna, "Band")
    waits = mail(anna, world.group("Band"))
    merging.merge_contacts(anna, into=ans, by=world.by)
    for one, state in ((went, "sent"), (waits, "waiting")):
        one.refresh_from_db()
        assert (one.contact, one.state, one.resend_of) == (ans, state, None)


@pytest.mark.parametrize("own", ["waiting", "sent"])
def test_of_one_joining_of_both_one_mail_goes(world: World, ans, anna, own) -> None:
    choir = world.group("Koor")
    place([ans, anna], choir, by=world.by)
    first = mail(ans, choir, state=own, change=77)
    second = mail(anna, choir, change=77)
    merging.merge_contacts(anna, into=ans, by=world.by)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == own
    assert (second.state, second.skip) == ("skipped", "welcomed")
    assert (second.contact, second.resend_of) == (ans, first)


def test_the_other_mail_goes_where_the_first_could_not(world: World, ans, anna) -> None:
    choir = world.group("Koor")
    place([ans, anna], choir, by=world.by)
    mail(ans, choir, state="skipped", skip="no_address", change=77)
    second = mail(anna, choir, change=77)
    merging.merge_contacts(anna, into=ans, by=world.by)
    second.refresh_from_db()
    assert (second.state, second.contact) == ("waiting", ans)


def test_mails_move_back_when_the_merge_is_undone(world: World, ans, anna) -> None:
    choir = world.group("Koor")
    own = mail(ans, choir, change=77)
    doubled = mail(anna, choir, change=77)
    waits = mail(anna, world.group("Band"))
    merge = merging.merge_contacts(anna, into=ans, by=world.by)
    undo_change(merge.change, by=world.by)
    mails = OutgoingMail.objects.values_list("pk", "contact", "resend_of")
    assert set(mails) == {
        (own.pk, ans, None),
        (doubled.pk, anna, None),
        (waits.pk, anna, None),
    }
    doubled.refresh_from_db()
    assert (doubled.state, doubled.skip) == ("skipped", "welcomed")


def test_of_one_mailing_to_both_one_mail_goes(world: World, ans, anna) -> None:
    one = mailing()
    mail(ans, purpose="mailing", mailing=one)
    second = mail(anna, purpose="mailing", mailing=one)
    merging.merge_contacts(anna, into=ans, by=world.by)
    second.refresh_from_db()
    assert (second.state, second.skip, second.contact) == ("skipped", "shared", ans)
    assert OutgoingMail.objects.filter(state="waiting").count() == 1
