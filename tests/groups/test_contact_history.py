"""What happened to one contact, by small acts and by large ones."""

from __future__ import annotations

from kring.actions import members
from kring.groups.contact_history import history_of
from tests.world import World


def test_what_large_acts_did_is_told_of_who_took_part(world: World) -> None:
    ada, ben, *crowd = world.contacts(*["Somebody"] * 1_003)
    choir = world.group("choir")
    members.place([ada, *crowd], choir, by=world.by)
    members.remove([ada, *crowd], choir, by=world.by)
    last, first = history_of(ada).lines
    assert (last.happening.joined, last.happening.left) == ([], [choir])
    assert (first.happening.joined, first.happening.left) == ([choir], [])
    assert history_of(ben).lines == ()
