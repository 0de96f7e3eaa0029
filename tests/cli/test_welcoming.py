"""The option --welcome: commands mail new members, and ask first where it is many."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.algebra import limits
from kring.cli.app import app
from kring.groups.models import Group
from kring.mailing.models import Mailbox
from tests.world import World

NEWSLETTER = {"where": {"field": "newsletter", "op": "is", "value": True}}


@pytest.fixture
def kring(world: World, settings, monkeypatch):
    """Runs a command in this process; Koor welcomes, and two mails are many."""
    settings.DATABASE_IS_EMBEDDED = False
    monkeypatch.setattr(limits, "MAILS_UNASKED", 1)
    world.reachable("Ada", "Ben")
    world.welcoming("Koor")
    return lambda *words: CliRunner().invoke(app, words)


def test_few_mails_go_without_asking(kring, world):
    assert kring("group", "place", "Koor", "1").exit_code == 0
    assert len(world.mailed("Koor")) == 1


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ((), "--welcome 2, of met --welcome none"),
        (("--welcome", "3"), "Je bevestigde 3 mails"),
        (("--welcome", "veel"), "is geen aantal mails"),
    ],
)
def test_many_mails_are_refused_with_what_to_type(kring, world, option, said):
    refused = kring("group", "place", "Koor", "1", "2", *option)
    assert refused.exit_code == 1
    assert said in " ".join(refused.stderr.split())
    assert world.members("Koor") == set()


@pytest.mark.parametrize(("welcome", "mails"), [("2", 2), ("none", 0), ("0", 0)])
def test_what_was_agreed_goes(kring, world, welcome, mails):
    placed = kring("group", "place", "Koor", "1", "2", "--welcome", welcome)
    assert placed.exit_code == 0
    assert len(world.mailed("Koor")) == mails
    assert len(world.members("Koor")) == 2


def test_a_lifted_pin_and_being_taken_out_mail_as_well(kring, world):
    koor = world.group("Koor")
    world.welcoming("Zangers", {"group": koor})
    world.welcoming(
        "Anderen", {"base": {"everyone": True}, "except": [{"group": koor}]}
    )
    none = ("--welcome", "none")
    kring("group", "place", "Koor", "1", "2", *none)
    kring("group", "remove", "Zangers", "1", "2", *none)
    assert kring("group", "unpin", "Zangers", "1", "2").exit_code == 1
    assert kring("group", "unpin", "Zangers", "1", "2", "--welcome", "2").exit_code == 0
    assert len(world.mailed("Zangers")) == 2
    assert kring("group", "remove", "Koor", "1", "2").exit_code == 1
    assert kring("group", "remove", "Koor", "1", "2", "--welcome", "2").exit_code == 0
    assert len(world.mailed("Anderen")) == 2


def test_contacts_edited_together_mail(kring, world):
    world.welcoming("Lezers", NEWSLETTER)
    edit = ("contact", "edit", "1", "2", "--set", "newsletter=ja")
    assert kring(*edit).exit_code == 1
    assert kring(*edit, "--welcome", "2").exit_code == 0
    assert len(world.mailed("Lezers")) == 2


def test_imports_mail(kring, world, tmp_path):
    world.welcoming("Lezers", NEWSLETTER)
    people = tmp_path / "people.csv"
    people.write_text("number,newsletter\n1,ja\n2,ja\n")
    places = tmp_path / "places.csv"
    places.write_text("group,number\nKoor,1\nKoor,2\n")
    for kind, file, group in (
        ("contacts", people, "Lezers"),
        ("members", places, "Koor"),
    ):
        command = ("import", kind, str(file))
        refused = kring(*command)
        assert refused.exit_code == 1
        assert "--welcome 2" in refused.stderr
        assert kring(*command, "--welcome", "2").exit_code == 0
        assert len(world.mailed(group)) == 2


def test_a_group_mails_the_new_members_that_were_agreed(kring, world):
    everyone = ("--definition", json.dumps({"everyone": True}))
    add = ("group", "add", "Allen", *everyone, "--template", "Welcome")
    assert kring(*add, "--welcome", "3").exit_code == 1
    assert kring(*add, "--welcome", "2").exit_code == 0
    assert len(world.mailed("Allen")) == 2
    kring("group", "add", "Niemand", "--definition", '{"any": []}', *add[5:])
    assert kring("group", "edit", "Niemand", *everyone).exit_code == 0
    assert world.mailed("Niemand") == []


def test_the_settings_of_the_welcome_can_be_given(kring, world):
    mailbox = Mailbox.objects.create(name="Bestuur", address="bestuur@example.org")
    options = (
        *("--welcome-policy", "every", "--welcome-delay", "24"),
        *("--mailbox", "Bestuur@example.org"),
    )
    assert kring("group", "edit", "Koor", *options).exit_code == 0
    group = Group.objects.get(name="Koor")
    assert (group.welcome_policy, group.welcome_delay_hours) == ("every", 24)
    assert group.welcome_mailbox == mailbox


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--welcome-delay", "8761"), "0 tot 8760 uur"),
        (("--welcome-delay", "-1"), "0 tot 8760 uur"),
        (("--mailbox", "x@example.org"), "bij Afzender"),
    ],
)
def test_settings_that_cannot_be_are_refused(kring, options, said):
    refused = kring("group", "edit", "Koor", *options)
    assert refused.exit_code == 1
    assert said in " ".join(refused.stderr.split())
