"""Since when a contact belongs to a group."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from pyroaring import BitMap

from kring.groups.bitmaps import chunks_of, loaded

Since = dict[tuple[int, int], date]
"""(contact, group) → day; only of contacts that belong."""


def since_stated(contacts: Collection[int], groups: Collection[int]) -> Since:
    """The stated dates of static memberships."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select contact_id, group_id, since from placement"
            ' join "group" g on g.id = group_id and g.definition is null'
            " where contact_id = any(%s) and group_id = any(%s) and since is not null",
            [list(contacts), list(groups)],
        )
        return {(contact, group): since for contact, group, since in cursor.fetchall()}


def since_joined(contacts: Collection[int], groups: Collection[int]) -> Since:
    """The local days on which contacts last joined groups, as history has them.

    Whoever belongs has joined after having left, so the last joining counts.
    """
    last: dict[tuple[int, int], tuple[int, date]] = {}
    asked = BitMap(contacts)
    for change, at, group, joined in _joinings(contacts, groups):
        for contact in joined & asked:
            known = last.get((contact, group))
            if known is None or known[0] < change:
                last[contact, group] = (change, timezone.localdate(at))
    return {pair: day for pair, (_, day) in last.items()}


def _joinings(
    contacts: Collection[int], groups: Collection[int]
) -> list[tuple[int, datetime, int, BitMap]]:
    """(change, moment, group, who joined): of single turns the last, of deltas all."""
    asked = {
        "contacts": list(contacts),
        "groups": list(groups),
        "chunks": chunks_of(BitMap(contacts)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_JOININGS, asked)
        return [
            (change, at, group, loaded(blob) if contact is None else BitMap([contact]))
            for change, at, group, contact, blob in cursor.fetchall()
        ]


_JOININGS = """
select * from (
    select distinct on (contact, "group") number, at, "group", contact, null::bytea
    from turn join change on number = change_id
    where contact = any(%(contacts)s) and "group" = any(%(groups)s) and joined
    order by contact, "group", number desc
) single
union all
select number, at, group_id, null, joined
from group_delta join change on number = change_id
where group_id = any(%(groups)s) and chunk = any(%(chunks)s)
"""
