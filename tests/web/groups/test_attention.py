"""What needs attention, on the list of groups and on the page of a group."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client
from django.utils.html import strip_tags
from typer.testing import CliRunner

from kring.actions.examples import expect_size
from kring.actions.groups import close_group
from kring.cli.app import app
from kring.groups.lint import Kind
from kring.ui.words_lint import short_words_for_finding
from tests.browser import Visitor
from tests.world import World

NEVER = {"base": {"group": "Leden"}, "except": [{"group": "Leden"}]}


@pytest.fixture
def odd(cooperative: World, staff) -> World:
    """Of these groups one is in order."""
    shown = {"responsible": staff.pk, "visible_on_portal": True}
    cooperative.group("Nooit", NEVER, **shown)
    cooperative.group("Koor", {"any": [{"group": "Leden"}]}, **shown)
    cooperative.group("Zangers", {"group": "Leden"}, **shown)
    cooperative.group("In orde", {"group": "Vrijwilligers"}, **shown)
    return cooperative


def attention(client: Client, query: str = "") -> dict[str, str]:
    sections = client.get(f"/groepen/{query}").context["sections"]
    return {
        row["name"]: strip_tags(row["attention"])
        for section in sections
        for row in section.rows
    }


def test_the_list_says_in_few_words_what_needs_attention(at_desk, odd):
    assert attention(at_desk) == {
        "In orde": "",
        "Koor": "hetzelfde als een andere groep",
        "Leden": "geen verantwoordelijke",
        "Nooit": "altijd leeg",
        "Oud-leden": "geen verantwoordelijke",
        "Vrijwilligers": "geen verantwoordelijke",
        "Zangers": "hetzelfde als een andere groep",
    }


def test_the_list_is_narrowed_to_what_needs_attention(at_desk, odd):
    assert "In orde" not in attention(at_desk, "?aandacht=1")
    assert list(attention(at_desk, "?aandacht=1&zoek=nooit")) == ["Nooit"]
    page = at_desk.get("/groepen/?aandacht=1&zoek=orde").content.decode()
    assert "Geen groep vraagt aandacht" in page


def test_the_list_still_takes_few_queries(at_desk, odd, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        at_desk.get("/groepen/?aandacht=1")


def test_the_page_of_a_group_says_what_to_do_about_it(at_desk, odd):
    address = f"/groepen/{odd.group('Nooit')}/samenstelling/"
    page = at_desk.get(address).content.decode()
    assert "Niemand kan hier ooit in zitten" in page
    in_order = f"/groepen/{odd.group('In orde')}/samenstelling/"
    assert "findings" not in at_desk.get(in_order).content.decode()


def test_the_list_leads_to_where_it_is_told_in_full(at_desk, odd):
    address = f"/groepen/{odd.group('Nooit')}/samenstelling/"
    assert f'href="{address}"' in at_desk.get("/groepen/").content.decode()


def test_list_page_and_command_tell_the_same(at_desk, odd, settings):
    """Of a group with every kind of finding, and of all others."""
    part = {"any": [NEVER, {"group": "Leden"}, {"group": "Leden"}]}
    expected = odd.group("Allerlei", part, ends_on=date(2020, 1, 2))
    odd.group("Ook allerlei", part)
    odd.group("Weg", ends_on=date(2020, 1, 2))
    close_group(odd.group("Weg"), by=odd.by)
    expect_size(expected, at_least=40, at_most=None, by=odd.by)
    settings.DATABASE_IS_EMBEDDED = False
    told = json.loads(CliRunner().invoke(app, ["group", "lint", "--json"]).stdout)
    assert {one["kind"] for one in told} >= {
        "contradiction",
        "broken_examples",
        "duplicate",
        "without_responsible",
        "past_end",
    }
    listed = attention(at_desk)
    for name, in_short in listed.items():
        texts = [one["text"] for one in told if one["name"] == name]
        short = [
            short_words_for_finding(Kind(one["kind"]))
            for one in told
            if one["name"] == name
        ]
        page = at_desk.get(f"/groepen/{odd.group(name)}/samenstelling/")
        assert page.context["findings"] == texts
        assert in_short == ", ".join(dict.fromkeys(short))
    assert {one["name"] for one in told} <= listed.keys()


def test_it_looks_well(visitor: Visitor, odd: World, staff):
    visitor.signs_in(staff)
    visitor.goes_to("/groepen/")
    visitor.finds_no_fault("aandacht-lijst")
    visitor.goes_to(f"/groepen/{odd.group('Nooit')}/samenstelling/")
    visitor.finds_no_fault("aandacht-groep")
