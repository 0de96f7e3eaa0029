"""A mail to a group goes through a real mail server to exactly those who get it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kring.actions import contacts, delivering, groups, mailing_rounds
from kring.config.environment import Encryption, MailServer
from kring.mailing.mailings import progress_of
from kring.mailing.models import FormerAttachment, Mailing, MailingState, OutgoingMail
from tests.mailings import letter, members, send, states
from tests.post_office import HERE, PostOffice, post_office, text_of
from tests.world import World


@pytest.fixture
def office(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    monkeypatch.setattr(delivering, "SHIFT", timedelta(hours=1))
    with post_office() as office:
        settings.KRING_MAIL_SERVER = MailServer(
            HERE, office.port, "", "", Encryption.NONE
        )
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, office.port
        yield office


def test_each_gets_their_own_mail_and_who_changed_their_mind_none(
    world: World, office: PostOffice
) -> None:
    ada, ben, cas = members(world, "Ada", "Ben", "Cas")
    for contact, name in ((ada, "Adaatje"), (ben, "Bennie")):
        contacts.edit_contact(contact, {"first_name": name}, by=world.by)
    mailing = letter(world, "choir")
    send(world, mailing)
    contacts.edit_contact(cas, {"no_mail": True}, by=world.by)
    delivering.deliver_some()
    assert sorted(office.readers) == ["ada@kring.example", "ben@kring.example"]
    texts = sorted(text_of(mail) for mail in office.taken)
    assert ["Adaatje" in text for text in texts] == [True, False]
    assert ["Bennie" in text for text in texts] == [False, True]
    assert states(mailing) == {"sent": 2, "skipped": 1}
    progress = progress_of([mailing.pk])[mailing.pk]
    assert (progress.sent, progress.skipped, progress.waiting) == (2, 1, 0)
    mailing_rounds.settle_all()
    mailing_rounds.end_mailings()
    assert Mailing.objects.get().state == MailingState.DONE


def test_a_file_goes_along_to_everyone(world: World, office: PostOffice) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    kept = FormerAttachment.objects.create(digest="a" * 64, content=b"%PDF-1.7")
    Mailing.objects.update(attachment=kept, attachment_name="Folder.pdf")
    send(world, mailing)
    delivering.deliver_some()
    assert len(office.taken) == 2
    for taken in office.taken:
        [file] = taken.iter_attachments()
        assert file.get_filename() == "Folder.pdf"
        assert file.get_content() == b"%PDF-1.7"


def test_during_a_pause_nothing_goes_and_after_it_each_goes_once(
    world: World, office: PostOffice
) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.pause_mailing(mailing.pk, by=world.by)
    delivering.deliver_some()
    assert office.readers == []
    mailing_rounds.resume_mailing(mailing.pk, by=world.by)
    delivering.deliver_some()
    delivering.deliver_some()
    assert sorted(office.readers) == ["ada@kring.example", "ben@kring.example"]


def test_a_mail_survives_the_groups_it_was_sent_to(
    world: World, office: PostOffice
) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    send(world, mailing)
    groups.delete_group(world.group("choir"), by=world.by)
    delivering.deliver_some()
    assert office.readers == ["ada@kring.example"]
    assert OutgoingMail.objects.get().state == "sent"
