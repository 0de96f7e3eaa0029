"""A group's timeline, its size over time, and its members on any date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import User
from kring.actions import groups, members
from kring.actions.erasing import erase_contact
from kring.actions.merging import merge_contacts
from kring.groups import past
from kring.groups.models import Change, Placement
from tests.world import World

BUDGET = 8
ON_THE_FIRST = date(2026, 5, 1)


@pytest.fixture
def at_desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes it noon so many days ago; 0 is today."""
    now = timezone.now()

    def travel(days: int) -> None:
        noon = datetime(now.year, now.month, now.day, 12, tzinfo=UTC)
        then = now if days == 0 else noon - timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: then)

    return travel


@pytest.fixture
def choir(world: World, earlier) -> int:
    """Ada joined ten days ago and left five days ago; Ben joined three days ago."""
    earlier(20)
    ada, ben = world.contacts("Ada", "Ben")
    choir = world.group("Koor")
    world.group("Zangers", {"group": "Koor"})
    earlier(10)
    members.place([ada], choir, by=world.by, reason="zingt graag")
    earlier(5)
    members.remove([ada], choir, by=world.by)
    earlier(3)
    members.place([ben], choir, by=world.by)
    earlier(0)
    return choir


def ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def test_the_timeline_tells_who_joined_and_left_and_why(at_desk, choir) -> None:
    answer = at_desk.get(f"/groepen/{choir}/verloop/")
    deeds = [
        (row.deed, row.event.joined, row.event.left) for row in answer.context["rows"]
    ]
    assert deeds == [
        ("Leden toegevoegd", 1, 0),
        ("Leden verwijderd", 0, 1),
        ("Leden toegevoegd", 1, 0),
        ("Groep gemaakt", 0, 0),
    ]
    assert "zingt graag" in answer.content.decode()


def test_edits_stand_on_the_timeline_with_what_was_edited(
    at_desk, world, choir
) -> None:
    groups.close_group(choir, by=world.by)
    [latest, *_] = at_desk.get(f"/groepen/{choir}/verloop/").context["rows"]
    assert latest.edited == ("Gesloten",)


def test_the_size_over_time_is_drawn_and_told(at_desk, choir) -> None:
    shown = at_desk.get(f"/groepen/{choir}/verloop/").content.decode()
    assert "<svg" in shown
    assert "hoogstens 1 op" in shown
    new = at_desk.get(f"/groepen/{choir}/verloop/").context["growth"]
    assert (new.first.members, new.most.members, new.last.members) == (1, 1, 1)


@pytest.mark.parametrize(
    ("days", "names"), [(11, []), (10, ["Ada"]), (5, []), (3, ["Ben"]), (0, ["Ben"])]
)
@pytest.mark.parametrize("group", ["Koor", "Zangers"])
def test_members_on_a_date_are_listed(
    at_desk, world, choir, group, days, names
) -> None:
    address = f"/groepen/{world.group(group)}/leden/?op={ago(days)}"
    answer = at_desk.get(address)
    assert [row.contact.name for row in answer.context["rows"]] == names
    assert "Kring weet dit sinds" in answer.content.decode()
    assert "Verwijder" not in answer.content.decode()


def test_whoever_was_erased_since_counts_without_a_name(at_desk, world, choir) -> None:
    [ada] = past.members_on(choir, date.fromisoformat(ago(6)))
    erase_contact(ada, by=world.by)
    answer = at_desk.get(f"/groepen/{choir}/leden/?op={ago(6)}")
    shown = answer.content.decode()
    assert answer.context["rows"] == []
    assert "1 lid op" in shown
    assert "1 gewist contact telt mee zonder naam" in shown


def test_members_on_a_date_are_searched_and_paged(at_desk, world, earlier) -> None:
    earlier(9)
    contacts = world.contacts(*(f"Lid {n:03}" for n in range(120)))
    members.place(contacts, world.group("Groot"), by=world.by)
    earlier(5)
    members.remove(contacts, world.group("Groot"), by=world.by)
    earlier(0)
    address = f"/groepen/{world.group('Groot')}/leden/"
    first = at_desk.get(f"{address}?op={ago(7)}")
    second = at_desk.get(address + first.context["next"])
    names = [row.contact.name for row in second.context["rows"]]
    assert names == [f"Lid {n:03}" for n in range(50, 100)]
    found = at_desk.get(f"{address}?op={ago(7)}&zoek=lid 11")
    assert found.context["members"].found == 11


def test_whoever_was_merged_since_is_not_called_erased(at_desk, world, choir) -> None:
    [ada] = past.members_on(choir, date.fromisoformat(ago(6)))
    [ben] = world.members("Koor")
    merge_contacts(ada, into=ben, by=world.by)
    shown = at_desk.get(f"/groepen/{choir}/leden/?op={ago(6)}").content.decode()
    assert "1 contact dat later is samengevoegd telt ook mee" in shown
    assert "gewist" not in shown


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("gisteren", "bestaat niet. Dit zijn de leden van nu."),
        ("31-02-2026", "31-02-2026"),
        ("2999-01-02", "2 januari 2999 moet nog komen. Dit zijn de leden van nu."),
    ],
)
def test_a_day_of_which_nothing_can_be_told_is_refused_beside_the_members_of_now(
    at_desk, choir, written, told
) -> None:
    answer = at_desk.get(f"/groepen/{choir}/leden/?op={written}")
    assert told in " ".join(answer.content.decode().split())
    assert [row.contact.name for row in answer.context["rows"]] == ["Ben"]


