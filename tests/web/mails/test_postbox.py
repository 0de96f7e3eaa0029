"""The local mailbox, which is there while there is no mail server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.outgoing import mail, sent
from tests.world import World


@pytest.fixture
def at_desk(client: Client, staff) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def server(settings) -> None:
    """Any mail server; nobody speaks to it."""
    settings.KRING_MAIL_SERVER = object()


def test_with_a_mail_server_there_is_no_mailbox(at_desk, world, server) -> None:
    assert at_desk.get("/postbus/").status_code == 404
    assert 'href="/postbus/"' not in at_desk.get("/groepen/").content.decode()


def test_without_one_it_stands_in_the_menu(at_desk, world) -> None:
    assert 'href="/postbus/"' in at_desk.get("/groepen/").content.decode()


def test_an_empty_mailbox_says_how_to_fill_it(at_desk, world) -> None:
    assert "De postbus is leeg" in at_desk.get("/postbus/").content.decode()


def test_it_holds_what_was_sent_the_newest_first(at_desk, world: World) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    now = timezone.now()
    last = sent(ada, choir, ended_at=now)
    first = sent(ada, choir, ended_at=now - timedelta(hours=1))
    mail(ada, choir)
    answer = at_desk.get("/postbus/")
    assert [one.id for one in answer.context["mails"]] == [last.pk, first.pk]
    assert answer.context["mail"] == last
    assert at_desk.get(f"/postbus/{first.pk}/").context["mail"] == first


def test_who_has_not_signed_in_reads_nothing(client, world) -> None:
    assert client.get("/postbus/").status_code == 302


def test_new_mail_appears_by_itself(visitor, staff, world: World) -> None:
    visitor.signs_in(staff)
    visitor.goes_to("/postbus/")
    expect(visitor.page.get_by_text("De postbus is leeg")).to_be_visible()
    sent(world.contact("Ada"), world.group("Koor"))
    expect(visitor.page.get_by_role("link", name="Welkom, Ans")).to_be_visible()
