"""`kring contact …` and putting contacts in groups: what they print and refuse."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from kring.accounts.actors import OPERATOR
from kring.actions import own_groups
from kring.actions.contacts import create_contact
from kring.cli.app import app
from kring.contacts.models import Contact
from kring.groups.models import Change, Placement
from tests.world import World


@pytest.fixture
def kring(world: World, settings):
    """KR-1 Ada in Leden, KR-2 Ben, KR-3 the choir; Zangers follow from Leden."""
    settings.DATABASE_IS_EMBEDDED = False
    for number, name in (("KR-1", "Ada"), ("KR-2", "Ben")):
        create_contact({"number": number, "last_name": name}, by=OPERATOR)
    create_contact({"number": "KR-3", "name": "Koor"}, by=OPERATOR)
    world.put(numbered("KR-1"), "Leden")
    world.group("Zangers", {"group": "Leden"})
    return lambda *words: CliRunner().invoke(app, words)


def numbered(number: str) -> int:
    return Contact.objects.get(number=number).pk


def test_contacts_are_listed_by_name(kring):
    told = json.loads(kring("contact", "list", "--json").stdout)
    assert [one["name"] for one in told] == ["Ada", "Ben", "Koor"]
    assert "KR-2" in kring("contact", "list", "--search", "ben").stdout
    assert "KR-1" not in kring("contact", "list", "--search", "ben").stdout


def test_a_contact_is_shown_with_its_groups(kring):
    told = json.loads(kring("contact", "show", "KR-1", "--json").stdout)
    assert (told["last_name"], told["groups"]) == ("Ada", ["Leden", "Zangers"])
    assert "Leden, Zangers" in kring("contact", "show", "KR-1").stdout


def test_an_unknown_number_is_refused(kring):
    for words in (
        ("show", "KR-9"),
        ("erase", "KR-9"),
        ("merge", "KR-9", "--into", "KR-1"),
    ):
        result = kring("contact", *words)
        assert result.exit_code == 1
        assert "KR-9" in result.stderr


def test_a_contact_is_erased(kring, world):
    result = kring("contact", "erase", "KR-1", "--reason", "per brief")
    assert result.stdout == "Het contact met nummer KR-1 is gewist.\n"
    assert world.members("Zangers") == set()
    assert Change.objects.get(action="contact.erase").reason == "per brief"


def test_contacts_are_merged_and_the_old_number_leads_on(kring, world):
    result = kring("contact", "merge", "KR-1", "--into", "KR-2")
    assert result.stdout == (
        "KR-1 is samengevoegd met KR-2.\nKomt in: Leden, Zangers\n"
    )
    told = json.loads(kring("contact", "show", "KR-1", "--json").stdout)
    assert (told["number"], told["former_numbers"]) == ("KR-2", ["KR-1"])
    erased = kring("contact", "erase", "KR-1")
    assert erased.exit_code == 1
    assert "KR-2" in erased.stderr
    assert world.members("Leden") == {numbered("KR-2")}


def test_a_merge_is_told_as_json(kring):
    told = json.loads(
        kring("contact", "merge", "KR-1", "--into", "KR-2", "--json").stdout
    )
    change = Change.objects.get(action="contact.merge").number
    assert told == {
        "into": "KR-2",
        "joined": ["Leden", "Zangers"],
        "left": [],
        "change": change,
    }
    assert kring("change", "undo", str(change)).exit_code == 0
    assert json.loads(kring("contact", "show", "KR-1", "--json").stdout)["number"] == (
        "KR-1"
    )


def test_contacts_are_edited_together(kring, tmp_path):
    file = tmp_path / "numbers.txt"
    file.write_text("KR-1\nKR-2\n\n")
    words = ("contact", "edit", "--numbers", str(file), "--set", "status=lid")
    assert kring(*words).stdout == (
        "Contacten: 2 gewijzigd, 0 ongewijzigd, 0 geweigerd.\n"
    )
    told = json.loads(kring(*words, "--json").stdout)
    assert (told["changed"], told["unchanged"]) == (0, 2)
    kring(
        "contact",
        "edit",
        "--all-in",
        "Leden",
        "--set",
        "status=",
        "--set",
        "city=Delft",
    )
    statuses = Contact.objects.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["", "lid", ""]


def test_what_does_not_fit_is_told_by_number(kring):
    result = kring("contact", "edit", "KR-2", "KR-3", "--set", "last_name=Visser")
    assert result.exit_code == 1
    assert "KR-3: " in result.stdout
    assert "1 gewijzigd, 0 ongewijzigd, 1 geweigerd" in result.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--set", "status=lid"), "--all-in"),
        (("KR-1", "--all-in", "Leden", "--set", "status=lid"), "--all-in"),
        (("KR-1", "--set", "status"), "kolom=waarde"),
        (("KR-1", "--set", "shoe=42"), "shoe"),
        (("KR-1", "--set", "number=KR-7"), "één contact"),
        (("KR-1", "--set", "date_of_birth=gisteren"), "date_of_birth"),
        (("--all-in", "Nergens", "--set", "status=lid"), "Nergens"),
    ],
)
def test_what_cannot_be_edited_is_refused(kring, words, reason):
    before = Change.objects.count()
    result = kring("contact", "edit", *words)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert Change.objects.count() == before


def test_contacts_are_placed_since_a_day_and_removed(kring, world):
    result = kring("group", "place", "Leden", "KR-2", "KR-3", "--since", "2020-05-03")
    assert result.stdout == "2 contacten gewijzigd.\n"
    assert str(Placement.objects.get(contact=numbered("KR-2")).since) == "2020-05-03"
    told = json.loads(kring("group", "remove", "Leden", "KR-3", "--json").stdout)
    assert told["count"] == 1
    assert world.names_in("Zangers") == ["Ada", "Ben"]


def test_what_a_contact_chose_itself_is_lifted_with_a_reason(kring, world):
    ada = world.contact("Ada")
    group = world.group(
        "Allen", {"everyone": True}, visible_on_portal=True, editable_on_portal=True
    )
    own_groups.leave(ada, group)
    number = f"T{ada}"
    refused = kring("group", "unpin", "Allen", number)
    assert refused.exit_code == 1
    assert "zeg waarom" in " ".join(refused.output.split())
    assert kring("group", "unpin", "Allen", number, "--reason", "Belde").exit_code == 0
    assert ada in world.members("Allen")


def test_contacts_are_pinned_until_a_day_and_unpinned(kring, world):
    today = timezone.localdate().isoformat()
    reason = ("--reason", "asked to", "--until", today)
    kring("group", "remove", "Zangers", "KR-1", *reason)
    pin = Placement.objects.get(group=world.group("Zangers"))
    assert (pin.effect, pin.reason, str(pin.until)) == ("out", "asked to", today)
    assert world.names_in("Zangers") == []
    kring("group", "unpin", "Zangers", "KR-1")
    assert world.names_in("Zangers") == ["Ada"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("place", "Leden", "KR-2", "--until", "2090-01-01"), "statische groep"),
        (("place", "Zangers", "KR-2", "--until", "2020-01-01"), "al voorbij"),
        (("place", "Zangers", "KR-2", "--since", "2020-01-01"), "volgt uit de regels"),
        (("place", "Leden", "KR-2", "--since", "gisteren"), "gisteren"),
        (("place", "Leden", "KR-2", "KR-9"), "KR-9"),
        (("place", "Nergens", "KR-2"), "Nergens"),
        (("unpin", "Leden", "KR-1"), "statische groep"),
    ],
)
def test_what_cannot_be_placed_is_refused(kring, words, reason):
    before = Change.objects.count()
    result = kring("group", *words)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert Change.objects.count() == before
