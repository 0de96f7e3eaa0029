"""Lists, page by page."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.api.conftest import Program, refusal


def pages(program: Program, path: str) -> list[list[int]]:
    """The ids of all pages, and that every page says the same total."""
    found: list[list[int]] = []
    cursor: str | None = ""
    totals = set()
    while cursor is not None:
        told = program.gets(f"{path}&cursor={quote(cursor)}").json()
        found.append([one["id"] for one in told["items"]])
        totals.add(told["total"])
        cursor = told["next_cursor"]
    assert totals == {sum(map(len, found))}
    return found


def test_pages_follow_each_other_in_order_of_id(program: Program, world):
    ids = world.contacts("e", "d", "c", "b", "a")
    assert pages(program, "/contacts?limit=2") == [ids[:2], ids[2:4], ids[4:]]
    assert pages(program, "/contacts?limit=5") == [ids]


def test_what_is_narrowed_is_paged_as_well(program: Program, world):
    ids = world.contacts("Bos", "Aal", "Bosch", "Bosman")
    bos = [ids[0], ids[2], ids[3]]
    assert pages(program, "/contacts?limit=2&search=bos") == [bos[:2], bos[2:]]


def test_no_items_are_one_empty_page(program: Program):
    told = program.gets("/contacts").json()
    assert told == {"items": [], "next_cursor": None, "total": 0}


def test_what_is_deleted_between_two_pages_skips_nobody(program: Program, world):
    groups = [world.group(name) for name in ("a", "b", "c", "d")]
    first = program.gets("/groups?limit=2").json()
    program.deletes(f"/groups/{groups[0]}", If_Match="*")
    rest = program.gets(f"/groups?limit=2&cursor={quote(first['next_cursor'])}").json()
    assert [one["id"] for one in rest["items"]] == groups[2:]


def test_a_cursor_of_another_question_is_refused(program: Program, world):
    world.contacts("a", "b")
    cursor = quote(program.gets("/contacts?limit=1").json()["next_cursor"])
    for path in (f"/contacts?search=a&cursor={cursor}", f"/groups?cursor={cursor}"):
        assert refusal(program.gets(path)) == (422, "unreadable_cursor")


@pytest.mark.parametrize("cursor", ["x", "WzEsIjEiXQ:1:x", "%00", "1"])
def test_a_made_up_cursor_is_refused(program: Program, cursor: str):
    for path in ("/contacts", "/changes"):
        response = program.gets(f"{path}?cursor={cursor}")
        assert refusal(response) == (422, "unreadable_cursor")


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "veel", "1.5", ""])
def test_a_page_holds_1_to_1000_items(program: Program, limit: str):
    response = program.gets(f"/contacts?limit={limit}")
    assert refusal(response) == (422, "unreadable_request")
    assert response.json()["errors"][0]["at"] == "limit"


def test_a_mistyped_filter_is_refused(program: Program):
    response = program.gets("/contacts?serach=bos")
    assert refusal(response) == (422, "unknown_parameter")
    assert response.json()["facts"]["parameters"] == ["serach"]


def test_a_search_that_no_database_knows_is_refused(program: Program):
    assert refusal(program.gets("/contacts?search=%00"))[0] == 422


def names(program: Program, path: str) -> list[str]:
    """The last names on all pages, one by one."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        told = program.gets(f"{path}&limit=1&cursor={quote(cursor)}").json()
        found += [one["last_name"] for one in told["items"]]
        cursor = told["next_cursor"]
    return found


def test_contacts_and_members_come_by_name_when_that_is_asked_for(
    program: Program, world
):
    contacts = world.contacts("Cor", "Ada", "Ben", "Ada")
    koor = world.group("Koor")
    program.posts(f"/groups/{koor}/members", {"add": contacts[:3]})
    assert names(program, "/contacts?order=name") == ["Ada", "Ada", "Ben", "Cor"]
    assert names(program, "/contacts?order=name&search=a") == ["Ada", "Ada"]
    members = f"/groups/{koor}/members?order=name&fields=last_name"
    assert names(program, members) == ["Ada", "Ben", "Cor"]
    assert names(program, members + "&search=b") == ["Ben"]


def test_a_place_by_name_goes_with_who_stood_there(program: Program, world):
    ada, _ = world.contacts("Ada", "Ben")
    cursor = program.gets("/contacts?order=name&limit=1").json()["next_cursor"]
    program.deletes(f"/contacts/{ada}", If_Match="*")
    response = program.gets(f"/contacts?order=name&limit=1&cursor={quote(cursor)}")
    assert refusal(response) == (422, "unreadable_cursor")
