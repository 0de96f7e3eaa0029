from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import User
from kring.actions import groups, members
from kring.groups.models import Placement
from tests.browser import Visitor
from tests.world import World


@pytest.fixture
def actief(cooperative: World) -> int:
    """Ada and Ben; Cas is no member."""
    return cooperative.group("Actief", {"group": "Leden"})


def cas(world: World) -> int:
    return next(iter(world.members("Oud-leden")))


def test_somebody_is_pinned_in_until_a_day(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    day = timezone.localdate() + timedelta(days=7)
    typed = {
        "contact": cas(cooperative),
        "effect": "in",
        "reason": "helpt mee",
        "until": day.isoformat(),
    }
    page = at_desk.post(f"/groepen/{actief}/uitzonderingen/", typed, follow=True)
    text = page.content.decode()
    assert "1 uitzondering vastgelegd." in text
    assert "helpt mee" in text
    assert "tot en met" in text
    assert "Anna Visser" in text
    assert cas(cooperative) in cooperative.members("Actief")


def test_whoever_is_kept_out_needs_a_reason(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    ada = min(cooperative.members("Actief"))
    typed = {"contact": ada, "effect": "out"}
    page = at_desk.post(f"/groepen/{actief}/uitzonderingen/", typed)
    assert "Zeg erbij waarom iemand er niet in mag." in page.content.decode()
    assert f'value="{ada}" checked' in page.content.decode()
    assert ada in cooperative.members("Actief")
    at_desk.post(
        f"/groepen/{actief}/uitzonderingen/", {**typed, "reason": "wil het zelf"}
    )
    assert ada not in cooperative.members("Actief")


def test_refusals_are_told_in_words(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    address = f"/groepen/{actief}/uitzonderingen/"
    nobody = at_desk.post(address, {"effect": "in"}).content.decode()
    assert "aangevinkt" in nobody
    passed = at_desk.post(
        address, {"contact": cas(cooperative), "effect": "in", "until": "2020-01-01"}
    )
    assert "is al voorbij" in passed.content.decode()
    groups.close_group(actief, by=cooperative.by)
    closed = at_desk.post(address, {"contact": cas(cooperative), "effect": "in"})
    assert "is gesloten" in closed.content.decode()
    assert not Placement.objects.filter(group=actief).exists()


def test_a_lifted_pin_lets_the_composition_decide(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    members.place([cas(cooperative)], actief, by=cooperative.by)
    address = f"/groepen/{actief}/uitzonderingen/opheffen/"
    page = at_desk.post(address, {"contact": cas(cooperative)}, follow=True)
    assert "De uitzondering is opgeheven" in page.content.decode()
    assert "Ongedaan maken" in page.content.decode()
    assert cas(cooperative) not in cooperative.members("Actief")


def test_lifting_what_is_no_more_claims_nothing(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    address = f"/groepen/{actief}/uitzonderingen/opheffen/"
    page = at_desk.post(address, {"contact": cas(cooperative)}, follow=True)
    assert "Er hoefde niets te veranderen." in page.content.decode()
    page = at_desk.post(address, {}, follow=True)
    assert "is opgeheven" not in page.content.decode()


def test_a_pin_that_has_ended_is_shown_as_such(
    at_desk: Client, cooperative: World, actief: int
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    members.place([cas(cooperative)], actief, by=cooperative.by)
    Placement.objects.filter(group=actief).update(until=yesterday)
    page = at_desk.get(f"/groepen/{actief}/uitzonderingen/").content.decode()
    assert "afgelopen na" in page


def test_a_static_group_has_no_exceptions(at_desk: Client, cooperative: World) -> None:
    leden = cooperative.group("Leden")
    page = at_desk.get(f"/groepen/{leden}/uitzonderingen/", follow=True)
    assert "is een statische groep" in page.content.decode()


def test_a_reader_sees_exceptions_and_makes_none(
    reading: Client, cooperative: World, actief: int
) -> None:
    members.place([cas(cooperative)], actief, by=cooperative.by, reason="helpt mee")
    page = reading.get(f"/groepen/{actief}/uitzonderingen/?zoek=c").content.decode()
    assert "helpt mee" in page
    assert "Opheffen" not in page
    assert "Een uitzondering maken" not in page
    one = {"contact": cas(cooperative), "effect": "in"}
    address, other = f"/groepen/{actief}/uitzonderingen/", {**one, "reason": "anders"}
    assert reading.post(address, other).status_code == 403
    assert reading.post(f"{address}opheffen/", one).status_code == 403
    assert Placement.objects.get(group=actief).reason == "helpt mee"


def test_the_page_asks_few_questions_whatever_the_number_of_pins(
    at_desk: Client, cooperative: World, actief: int, django_assert_max_num_queries
) -> None:
    some = cooperative.contacts(*["Somebody"] * 40)
    members.place(some, actief, by=cooperative.by)
    with django_assert_max_num_queries(12):
        at_desk.get(f"/groepen/{actief}/uitzonderingen/?zoek=ada")


def test_a_visitor_keeps_somebody_out(
    visitor: Visitor, staff: User, cooperative: World, actief: int
) -> None:
    visitor.signs_in(staff)
    visitor.goes_to(f"/groepen/{actief}/leden/")
    visitor.page.get_by_role("link", name="Vaste uitzonderingen").click()
    visitor.page.get_by_label("Contacten zoeken").fill("ada")
    visitor.page.get_by_role("button", name="Zoeken").click()
    visitor.page.get_by_label("Ada").check()
    what = visitor.page.get_by_label("Wat moet er gebeuren?")
    what.select_option("Nooit in deze groep")
    visitor.page.get_by_label("Reden").fill("Wil zelf geen lid zijn")
    visitor.page.get_by_label("Tot en met").fill("2999-12-31")
    visitor.finds_no_fault("group-pins-form")
    visitor.page.get_by_role("button", name="Uitzondering maken").click()
    visitor.page.get_by_text("1 uitzondering vastgelegd.").wait_for()
    visitor.finds_no_fault("group-pins")
    assert "Ada" not in cooperative.names_in("Actief")
