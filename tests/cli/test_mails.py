"""`kring mail …`, and that failed mails are told by `kring group lint`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.cli.app import app
from kring.cli.tables import console
from kring.mailing.models import OutgoingMail
from tests.outgoing import mail, sent
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    """Runs a command in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    return lambda *words: CliRunner().invoke(app, words)


@pytest.fixture
def choir(world: World) -> int:
    return world.group("Koor")


def test_mails_are_listed_with_their_state_and_reason(
    kring, world, choir, monkeypatch
) -> None:
    monkeypatch.setattr(console, "width", 200)
    ada = world.contact("Ada")
    went = sent(ada, choir)
    mail(ada, choir, state="skipped", skip="no_address")
    printed = kring("mail", "list").stdout
    for told in ("Ada", "Koor", "Verstuurd", "geen e-mailadres"):
        assert told in printed, told
    [listed] = json.loads(kring("mail", "list", "--state", "sent", "--json").stdout)
    assert (listed["id"], listed["contact"], listed["group"]) == (went.pk, ada, choir)
    assert (listed["state"], listed["subject"]) == ("sent", "Welkom, Ans")


def test_a_state_that_does_not_exist_is_misuse(kring) -> None:
    assert kring("mail", "list", "--state", "weg").exit_code == 2


def test_a_mail_is_cancelled_once(kring, world, choir) -> None:
    waits = mail(world.contact("Ada"), choir)
    assert kring("mail", "cancel", str(waits.pk)).exit_code == 0
    waits.refresh_from_db()
    assert waits.state == "cancelled"
    assert kring("mail", "cancel", str(waits.pk)).exit_code == 1


def test_a_mail_is_sent_again(kring, world, choir) -> None:
    went = sent(world.contact("Ada"), choir)
    told = json.loads(kring("mail", "resend", str(went.pk), "--json").stdout)
    assert told["resend_of"] == went.pk
    assert OutgoingMail.objects.get(pk=told["mail"]).state == "waiting"


def test_failed_mails_of_a_group_need_attention(kring, world, choir) -> None:
    mail(world.contact("Ada"), choir, state="failed")
    told = json.loads(kring("group", "lint", "--json").stdout)
    [about_mail] = [one for one in told if one["kind"] == "mails_failed"]
    assert (about_mail["group"], about_mail["name"]) == (choir, "Koor")
    assert about_mail["text"] == "1 mail aan een lid is mislukt."
    assert "1 mail aan een lid is mislukt." in kring("group", "lint").stdout
