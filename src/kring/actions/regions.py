"""A region of an overlap becomes a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kring.accounts.actors import Actor
from kring.actions.errors import NameTakenError
from kring.actions.groups import create_group
from kring.algebra import limits
from kring.groups.models import Group
from kring.groups.overlap import definition_of_region
from kring.groups.settings import GroupSettings, definition_of


@dataclass(frozen=True, slots=True)
class Made:
    """A group, and whether it was made just now."""

    group: Group
    is_new: bool


def make_group_of_region(
    inside: Sequence[int], outside: Sequence[int], *, called: str, by: Actor
) -> Made:
    """Make the group of who is in all of the first groups and in none of the others.

    Where there is a group of that name already, the same one is given back, and
    another one gets a number behind the name. Asking twice makes one group. Raises a
    RefusedError where such a group cannot be.
    """
    definition = definition_of_region(inside, outside)
    number = 1
    while True:
        wanted = GroupSettings(name=_numbered(called, number), definition=definition)
        try:
            return Made(create_group(wanted, by=by), is_new=True)
        except NameTakenError as taken:
            other = Group.objects.get(pk=taken.other)
            if definition_of(other) == definition:
                return Made(other, is_new=False)
        number += 1


def _numbered(name: str, number: int) -> str:
    """The name, cut short where needed; from the second on with its number."""
    ending = "" if number == 1 else f" ({number})"
    room = limits.GROUP_NAME_LENGTH - len(ending)
    return (name if len(name) <= room else name[: room - 1] + "…") + ending
