"""At a group's settings stands how the portal shows it, or why it does not."""

from __future__ import annotations

import re

from kring.actions import groups
from tests.portal.at_the_portal import ans, visitor_at
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}


def on_portal(client, group: int) -> str:
    page = client.get(f"/groepen/{group}/instellingen/").content.decode()
    tidy = re.sub(r"\s+", " ", page)
    return tidy[tidy.index('class="on-portal"') :]


def cards(page: str) -> dict[str, str]:
    """What each sees, by who it is; without addresses, which differ."""
    parts = re.findall(r"<h3>(.*?)</h3>.*?(<li.*?</li>)", page)
    return {who: words(card) for who, card in parts}


def words(card: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", card).split())


def test_it_is_what_the_portal_shows(at_desk, world: World):
    contact = ans(world)
    group = world.welcoming(
        "Coach - Energie",
        portal_name="Energiecoach",
        description="Help uw buren.",
        neighbourhood_role="coach",
        **OPEN,
    )
    seen = cards(on_portal(at_desk, group))
    assert list(seen) == ["Wie erin zit", "Wie er niet in zit"]
    visitor = visitor_at(contact)

    def portal() -> str:
        page = re.sub(r"\s+", " ", visitor.get("/portaal/").content.decode())
        [card] = re.findall(r"<li id.*?</li>", page)
        return words(card).removesuffix(" : Energiecoach")

    assert seen["Wie er niet in zit"] == portal()
    assert "Als u zich aanmeldt, krijgt u daarover een mail." in portal()
    assert "U wordt dan coach in de buurt." in portal()
    world.put(contact, "Coach - Energie")
    assert seen["Wie erin zit"] == portal()
    assert "U bent coach in de buurt." in portal()


def test_of_a_derived_group_it_also_shows_who_left(at_desk, world: World):
    group = world.welcoming("Allen", {"everyone": True}, **OPEN)
    seen = cards(on_portal(at_desk, group))
    assert "Weer aanmelden" in seen["Wie zich heeft afgemeld"]
    assert "krijgt u" not in seen["Wie zich heeft afgemeld"]
    assert "Aanmelden" not in seen["Wie er niet in zit"]
    every = world.welcoming("Ieder", {"everyone": True}, welcome_policy="every", **OPEN)
    again = cards(on_portal(at_desk, every))
    assert "krijgt u" in again["Wie zich heeft afgemeld"]


def test_who_may_not_change_it_sees_no_button(at_desk, world: World):
    group = world.group("Raad", visible_on_portal=True)
    page = on_portal(at_desk, group)
    assert "Afmelden" not in page
    assert "Aanmelden" not in page


def test_it_says_why_contacts_do_not_see_it(at_desk, world: World):
    hidden = world.group("Geheim", editable_on_portal=True)
    assert "“Zichtbaar op portaal” staat uit" in on_portal(at_desk, hidden)
    closed = world.welcoming("Oud", **OPEN)
    groups.close_group(closed, by=world.by)
    page = on_portal(at_desk, closed)
    assert "omdat hij gesloten is" in page
    assert "krijgt u" not in page


def test_its_buttons_do_nothing(at_desk, world: World):
    group = world.group("Koor", **OPEN)
    page = on_portal(at_desk, group)
    assert "/portaal/" not in page
    assert "<form" not in page[: page.index("</section>")]


def test_readers_see_it_too(reading, world: World):
    assert "Koor" in on_portal(reading, world.group("Koor", **OPEN))
