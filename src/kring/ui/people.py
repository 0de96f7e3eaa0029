"""One page out of any number of contacts, sorted by name, with its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from pyroaring import BitMap

from kring.contacts.queries import ListedContact, ids_found, listed, sort_name_of
from kring.groups.paging import Direction, Key, page_of

AFTER, BEFORE, SEARCH = "na", "voor", "zoek"

# As many as every number of a contact has room for in the database.
_DIGITS = 18
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class People:
    """The contacts on a page; `previous` and `next` are query strings, or empty."""

    rows: list[ListedContact]
    total: int
    search: str
    previous: str
    next: str


def people_among(
    contacts: BitMap, asked: QueryDict, *, kept: Mapping[str, str] = _NOTHING
) -> People:
    """The page of these contacts that a query string asks for; in three queries.

    It asks by `zoek` (words), and by `na` or `voor` a contact on the page beside;
    `kept` is what else the pages beside are asked for.
    """
    search = asked.get(SEARCH, "").replace("\0", "").strip()
    found = contacts & BitMap(ids_found(search)) if search else contacts
    beside, direction = _beside(asked)
    page = page_of(found, beside=beside, direction=direction)
    return People(
        rows=listed(page.contacts),
        total=len(found),
        search=search,
        previous=_query(BEFORE, page.previous, search, kept),
        next=_query(AFTER, page.following, search, kept),
    )


def _beside(asked: QueryDict) -> tuple[Key | None, Direction]:
    for name, direction in (
        (AFTER, Direction.FORWARD),
        (BEFORE, Direction.BACKWARD),
    ):
        key = _key(asked.get(name, ""))
        if key is not None:
            return key, direction
    return None, Direction.FORWARD


def _key(written: str) -> Key | None:
    """The place of a contact in the order; nonsense and strangers are the beginning."""
    if not (written.isascii() and written.isdigit() and len(written) <= _DIGITS):
        return None
    sort_name = sort_name_of(int(written))
    return None if sort_name is None else Key(sort_name, int(written))


def _query(name: str, key: Key | None, search: str, kept: Mapping[str, str]) -> str:
    if key is None:
        return ""
    asked = {**kept, SEARCH: search} if search else dict(kept)
    return "?" + urlencode({**asked, name: key.contact})
