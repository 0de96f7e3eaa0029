"""The mails of a contact: on its page, and between what happened to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kring.actions import bounces, groups, members
from kring.actions.bounces import Returned
from kring.groups.models import Change
from kring.mailing.models import OutgoingMail
from tests.outgoing import mail, mailing, sent
from tests.world import World


@pytest.fixture
def at_desk(client: Client, staff) -> Client:
    client.force_login(staff)
    return client


def test_the_page_has_the_last_mails_with_their_state_and_reason(
    at_desk, world: World
) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    made = [sent(ada, choir).pk for _ in range(5)]
    made.append(mail(ada, choir, state="skipped", skip="no_address").pk)
    sent(world.contact("Ben"), choir)
    answer = at_desk.get(f"/contacten/{ada}/")
    assert [row.mail.id for row in answer.context["mails"]] == made[:0:-1]
    shown = answer.content.decode()
    for told in ("Overgeslagen", "geen e-mailadres", f"?contact={ada}"):
        assert told in shown, told


def test_each_mail_on_the_page_names_the_group_it_is_about(
    at_desk, world: World, django_assert_max_num_queries
) -> None:
    ada, choir = world.contact("Ada", groups=["Koor"]), world.group("Koor")
    mail(ada, choir, state="skipped", skip="no_address")
    sent(ada, world.group("Band", {"any": []}))
    gone = world.group("Orkest")
    mail(ada, gone, state="skipped", skip="deleted")
    groups.delete_group(gone, by=world.by)
    sent(ada, mailing=mailing(), purpose="mailing", template=None, change=None)
    with django_assert_max_num_queries(15):
        answer = at_desk.get(f"/contacten/{ada}/")
    shown = [row.group.name if row.group else "" for row in answer.context["mails"]]
    assert shown == ["", "Orkest", "Band", "Koor"]
    block = answer.content.decode().partition("mails-block")[2]
    assert [name in block for name in ("Koor ·", "Band ·", "Orkest ·")] == [True] * 3


def test_a_contact_without_mail_says_so(at_desk, world: World) -> None:
    shown = at_desk.get(f"/contacten/{world.contact('Ada')}/").content.decode()
    assert "nog geen mail gestuurd" in shown


@pytest.mark.parametrize(
    ("is_complaint", "said", "unsaid"),
    [
        (True, "heeft een mail als ongewenst gemeld", "werkt niet"),
        (False, "Het e-mailadres werkt niet", "ongewenst"),
    ],
)
def test_why_nothing_is_mailed_to_an_address_is_told_and_lifted(
    at_desk, world: World, said: str, unsaid: str, *, is_complaint: bool
) -> None:
    [ada] = world.reachable("Ada")
    sent(ada, world.group("Koor"))
    mail(ada, world.group("Koor"))
    bounces.note_returned([Returned("ada@example.org", is_complaint=is_complaint)])
    page = at_desk.get(f"/contacten/{ada}/").content.decode()
    assert said in page
    assert unsaid not in page
    waiting = OutgoingMail.objects.get(state="waiting")
    page = at_desk.get(f"/uitgaande-mail/{waiting.pk}/").content.decode()
    assert ("ongewenst" in page, "bestaat niet meer" in page) == (
        is_complaint,
        not is_complaint,
    )
    at_desk.post(f"/contacten/{ada}/adres-werkt/")
    page = at_desk.get(f"/contacten/{ada}/").content.decode()
    assert said not in page


def told(client: Client, contact: int, query: str = "") -> list[str]:
    rows = client.get(f"/contacten/{contact}/tijdlijn/{query}").context["rows"]
    return ["mail" if hasattr(row, "mail") else row.deed for row in rows]


def test_the_timeline_has_mails_where_they_belong(at_desk, world: World) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    done = members.place([ada], choir, by=world.by)
    at = Change.objects.get(pk=done.change or 0).at
    sent(ada, choir, at=at)
    members.remove([ada], choir, by=world.by)
    assert told(at_desk, ada)[:3] == ["Leden verwijderd", "mail", "Leden toegevoegd"]


def test_each_mail_is_on_one_page_of_the_timeline(
    at_desk, world: World, monkeypatch
) -> None:
    monkeypatch.setattr("kring.groups.contact_history.PAGE", 50)
    ada, choir = world.contact("Ada"), world.group("Koor")
    for _ in range(30):
        members.place([ada], choir, by=world.by)
        members.remove([ada], choir, by=world.by)
    for change in Change.objects.filter(action__startswith="members."):
        sent(ada, choir, at=change.at + timedelta(microseconds=1))
    first = at_desk.get(f"/contacten/{ada}/tijdlijn/")
    second = at_desk.get(f"/contacten/{ada}/tijdlijn/{first.context['older']}")
    mails = [
        row.mail.id
        for page in (first, second)
        for row in page.context["rows"]
        if hasattr(row, "mail")
    ]
    assert len(mails) == len(set(mails)) == 60


def test_the_timeline_takes_few_queries(
    at_desk, world: World, django_assert_max_num_queries
) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    for _ in range(20):
        sent(ada, choir)
    with django_assert_max_num_queries(11):
        told(at_desk, ada)
