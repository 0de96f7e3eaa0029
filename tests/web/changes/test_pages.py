"""The pages about what was done: the list, one change, and undoing it."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.actors import actor_of
from kring.accounts.models import User
from kring.actions import groups, members
from kring.actions.contacts import create_contact, edit_contact
from kring.actions.erasing import erase_contact
from kring.actions.fields import NewField, add_field
from kring.actions.groups import edit_group
from kring.actions.merging import merge_contacts
from kring.actions.templates import TemplateTexts, create_template, delete_template
from kring.contacts.details import AddressDetails
from kring.groups.models import Change
from kring.groups.settings import GroupSettings
from tests.mailings import letter
from tests.world import World

BUDGET = 8


@pytest.fixture
def at_desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def placed(world: World, staff: User) -> int:
    """The number of the change by which Anna put Ada in the choir."""
    ada, choir = world.contact("Ada"), world.group("Koor")
    world.group("Zangers", {"group": "Koor"})
    done = members.place([ada], choir, by=actor_of(staff), reason="zingt graag")
    return done.change or 0


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_tells_who_did_what_to_whom_and_why(at_desk, placed) -> None:
    shown = page(at_desk, "/wijzigingen/")
    for told in ("Leden toegevoegd", "Anna Visser", "Ada", "Koor", "zingt graag"):
        assert told in shown, told


@pytest.mark.parametrize("query", ["", "?wat=members.place", "?op=2026-05-03", "?na=1"])
def test_the_list_takes_few_queries(
    at_desk, world, placed, query, django_assert_max_num_queries
) -> None:
    for number in range(60):
        world.contact(f"Contact {number}", groups=["Koor", "Band"])
    with django_assert_max_num_queries(BUDGET):
        page(at_desk, f"/wijzigingen/{query}")


def test_the_list_is_narrowed_by_what_who_and_when(at_desk, staff, placed) -> None:
    rows = at_desk.get("/wijzigingen/?wat=members.place").context["rows"]
    assert [row.change.number for row in rows] == [placed]
    rows = at_desk.get(f"/wijzigingen/?wie={staff.pk}").context["rows"]
    assert [row.change.number for row in rows] == [placed]
    assert at_desk.get("/wijzigingen/?op=2001-01-01").context["rows"] == []


def test_pages_of_changes_follow_each_other_and_lead_back(at_desk, world) -> None:
    for number in range(70):
        world.group(f"Groep {number}")
    first = at_desk.get("/wijzigingen/").context
    older = at_desk.get("/wijzigingen/" + first["next"]).context
    back = at_desk.get("/wijzigingen/" + older["previous"]).context
    numbers = [row.change.number for row in [*first["rows"], *older["rows"]]]
    assert len(first["rows"]) == 50
    assert numbers == sorted(numbers, reverse=True)
    assert [r.change.number for r in back["rows"]] == numbers[:50]
    assert (first["previous"], older["next"], back["previous"]) == ("", "", "")


def test_a_template_a_mail_to_groups_and_a_field_are_named(at_desk, world) -> None:
    texts = TemplateTexts("Welkom als coach", "Welkom", "<p>Dag</p>")
    template = create_template(texts, by=world.by).template
    delete_template(template.pk, by=world.by)
    letter(world, "Koor", subject="Warmteavond")
    add_field(NewField("dak", "text", label="Soort dak"), by=world.by)
    rows = at_desk.get("/wijzigingen/").context["rows"]
    called = {row.change.action: row.change.called for row in rows}
    assert called["template.create"] == called["template.delete"] == texts.name
    assert called["mailing.create"] == "Warmteavond"
    assert called["field.add"] == "Soort dak"
    assert called["group.create"] == ""
    shown = page(at_desk, "/wijzigingen/")
    assert "· Welkom als coach" in shown


def test_one_change_of_a_template_names_it_and_tells_nothing_empty(
    at_desk, world
) -> None:
    texts = TemplateTexts("Welkom als coach", "Welkom", "<p>Dag</p>")
    create_template(texts, by=world.by)
    shown = page(at_desk, f"/wijzigingen/{Change.objects.latest('pk').pk}/")
    assert shown.count("Welkom als coach") == 2
    assert "Bijlage" not in shown


def test_nonsense_in_the_address_of_the_list_is_the_whole_list(at_desk, placed) -> None:
    for query in ("?wat=x", "?op=gisteren", "?wie=x", "?voor=x", "?na=%00"):
        assert at_desk.get(f"/wijzigingen/{query}").context["rows"], query


def test_one_change_tells_all_of_it_and_offers_undo(at_desk, placed) -> None:
    shown = page(at_desk, f"/wijzigingen/{placed}/")
    for told in ("Anna Visser", "zingt graag", "Koor", "Zangers", "Ada"):
        assert told in shown, told
    assert f'action="/wijzigingen/{placed}/ongedaan-maken/"' in shown


def test_an_edit_is_shown_as_it_was_and_as_it_became(at_desk, world) -> None:
    ada = create_contact({"last_name": "Bos", "status": "proef"}, by=world.by)
    edit_contact(ada, {"status": "lid", "newsletter": True}, by=world.by)
    shown = page(at_desk, f"/wijzigingen/{Change.objects.latest('pk').pk}/")
    assert "proef → lid" in shown
    assert "nee → ja" in shown


def test_undo_answers_where_the_button_was_and_can_be_undone(
    at_desk, world, placed
) -> None:
    group = f"http://testserver/groepen/{world.group('Koor')}/"
    answer = at_desk.post(
        f"/wijzigingen/{placed}/ongedaan-maken/", headers={"referer": group}
    )
    assert answer["Location"] == group
    assert world.names_in("Koor") == []
    shown = page(at_desk, group)
    assert "Dit is ongedaan gemaakt: leden toegevoegd." in shown
    undoing = Change.objects.get(undoes=placed).pk
    assert f'action="/wijzigingen/{undoing}/ongedaan-maken/"' in shown
    again = at_desk.post(f"/wijzigingen/{undoing}/ongedaan-maken/", follow=True)
    assert world.names_in("Koor") == ["Ada"]
    assert "Wat ongedaan was gemaakt, is weer gedaan." in again.content.decode()


def test_an_undo_does_not_lead_to_another_site(at_desk, placed) -> None:
    answer = at_desk.post(
        f"/wijzigingen/{placed}/ongedaan-maken/",
        headers={"referer": "https://elders.example/"},
    )
    assert answer["Location"] == f"/wijzigingen/{placed}/"


def test_a_refused_undo_names_the_change_in_the_way(at_desk, world, placed) -> None:
    [ada] = world.members("Koor")
    later = members.remove([ada], world.group("Koor"), by=world.by).change
    answer = at_desk.post(f"/wijzigingen/{placed}/ongedaan-maken/", follow=True)
    shown = answer.content.decode()
    assert "niet ongedaan worden gemaakt" in shown
    assert f"wijziging {later}" in shown
    assert Change.objects.filter(undoes=placed).count() == 0


def test_after_undoing_that_a_group_was_made_there_is_a_page(at_desk, world) -> None:
    group = world.group("Band")
    number = Change.objects.latest("pk").pk
    answer = at_desk.post(
        f"/wijzigingen/{number}/ongedaan-maken/",
        headers={"referer": f"http://testserver/groepen/{group}/"},
        follow=True,
    )
    assert answer.status_code == 200
    assert "Dit is ongedaan gemaakt: groep gemaakt." in answer.content.decode()


def test_a_deleted_group_is_named_without_a_link(at_desk, world) -> None:
    group = world.group("Band")
    groups.delete_group(group, by=world.by)
    shown = page(at_desk, f"/wijzigingen/{Change.objects.latest('pk').pk}/")
    assert "Band" in shown
    assert f"/groepen/{group}/" not in shown


def test_values_stand_in_words_and_an_address_as_on_an_envelope(at_desk, world) -> None:
    home = AddressDetails("Dorpsstraat", "12", postal_code="2611 AB", city="Delft")
    ada = create_contact({"last_name": "Bos", "addresses": (home,)}, by=world.by)
    shown = page(at_desk, f"/wijzigingen/{Change.objects.latest('pk').pk}/")
    assert "Dorpsstraat 12 2611 AB Delft" in shown
    assert "→ Persoon" in shown
    world.group("Zangers", {"group": "Koor"})
    done = members.remove([ada], world.group("Zangers"), by=world.by, reason="stem")
    shown = page(at_desk, f"/wijzigingen/{done.change}/")
    assert "→ eruit" in shown


def test_numbers_of_users_are_kept_and_not_shown(at_desk, staff, world) -> None:
    settings = GroupSettings(name="Koor", responsible=staff.pk)
    edit_group(world.group("Koor"), settings, by=world.by)
    shown = page(at_desk, f"/wijzigingen/{Change.objects.latest('pk').pk}/")
    assert "Verantwoordelijke" in shown
    assert f"→ {staff.pk}" not in shown


def test_whoever_was_merged_goes_by_the_name_of_whom_it_became(at_desk, world) -> None:
    ada = create_contact({"last_name": "Bos", "number": "A"}, by=world.by)
    double = create_contact({"last_name": "Bosch", "number": "B"}, by=world.by)
    done = members.place([double], world.group("Koor"), by=world.by)
    merge_contacts(double, into=ada, by=world.by)
    for change in (done.change, Change.objects.latest("pk").pk):
        shown = page(at_desk, f"/wijzigingen/{change}/")
        assert "Bos (eerder nummer B)" in shown
        assert "gewist" not in shown
    assert f"→ {ada}" not in shown


def test_whoever_was_erased_has_no_name_any_more(at_desk, world) -> None:
    ada = create_contact({"last_name": "Zonderling"}, by=world.by)
    number = Change.objects.latest("pk").pk
    done = members.place([ada], world.group("Koor"), by=world.by)
    erase_contact(ada, by=world.by)
    erased = Change.objects.latest("pk").pk
    for change in (number, done.change, erased):
        shown = page(at_desk, f"/wijzigingen/{change}/")
        assert "Zonderling" not in shown
        assert "gewist contact" in shown
    assert "Zonderling" not in page(at_desk, "/wijzigingen/")
    assert "ongedaan-maken" not in page(at_desk, f"/wijzigingen/{erased}/")


def test_readers_look_and_undo_nothing(client, reader, world, placed) -> None:
    client.force_login(reader)
    assert "ongedaan-maken" not in page(client, f"/wijzigingen/{placed}/")
    answer = client.post(f"/wijzigingen/{placed}/ongedaan-maken/")
    assert answer.status_code == 403
    assert world.names_in("Koor") == ["Ada"]


def test_strangers_are_sent_to_sign_in(client, placed) -> None:
    for address in ("/wijzigingen/", f"/wijzigingen/{placed}/"):
        assert client.get(address)["Location"].startswith("/inloggen/")


def test_nothing_is_undone_by_looking(at_desk, world, placed) -> None:
    address = f"/wijzigingen/{placed}/ongedaan-maken/"
    assert at_desk.get(address).status_code == 405
    assert world.names_in("Koor") == ["Ada"]


def test_a_change_that_does_not_exist_is_not_found(at_desk) -> None:
    assert at_desk.get("/wijzigingen/999/").status_code == 404
    assert at_desk.post("/wijzigingen/999/ongedaan-maken/").status_code == 404


def test_steps_of_a_long_act_stand_on_its_page(at_desk, world, monkeypatch) -> None:
    monkeypatch.setattr(members, "BATCH", 2)
    some = world.contacts("Ada", "Ben", "Cas")
    done = members.place(some, world.group("Koor"), by=world.by)
    assert len(at_desk.get(f"/wijzigingen/{done.change}/").context["steps"]) == 2
    rows = at_desk.get("/wijzigingen/?wat=members.place").context["rows"]
    assert [row.change.number for row in rows] == [done.change]
    [effect] = rows[0].effects
    assert (effect.group.name, effect.joined) == ("Koor", 3)
