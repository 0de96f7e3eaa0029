"""A thousand derived groups over very many contacts: `python -m tests.groups.scale`.

Prints how long each deed takes and how much memory all of it took. It works on a
database of its own in a folder of its own, both gone afterwards.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import django

from tests.server import _own_folder

if __name__ == "__main__":
    # Settings are read once; the folder has to be there by then.
    stack = ExitStack()
    stack.enter_context(_own_folder())
    os.environ["DJANGO_SETTINGS_MODULE"] = "kring.config.settings"
    django.setup()

from django.db import connection

from kring.accounts.actors import OPERATOR
from kring.actions import members
from kring.actions.checking import differences
from kring.actions.contacts import edit_contact
from kring.actions.fills import fill_next_chunk
from kring.actions.groups import edit_group
from kring.actions.tables import update_tables
from kring.algebra.expressions import AllOf, GroupMembers
from kring.groups import definitions, queries
from kring.groups.models import Group, Turn
from kring.groups.settings import settings_of
from tests.groups.crowd import by_action, come, groups_of_every_kind


def measure(contacts: int) -> None:
    with timed("1,000 derived groups made"):
        crowd = groups_of_every_kind(by_action)
    with timed(f"{contacts} contacts come and are placed"):
        come(crowd, contacts)
    for group in (crowd.nested[40], crowd.statics[-1], crowd.statics[0]):
        place(group, crowd.contacts[-1])
    with timed("one field edited"):
        edit_contact(crowd.contacts[0], {"status": "oud-lid"}, by=OPERATOR)
    redefine(crowd.composites[0])
    with timed("list of groups, with exact counts"):
        listed = list(queries.listed_groups())
        queries.counts_of([group.pk for group in listed])
    with timed("everything checked"):
        assert list(differences()) == []
    say(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


def place(group: int, contact: int) -> None:
    followers = len(definitions.nodes_following([group])) - 1
    for _ in range(2):
        with timed(f"one placement, {followers} followers"):
            change = members.place([contact], group, by=OPERATOR).change
        turned = Turn.objects.filter(change=change).count()
        say(f"    {turned} bits turned")
        members.remove([contact], group, by=OPERATOR)


def redefine(number: int) -> None:
    group = Group.objects.get(pk=number)
    now = settings_of(group)
    assert now.definition is not None
    some = GroupMembers(Group.objects.order_by("pk")[3].pk)
    wanted = replace(now, definition=AllOf((now.definition, some)))
    with timed("a definition edited"):
        edit_group(number, wanted, by=OPERATOR)
    while True:
        with timed("a step of its fill"):
            if not fill_next_chunk():
                break


@contextmanager
def timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    say(f"{time.perf_counter() - start:9.3f} s  {what}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with stack:
        update_tables()
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
        connection.close()
