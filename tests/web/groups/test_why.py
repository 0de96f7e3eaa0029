"""The page that says why somebody is in a group, or not."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.actions.members import remove
from kring.actions.merging import merge_contacts
from kring.contacts.models import Contact
from kring.groups.models import GroupChunk
from tests.browser import Visitor
from tests.world import World

PLAIN_QUOTES = {0x2018: "'", 0x2019: "'"}
RULE = {
    "base": {"any": [{"group": "Leden"}, {"group": "Vrijwilligers"}]},
    "except": [
        {"group": "Oud-leden"},
        {"where": {"field": "city", "op": "is", "value": "Delft"}},
    ],
}


@pytest.fixture
def active(cooperative: World) -> World:
    cooperative.group("Actief", RULE)
    cooperative.group("Kern", {"all": [{"group": "Actief"}, {"group": "Leden"}]})
    return cooperative


def why(client: Client, world: World, name: str, group: str, query: str = "") -> str:
    contact = found(world, name)
    address = f"/groepen/{world.group(group)}/leden/{contact}/waarom/{query}"
    page = client.get(address).content.decode().translate(PLAIN_QUOTES)
    return " ".join(page.split())


def found(world: World, name: str) -> int:
    return Contact.objects.get(last_name=name).pk


def test_it_says_who_is_in_and_what_would_turn_it(at_desk, active):
    page = why(at_desk, active, "Ada", "Actief")
    assert "Ada zit in 'Actief'." in page
    assert "Dat verandert als Ada niet in 'Leden' zit." in page
    assert "woonplaats: niet ingevuld" in page


def test_it_says_why_somebody_is_not_in(at_desk, active):
    page = why(at_desk, active, "Cas", "Actief")
    assert "Cas zit niet in 'Actief'." in page
    assert "Dat verandert als Cas niet in 'Oud-leden' zit." in page
    assert "geeft de doorslag" in page


def test_an_exception_by_hand_is_named_with_its_reason(at_desk, active):
    group = active.group("Kern")
    remove([found(active, "Ada")], group, by=active.by, reason="Op verzoek")
    page = why(at_desk, active, "Ada", "Kern")
    assert "Als vaste uitzondering eruit gehouden door de beheerder" in page
    assert "'Op verzoek'" in page
    assert "Dat verandert als de vaste uitzondering wordt opgeheven." in page


def test_a_static_group_says_so(at_desk, active):
    page = why(at_desk, active, "Cas", "Leden")
    assert "Dat verandert als iemand Cas erin zet." in page
    assert "Handmatig toegevoegd door" in why(at_desk, active, "Ada", "Leden")


def test_bits_that_are_not_as_judged_are_not_hidden(at_desk, active):
    assert "worden bijgewerkt" not in why(at_desk, active, "Ada", "Kern")
    GroupChunk.objects.filter(group=active.group("Kern")).delete()
    assert "worden bijgewerkt" in why(at_desk, active, "Ada", "Kern")


def test_another_contact_is_found_by_name_or_number(at_desk, active):
    contact = found(active, "Cas")
    address = f"/groepen/{active.group('Kern')}/leden/{contact}/waarom/"
    assert f'href="{address}"' in why(at_desk, active, "Ada", "Kern", "?zoek=cas")
    Contact.objects.filter(pk=contact).update(search_text=f"cas\nt{contact}")
    by_number = f"?zoek=T{contact}"
    assert f'href="{address}"' in why(at_desk, active, "Ada", "Kern", by_number)
    assert "Niemand gevonden" in why(at_desk, active, "Ada", "Kern", "?zoek=xyz")
    choosing = at_desk.get(f"/groepen/{active.group('Kern')}/waarom/?zoek=cas")
    assert f'href="{address}"' in choosing.content.decode()


def test_who_does_not_exist_is_not_found(at_desk, active):
    group = active.group("Kern")
    assert at_desk.get(f"/groepen/{group}/leden/999/waarom/").status_code == 404
    assert (
        at_desk.get(f"/groepen/999/leden/{found(active, 'Ada')}/waarom/").status_code
        == 404
    )


def test_who_was_merged_is_asked_about_as_who_is_kept(at_desk, active):
    ada, ben, group = found(active, "Ada"), found(active, "Ben"), active.group("Kern")
    merge_contacts(ada, into=ben, by=active.by)
    answer = at_desk.get(f"/groepen/{group}/leden/{ada}/waarom/")
    assert answer["Location"] == f"/groepen/{group}/leden/{ben}/waarom/"


def test_readers_may_look_and_strangers_may_not(client, reader, active):
    address = f"/groepen/{active.group('Kern')}/leden/{found(active, 'Ada')}/waarom/"
    assert client.get(address).status_code == 302
    client.force_login(reader)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405


def test_members_and_contacts_lead_to_it(at_desk, active):
    ada, group = found(active, "Ada"), active.group("Leden")
    link = f'href="/groepen/{group}/leden/{ada}/waarom/"'
    assert link in at_desk.get(f"/groepen/{group}/leden/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_tree(
    at_desk, active, django_assert_max_num_queries
):
    for level in range(12):
        below = "Kern" if level == 0 else f"Laag {level - 1}"
        active.group(f"Laag {level}", {"any": [{"group": below}, {"group": "Leden"}]})
    with django_assert_max_num_queries(18):
        page = why(at_desk, active, "Ada", "Laag 11")
    assert "staat elders op deze pagina" in page


def test_sixty_levels_fit_on_the_page(at_desk, active):
    for level in range(60):
        below = "Kern" if level == 0 else f"Laag {level - 1}"
        active.group(f"Laag {level}", {"any": [{"group": below}, {"group": "Leden"}]})
    page = why(at_desk, active, "Ada", "Laag 59")
    assert page.count(">Laag 0</a>") == 1
    assert "Ada zit in 'Laag 59'." in page


def test_it_looks_well(visitor: Visitor, active: World, staff):
    remove([found(active, "Ada")], active.group("Kern"), by=active.by, reason="Ruzie")
    active.group(
        "Top",
        {"at_least": 2, "of": [{"group": n} for n in ("Kern", "Actief", "Oud-leden")]},
    )
    active.group("Boven", {"any": [{"group": "Top"}]})
    visitor.signs_in(staff)
    group, ada = active.group("Boven"), found(active, "Ada")
    visitor.goes_to(f"/groepen/{group}/leden/{ada}/waarom/?zoek=a")
    visitor.finds_no_fault("waarom")
    visitor.goes_to(f"/groepen/{active.group('Kern')}/leden/{ada}/waarom/")
    visitor.finds_no_fault("waarom-uitzondering")
