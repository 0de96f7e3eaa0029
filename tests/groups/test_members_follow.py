from __future__ import annotations

from kring.actions import groups
from tests.world import World

BOTH = {"all": [{"group": "choir"}, {"group": "band"}]}
EITHER = {"any": [{"group": "choir"}, {"group": "band"}]}


def test_whoever_is_placed_in_a_static_group_is_in_it(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben")
    assert world.names_in("choir") == ["Ada"]


def test_a_composite_group_is_right_at_once_when_a_part_changes(world: World) -> None:
    ada = world.contact("Ada", groups=["choir", "band"])
    world.group("both", BOTH)
    assert world.names_in("both") == ["Ada"]
    world.take(ada, "band")
    assert world.names_in("both") == []


def test_an_empty_part_makes_the_whole_empty(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.group("both", BOTH)
    assert world.names_in("both") == []


def test_in_one_of_takes_everybody_together(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben", groups=["band"])
    world.group("either", EITHER)
    assert world.names_in("either") == ["Ada", "Ben"]


def test_leaving_the_band_brings_you_back_into_not_band(world: World) -> None:
    ada = world.contact("Ada", groups=["choir", "band"])
    world.group("not band", {"base": {"group": "choir"}, "except": [{"group": "band"}]})
    assert world.names_in("not band") == []
    world.take(ada, "band")
    assert world.names_in("not band") == ["Ada"]


def test_what_is_nested_follows_through_every_level(world: World) -> None:
    world.group("level 0")
    for level in range(1, 8):
        world.group(f"level {level}", {"any": [{"group": f"level {level - 1}"}]})
    world.contact("Ada", groups=["level 0"])
    assert world.names_in("level 7") == ["Ada"]


def test_a_new_contact_is_in_everyone_at_once(world: World) -> None:
    world.group("all of us", {"everyone": True})
    world.contact("Ada")
    assert world.names_in("all of us") == ["Ada"]


def test_in_two_of_three_counts_different_parts(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben", groups=["choir", "theatre"])
    parts = [{"group": name} for name in ("choir", "band", "theatre")]
    world.group("busy", {"at_least": 2, "of": parts})
    assert world.names_in("busy") == ["Ben"]


def test_a_pin_puts_someone_in_and_keeps_another_out(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    ben = world.contact("Ben", groups=["choir"])
    cas = world.contact("Cas")
    world.group("singers", {"group": "choir"})
    world.take(ben, "singers")
    world.put(cas, "singers")
    assert world.names_in("singers") == ["Ada", "Cas"]


def test_closing_a_part_changes_nobodys_membership(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.group("either", EITHER)
    groups.close_group(world.group("choir"), by=world.by)
    assert world.names_in("either") == ["Ada"]


def test_a_changed_definition_is_followed_by_all_that_follow_it(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben", groups=["band"])
    world.group("one", {"group": "choir"})
    world.group("two", {"group": "one"})
    world.define("one", {"group": "band"})
    assert world.names_in("two") == ["Ben"]


def test_history_replays_to_the_stored_bits(world: World) -> None:
    ada = world.contact("Ada", groups=["choir", "band"])
    world.group("both", BOTH)
    world.take(ada, "choir")
    world.put(ada, "choir")
    assert world.faults() == []


def test_a_dynamic_group_follows_from_conditions(world: World) -> None:
    world.contact("Ada")
    world.contact("Ben")
    world.group("as", {"where": {"field": "last_name", "op": "is", "value": "ADA"}})
    assert world.names_in("as") == ["Ada"]
    world.contact("Ada")
    assert world.names_in("as") == ["Ada", "Ada"]
    assert world.faults() == []


def test_conditions_and_groups_mix(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    world.contact("Ben", groups=["choir"])
    named = {"where": {"field": "last_name", "op": "starts_with", "value": "b"}}
    world.group("mixed", {"all": [{"group": "choir"}, named]})
    assert world.names_in("mixed") == ["Ben"]
    world.group("not b", {"base": {"everyone": True}, "except": [named]})
    assert world.names_in("not b") == ["Ada"]
