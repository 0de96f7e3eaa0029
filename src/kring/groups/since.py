"""Since when a contact belongs to a group."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

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
    last = _last_turns(contacts, groups)
    for change, at, group, joined in _deltas(contacts, groups):
        for contact in joined.intersection(BitMap(contacts)):
            known = last.get((contact, group))
            if known is None or known[0] < change:
                last[contact, group] = (change, at)
    return {pair: at for pair, (_, at) in last.items()}


def _last_turns(
    contacts: Collection[int], groups: Collection[int]
) -> dict[tuple[int, int], tuple[int, date]]:
    with connection.cursor() as cursor:
        cursor.execute(
            'select distinct on (contact, "group") contact, "group", number, at'
            " from turn join change on number = change_id"
            ' where contact = any(%s) and "group" = any(%s) and joined'
            ' order by contact, "group", number desc',
            [list(contacts), list(groups)],
        )
        return {
            (contact, group): (change, timezone.localdate(at))
            for contact, group, change, at in cursor.fetchall()
        }


def _deltas(
    contacts: Collection[int], groups: Collection[int]
) -> list[tuple[int, date, int, BitMap]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select number, at, group_id, joined"
            " from group_delta join change on number = change_id"
            " where group_id = any(%s) and chunk = any(%s)",
            [list(groups), chunks_of(BitMap(contacts))],
        )
        return [
            (change, timezone.localdate(at), group, loaded(blob))
            for change, at, group, blob in cursor.fetchall()
        ]
