"""Programs read who acts for which organisation."""

from __future__ import annotations

from datetime import date

from kring.actions import representing
from kring.contacts.representing import Represents
from tests.actions.test_representing import bakery
from tests.mailing.mails import person


def test_either_side_tells_of_the_link(world, onlooker):
    ans, jansen = person(world, "Aalbers"), bakery(world)
    agreed = Represents("penningmeester", date(2026, 1, 2), None, on_portal=True)
    representing.add_representation(ans, jansen, agreed, by=world.by)
    told = [
        {
            "person": ans,
            "organisation": jansen,
            "role": "penningmeester",
            "first_day": "2026-01-02",
            "last_day": None,
            "on_portal": True,
        }
    ]
    for contact in (ans, jansen):
        assert onlooker.items(f"/contacts/{contact}/representations") == told


def test_many_links_come_page_by_page(world, onlooker):
    ans = person(world, "Aalbers")
    others = [bakery(world, f"Bakkerij {number}") for number in range(3)]
    for other in others:
        representing.add_representation(ans, other, Represents(), by=world.by)
    page = onlooker.gets(f"/contacts/{ans}/representations?limit=2").json()
    assert [one["organisation"] for one in page["items"]] == others[:2]


def test_whoever_is_not_there_is_not_found(world, onlooker, stranger):
    assert onlooker.gets("/contacts/99999/representations").status_code == 404
    ans = person(world, "Aalbers")
    assert stranger.gets(f"/contacts/{ans}/representations").status_code == 401
