"""A writer of its own process: `python -m tests.groups.writers SEED COUNT`.

It places, removes and makes contacts through the real actions, and prints nothing.
"""

from __future__ import annotations

import random
import sys

import django

django.setup()

from kring.actions import groups, members  # noqa: E402 — Django comes first
from kring.actions.errors import LoopError  # noqa: E402
from kring.algebra.expressions import AnyOf, Except, GroupMembers  # noqa: E402
from kring.groups.models import Group  # noqa: E402
from kring.groups.settings import settings_of  # noqa: E402
from tests.world import World  # noqa: E402


def write(seed: int, count: int) -> None:
    chance = random.Random(seed)
    world = World()
    statics = list(Group.objects.filter(kind="static").values_list("pk", flat=True))
    hot = list(range(1, 21))
    for _ in range(count):
        deed = chance.random()
        some = chance.sample(hot, chance.randint(1, 5))
        if deed < 0.45:
            members.place(some, chance.choice(statics), by=world.by)
        elif deed < 0.85:
            members.remove(some, chance.choice(statics), by=world.by)
        elif deed < 0.95:
            world.contacts("Newcomer")
        else:
            redefine(chance, statics, world)


def redefine(chance: random.Random, statics: list[int], world: World) -> None:
    derived = Group.objects.exclude(kind="static").order_by("pk")
    group = chance.choice(list(derived))
    parts = [*statics, *derived.values_list("pk", flat=True)]
    base, removed = (GroupMembers(part) for part in chance.sample(parts, 2))
    wanted = settings_of(group)
    rule = Except(AnyOf((base,)), (removed,))
    try:
        groups.edit_group(
            group.pk, type(wanted)(name=group.name, definition=rule), by=world.by
        )
    except LoopError:
        return


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]))
