"""A mail as it goes now: to whom, what it says, and why it may not go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kring.accounts.models import User
from kring.actions import contacts, erasing, groups, merging
from kring.algebra import limits
from kring.groups.models import Group
from kring.groups.settings import settings_of
from kring.mailing.delivery import Composed, composed, in_header, message_of
from kring.mailing.models import Mailbox, OutgoingMail, Skip
from tests.mailing.mails import outgoing, person, template, to_groups, welcome
from tests.world import World


@pytest.fixture(autouse=True)
def at_home(settings):
    settings.KRING_BASE_URL = "https://kring.example.org"
    settings.DEFAULT_FROM_EMAIL = "De Kring <info@kring.example.org>"


def as_it_goes(mail: OutgoingMail) -> Composed:
    return composed([OutgoingMail.objects.get(pk=mail.pk)])[mail.pk]


def on_the_wire(one: Composed) -> EmailMessage:
    raw = message_of(one).message().as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def a_member(world: World, name: str = "Aalbers", group: str = "Koor") -> int:
    ans = person(world, name, f"{name.lower()}@example.org")
    world.put(ans, group)
    return ans


def change(world: World, group: str, **wanted: Any) -> None:
    found = Group.objects.get(pk=world.group(group))
    groups.edit_group(found.pk, replace(settings_of(found), **wanted), by=world.by)


def test_a_welcome_speaks_to_its_reader_and_says_why(world: World):
    mail = welcome(
        a_member(world),
        world.group("Koor"),
        made_at=datetime(2026, 5, 3, 12, tzinfo=timezone.get_default_timezone()),
    )
    one = as_it_goes(mail)
    assert one.to == '"Aalbers" <aalbers@example.org>'
    assert one.sender == '"De Kring" <info@kring.example.org>'
    assert one.subject == "Welkom bij Koor"
    assert "Dag Aalbers" in one.text
    why = "U ontvangt deze mail omdat u op 3 mei 2026 bent toegevoegd aan Koor."
    assert why in one.text
    assert why in one.html
    assert "https://kring.example.org/portaal/" in one.text


def test_a_mail_has_the_headers_that_mail_programs_ask_for(world: World):
    mail = welcome(a_member(world), world.group("Koor"))
    wire = on_the_wire(as_it_goes(mail))
    assert wire["Message-ID"] == f"<{mail.key}@kring.example.org>"
    assert wire["Date"]
    assert wire["Auto-Submitted"] == "auto-generated"
    assert wire["Content-Language"] == "nl"
    assert (
        wire["List-Unsubscribe"]
        .strip()
        .startswith("<https://kring.example.org/afmelden/")
    )
    assert wire["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    parts = [part.get_content_type() for part in wire.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("purpose", ["welcome", "mailing"])
def test_the_link_to_leave_stands_below_the_text_as_in_the_header(
    world: World, purpose: str
):
    ans, koor = a_member(world), world.group("Koor")
    about: dict[str, Any] = {
        "welcome": {"group": koor, "template": template()},
        "mailing": {"mailing": to_groups(koor)},
    }
    one = as_it_goes(outgoing(purpose, contact=ans, **about[purpose]))
    link = one.headers["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://kring.example.org/afmelden/")
    assert f'<a href="{link}"' in one.html
    assert one.text.endswith(f"Afmelden voor mail:\n{link}\n")


def test_one_click_is_offered_over_https_alone(world: World, settings):
    settings.KRING_BASE_URL = "http://127.0.0.1:8000"
    wire = on_the_wire(as_it_goes(welcome(a_member(world), world.group("Koor"))))
    assert (
        wire["List-Unsubscribe"].strip().startswith("<http://127.0.0.1:8000/afmelden/")
    )
    assert wire["List-Unsubscribe-Post"] is None


def test_what_goes_along_is_attached(world: World):
    text = template(
        attachment_name="Planning (één mei).pdf",
        attachment_type="application/pdf",
        attachment=b"%PDF-1.7",
    )
    wire = on_the_wire(as_it_goes(welcome(a_member(world), world.group("Koor"), text)))
    [file] = wire.iter_attachments()
    assert file.get_filename() == "Planning (één mei).pdf"
    assert file.get_content_type() == "application/pdf"
    assert file.get_content() == b"%PDF-1.7"
    body = wire.get_body(("html",))
    assert body
    assert "Dag Aalbers" in body.get_content()


def test_the_mailbox_of_the_group_sends(world: World):
    box = Mailbox.objects.create(name="Koor, het", address="koor@example.org")
    mail = welcome(a_member(world), world.group("Koor"))
    Group.objects.update(welcome_mailbox=box)
    wire = on_the_wire(as_it_goes(mail))
    assert wire["From"] == '"Koor, het" <koor@example.org>'
    assert wire["Reply-To"] is None


def test_an_answer_goes_to_who_answers_for_the_group(world: World):
    anna = User.objects.create(
        email="anna@kring.example", name="Anna Visser", staff_role="staff"
    )
    mail = welcome(a_member(world), world.group("Koor"))
    change(world, "Koor", responsible=anna.pk)
    assert on_the_wire(as_it_goes(mail))["Reply-To"] == (
        "Anna Visser <anna@kring.example>"
    )


def test_a_mail_speaks_the_language_of_its_template(world: World):
    mail = welcome(a_member(world), world.group("Koor"), template(language="en"))
    one = as_it_goes(mail)
    assert "You get this mail because you were added to Koor" in one.text
    assert one.headers["Content-Language"] == "en"


def test_the_name_on_the_portal_is_the_one_contacts_know(world: World):
    mail = welcome(a_member(world), world.group("Koor"))
    Group.objects.update(portal_name="Zangers")
    assert "bent toegevoegd aan Zangers." in as_it_goes(mail).text


def test_a_mail_to_groups_names_those_that_contacts_know(world: World):
    ans = a_member(world)
    world.put(ans, "Band")
    world.group("Toneel", visible_on_portal=True)
    change(world, "Koor", visible_on_portal=True)
    mailing = to_groups(*(world.group(one) for one in ("Koor", "Band", "Toneel")))
    one = as_it_goes(outgoing("mailing", contact=ans, mailing=mailing))
    assert "omdat u in de groep Koor zit." in one.text
    assert "Band" not in one.text


def test_a_mail_to_groups_that_contacts_do_not_know_names_none(world: World):
    ans = a_member(world, group="Wanbetalers")
    mailing = to_groups(world.group("Wanbetalers"))
    one = as_it_goes(outgoing("mailing", contact=ans, mailing=mailing))
    assert "omdat u een van onze contacten bent." in one.text
    assert "Wanbetalers" not in one.text + one.html


def test_a_mail_to_groups_goes_to_who_left_since_it_was_sent(world: World):
    ans = a_member(world)
    mailing = to_groups(world.group("Koor"))
    mail = outgoing("mailing", contact=ans, mailing=mailing)
    world.take(ans, "Koor")
    assert as_it_goes(mail).skip is None


def test_a_test_mail_goes_to_who_asked_and_tells_of_the_contact(world: World):
    ans = a_member(world)
    mail = outgoing(
        "test", contact=ans, template=template(), address="anna@kring.example"
    )
    one = as_it_goes(mail)
    assert one.to == "anna@kring.example"
    assert "Dag Aalbers" in one.text
    assert "List-Unsubscribe" not in one.headers
    assert "afmelden" not in (one.html + one.text).lower()


def test_a_mail_with_a_text_of_its_own_goes_as_it_is(world: World):
    mail = outgoing(
        "notice", address="anna@kring.example", subject="Let op", text="{{ niets }}"
    )
    one = as_it_goes(mail)
    assert (one.subject, one.text, one.html) == ("Let op", "{{ niets }}", "")
    assert on_the_wire(one).get_content_type() == "text/plain"


def test_a_text_that_cannot_be_read_says_so_and_holds_nobody_up(world: World):
    ans, koor = a_member(world), world.group("Koor")
    broken = welcome(ans, koor, template("Kapot", body="{{ onbekend }}"))
    fine = welcome(ans, koor, template("Goed"), change=999_999_998)
    found = composed([broken, fine])
    assert found[broken.pk].unusable
    assert found[fine.pk].subject == "Welkom bij Koor"


def died(world: World, ans: int) -> None:
    contacts.edit_contact(ans, {"deceased_on": timezone.localdate()}, by=world.by)


@pytest.mark.parametrize(
    ("meanwhile", "skip"),
    [
        (died, Skip.DECEASED),
        (
            lambda world, ans: contacts.edit_contact(
                ans, {"no_mail": True}, by=world.by
            ),
            Skip.NO_MAIL,
        ),
        (
            lambda world, ans: contacts.edit_contact(ans, {"email": ""}, by=world.by),
            Skip.NO_ADDRESS,
        ),
        (
            lambda world, ans: erasing.erase_contact(ans, by=world.by),
            Skip.ERASED,
        ),
        (lambda world, ans: world.take(ans, "Koor"), Skip.LEFT),
        (
            lambda world, _ans: groups.close_group(world.group("Koor"), by=world.by),
            Skip.CLOSED,
        ),
        (
            lambda world, _ans: groups.delete_group(world.group("Koor"), by=world.by),
            Skip.DELETED,
        ),
    ],
)
def test_what_happened_meanwhile_is_in_the_way(world: World, meanwhile, skip: Skip):
    ans = a_member(world)
    mail = welcome(ans, world.group("Koor"))
    assert as_it_goes(mail).skip is None
    meanwhile(world, ans)
    assert as_it_goes(mail) == Composed(skip=skip)


def test_the_mail_of_who_was_merged_goes_to_who_is_left(world: World):
    ans, anna = a_member(world), person(world, "Visser", "anna@example.org")
    mail = welcome(ans, world.group("Koor"))
    merging.merge_contacts(ans, into=anna, by=world.by)
    one = as_it_goes(mail)
    assert one.address == "anna@example.org"
    assert "Dag Visser" in one.text


def test_no_mail_holds_anything_of_another_contact(world: World):
    marks = [f"Kenmerk{number}x" for number in range(40)]
    people = [
        person(world, mark, f"{mark}@example.org", first_name=f"Voor{mark}", city=mark)
        for mark in marks
    ]
    for some, group in ((people[:25], "Koor"), (people[15:], "Band")):
        for one in some:
            world.put(one, group)
    body = "<p>{{ voornaam }} {{ achternaam }} {{ email }} {{ woonplaats }}</p>"
    text = template(body=body)
    mailing = to_groups(world.group("Koor"), world.group("Band"), body=body)
    mails = [
        *(welcome(one, world.group("Koor"), text) for one in people[:25]),
        *(welcome(one, world.group("Band"), text) for one in people[15:]),
        *(outgoing("mailing", contact=one, mailing=mailing) for one in people),
    ]
    found = composed(mails)
    for mail in mails:
        assert mail.contact is not None
        own = marks[people.index(mail.contact)]
        wire = message_of(found[mail.pk]).message().as_string()
        told = wire + found[mail.pk].text + found[mail.pk].html
        assert {mark for mark in marks if mark in told} == {own}


def test_many_mails_are_made_in_as_many_queries_as_one(
    world: World, django_assert_max_num_queries
):
    text, koor = template(), world.group("Koor")
    mails = [welcome(a_member(world, f"Nummer{one}"), koor, text) for one in range(12)]
    fresh = list(OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]))
    with django_assert_max_num_queries(14):
        composed(fresh)


@given(name=st.text(max_size=limits.REASON_LENGTH // 20))
def test_a_name_stays_a_name_in_a_header(name: str):
    one = Composed(
        address="ans@example.org",
        name=name,
        sender=in_header(name, "info@example.org"),
        subject="Hoi",
        text="Dag",
        headers={"Reply-To": in_header(name, "anna@example.org")},
    )
    wire = on_the_wire(one)
    assert [to.addr_spec for to in wire["To"].addresses] == ["ans@example.org"]
    assert [by.addr_spec for by in wire["From"].addresses] == ["info@example.org"]
    known = {"From", "To", "Subject", "Reply-To", "Date", "Message-ID"}
    known |= {"Content-Type", "MIME-Version", "Content-Transfer-Encoding"}
    assert set(wire.keys()) == known


def test_a_name_that_looks_like_a_header_adds_none(world: World):
    mail = welcome(a_member(world), world.group("Koor"))
    one = replace(as_it_goes(mail), name='x" <a@b.example>\r\nBcc: c@d.example')
    wire = on_the_wire(one)
    assert wire["Bcc"] is None
    [to] = wire["To"].addresses
    assert to.addr_spec == "aalbers@example.org"
