"""The page about how groups overlap, and the group that a region becomes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from kring.actions.groups import close_group
from kring.groups.models import Group
from kring.groups.queries import members_of
from kring.web.groups.euler import euler_of
from tests.world import World

PAGE = "/groepen/overlap/"


@pytest.fixture
def three(cooperative: World) -> list[int]:
    return [cooperative.group(one) for one in ("Leden", "Vrijwilligers", "Oud-leden")]


@pytest.fixture
def five(cooperative: World, three: list[int]) -> list[int]:
    for name, groups in {
        "Dik": ["Leden", "Koor"],
        "Eva": ["Koor"],
        "Fin": ["Koor", "Bestuur", "Leden"],
        "Guy": ["Bestuur", "Vrijwilligers"],
    }.items():
        cooperative.contact(name, groups=groups)
    return [*three, cooperative.group("Koor"), cooperative.group("Bestuur")]


def asked(groups: list[int]) -> str:
    return PAGE + "?" + "&".join(f"groep={group}" for group in groups)


def make(client, groups: list[int], inside: list[int], **how):
    facts = {"groep": groups, "region": " ".join(map(str, inside))}
    return client.post(f"{PAGE}maken/", facts, **how)


def test_every_region_stands_in_the_table(at_desk, three):
    page = at_desk.get(asked(three)).context
    told = [(region.inside, region.count) for region in page["regions"]]
    assert told == [
        (("Leden",), 1),
        (("Leden", "Vrijwilligers"), 1),
        (("Vrijwilligers", "Oud-leden"), 1),
    ]


def test_one_click_makes_the_group_of_a_region(at_desk, cooperative, three):
    leden, vrijwilligers, _oud = three
    answer = make(at_desk, three, [leden, vrijwilligers])
    made = Group.objects.get(name="Leden en Vrijwilligers, niet Oud-leden")
    assert answer.headers["Location"] == f"/groepen/{made.pk}/instellingen/"
    assert cooperative.names_in(made.name) == ["Ben"]
    assert made.kind == "composite"


def test_a_second_click_makes_no_second_group(at_desk, three):
    first = make(at_desk, three, three[:1])
    count = Group.objects.count()
    again = make(at_desk, three, three[:1], follow=True)
    assert Group.objects.count() == count
    assert again.redirect_chain[-1][0] == first.headers["Location"]
    assert "was er al" in again.content.decode()


def test_another_group_of_that_name_gets_a_number(at_desk, cooperative, three):
    cooperative.group("Leden, niet Vrijwilligers of Oud-leden")
    make(at_desk, three, three[:1])
    made = Group.objects.get(name="Leden, niet Vrijwilligers of Oud-leden (2)")
    assert len(members_of(made.pk)) == 1


def test_names_of_many_groups_are_cut_short(at_desk, cooperative):
    groups = [cooperative.group(f"Groep {'x' * 60} {one}") for one in range(8)]
    make(at_desk, groups, groups[:6])
    assert Group.objects.filter(name__startswith="Groep x", name__endswith="…").exists()


@pytest.mark.parametrize("region", ["", "999999999", "x", "1 999999999"])
def test_a_region_that_is_none_is_refused_in_words(at_desk, three, region):
    count = Group.objects.count()
    facts = {"groep": three, "region": region}
    page = at_desk.post(f"{PAGE}maken/", facts, follow=True).content.decode()
    assert Group.objects.count() == count
    assert "bestaa" in page


def test_a_closed_group_is_compared_but_becomes_no_part(at_desk, world, three):
    close_group(three[0], by=world.by)
    assert "Leden" in at_desk.get(asked(three)).content.decode()
    page = make(at_desk, three, three[:1], follow=True).content.decode()
    assert "is gesloten" in page


def test_readers_look_and_make_nothing(reading, three):
    assert "Maak een groep" not in reading.get(asked(three)).content.decode()
    assert make(reading, three, three[:1]).status_code == 403


def test_nothing_is_made_by_looking(at_desk, three):
    assert at_desk.get(f"{PAGE}maken/").status_code == 405


@pytest.mark.parametrize(
    "query", ["", "groep=x", "groep=999999999", f"groep={'9' * 30}"]
)
def test_nonsense_is_answered_calmly(at_desk, db, query):
    assert at_desk.get(f"{PAGE}?{query}").status_code == 200


def test_ten_groups_at_once_and_no_more(at_desk, cooperative):
    groups = [cooperative.group(f"Groep {number}") for number in range(12)]
    page = at_desk.get(asked(groups))
    assert len(page.context["chosen"]) == 10
    assert "de eerste tien" in page.content.decode()


def test_the_page_asks_few_questions(at_desk, five, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        at_desk.get(asked(five))


def test_circles_of_two_groups_are_in_proportion():
    drawn = euler_of(
        {frozenset({0}): 300, frozenset({0, 1}): 100, frozenset({1}): 0}, 2
    )
    assert drawn is not None
    large, small = drawn.circles[0], drawn.circles[1]
    assert (large.radius / small.radius) ** 2 == pytest.approx(4)
    # The smaller lies wholly within the larger.
    gap = abs(large.x - small.x)
    assert gap + small.radius == pytest.approx(large.radius, abs=0.5)


def test_groups_apart_are_drawn_apart():
    drawn = euler_of({frozenset({0}): 50, frozenset({1}): 50}, 2)
    assert drawn is not None
    one, other = drawn.circles.values()
    assert abs(one.x - other.x) == pytest.approx(one.radius + other.radius, abs=0.1)
    assert {spot.region for spot in drawn.spots} == {frozenset({0}), frozenset({1})}


def test_an_empty_group_is_no_circle():
    assert euler_of({frozenset({0}): 5}, 2) is None


def test_the_page_of_circles_is_for_everyone(visitor, staff, three):
    visitor.signs_in(staff)
    visitor.goes_to(asked(three))
    expect(visitor.page.locator(".euler circle")).to_have_count(3)
    visitor.finds_no_fault("overlap-euler")
    visitor.page.get_by_role("button", name="Maak een groep").first.click()
    expect(visitor.page.get_by_text("Geef de groep gerust een andere")).to_be_visible()


def test_the_page_of_bars_is_for_everyone(visitor, staff, five):
    visitor.signs_in(staff)
    visitor.goes_to(asked(five))
    expect(visitor.page.locator(".upset-bar")).to_have_count(7)
    visitor.finds_no_fault("overlap-upset")


def test_groups_are_chosen_on_the_page(visitor, staff, three):
    visitor.signs_in(staff)
    visitor.goes_to(PAGE)
    box = visitor.page.get_by_label("Groepen", exact=True)
    for name in ("Leden", "Vrijwilligers"):
        box.fill(name)
        visitor.page.get_by_role("option", name=name, exact=True).click()
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("button", name="Vergelijk").click()
    expect(visitor.page.locator(".regions-table tbody tr")).to_have_count(3)


def test_the_form_leads_to_the_overlap_of_what_is_chosen(at_desk, three):
    parts = "&".join(f"parts={group}" for group in three)
    page = at_desk.get(f"/groepen/voorbeeld/?{parts}&condition=any").content.decode()
    assert f"/groepen/overlap/?groep={three[0]}&amp;groep={three[1]}" in page
