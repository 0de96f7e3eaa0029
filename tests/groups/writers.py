"""A writer of its own process: `python -m tests.groups.writers SEED COUNT`.

It does all that can be done to contacts and groups through the real actions, and
prints nothing.
"""

from __future__ import annotations

import random
import sys
from contextlib import suppress

import django

django.setup()

from kring.actions import (  # noqa: E402 — Django comes first
    bulk,
    contacts,
    erasing,
    groups,
    members,
    merging,
    undo,
)
from kring.actions.errors import LoopError, RefusedError  # noqa: E402
from kring.algebra.expressions import AnyOf, Except, GroupMembers  # noqa: E402
from kring.contacts.details import Given  # noqa: E402
from kring.groups.models import Change, Group  # noqa: E402
from kring.groups.settings import settings_of  # noqa: E402
from tests.world import World  # noqa: E402


def write(seed: int, count: int) -> None:
    chance = random.Random(seed)
    world = World()
    statics = list(Group.objects.filter(kind="static").values_list("pk", flat=True))
    for _ in range(count):
        [deed] = chance.choices(list(DEEDS), list(DEEDS.values()))
        deed(chance, statics, world)


def place(chance: random.Random, statics: list[int], world: World) -> None:
    members.place(hot(chance), chance.choice(statics), by=world.by)


def remove(chance: random.Random, statics: list[int], world: World) -> None:
    members.remove(hot(chance), chance.choice(statics), by=world.by)


def pin(chance: random.Random, _statics: list[int], world: World) -> None:
    group = chance.choice(derived())
    deed = chance.choice([members.place, members.remove, members.unpin])
    deed(hot(chance), group, by=world.by)


def edit(chance: random.Random, _statics: list[int], world: World) -> None:
    for contact in hot(chance):
        given: Given = {"newsletter": chance.random() < 0.5}
        contacts.edit_contact(contact, given, by=world.by)


def edit_together(chance: random.Random, _statics: list[int], world: World) -> None:
    bulk.edit_together(hot(chance), {"status": chance.choice("abc")}, by=world.by)


def come_and_go(chance: random.Random, _statics: list[int], world: World) -> None:
    one, two, three = world.contacts("Newcomer", "Newcomer", "Newcomer")
    members.place([one, two], chance.choice(_statics), by=world.by)
    merging.merge_contacts(one, into=two, by=world.by)
    erasing.erase_contact(three, by=world.by)


def redefine(chance: random.Random, statics: list[int], world: World) -> None:
    group = Group.objects.get(pk=chance.choice(composites()))
    parts = [*statics, *derived()]
    base, removed = (GroupMembers(part) for part in chance.sample(parts, 2))
    wanted = settings_of(group)
    rule = Except(AnyOf((base,)), (removed,))
    try:
        groups.edit_group(
            group.pk, type(wanted)(name=group.name, definition=rule), by=world.by
        )
    except LoopError:
        return


def undo_something(chance: random.Random, _statics: list[int], world: World) -> None:
    done = ["members.place", "members.remove", "contact.edit", "group.edit"]
    found = Change.objects.filter(action__in=done).order_by("-number")
    newest = list(found.values_list("number", flat=True)[:30])
    with suppress(RefusedError):
        undo.undo_change(chance.choice(newest or [0]), by=world.by)


def hot(chance: random.Random) -> list[int]:
    """Some of the twenty contacts that everyone is at."""
    return chance.sample(range(1, 21), chance.randint(1, 5))


def derived() -> list[int]:
    groups = Group.objects.exclude(kind="static").order_by("pk")
    return list(groups.values_list("pk", flat=True))


def composites() -> list[int]:
    groups = Group.objects.filter(kind="composite").order_by("pk")
    return list(groups.values_list("pk", flat=True))


DEEDS = {
    place: 30,
    remove: 25,
    pin: 10,
    edit: 10,
    edit_together: 5,
    come_and_go: 10,
    redefine: 5,
    undo_something: 5,
}


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]))
