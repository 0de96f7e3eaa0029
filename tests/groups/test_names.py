"""Groups by their names, as formulas name them."""

from __future__ import annotations

from kring.groups.names import Names
from tests.world import World


def test_groups_are_found_by_name_and_named_by_number(world: World) -> None:
    choir = world.group("Koor")
    names = Names()
    assert names.group_named("kóór") == choir
    assert names.name_of(choir) == "Koor"
    assert names.name_of(0) is None
    assert names.names_like("Kor") == ("Koor",)
