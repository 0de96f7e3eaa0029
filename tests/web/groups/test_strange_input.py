"""What no page of ours sends, and what lies at the end of time, breaks nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from kring.groups.models import Group
from tests.world import World


@pytest.mark.parametrize("region", ["²", "9" * 30])
def test_a_region_of_strange_numbers_makes_no_group(
    at_desk: Client, cooperative: World, region: str
) -> None:
    parts = [cooperative.group(one) for one in ("Leden", "Vrijwilligers")]
    count = Group.objects.count()
    typed = {"groep": parts, "region": region}
    page = at_desk.post("/groepen/overlap/maken/", typed, follow=True)
    assert "bestaa" in page.content.decode()
    assert Group.objects.count() == count


def test_a_pin_may_last_until_the_last_day_there_is(
    at_desk: Client, cooperative: World
) -> None:
    group = cooperative.group("Actief", {"group": "Leden"})
    [cas, *_] = cooperative.members("Oud-leden")
    typed = {"contact": cas, "effect": "in", "until": date.max.isoformat()}
    page = at_desk.post(f"/groepen/{group}/uitzonderingen/", typed, follow=True)
    assert "1 uitzondering vastgelegd." in page.content.decode()
    assert cas in cooperative.members("Actief")
