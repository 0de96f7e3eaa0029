"""Members at the API: lists, days, columns, placing and explaining."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.actions import own_groups
from kring.algebra import limits
from kring.groups.models import Change, Placement
from tests.api.conftest import Program, refusal

TODAY = timezone.localdate().isoformat()
YESTERDAY = (timezone.localdate() - timedelta(days=1)).isoformat()
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()


def test_members_come_in_order_of_id_with_since(program: Program, world):
    contacts = world.contacts("c", "b", "a")
    path = f"/groups/{world.group('Koor')}/members"
    program.posts(path, {"add": contacts[:2], "since": "2020-02-03"})
    program.posts(path, {"add": contacts[2:]})
    told = program.gets(path).json()
    assert told == {
        "items": [
            {"contact": contacts[0], "since": "2020-02-03"},
            {"contact": contacts[1], "since": "2020-02-03"},
            {"contact": contacts[2], "since": TODAY},
        ],
        "next_cursor": None,
        "total": 3,
    }


def test_members_are_paged_and_searched(program: Program, world):
    contacts = world.contacts("Bos", "Aal", "Bosch", "Bosman")
    path = f"/groups/{world.group('Koor')}/members"
    program.posts(path, {"add": contacts[1:]})
    first = program.gets(f"{path}?search=bos&limit=1").json()
    assert [one["contact"] for one in first["items"]] == [contacts[2]]
    assert first["total"] == 2
    rest = program.items(f"{path}?search=bos&limit=1&cursor={first['next_cursor']}")
    assert [one["contact"] for one in rest] == [contacts[3]]


def test_columns_of_contacts_are_added_when_asked_for(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    path = f"/groups/{world.group('Koor')}/members"
    [told] = program.items(f"{path}?fields=number,last_name,emails")
    assert told == {
        "contact": ada,
        "since": TODAY,
        "number": f"T{ada}",
        "last_name": "Ada",
        "emails": [],
    }
    response = program.gets(f"{path}?fields=number,shoe_size")
    assert refusal(response) == (422, "unknown_columns")


def test_a_page_of_members_takes_the_same_queries_whatever_its_length(
    program: Program, world, django_assert_max_num_queries
):
    contacts = world.contacts(*(f"c{number}" for number in range(30)))
    path = f"/groups/{world.group('Koor')}/members"
    program.posts(path, {"add": contacts})
    for limit in (1, 30):
        with django_assert_max_num_queries(12):
            page = f"{path}?fields=last_name,email,city&limit={limit}"
            assert len(program.items(page)) == limit


def test_placing_removing_and_unpinning_is_one_change(program: Program, world):
    ada, ben, cor = world.contacts("Ada", "Ben", "Cor")
    world.put(ben, "Leden")
    group = world.group("Allen", {"group": world.group("Leden")})
    path = f"/groups/{group}/members"
    program.posts(path, {"add": [cor]})
    body = {"add": [ada], "remove": [ben], "unpin": [cor], "reason": "zo gewild"}
    told = program.posts(path, body).json()
    change = told.pop("change")
    assert told == {"added": 1, "removed": 1, "unpinned": 1, "member_count": 1}
    assert world.members("Allen") == {ada}
    shown = program.gets(f"/changes/{change}").json()
    assert (shown["action"], shown["reason"]) == ("members.change", "zo gewild")
    assert shown["turns"] == [
        {"group": group, "contact": ada, "joined": True},
        {"group": group, "contact": ben, "joined": False},
        {"group": group, "contact": cor, "joined": False},
    ]
    assert world.faults() == []


def test_what_is_so_already_changes_nothing(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    path = f"/groups/{world.group('Koor')}/members"
    before = Change.objects.count()
    for body in ({"add": [ada]}, {}, {"remove": [], "reason": "niets"}):
        told = program.posts(path, body).json()
        assert (told["added"], told["change"], told["member_count"]) == (0, None, 1)
    assert Change.objects.count() == before


def test_a_pin_has_a_last_day(program: Program, world):
    ada = world.contact("Ada")
    group = world.group("Allen", {"any": []})
    path = f"/groups/{group}/members"
    program.posts(path, {"add": [ada], "until": TOMORROW})
    assert Placement.objects.get().until == timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("group", "body", "expected"),
    [
        ("Koor", {"add": [999]}, (422, "unknown_contacts")),
        ("Koor", {"add": [0]}, (422, "unreadable_request")),
        ("Koor", {"add": [2**40]}, (422, "unreadable_request")),
        ("Koor", {"add": [True]}, (422, "unreadable_request")),
        ("Koor", {"place": [1]}, (422, "unreadable_request")),
        ("Koor", {"unpin": [1]}, (422, "derived_group_needed")),
        ("Koor", {"add": [1], "remove": [1]}, (422, "both_ways")),
        ("Koor", {"add": [1], "since": TOMORROW}, (422, "date_not_possible")),
        ("Koor", {"add": [1], "until": TOMORROW}, (422, "no_last_day")),
        ("Koor", {"add": [1], "reason": "\0"}, (422, "unreadable_request")),
        ("Koor", {"add": [1], "welcome": 1}, (409, "many_mails")),
        ("Koor", {"add": [1], "welcome": -1}, (422, "unreadable_request")),
        ("Koor", {"add": [1], "welcome": "all"}, (422, "unreadable_request")),
        ("Allen", {"add": [1], "since": TODAY}, (422, "no_stated_date")),
        ("Allen", {"add": [1], "until": YESTERDAY}, (422, "last_day_passed")),
        ("Dicht", {"add": [1]}, (409, "group_closed")),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    program: Program, world, group: str, body: object, expected: tuple[int, str]
):
    assert world.contact("Ada") == 1
    world.group("Dicht", closed=True)
    world.group("Allen", {"any": []})
    response = program.posts(f"/groups/{world.group(group)}/members", body)
    assert refusal(response) == expected
    assert not Placement.objects.exists()


@pytest.mark.parametrize("welcome", ["none", "default", 0, None])
def test_silence_may_be_asked_for(program: Program, world, welcome: object):
    ada = world.contact("Ada")
    path = f"/groups/{world.group('Koor')}/members"
    body = {"add": [ada], "welcome": welcome}
    assert program.posts(path, body).json()["added"] == 1


@pytest.mark.parametrize(
    ("welcome", "mailed"),
    [(None, 1), ("default", 1), (1, 1), ("none", 0), (0, 0)],
)
def test_whoever_is_added_is_mailed_unless_nobody_is_to_be(
    program: Program, world, welcome: object, mailed: int
):
    [ada] = world.reachable("Ada")
    path = f"/groups/{world.welcoming('Koor')}/members"
    answer = program.posts(path, {"add": [ada], "welcome": welcome}).json()
    assert answer["added"] == 1
    assert world.mailed("Koor") == [ada][:mailed]


def test_many_mails_are_refused_with_their_number_until_it_is_confirmed(
    program: Program, world, monkeypatch
):
    monkeypatch.setattr(limits, "MAILS_UNASKED", 1)
    some = world.reachable("Ada", "Ben")
    path = f"/groups/{world.welcoming('Koor')}/members"
    for welcome in (None, 1, 3):
        refused = program.posts(path, {"add": some, "welcome": welcome})
        assert refusal(refused) == (409, "many_mails")
        assert refused.json()["facts"] == {"count": 2, "confirmed": welcome}
    assert "2 new members" in program.posts(path, {"add": some}).json()["detail"]
    assert world.members("Koor") == set()
    confirmed = program.posts(path, {"add": some, "welcome": 2}, Idempotency_Key="once")
    assert confirmed.json()["added"] == 2
    assert world.mailed("Koor") == some


def test_closed_groups_let_go(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    path = f"/groups/{world.group('Koor')}"
    program.patches(path, {"closed": True}, If_Match="*")
    assert program.posts(path + "/members", {"remove": [ada]}).json()["removed"] == 1


def ago(days: int) -> None:
    """Everything so far happened so many days earlier."""
    for change in Change.objects.all():
        change.at -= timedelta(days=days)
        change.save()


def test_members_of_a_day_that_is_over(program: Program, world):
    ada, ben = world.contact("Ada", groups=["Koor"]), world.contact("Ben")
    koor = world.group("Koor")
    ago(10)
    world.take(ada, "Koor")
    world.put(ben, "Koor")
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    joined = (timezone.localdate()).isoformat()
    told = program.gets(f"/groups/{koor}/members?at={day}").json()
    # Its stated date is the one of when it was placed, as the change has it.
    assert told["items"] == [{"contact": ada, "since": joined}]
    assert told["total"] == 1
    assert told["known_since"] == joined
    [now] = program.items(f"/groups/{koor}/members?at={TODAY}")
    assert now["contact"] == ben


def test_the_future_is_not_known(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    for path in (f"/groups/{world.group('Koor')}/members", f"/contacts/{ada}/groups"):
        response = program.gets(f"{path}?at={TOMORROW}")
        assert refusal(response) == (422, "date_not_possible")


def test_the_groups_of_a_contact_tell_how_and_since_when(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    koor = world.group("Koor")
    follows = world.group("Volgt", {"group": koor})
    pinned = world.group("Vast", {"any": []})
    world.put(ada, "Vast")
    world.group("Leeg")
    assert program.items(f"/contacts/{ada}/groups") == [
        {
            "group": koor,
            "name": "Koor",
            "kind": "static",
            "since": TODAY,
            "how": "placed",
        },
        {
            "group": follows,
            "name": "Volgt",
            "kind": "composite",
            "since": TODAY,
            "how": "definition",
        },
        {
            "group": pinned,
            "name": "Vast",
            "kind": "dynamic",
            "since": TODAY,
            "how": "pinned",
        },
    ]


def test_the_groups_of_a_contact_on_a_day_that_is_over(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    world.group("Vast", {"any": []})
    world.put(ada, "Vast")
    world.group("Volgt", {"group": world.group("Koor")})
    ago(10)
    world.take(ada, "Koor")
    world.take(ada, "Vast")
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    then = program.items(f"/contacts/{ada}/groups?at={day}")
    assert [(one["name"], one["how"]) for one in then] == [
        ("Koor", "placed"),
        ("Vast", "pinned"),
        ("Volgt", "definition"),
    ]
    assert then[2]["since"] == (timezone.localdate() - timedelta(days=10)).isoformat()
    assert program.items(f"/contacts/{ada}/groups") == []


@pytest.mark.parametrize("way", ["unpin", "add"])
def test_what_a_contact_chose_itself_is_lifted_with_a_reason(
    program: Program, world, way: str
):
    ada = world.contact("Ada")
    group = world.group(
        "Allen", {"everyone": True}, visible_on_portal=True, editable_on_portal=True
    )
    own_groups.leave(ada, group)
    path = f"/groups/{group}/members"
    told = program.posts(path, {way: [ada]})
    assert refusal(told) == (409, "own_choice")
    assert told.json()["facts"] == {"name": "Allen", "contacts": [ada]}
    assert program.posts(path, {way: [ada], "reason": "Phoned"}).status_code == 200
    assert world.members("Allen") == {ada}


def test_a_membership_is_explained(program: Program, world):
    ada, ben = world.contact("Ada", groups=["Koor"]), world.contact("Ben")
    group = world.group("Volgt", {"any": [{"group": world.group("Koor")}]})
    told = program.gets(f"/groups/{group}/explanation/{ada}").json()
    assert told["in"] is True
    assert told["tree"]["holds"] is True
    assert program.gets(f"/groups/{group}/explanation/{ben}").json()["in"] is False


def test_an_explanation_is_in_the_language_that_is_asked_for(program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    path = f"/groups/{world.group('Volgt', {'group': world.group('Koor')})}"
    english = program.gets(f"{path}/explanation/{ada}").json()["sentence"]
    dutch = program.gets(f"{path}/explanation/{ada}", Accept_Language="nl").json()
    assert dutch["sentence"] != english


@pytest.mark.parametrize(
    "path", ["/groups/1/explanation/99", "/groups/99/explanation/1"]
)
def test_nobody_is_explained_in_nothing(program: Program, world, path: str):
    world.contact("Ada", groups=["Koor"])
    assert refusal(program.gets(path)) == (404, "not_found")
