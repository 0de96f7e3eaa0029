"""Questions about groups and their members; nothing here evaluates a definition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from pyroaring import BitMap

from kring.algebra.text import fold
from kring.groups.binary import binary_cursor
from kring.groups.bitmaps import chunks_of, loaded
from kring.groups.chunks import contacts_that_exist
from kring.groups.models import Group, GroupChunk


def listed_groups() -> QuerySet[Group]:
    """All groups not deleted, by name; `counts_of` says how many members they have."""
    return (
        Group.objects.filter(deleted_at__isnull=True)
        .select_related("responsible", "fill")
        .order_by("folded_name", "pk")
    )


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """As much of a group as its line in a list shows."""

    id: int
    name: str
    kind: str
    responsible: str
    is_closed: bool
    is_filling: bool


def lines_of_groups(groups: QuerySet[Group]) -> list[ListedGroup]:
    """These groups as lines; objects of a thousand groups take five times as long."""
    rows = groups.order_by("folded_name", "pk").values_list(
        "pk",
        "name",
        "kind",
        "responsible__name",
        "responsible__email",
        "closed_at",
        "fill__pk",
    )
    return [
        ListedGroup(
            id=group,
            name=called,
            kind=kind,
            responsible=name or email or "",
            is_closed=closed is not None,
            is_filling=fill is not None,
        )
        for group, called, kind, name, email, closed, fill in rows
    ]


def groups_found(groups: QuerySet[Group], *, search: str) -> QuerySet[Group]:
    """Those whose name holds every word that is searched for."""
    for word in fold(search).split():
        groups = groups.filter(folded_name__contains=word)
    return groups


def group_named(name: str) -> Group | None:
    """The one group with this name, case and accents apart."""
    return Group.objects.filter(folded_name=fold(name), deleted_at__isnull=True).first()


def groups_welcoming_with(template: int) -> list[Group]:
    """The groups that mail this template to who joins, by name."""
    return list(listed_groups().filter(welcome_template=template))


def names_of_groups_welcoming() -> dict[int, list[str]]:
    """By template, the names of the groups that mail it to who joins."""
    welcoming = listed_groups().exclude(welcome_template=None)
    found: dict[int, list[str]] = {}
    for template, name in welcoming.values_list("welcome_template", "name"):
        found.setdefault(template, []).append(name)
    return found


def names_of(groups: Collection[int]) -> dict[int, str]:
    return dict(Group.objects.filter(pk__in=groups).values_list("pk", "name"))


def members_of(group: int) -> BitMap:
    """The ids of everyone in a group."""
    with binary_cursor() as cursor:
        cursor.execute(_MEMBERS, [group])
        return BitMap.union(BitMap(), *(loaded(blob) for (blob,) in cursor))


def group_and_members(
    group: int, *, among: QuerySet[Group] | None = None
) -> tuple[Group, BitMap] | None:
    """A group with the ids of everyone in it, in one query; None where it is not."""
    blobs = GroupChunk.objects.filter(group=OuterRef("pk")).values("members")
    groups = listed_groups() if among is None else among
    found = groups.filter(pk=group).annotate(blobs=ArraySubquery(blobs))
    for one in found:
        return one, BitMap.union(BitMap(), *(loaded(blob) for blob in one.blobs))
    return None


def counts_of(groups: Collection[int]) -> dict[int, int]:
    """How many members each of these groups has."""
    # The ORM takes longer to write this question than the database to answer it.
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(groups)])
        return dict.fromkeys(groups, 0) | dict(cursor.fetchall())


def everyone() -> BitMap:
    """The ids of all contacts that exist."""
    return contacts_that_exist()


def groups_of(contact: int) -> QuerySet[Group]:
    """The groups that a contact is in, by name."""
    inside = groups_having(BitMap([contact]))
    return Group.objects.filter(pk__in=inside, deleted_at__isnull=True).order_by(
        "folded_name"
    )


def groups_having(contacts: BitMap) -> frozenset[int]:
    """The groups that at least one of these contacts is in."""
    with binary_cursor() as cursor:
        cursor.execute(_BITS, [chunks_of(contacts)])
        return frozenset(
            group for group, blob in cursor if contacts.intersect(loaded(blob))
        )


def members_among(
    groups: Collection[int], contacts: Collection[int]
) -> dict[int, BitMap]:
    """For each of these groups those of the contacts who are in it, in one query."""
    asked = BitMap(contacts)
    chunks = GroupChunk.objects.filter(
        group__in=groups, chunk__in=chunks_of(asked), count__gt=0
    )
    found = {group: BitMap() for group in groups}
    for group, blob in chunks.values_list("group_id", "members"):
        found[group] |= loaded(blob) & asked
    return found


_MEMBERS = "select members from group_chunk where group_id = %s"
_COUNTS = """
select group_id, sum(count) from group_chunk where group_id = any(%s)
group by group_id
"""
_BITS = """
select group_id, members from group_chunk where chunk = any(%s) and count > 0
"""
