"""Mails that bring codes: before all others, once, and read by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kring.accounts import codes
from kring.accounts.models import StaffRole, User
from kring.actions import delivering, mails
from kring.config.environment import Encryption, MailServer
from kring.mailing.models import OutgoingMail
from kring.mailing.outgoing import AskedMails, mails_that_can_be_sent_again
from tests.clock import clock_at
from tests.mailing.mails import person, welcome
from tests.portal.at_the_portal import ANS, ans, asks, code_in, codes_sent
from tests.post_office import HERE, PostOffice, post_office, refusing, text_of
from tests.world import World


@pytest.fixture(autouse=True)
def a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "SHIFT", timedelta(hours=1))


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    with post_office() as office:
        settings.KRING_MAIL_SERVER = MailServer(
            HERE, office.port, "", "", Encryption.NONE
        )
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, office.port
        yield office


@pytest.fixture
def eva(db) -> User:
    return User.objects.create(
        email="eva@kring.example", name="Eva Baas", staff_role=StaffRole.ADMIN
    )


def test_a_code_goes_before_all_that_waits_for_longer(office, client, world: World):
    for number in range(3):
        lid = person(world, f"Lid{number}", f"lid{number}@example.org")
        world.put(lid, "Koor")
        welcome(lid, world.group("Koor"))
    ans(world)
    asks(client)
    delivering.deliver_some()
    assert len(office.readers) == 4
    assert office.readers[0] == ANS


def test_what_went_does_not_say_the_code_any_more(office, client, world: World):
    ans(world)
    asks(client)
    code = code_in(codes_sent()[0])
    delivering.deliver_some()
    [mail] = codes_sent()
    assert code in text_of(office.taken[0])
    assert mail.state == "sent"
    assert code not in f"{mail.subject}{mail.html}{mail.text}{mail.answer}"


def test_what_was_refused_does_not_say_the_code_any_more(office, client, world: World):
    office.answer = refusing("RCPT", "550 5.1.1 No such user")
    ans(world)
    asks(client)
    delivering.deliver_some()
    [mail] = codes_sent()
    assert (mail.state, mail.html, mail.text) == ("failed", "", "")


def test_a_code_that_works_no_more_does_not_go(office, client, world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        ans(world)
        asks(client)
        clock.pass_time(codes.LASTS + timedelta(seconds=1))
        delivering.deliver_some()
    [mail] = codes_sent()
    assert (mail.state, mail.skip) == ("skipped", "expired")
    assert (mail.html, mail.text) == ("", "")
    assert office.taken == []


def test_the_mail_says_what_it_is_about_in_the_reader_s_language(client, world: World):
    ans(world)
    client.cookies["kring_language"] = "en"
    asks(client)
    [mail] = codes_sent()
    assert mail.subject == "Your code to sign in at De Kring"
    assert "We never ask" in mail.text or "we never ask" in mail.text
    assert code_in(mail) in mail.html
    assert code_in(mail) not in mail.subject


def test_staff_reads_no_code_where_there_is_a_mail_server(
    office, client, world: World, eva
):
    ans(world)
    asks(client)
    [mail] = codes_sent()
    code = code_in(mail)
    client.force_login(eva)
    page = client.get(f"/uitgaande-mail/{mail.pk}/").content.decode()
    assert "alleen gelezen door wie erom vroeg" in page
    for path in ("", "weergave/"):
        answer = client.get(f"/uitgaande-mail/{mail.pk}/{path}")
        assert code not in answer.content.decode()
    assert code not in client.get("/uitgaande-mail/").content.decode()


def test_without_a_mail_server_the_code_is_in_the_local_mailbox(
    client, world: World, eva
):
    ans(world)
    asks(client)
    delivering.deliver_some()
    client.force_login(eva)
    page = client.get("/postbus/").content.decode()
    assert code_in(codes_sent()[0]) in page


def test_a_code_is_not_sent_again(client, world: World, eva):
    ans(world)
    asks(client)
    delivering.deliver_some()
    [mail] = codes_sent()
    with pytest.raises(mails.CodeGoesOnceError):
        mails.resend_mail(mail.pk, by=world.by)
    assert mails_that_can_be_sent_again(AskedMails()).count == 0
    client.force_login(eva)
    assert "Opnieuw" not in client.get(f"/uitgaande-mail/{mail.pk}/").content.decode()
    assert OutgoingMail.objects.count() == 1
