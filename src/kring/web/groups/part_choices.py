"""The groups that can be chosen as parts, and why some of them cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kring.algebra.graph import followers_of, loop_through, roles_along
from kring.groups.definitions import all_parts, named_parts, roles_given
from kring.groups.models import Group
from kring.groups.queries import listed_groups
from kring.ui.words_groups import path_in_words


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A group as an option; `because` says why it cannot be chosen."""

    id: int
    name: str
    because: str = ""


def part_choices(
    group: Group | None = None, *, standing: Collection[int] = ()
) -> list[PartChoice]:
    """Open groups by name, and closed ones only where they are parts already."""
    names = dict(listed_groups().values_list("pk", "name"))
    closed = frozenset(
        listed_groups().filter(closed_at__isnull=False).values_list("pk", flat=True)
    )
    loops = {} if group is None else _loops(group.pk, names)
    return [
        PartChoice(part, name, loops.get(part, ""))
        for part, name in names.items()
        if part not in closed or part in standing
    ]


def _loops(group: int, names: Mapping[int, str]) -> dict[int, str]:
    """The groups that would make this one depend on itself, with the way round."""
    edges = all_parts()
    around = {group} | followers_of([group], edges)
    named, given = named_parts(), roles_given()
    paths = {part: loop_through(group, [part], edges) or () for part in around}
    return {
        part: _("would make a circle: %(path)s")
        % {
            "path": path_in_words(
                [names.get(step, str(step)) for step in path],
                roles_along(path, {**named, group: {part}}, given),
            )
        }
        for part, path in paths.items()
    }
