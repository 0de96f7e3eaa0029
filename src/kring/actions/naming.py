"""A name that nothing else has, close to the one that is wanted."""

from __future__ import annotations

from collections.abc import Callable

from kring.algebra import limits
from kring.groups.queries import group_named


def free_name(wanted: str, *, is_taken: Callable[[str], bool], longest: int) -> str:
    """The name itself, or with a number behind it."""
    tidy = " ".join(wanted.split())
    name, number = tidy[:longest], 1
    while is_taken(name):
        number += 1
        name = f"{tidy[: longest - len(str(number)) - 1]} {number}"
    return name


def free_group_name(wanted: str) -> str:
    return free_name(
        wanted,
        is_taken=lambda name: group_named(name) is not None,
        longest=limits.GROUP_NAME_LENGTH,
    )
