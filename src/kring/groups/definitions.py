"""Stored definitions: read back as expressions, and what each of them follows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from kring.algebra import codec
from kring.algebra.expressions import Everyone, Expression, Role
from kring.algebra.walk import (
    fields_named_in,
    groups_named_in,
    nodes_of,
    roles_named_in,
)
from kring.contacts.catalogue import catalogue_of

EVERYONE = "everyone"

_OWN_FIELDS = re.compile(r'"(field:[^"]+)"')


@dataclass(frozen=True, slots=True)
class Node:
    """A group as the graph sees it; `definition` is None for a static group."""

    group: int
    definition: Expression | None
    is_deleted: bool


def read_definition(data: object) -> Expression:
    """The expression that was stored; kept in memory, since it never changes."""
    return _read(json.dumps(data))


def read_definition_text(text: str) -> Expression:
    """The same, of the text that the database has of it."""
    return _read(text)


def asked_by(definition: Expression) -> frozenset[str]:
    """What a definition asks of contacts: everyone, fields and roles, as in Edge."""
    everyone = {EVERYONE for node in nodes_of(definition) if isinstance(node, Everyone)}
    fields = {f"field:{code}" for code in fields_named_in(definition)}
    roles = {f"role:{role.value}" for role in roles_named_in(definition)}
    return frozenset(everyone | fields | roles)


def nodes_following(touched: Collection[int]) -> dict[int, Node]:
    """The touched groups and every group that follows from them, through any path."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWING, [list(touched)])
        return {
            group: Node(group, None if text is None else _read(text), deleted)
            for group, text, deleted in cursor.fetchall()
        }


def groups_giving(roles: Iterable[str]) -> dict[str, frozenset[int]]:
    """Which groups give each of these roles."""
    wanted = list(roles)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            'select neighbourhood_role, array_agg(id) from "group"'
            " where neighbourhood_role = any(%s) and deleted_at is null"
            " group by neighbourhood_role",
            [wanted],
        )
        found = {role: frozenset(groups) for role, groups in cursor.fetchall()}
    return {role: found.get(role, frozenset()) for role in wanted}


def groups_asking(questions: Collection[str]) -> frozenset[int]:
    """The groups whose definition asks one of these things of contacts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct group_id from edge where asks = any(%s)",
            [list(questions)],
        )
        return frozenset(group for (group,) in cursor.fetchall())


def groups_asking_anything() -> frozenset[int]:
    """The groups that follow facts of contacts, not only other groups."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct group_id from edge"
            " where asks <> '' and asks not like 'role:%%'"
        )
        return frozenset(group for (group,) in cursor.fetchall())


def all_parts(*, giving_aside: int | None = None) -> Mapping[int, frozenset[int]]:
    """For each derived group the groups it follows directly, roles included.

    The role that the group `giving_aside` gives is left out of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALL_PARTS, [giving_aside])
        return {group: frozenset(parts) for group, parts in cursor.fetchall()}


def named_parts() -> Mapping[int, frozenset[int]]:
    """For each derived group the groups that its definition names itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select group_id, array_agg(part_id) from edge"
            " where part_id is not null group by group_id"
        )
        return {group: frozenset(parts) for group, parts in cursor.fetchall()}


def roles_given() -> Mapping[int, Role]:
    """The role that each group gives, of those that give one."""
    with connection.cursor() as cursor:
        cursor.execute(
            'select id, neighbourhood_role from "group"'
            " where neighbourhood_role <> '' and deleted_at is null"
        )
        return {group: Role(role) for group, role in cursor.fetchall()}


def write_edges(group: int, definition: Expression | None) -> None:
    """Write what a definition follows, in place of what its group followed before."""
    parts = [] if definition is None else sorted(groups_named_in(definition))
    questions = [] if definition is None else sorted(asked_by(definition))
    with connection.cursor() as cursor:
        cursor.execute("delete from edge where group_id = %s", [group])
        cursor.execute(
            "insert into edge (group_id, part_id, asks)"
            " select %s, part, '' from unnest(%s::bigint[]) as t(part)"
            " union all select %s, null, asks from unnest(%s::text[]) as t(asks)",
            [group, parts, group, questions],
        )


@lru_cache(maxsize=4_096)
def _read(text: str) -> Expression:
    return codec.decode(
        json.loads(text), catalogue=catalogue_of(_OWN_FIELDS.findall(text))
    )


_FOLLOWING = """
with recursive following (id) as (
    select unnest(%s::bigint[])
  union
    select step.group_id
    from following
    cross join lateral (
        select group_id from edge where part_id = following.id
      union all
        select edge.group_id
        from "group" giver
        join edge edge on edge.asks = 'role:' || giver.neighbourhood_role
        where giver.id = following.id and giver.neighbourhood_role <> ''
    ) step
)
select id, definition::text, deleted_at is not null
from "group" where id in (select id from following)
"""

_ALL_PARTS = """
select edge.group_id, array_agg(coalesce(edge.part_id, giver.id))
from edge edge
left join "group" giver
  on edge.asks = 'role:' || giver.neighbourhood_role
 and giver.neighbourhood_role <> '' and giver.deleted_at is null
 and giver.id is distinct from %s
where edge.part_id is not null or giver.id is not null
group by edge.group_id
"""
