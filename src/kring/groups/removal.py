"""What would change if a part were taken out of a definition; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, unique

from django.db import connection
from pyroaring import BitMap

from kring.algebra.expressions import Expression, GroupId
from kring.algebra.graph import Path, in_order, parts_of, reversed_edges
from kring.algebra.removing import NothingLeftError, TooFewLeftError, without_group
from kring.algebra.semantics import effective, members
from kring.algebra.walk import (
    conditions_in,
    groups_named_in,
    memberships_since_in,
    roles_named_in,
)
from kring.contacts.conditions import matching
from kring.groups import definitions
from kring.groups.bitmaps import Flip, chunks_of
from kring.groups.queries import everyone
from kring.groups.refresh import Sight, stored_members
from kring.groups.since import Joinings, joinings


@unique
class Obstacle(Enum):
    """Why a part cannot be taken out; what is followed by its role is not named."""

    NOTHING_LEFT = "nothing_left"
    TOO_FEW_LEFT = "too_few_left"
    NOT_NAMED = "not_named"


@dataclass(frozen=True, slots=True)
class Difference:
    """How many would join a group and how many would leave it."""

    joins: int
    leaves: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A group without one of its parts, and what that does to what follows it.

    With an obstacle the part cannot be taken out, and nothing would differ. Of the
    followers those are told that would differ.
    """

    group: GroupId
    part: GroupId
    obstacle: Obstacle | None = None
    difference: Difference = Difference(0, 0)
    followers: Mapping[GroupId, Difference] = field(default_factory=dict)


def without_part(group: GroupId, part: GroupId, *, today: date) -> Removal:
    """What a group and its followers would be without this part."""
    return without_parts(group, [part], today=today)[part]


def without_parts(
    group: GroupId, parts: Collection[GroupId], *, today: date
) -> dict[GroupId, Removal]:
    """The same for several parts, each by itself, in the same few questions."""
    if not parts:
        return {}
    ground = _ground(group, today)
    return {part: ground.without(group, part) for part in parts}


@dataclass(frozen=True, slots=True)
class Follower:
    """A group that follows, and on which shortest path.

    `removal` is what would be if the group were taken out of the first step of that
    path; None where that was not asked for.
    """

    group: GroupId
    path: Path
    removal: Removal | None

    @property
    def difference(self) -> Difference | None:
        """How this follower itself would differ; None where it cannot be said."""
        if self.removal is None or self.removal.obstacle is not None:
            return None
        if self.removal.group == self.group:
            return self.removal.difference
        return self.removal.followers.get(self.group, Difference(0, 0))


MOST_REMOVALS = 50


def followers_without(group: GroupId, *, today: date) -> list[Follower]:
    """Everything that follows from a group, and what it would be without it.

    The nearest come first. Of very many direct followers the first fifty are judged.
    """
    ground = _ground(group, today)
    paths = ground.paths_from(group)
    direct = [path[1] for path in paths if len(path) == _DIRECT]
    removals = {
        follower: ground.without(follower, group) for follower in direct[:MOST_REMOVALS]
    }
    return [Follower(path[-1], path, removals.get(path[1])) for path in paths]


_DIRECT = 2
_Judged = Mapping[GroupId, Flip]


@dataclass(frozen=True, slots=True)
class _Ground:
    """All that must be known to judge a group and what follows from it again."""

    rules: Mapping[GroupId, Expression]
    parts: Mapping[GroupId, frozenset[GroupId]]
    order: Path
    sight: Sight

    def without(self, group: GroupId, part: GroupId) -> Removal:
        rule = self.rules.get(group)
        if rule is None or part not in groups_named_in(rule):
            return Removal(group, part, Obstacle.NOT_NAMED)
        try:
            changed = without_group(rule, part)
        except NothingLeftError:
            return Removal(group, part, Obstacle.NOTHING_LEFT)
        except TooFewLeftError:
            return Removal(group, part, Obstacle.TOO_FEW_LEFT)
        turned = self._judged(group, changed)
        differences = {
            number: Difference(len(flip.joined), len(flip.left))
            for number, flip in turned.items()
        }
        own = differences.pop(group, Difference(0, 0))
        return Removal(group, part, None, own, differences)

    def paths_from(self, group: GroupId) -> list[Path]:
        """The shortest paths to all that follow, the shortest first."""
        followers = reversed_edges(self.parts)
        paths: list[Path] = [(group,)]
        met = {group}
        for path in paths:
            for follower in sorted(followers.get(path[-1], ())):
                if follower not in met:
                    met.add(follower)
                    paths.append((*path, follower))
        return paths[1:]

    def _judged(self, group: GroupId, changed: Expression) -> _Judged:
        sight = self._fresh_sight()
        turned: dict[GroupId, Flip] = {}
        for number in self.order:
            rule = changed if number == group else self.rules.get(number)
            if rule is None or not self._may_turn(number, group, turned):
                continue
            before, after = sight.before(number), self._after(number, rule, sight)
            if before != after:
                turned[number] = Flip(joined=after - before, left=before - after)
                sight.judged[number] = after
                sight.joinings.note(number, turned[number].joined)
        return turned

    def _may_turn(self, number: GroupId, group: GroupId, turned: _Judged) -> bool:
        return number == group or not turned.keys().isdisjoint(self.parts[number])

    def _after(self, number: GroupId, rule: Expression, sight: Sight) -> BitMap:
        return effective(
            members(rule, sight),
            placed_in=sight.placed_in(number),
            kept_out=sight.kept_out(number),
        )

    def _fresh_sight(self) -> Sight:
        known = self.sight.joinings
        days = {group: dict(joined) for group, joined in known.days.items()}
        return replace(self.sight, joinings=Joinings(known.today, days), judged={})


def _ground(group: GroupId, today: date) -> _Ground:
    nodes = definitions.nodes_following([group])
    rules = {
        number: node.definition
        for number, node in nodes.items()
        if node.definition is not None and not node.is_deleted
    }
    givers = definitions.groups_giving(
        {role.value for rule in rules.values() for role in roles_named_in(rule)}
    )
    parts = {
        number: parts_of(rule, lambda role: givers[role.value])
        for number, rule in rules.items()
    }
    sight = _sight(rules, frozenset(nodes).union(*parts.values()), givers, today)
    return _Ground(rules, parts, in_order(nodes, parts), sight)


def _sight(
    rules: Mapping[GroupId, Expression],
    read: Collection[GroupId],
    givers: Mapping[str, frozenset[GroupId]],
    today: date,
) -> Sight:
    contacts = everyone()
    conditions = {one for rule in rules.values() for one in conditions_in(rule)}
    memberships = {one for rule in rules.values() for one in memberships_since_in(rule)}
    return Sight(
        contacts=contacts,
        everyone=contacts,
        stored=stored_members(read, chunks_of(contacts)),
        placed=dict(_pins(rules, today)),
        conditions=matching(conditions, among=contacts, today=today),
        givers=givers,
        joinings=joinings(memberships, contacts, today=today),
    )


def _pins(
    groups: Collection[GroupId], today: date
) -> Iterator[tuple[tuple[GroupId, str], BitMap]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id, effect, array_agg(contact_id) from placement"
            " where group_id = any(%s) and (until is null or until >= %s)"
            " group by group_id, effect",
            [list(groups), today],
        )
        for group, effect, contacts in cursor.fetchall():
            yield (group, effect), BitMap(contacts)
