"""New members are mailed from the pages as was agreed, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.actions import members
from kring.actions.welcoming import Welcome
from kring.algebra import limits
from kring.contacts.models import Contact
from kring.groups.models import Group, Placement
from kring.mailing.models import Mailbox, OutgoingMail
from tests.browser import Visitor
from tests.world import World

EMPTY = {"parts": [], "removed": [], "condition": "any", "count": "2"}


@pytest.fixture
def at_desk(client: Client, staff) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def koor(world: World, monkeypatch) -> int:
    """Ada and Ben can be reached; two mails are many."""
    monkeypatch.setattr(limits, "MAILS_UNASKED", 1)
    world.reachable("Ada", "Ben")
    return world.welcoming("Koor")


def everyone() -> list[int]:
    return sorted(Contact.objects.values_list("pk", flat=True))


def sent_again(page: Any) -> dict[str, Any]:
    """What the page that asks sends along, whichever button is chosen."""
    sent: dict[str, Any] = {}
    for name, value in page.context["sent"]:
        sent.setdefault(name, []).append(value)
    return sent


@pytest.mark.parametrize(("button", "mails"), [("2", 2), ("none", 0)])
def test_many_who_are_added_are_asked_about_and_then_added(
    at_desk, world, koor, button, mails
):
    address = f"/groepen/{koor}/leden/toevoegen/"
    page = at_desk.post(address, {"contact": [1, 2]})
    text = page.content.decode()
    assert "Hiermee gaan er 2 mails uit" in text
    assert "Ga door en stuur 2 mails" in text
    assert f"{address}?contact=1&amp;contact=2" in text
    assert world.members("Koor") == set()
    at_desk.post(address, {**sent_again(page), "welcome": button})
    assert world.members("Koor") == {1, 2}
    assert len(world.mailed("Koor")) == mails


def test_few_who_are_added_are_mailed_without_asking(at_desk, world, koor):
    address = f"/groepen/{koor}/leden/toevoegen/"
    page = at_desk.post(address, {"contact": [1]}, follow=True).content.decode()
    assert world.mailed("Koor") == [1]
    assert "1 lid toegevoegd aan Koor. 1 nieuw lid krijgt een mail." in page


def test_who_adds_members_reads_before_what_they_will_get(at_desk, world, koor):
    daily = world.welcoming("Band", welcome_delay_hours=24, welcome_policy="every")
    for group, told in {
        koor: ". Wie terugkomt, krijgt hem niet nog eens.",
        daily: ". De mail wacht 24 uur. Wie terugkomt, krijgt hem opnieuw.",
    }.items():
        for place in ("leden/toevoegen/", "mail/"):
            page = at_desk.get(f"/groepen/{group}/{place}").content.decode()
            assert "Wie in de groep komt, krijgt" in page
            assert told in page
    silent = at_desk.get(f"/groepen/{world.group('Stil')}/leden/toevoegen/")
    assert "Wie in de groep komt" not in silent.content.decode()


@pytest.mark.parametrize(
    ("agreed", "said"),
    [("7", "Inmiddels gaat het om 2 mails"), ("1", "niet meer om 1.")],
)
def test_another_number_than_agreed_is_asked_about_again(
    at_desk, world, koor, agreed, said
):
    address = f"/groepen/{koor}/leden/toevoegen/"
    page = at_desk.post(address, {"contact": [1, 2], "welcome": agreed})
    assert said in page.content.decode()
    assert world.members("Koor") == set()


def test_who_is_mailed_no_longer_leaves_only_going_on_without(at_desk, world, koor):
    world.contacts("Cas")
    address = f"/groepen/{koor}/leden/toevoegen/"
    page = at_desk.post(address, {"contact": [3], "welcome": "2"}).content.decode()
    assert "niemand meer om te mailen" in page
    assert "Ga door zonder mail" in page
    assert "Ga door en stuur" not in page


def others(world: World) -> None:
    """A group of who is not in Koor, which mails."""
    rest = {"base": {"everyone": True}, "except": [{"group": world.group("Koor")}]}
    world.welcoming("Anderen", rest)
    members.place(everyone(), world.group("Koor"), by=world.by, welcome=Welcome.SILENT)
    assert world.members("Anderen") == set()


def test_taking_out_asks_as_well(at_desk, world, koor):
    others(world)
    address = f"/groepen/{koor}/leden/verwijderen/"
    page = at_desk.post(address, {"contact": [1, 2]})
    at_desk.post(address, {**sent_again(page), "welcome": "2"})
    assert len(world.mailed("Anderen")) == 2


def test_exceptions_ask_and_keep_what_was_typed(at_desk, world, koor):
    vast = world.welcoming("Vast", {"any": []})
    address = f"/groepen/{vast}/uitzonderingen/"
    typed = {"contact": [1, 2], "effect": "in", "reason": "helpen mee", "until": ""}
    page = at_desk.post(address, typed)
    at_desk.post(address, {**sent_again(page), "welcome": "none"})
    reasons = Placement.objects.filter(group=vast).values_list("reason", flat=True)
    assert set(reasons) == {"helpen mee"}
    assert world.mailed("Vast") == []


def test_lifting_exceptions_asks_as_well(at_desk, world, koor):
    allen = world.welcoming("Allen", {"everyone": True})
    members.remove(everyone(), allen, by=world.by)
    address = f"/groepen/{allen}/uitzonderingen/opheffen/"
    page = at_desk.post(address, {"contact": [1, 2]})
    assert "2 mails" in page.content.decode()
    at_desk.post(address, {**sent_again(page), "welcome": "2"})
    assert len(world.mailed("Allen")) == 2


def test_one_contact_in_many_groups_is_asked_about_too(at_desk, world, koor):
    world.welcoming("Zangers", {"group": koor})
    page = at_desk.post("/contacten/1/plaatsen/", {"group": koor})
    assert "2 mails" in page.content.decode()
    at_desk.post("/contacten/1/plaatsen/", {"group": koor, "welcome": "2"})
    assert world.mailed("Koor") == world.mailed("Zangers") == [1]


def test_a_restated_date_asks_too(at_desk, world, koor):
    members.place([1], koor, by=world.by, welcome=Welcome.SILENT)
    since = {"op": "at_least_days", "value": 30}
    for name in ("Trouw", "Vertrouwd"):
        world.welcoming(name, {"member": koor, "since": since})
    address = f"/groepen/{koor}/leden/sinds/"
    page = at_desk.post(address, {"contact": 1, "since": "2020-01-01"})
    assert "2 mails" in page.content.decode()
    at_desk.post(address, {**sent_again(page), "welcome": "2"})
    assert world.mailed("Trouw") == [1]


# The form of a group.


def form_of(world: World, group: int, /, **typed: Any) -> dict[str, Any]:
    row = Group.objects.get(pk=group)
    return {
        **EMPTY,
        "name": row.name,
        "version": row.version,
        "sends_mail": "on",
        "welcome_template": world.template(),
        "welcome_policy": "first",
        "welcome_delay_hours": "0",
        **typed,
    }


@pytest.fixture
def zangers(world: World, koor: int) -> int:
    """Nobody yet; all of Koor when it is made of that."""
    members.place(everyone(), koor, by=world.by, welcome=Welcome.SILENT)
    return world.welcoming("Zangers", {"any": [{"group": "Leeg"}]})


def test_a_changed_composition_is_silent_unless_ticked(at_desk, world, koor, zangers):
    typed = form_of(world, zangers, parts=[koor])
    at_desk.post(f"/groepen/{zangers}/instellingen/", typed)
    assert world.members("Zangers") == {1, 2}
    assert not OutgoingMail.objects.exists()


def test_the_preview_offers_to_mail_exactly_so_many(at_desk, world, koor, zangers):
    asked = form_of(world, zangers, parts=[koor], group=zangers, neighbourhood_role="")
    page = at_desk.get("/groepen/voorbeeld/", asked).content.decode()
    assert "Mail deze 2 nieuwe leden" in page
    assert 'value="2"' in page
    assert " checked" not in page.split('id="welcome"')[1].split(">")[0]
    typed = form_of(world, zangers, parts=[koor], welcome="2")
    at_desk.post(f"/groepen/{zangers}/instellingen/", typed)
    assert world.mailed("Zangers") == [1, 2]


def test_the_policy_in_the_form_counts_in_the_preview(at_desk, world, koor, zangers):
    world.put(1, "Zangers")
    world.welcomes("Zangers").update(state="sent")
    members.unpin([1], zangers, by=world.by)
    for policy, mails in (("first", 1), ("every", 2)):
        asked = form_of(world, zangers, parts=[koor], group=zangers)
        asked |= {"neighbourhood_role": "", "welcome_policy": policy}
        page = at_desk.get("/groepen/voorbeeld/", asked)
        assert page.context["preview"].mails == mails


@pytest.mark.parametrize("off", [{"sends_mail": ""}, {"closed": "on"}])
def test_nothing_is_offered_where_nothing_is_sent(at_desk, world, koor, zangers, off):
    asked = form_of(world, zangers, parts=[koor], group=zangers, neighbourhood_role="")
    page = at_desk.get("/groepen/voorbeeld/", {**asked, **off})
    assert 'name="welcome"' not in page.content.decode()


def test_a_number_that_passed_is_said_and_nothing_is_lost(
    at_desk, world, koor, zangers
):
    typed = form_of(world, zangers, parts=[koor], welcome="5", description="Blijft")
    page = at_desk.post(f"/groepen/{zangers}/instellingen/", typed)
    text = page.content.decode()
    assert "Je bevestigde 5 mails" in text
    assert "Mail deze 2 nieuwe leden" in text
    assert "Blijft" in text
    assert world.members("Zangers") == set()


def test_a_tick_stays_while_something_else_is_wrong(at_desk, world, koor, zangers):
    typed = form_of(world, zangers, parts=[koor], welcome="2", name="")
    page = at_desk.post(f"/groepen/{zangers}/instellingen/", typed).content.decode()
    assert " checked" in page.split('id="welcome"')[1].split(">")[0]


def test_a_new_group_mails_whom_was_ticked(at_desk, world, koor):
    members.place(everyone(), koor, by=world.by, welcome=Welcome.SILENT)
    typed = {
        **EMPTY,
        "name": "Zangers",
        "parts": [koor],
        "sends_mail": "on",
        "welcome_template": world.template(),
        "welcome": "2",
    }
    at_desk.post("/groepen/nieuw/", typed)
    assert world.mailed("Zangers") == [1, 2]


def test_policy_delay_and_sender_are_settings(at_desk, world, koor):
    mailbox = Mailbox.objects.create(name="Bestuur", address="bestuur@example.org")
    typed = form_of(
        world,
        koor,
        welcome_policy="every",
        welcome_delay_hours="48",
        welcome_mailbox=mailbox.pk,
    )
    at_desk.post(f"/groepen/{koor}/instellingen/", typed)
    group = Group.objects.get(pk=koor)
    assert (group.welcome_policy, group.welcome_delay_hours) == ("every", 48)
    assert group.welcome_mailbox == mailbox
    page = at_desk.get(f"/groepen/{koor}/instellingen/").content.decode()
    assert "Bestuur &lt;bestuur@example.org&gt;" in page


def test_what_the_form_does_not_say_of_the_mail_stays(at_desk, world, koor):
    Group.objects.filter(pk=koor).update(welcome_policy="every")
    at_desk.post(
        f"/groepen/{koor}/instellingen/", form_of(world, koor, welcome_policy="")
    )
    assert Group.objects.get(pk=koor).welcome_policy == "every"


@pytest.mark.parametrize("hours", ["-1", "8761", "veel", "9" * 30])
def test_a_delay_that_cannot_be_is_told_at_its_field(at_desk, world, koor, hours):
    typed = form_of(world, koor, welcome_delay_hours=hours)
    page = at_desk.post(f"/groepen/{koor}/instellingen/", typed)
    assert "welcome_delay_hours" in page.context["form"].errors
    assert Group.objects.get(pk=koor).welcome_delay_hours == 0


def test_what_is_wrong_with_a_mail_that_is_off_hinders_nobody(at_desk, world, koor):
    typed = form_of(world, koor, sends_mail="", welcome_delay_hours="veel")
    at_desk.post(f"/groepen/{koor}/instellingen/", typed)
    assert Group.objects.get(pk=koor).welcome_template is None


def test_a_reader_is_offered_no_tick(client: Client, reader, world, koor, zangers):
    client.force_login(reader)
    asked = form_of(world, zangers, parts=[koor], group=zangers, neighbourhood_role="")
    page = client.get("/groepen/voorbeeld/", asked).content.decode()
    assert 'name="welcome"' not in page


def test_the_tick_follows_the_composition_in_a_browser(
    visitor: Visitor, world, koor, zangers, staff
):
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{zangers}/instellingen/")
    page = visitor.page
    box = page.get_by_label("Samengesteld uit", exact=True)
    box.fill("Koor")
    page.get_by_role("option", name="Koor", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_label("Mail deze 2 nieuwe leden").check()
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(f"**/groepen/{zangers}/")
    assert world.mailed("Zangers") == [1, 2]