def test_of_days_before_the_group_was_kept_nobody_is_claimed_to_be_out(
    at_desk, choir
) -> None:
    shown = at_desk.get(f"/groepen/{choir}/leden/?op={ago(21)}").content.decode()
    assert "is dus niet bekend" in shown
    assert "0 leden op" not in shown
    assert "Niemand zat" not in shown


def test_a_difference_with_a_day_before_the_group_was_kept_says_so(
    at_desk, choir
) -> None:
    address = f"/groepen/{choir}/verloop/?van={ago(21)}&tot={ago(3)}"
    assert "tellen mee als erbij" in at_desk.get(address).content.decode()
    later = f"/groepen/{choir}/verloop/?van={ago(20)}&tot={ago(3)}"
    assert "tellen mee als erbij" not in at_desk.get(later).content.decode()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("van=x&tot=2026-05-01", "bestaat niet."),
        ("van=2026-05-01&tot=2999-01-02", "2 januari 2999 moet nog komen."),
    ],
)
def test_a_difference_that_cannot_be_told_says_why(at_desk, choir, asked, told) -> None:
    answer = at_desk.get(f"/groepen/{choir}/verloop/?{asked}")
    assert told in answer.content.decode()
    assert "difference" not in answer.context


def test_the_difference_between_two_dates_is_told_either_way_round(
    at_desk, choir
) -> None:
    for first, last in ((10, 3), (3, 10)):
        address = f"/groepen/{choir}/verloop/?van={ago(first)}&tot={ago(last)}"
        found = at_desk.get(address).context["difference"]
        assert [one.name for one in found.joined] == ["Ben"]
        assert [one.name for one in found.left] == ["Ada"]


@pytest.mark.parametrize("address", ["verloop/", "leden/?op="])
@pytest.mark.parametrize("group", ["Koor", "Zangers"])
def test_the_pages_take_few_queries(
    at_desk, world, choir, group, address, django_assert_max_num_queries
) -> None:
    for number in range(60):
        world.contact(f"Contact {number}", groups=["Koor"])
    at = ago(4) if address.endswith("=") else ""
    page = f"/groepen/{world.group(group)}/{address}{at}"
    with django_assert_max_num_queries(BUDGET):
        assert at_desk.get(page).status_code == 200


def test_pages_of_the_timeline_follow_each_other(at_desk, world, choir) -> None:
    for number in range(60):
        world.contact(f"Contact {number}", groups=["Koor"])
    first = at_desk.get(f"/groepen/{choir}/verloop/").context
    older = at_desk.get(f"/groepen/{choir}/verloop/" + first["next"]).context
    back = at_desk.get(f"/groepen/{choir}/verloop/" + older["previous"]).context
    assert (len(first["rows"]), len(older["rows"])) == (50, 14)
    assert [r.event.number for r in back["rows"]] == [
        r.event.number for r in first["rows"]
    ]


def test_added_on_is_restated_and_undone(at_desk, world, choir) -> None:
    [ben] = world.members("Koor")
    address = f"/groepen/{choir}/leden/sinds/"
    answer = at_desk.post(address, {"contact": ben, "since": "2020-05-03"}, follow=True)
    assert Placement.objects.get(contact=ben).since == date(2020, 5, 3)
    assert "3 mei 2020" in answer.content.decode()
    number = Change.objects.latest("pk").pk
    assert f"/wijzigingen/{number}/ongedaan-maken/" in answer.content.decode()
    at_desk.post(f"/wijzigingen/{number}/ongedaan-maken/")
    assert Placement.objects.get(contact=ben).since != date(2020, 5, 3)


@pytest.mark.parametrize("since", ["", "x", "2999-01-01"])
def test_added_on_is_a_date_that_is_not_to_come(at_desk, world, choir, since) -> None:
    [ben] = world.members("Koor")
    before = Placement.objects.get(contact=ben).since
    address = f"/groepen/{choir}/leden/sinds/"
    answer = at_desk.post(address, {"contact": ben, "since": since}, follow=True)
    assert "announcement-error" in answer.content.decode()
    assert Placement.objects.get(contact=ben).since == before


def test_readers_restate_nothing(client, reader, world, choir) -> None:
    client.force_login(reader)
    [ben] = world.members("Koor")
    given = {"contact": ben, "since": "2020-05-03"}
    assert client.post(f"/groepen/{choir}/leden/sinds/", given).status_code == 403
    assert "since-edit" not in client.get(f"/groepen/{choir}/leden/").content.decode()


def test_after_each_act_on_screen_undo_is_offered(at_desk, world, choir) -> None:
    [ada] = world.contacts("Cas")
    acts = [
        (f"/groepen/{choir}/leden/toevoegen/", {"contact": ada}),
        (f"/groepen/{choir}/leden/verwijderen/", {"contact": ada}),
        (f"/groepen/{choir}/sluiten/", {}),
        (f"/groepen/{choir}/heropenen/", {}),
        (f"/contacten/{ada}/plaatsen/", {"group": choir}),
        (f"/contacten/{ada}/verwijderen/", {"group": choir}),
        ("/groepen/nieuw/", {"name": "Band", "welcome_policy": "first"}),
        (f"/groepen/{world.group('Zangers')}/verwijderen/", {}),
    ]
    for address, given in acts:
        shown = at_desk.post(address, given, follow=True).content.decode()
        number = Change.objects.latest("pk").pk
        assert f'action="/wijzigingen/{number}/ongedaan-maken/"' in shown, address


def test_what_changed_nothing_offers_no_undo(at_desk, world, choir) -> None:
    shown = at_desk.post(f"/groepen/{choir}/heropenen/", follow=True).content.decode()
    assert "ongedaan-maken" not in shown
