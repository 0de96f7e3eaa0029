"""The tab with examples, and the form that minds them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kring.actions.examples import (
    choose_for_broken_examples,
    expect_contact,
    expect_size,
)
from kring.contacts.models import Contact
from kring.groups.examples import examples_of
from kring.groups.models import Example, Group
from tests.world import World


@pytest.fixture
def actief(cooperative: World) -> int:
    return cooperative.group("Actief", {"any": [{"group": "Leden"}]})


def number(name: str) -> int:
    return Contact.objects.get(last_name=name).pk


@pytest.fixture
def ada_belongs(cooperative: World, actief: int) -> int:
    claim = Example.Claim.IN
    expect_contact(number("Ada"), actief, claim, by=cooperative.by)
    [kept] = examples_of(actief)
    return kept.id


def page_of(group: int) -> str:
    return f"/groepen/{group}/voorbeelden/"


def test_somebody_is_found_and_kept(at_desk, actief):
    page = at_desk.get(f"{page_of(actief)}?zoek=Ada")
    [found] = page.context["found"]
    assert (found.contact.name, found.belongs) == ("Ada", True)
    facts = {"contact": number("Ada"), "claim": "in"}
    answer = at_desk.post(f"{page_of(actief)}erbij/", facts, follow=True)
    assert "bewaard" in answer.content.decode()
    [kept] = examples_of(actief)
    assert (kept.contact, kept.claim) == (number("Ada"), "in")


def test_a_size_is_kept_and_shown_in_its_fields(at_desk, actief):
    at_desk.post(f"{page_of(actief)}erbij/", {"least": "2", "most": ""})
    page = at_desk.get(page_of(actief)).content.decode()
    assert "Minstens 2 leden" in page
    assert 'value="2"' in page


def test_the_list_says_what_is_right_now(at_desk, world, actief, ada_belongs):
    expect_size(actief, at_least=9, at_most=None, by=world.by)
    shown = at_desk.get(page_of(actief)).context["examples"]
    assert [(one.words, one.holds) for one in shown] == [
        ("minstens 9 leden", False),
        (f"Ada (T{number('Ada')}) hoort erin", True),
    ]


def test_an_example_is_taken_away(at_desk, actief, ada_belongs):
    address = f"{page_of(actief)}weg/"
    page = at_desk.post(address, {"example": ada_belongs}, follow=True)
    assert examples_of(actief) == []
    assert "Ongedaan maken" in page.content.decode()


def test_a_group_is_told_to_refuse(at_desk, actief):
    at_desk.post(f"{page_of(actief)}keuze/", {"broken_examples": "block"})
    assert Group.objects.get(pk=actief).broken_examples == "block"


@pytest.mark.parametrize(
    ("deed", "facts", "said"),
    [
        ("erbij", {}, "hele getallen"),
        ("erbij", {"least": "veel"}, "hele getallen"),
        ("erbij", {"least": "5", "most": "3"}, "hele getallen"),
        ("erbij", {"claim": "in", "contact": "x"}, "bestaat"),
        ("erbij", {"claim": "in", "contact": "999"}, "bestaat"),
        ("weg", {"example": "x"}, "niet meer"),
        ("weg", {"example": "999"}, "niet meer"),
        ("keuze", {"broken_examples": "x"}, "bestaat niet"),
    ],
)
def test_nonsense_is_refused_in_words(at_desk, actief, deed, facts, said):
    page = at_desk.post(f"{page_of(actief)}{deed}/", facts, follow=True)
    assert said in page.content.decode()
    assert examples_of(actief) == []


def test_a_size_that_is_refused_stands_in_its_fields_still(at_desk, actief):
    page = at_desk.post(f"{page_of(actief)}erbij/", {"least": "5", "most": "drie"})
    text = page.content.decode()
    assert 'value="5"' in text
    assert 'value="drie"' in text


def test_a_static_group_has_no_tab(at_desk, cooperative):
    leden = cooperative.group("Leden")
    page = at_desk.get(f"/groepen/{leden}/").content.decode()
    assert "Voorbeelden" not in page
    assert "statische groep" in at_desk.get(page_of(leden)).content.decode()


@pytest.mark.parametrize("deed", ["erbij", "weg", "keuze"])
def test_readers_look_and_change_nothing(reading, actief, ada_belongs, deed):
    assert "Verwijder" not in reading.get(page_of(actief)).content.decode()
    assert reading.post(f"{page_of(actief)}{deed}/").status_code == 403


def test_the_page_asks_few_questions(
    at_desk, actief, ada_belongs, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        at_desk.get(page_of(actief))


def settings_with(group: int, cooperative: World) -> dict[str, object]:
    return {
        "name": "Actief",
        "parts": [cooperative.group("Vrijwilligers")],
        "condition": "any",
        "count": "2",
        "version": Group.objects.get(pk=group).version,
    }


def test_the_form_warns_and_saves_when_asked_again(
    at_desk, cooperative, actief, ada_belongs
):
    wanted = settings_with(actief, cooperative)
    address = f"/groepen/{actief}/instellingen/"
    page = at_desk.post(address, wanted).content.decode()
    assert "moet erin" in page
    assert 'name="despite_examples"' in page
    assert '<a href="#despite-examples">Toch opslaan?' in page
    assert "komen erbij" in page
    assert cooperative.names_in("Actief") == ["Ada", "Ben"]
    answer = at_desk.post(address, {**wanted, "despite_examples": "1"})
    assert answer.status_code == 302
    assert cooperative.names_in("Actief") == ["Ben", "Cas"]


def test_a_group_that_refuses_offers_no_way_round(
    at_desk, cooperative, actief, ada_belongs
):
    choose_for_broken_examples(actief, "block", by=cooperative.by)
    wanted = {**settings_with(actief, cooperative), "despite_examples": "1"}
    page = at_desk.post(f"/groepen/{actief}/instellingen/", wanted).content.decode()
    assert "niet opgeslagen" in page
    assert 'name="despite_examples"' not in page
    assert cooperative.names_in("Actief") == ["Ada", "Ben"]


def test_the_preview_says_which_examples_would_break(
    at_desk, cooperative, actief, ada_belongs
):
    query = f"group={actief}&parts={cooperative.group('Vrijwilligers')}"
    page = at_desk.get(f"/groepen/voorbeeld/?{query}")
    [said] = page.context["preview"].broken
    assert "Ada" in said


def test_the_pages_are_for_everyone(visitor, staff, cooperative, actief, ada_belongs):
    expect_size(actief, at_least=4, at_most=9, by=cooperative.by)
    visitor.signs_in(staff)
    visitor.goes_to(f"{page_of(actief)}?zoek=a")
    expect(visitor.page.locator(".examples").first).to_be_visible()
    visitor.finds_no_fault("examples")
    visitor.goes_to(f"/groepen/{actief}/instellingen/")
    box = visitor.page.get_by_label("Samengesteld uit", exact=True)
    box.fill("Vrijwilligers")
    visitor.page.get_by_role("option", name="Vrijwilligers", exact=True).click()
    visitor.page.get_by_title("Verwijder").first.click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".preview-broken")).to_contain_text("Ada")
    visitor.finds_no_fault("preview-changes")
    visitor.page.get_by_role("button", name="Opslaan").click()
    expect(visitor.page.get_by_label("Toch opslaan")).to_be_visible()
    visitor.finds_no_fault("save-anyway")
