"""An address that a mail server does not know is marked; a mail it dislikes is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kring.actions import bounces, contacts, delivering, erasing
from kring.config.environment import Encryption, MailServer
from kring.contacts.models import Contact
from kring.groups.models import Change
from kring.mailing.models import OutgoingMail, Skip
from kring.outbox.models import State
from tests.mailing.mails import outgoing, person, template, to_groups, welcome
from tests.post_office import HERE, PostOffice, post_office, refusing
from tests.world import World

UNKNOWN = "550 5.1.1 <ans@example.org>: user unknown"


@pytest.fixture
def office(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    monkeypatch.setattr(delivering, "SHIFT", timedelta(hours=1))
    with post_office() as office:
        settings.KRING_MAIL_SERVER = MailServer(
            HERE, office.port, "", "", Encryption.NONE
        )
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, office.port
        yield office


@pytest.fixture
def ans(world: World) -> int:
    contact = person(world, "Aalbers", "ans@example.org")
    world.put(contact, "Koor")
    return contact


def deliver() -> None:
    """Send what waits, and do the jobs that this leaves."""
    delivering.deliver_some()
    for job in ProcrastinateJob.objects.filter(task_name="mark_refused"):
        bounces.mark_refused(**job.args)


def is_marked(contact: int) -> bool:
    return Contact.objects.get(pk=contact).address_bounced


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", UNKNOWN),
        ("RCPT", "550 user unknown"),
        ("RCPT", "550 Requested action not taken: mailbox unavailable"),
        ("RCPT", "550 5.1.2 no such domain"),
        ("RCPT", "554 5.1.10 this domain takes no mail"),
        ("DATA", UNKNOWN),
    ],
)
def test_who_is_not_there_is_marked_and_mailed_no_more(
    world: World, office: PostOffice, ans: int, command: str, answer: str
) -> None:
    anna = person(world, "Visser", "anna@example.org")
    world.put(anna, "Koor")
    refused, taken = (welcome(one, world.group("Koor")) for one in (ans, anna))
    office.answer = refusing(command, answer, reader="ans@example.org")
    deliver()
    assert [is_marked(one) for one in (ans, anna)] == [True, False]
    states = OutgoingMail.objects.in_bulk([refused.pk, taken.pk])
    assert states[refused.pk].state == State.FAILED
    assert states[taken.pk].state == State.SENT
    # What the server said stays with the mail.
    assert answer[:3] in states[refused.pk].answer
    later = welcome(ans, world.group("Koor"), change=999_999_998)
    deliver()
    assert OutgoingMail.objects.get(pk=later.pk).skip == Skip.BOUNCED


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.7.1 rejected by our policy"),
        ("RCPT", "554 5.7.1 your host is on a list"),
        ("RCPT", "550 5.1.8 sender address rejected: domain not found"),
        ("RCPT", "550 5.2.2 mailbox full"),
        ("RCPT", "550 relaying denied"),
        ("RCPT", "550 blocked, see https://blocklist.example"),
        ("RCPT", "552 too much mail in this box"),
        ("RCPT", "554 no"),
        ("RCPT", "450 4.1.1 not known yet"),
        ("MAIL", "550 5.1.7 no such sender"),
        ("MAIL", "550 who are you"),
        ("DATA", "550 5.7.1 this looks like spam"),
        ("DATA", "554 5.6.0 unreadable"),
        ("DATA", "550 no"),
    ],
)
def test_what_is_wrong_with_sender_or_text_marks_nobody(
    world: World, office: PostOffice, ans: int, command: str, answer: str
) -> None:
    mail = welcome(ans, world.group("Koor"))
    office.answer = refusing(command, answer)
    deliver()
    assert OutgoingMail.objects.get(pk=mail.pk).state != State.SENT
    assert not is_marked(ans)


def test_a_mail_to_groups_marks_as_well(
    world: World, office: PostOffice, ans: int
) -> None:
    outgoing("mailing", contact=ans, mailing=to_groups(world.group("Koor")))
    office.answer = refusing("RCPT", UNKNOWN)
    deliver()
    assert is_marked(ans)


def test_a_test_mail_says_nothing_of_contacts(
    world: World, office: PostOffice, ans: int
) -> None:
    outgoing("test", contact=ans, template=template(), address="ans@example.org")
    office.answer = refusing("RCPT", UNKNOWN)
    deliver()
    assert OutgoingMail.objects.get().state == State.FAILED
    assert not is_marked(ans)


def test_everyone_at_the_address_is_marked_by_one_change_of_the_clock(
    world: World, office: PostOffice, ans: int
) -> None:
    ben = person(world, "Ben", "ANS@example.org")
    where = {"field": "address_bounced", "op": "is", "value": True}
    world.group("Onbereikbaar", {"where": where})
    welcome(ans, world.group("Koor"))
    office.answer = refusing("RCPT", UNKNOWN)
    deliver()
    assert world.members("Onbereikbaar") == {ans, ben}
    [change] = Change.objects.filter(action="contact.bounce")
    assert (change.actor, change.actor_kind) == (None, "clock")


def test_who_has_another_address_by_then_is_not_marked(
    world: World, office: PostOffice, ans: int
) -> None:
    welcome(ans, world.group("Koor"))
    office.answer = refusing("RCPT", UNKNOWN)
    delivering.deliver_some()
    contacts.edit_contact(ans, {"email": "new@example.org"}, by=world.by)
    deliver()
    assert not is_marked(ans)


def test_who_was_erased_by_then_is_no_trouble(
    world: World, office: PostOffice, ans: int
) -> None:
    welcome(ans, world.group("Koor"))
    office.answer = refusing("RCPT", UNKNOWN)
    delivering.deliver_some()
    erasing.erase_contact(ans, by=world.by)
    deliver()
    assert not Change.objects.filter(action="contact.bounce").exists()
