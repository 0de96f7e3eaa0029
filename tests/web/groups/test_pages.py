"""The pages about groups answer, in few queries, and only to whom they may."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.accounts.models import User
from kring.actions.members import place
from kring.contacts.models import CustomField
from kring.groups.models import Change, Fill
from tests.world import World

GROUP_PAGES = ("", "leden/", "samenstelling/", "instellingen/", "gebruikt-door/")
DEEDS = ("leden/toevoegen/", "leden/verwijderen/", "sluiten/", "heropenen/")
BOTH = {"all": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}
EITHER = {"any": [{"group": "Leden"}, {"group": "Vrijwilligers"}]}
BUDGET = 8


@pytest.fixture
def pages(cooperative: World) -> list[str]:
    made = (cooperative.group("Leden"), cooperative.group("Beide", BOTH))
    return [f"/groepen/{group}/{page}" for group in made for page in GROUP_PAGES]


@pytest.fixture
def crowd(cooperative: World) -> World:
    """More members than a page holds, static and derived."""
    contacts = cooperative.contacts(*(f"Lid {n:03}" for n in range(120)))
    place(contacts, cooperative.group("Leden"), by=cooperative.by)
    cooperative.group("Samen", EITHER)
    return cooperative


def test_every_page_of_a_group_answers_staff(at_desk, pages):
    for page in pages:
        assert at_desk.get(page).status_code == 200, page


def test_readers_look_without_a_way_to_change(reading, pages):
    for page in pages:
        response = reading.get(page)
        assert response.status_code == 200, page
        for way in ("Opslaan", "Groep sluiten", "+ Leden toevoegen", "uit de groep"):
            assert way not in response.content.decode(), page


def test_readers_make_and_change_nothing(reading, cooperative):
    group = cooperative.group("Leden")
    assert reading.get("/groepen/nieuw/").status_code == 403
    assert reading.post("/groepen/nieuw/", {"name": "X"}).status_code == 403
    for deed in (*DEEDS, "verwijderen/", "instellingen/"):
        answer = reading.post(f"/groepen/{group}/{deed}", {"name": "X"})
        assert answer.status_code == 403, deed
    assert cooperative.names_in("Leden") == ["Ada", "Ben"]


def test_strangers_are_sent_to_sign_in(client, pages):
    for page in (*pages, "/groepen/", "/groepen/nieuw/", "/groepen/voorbeeld/"):
        answer = client.get(page)
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/inloggen/"), page


def test_whoever_has_no_staff_role_sees_nothing(client, pages):
    someone = User(email="bo@elders.example")
    someone.save()
    client.force_login(someone)
    for page in pages:
        assert client.get(page).status_code == 403, page


def test_nothing_changes_by_get(at_desk, cooperative):
    group = cooperative.group("Leden")
    for deed in ("leden/verwijderen/", "sluiten/", "heropenen/"):
        assert at_desk.get(f"/groepen/{group}/{deed}").status_code == 405, deed
    at_desk.get(f"/groepen/{group}/verwijderen/")
    at_desk.get(f"/groepen/{group}/leden/toevoegen/?contact=1")
    assert cooperative.names_in("Leden") == ["Ada", "Ben"]


def test_a_group_that_does_not_exist_is_not_found(at_desk, db):
    for page in (*GROUP_PAGES, *DEEDS[:1], "verwijderen/"):
        assert at_desk.get(f"/groepen/999/{page}").status_code == 404, page


@pytest.mark.parametrize("query", ["", "?zoek=groep", "?gesloten=1&soort=static"])
def test_the_list_takes_few_queries(
    at_desk, world, query, django_assert_max_num_queries
):
    for number in range(30):
        world.group(f"Groep {number}", closed=number % 2 == 0)
    with django_assert_max_num_queries(BUDGET):
        assert at_desk.get(f"/groepen/{query}").status_code == 200


@pytest.mark.parametrize("name", ["Leden", "Samen"])
@pytest.mark.parametrize("query", ["", "?zoek=lid", "second"])
def test_members_take_few_queries(
    at_desk, crowd, name, query, django_assert_max_num_queries
):
    address = f"/groepen/{crowd.group(name)}/leden/"
    if query == "second":
        query = at_desk.get(f"{address}?zoek=lid").context["next"]
    with django_assert_max_num_queries(BUDGET):
        assert at_desk.get(address + query).status_code == 200


def test_members_of_what_asks_an_own_field_take_few_queries(
    at_desk, world, django_assert_max_num_queries
):
    CustomField.objects.create(code="thema", label="Thema", type="text")
    where = {"field": "field:thema", "op": "not_empty"}
    group = world.group("Met thema", {"where": where})
    at_desk.get(f"/groepen/{group}/leden/")
    with django_assert_max_num_queries(BUDGET):
        page = at_desk.get(f"/groepen/{group}/leden/")
    assert "Iedereen met thema ingevuld." in page.content.decode()


def shown(client: Client, address: str) -> list[str]:
    return [row.contact.name for row in client.get(address).context["rows"]]


@pytest.mark.parametrize("search", ["", "?zoek=lid 0"])
@pytest.mark.parametrize("name", ["Leden", "Samen"])
def test_pages_of_members_follow_each_other_and_lead_back(at_desk, crowd, name, search):
    address = f"/groepen/{crowd.group(name)}/leden/"
    first = at_desk.get(address + search)
    second = at_desk.get(address + first.context["next"])
    back = at_desk.get(address + second.context["previous"])
    names = [row.contact.name for row in [*first.context["rows"]]]
    more = [row.contact.name for row in second.context["rows"]]
    assert len(names) == 50
    assert names + more == sorted(names + more)
    assert [row.contact.name for row in back.context["rows"]] == names


def test_nonsense_in_an_address_is_the_first_page(at_desk, crowd):
    address = f"/groepen/{crowd.group('Leden')}/leden/"
    first = shown(at_desk, address)
    for query in ("?na=x", "?na=12", "?voor=%00", "?na=99999999999999999999 x"):
        assert shown(at_desk, address + query) == first, query


def test_members_are_searched_among_members_only(at_desk, cooperative):
    address = f"/groepen/{cooperative.group('Leden')}/leden/"
    assert shown(at_desk, address + "?zoek=a") == ["Ada"]
    assert "Niemand gevonden" in at_desk.get(address + "?zoek=cas").content.decode()


def test_an_htmx_request_gets_the_rows_alone_and_browsers_keep_them_apart(
    at_desk, cooperative
):
    part = at_desk.get("/groepen/?zoek=vrij", headers={"HX-Request": "true"})
    page = part.content.decode()
    assert "<html" not in page
    assert "Vrijwilligers" in page
    assert "Oud-leden" not in page
    assert "HX-Request" in at_desk.get("/groepen/")["Vary"]


def test_closed_groups_are_listed_when_asked_for(at_desk, world):
    world.group("Oud", closed=True)
    assert "Oud" not in at_desk.get("/groepen/").content.decode()
    assert "Oud" in at_desk.get("/groepen/?gesloten=1").content.decode()


def test_the_list_is_narrowed_to_a_kind(at_desk, cooperative):
    cooperative.group("Beide", BOTH)
    groups = at_desk.get("/groepen/?soort=composite").context["sections"]
    assert [row["name"] for section in groups for row in section.rows] == ["Beide"]


def test_names_that_begin_alike_stand_together(at_desk, world):
    for name in ("Coach - Energie", "Coach - Zon", "Los - Alleen", "Zang"):
        world.group(name)
    sections = at_desk.get("/groepen/").context["sections"]
    assert [(one.prefix, len(one.rows)) for one in sections] == [("Coach", 2), ("", 2)]


def test_a_derived_group_is_not_changed_by_hand(at_desk, cooperative):
    group = cooperative.group("Beide", BOTH)
    [dina] = cooperative.contacts("Dina")
    for deed in ("toevoegen", "verwijderen"):
        for contact in (dina, *cooperative.members("Beide")):
            at_desk.post(f"/groepen/{group}/leden/{deed}/", {"contact": contact})
    assert cooperative.names_in("Beide") == ["Ben"]


def test_unknown_contacts_are_refused_in_words(at_desk, cooperative):
    group = cooperative.group("Leden")
    answer = at_desk.post(
        f"/groepen/{group}/leden/toevoegen/", {"contact": ["999", "x"]}, follow=True
    )
    assert "bestaat niet" in answer.content.decode()


def test_a_group_in_use_is_not_deleted_and_names_its_uses(at_desk, cooperative):
    cooperative.group("Beide", BOTH)
    group = cooperative.group("Leden")
    page = at_desk.get(f"/groepen/{group}/verwijderen/").content.decode()
    assert ">Beide</a>" in page
    assert "btn-danger" not in page
    answer = at_desk.post(f"/groepen/{group}/verwijderen/", follow=True)
    assert "Beide" in answer.content.decode()
    assert cooperative.names_in("Leden") == ["Ada", "Ben"]


def test_a_role_makes_a_use_too(at_desk, world):
    coaches = world.group("Coaches", neighbourhood_role="coach")
    world.group("Wie coacht", {"role": "coach"})
    page = at_desk.get(f"/groepen/{coaches}/gebruikt-door/").content.decode()
    assert ">Wie coacht</a>" in page


@pytest.mark.parametrize("deed", ["toevoegen", "verwijderen"])
def test_ticking_nobody_is_told(at_desk, cooperative, deed):
    group = cooperative.group("Leden")
    answer = at_desk.post(f"/groepen/{group}/leden/{deed}/", follow=True)
    assert "nog niemand aangevinkt" in answer.content.decode()


def test_a_group_that_is_being_filled_says_how_far_it_is(at_desk, cooperative):
    group = cooperative.group("Samen", EITHER)
    change = Change.objects.latest("number")
    Fill.objects.create(group_id=group, change=change, next_chunk=0)
    page = at_desk.get(f"/groepen/{group}/").content.decode()
    assert "wordt bijgewerkt (0 van 1)" in page
    assert "wordt bijgewerkt" in at_desk.get("/groepen/").content.decode()


def test_whoever_is_pinned_counts_in_the_preview(at_desk, cooperative):
    group = cooperative.group("Samen", EITHER)
    [dina] = cooperative.contacts("Dina")
    cooperative.put(dina, "Samen")
    for contact in cooperative.members("Oud-leden"):
        cooperative.take(contact, "Samen")
    shown = at_desk.get(f"/groepen/{group}/instellingen/").context["preview"]
    assert (shown.counted.count, shown.changes) == (3, False)
