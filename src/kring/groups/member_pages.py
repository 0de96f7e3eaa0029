"""A page of the members of a group, also of those among them who are searched for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from kring.contacts.queries import contacts_found
from kring.groups.paging import Direction, Key, Page, page_of


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Some members by name; `found` are those that the search leaves of `total`."""

    total: int
    found: int
    page: Page


def members_page(
    members: BitMap,
    *,
    search: str = "",
    beside: Key | None = None,
    direction: Direction = Direction.FORWARD,
    size: int = 50,
) -> MembersPage:
    """The `size` members that come after `beside` (or before it) by name and id."""
    if not search.strip():
        page = page_of(members, beside=beside, direction=direction, size=size)
        return MembersPage(len(members), len(members), page)
    places = _places_found(search, members)
    return MembersPage(
        len(members), len(places), _page_among(places, beside, direction, size)
    )


_Place = tuple[str, int]
"""As a Key, of which thousands may be found and few are shown."""


def _places_found(search: str, members: BitMap) -> list[_Place]:
    found = contacts_found(search).values_list("sort_name", "id")
    return [place for place in found if place[1] in members]


def _page_among(
    places: Sequence[_Place], beside: Key | None, direction: Direction, size: int
) -> Page:
    start, end = _range(places, beside, direction, size)
    shown = [Key(*place) for place in places[start:end]]
    return Page(
        contacts=tuple(key.contact for key in shown),
        previous=shown[0] if shown and start > 0 else None,
        following=shown[-1] if shown and end < len(places) else None,
    )


def _range(
    places: Sequence[_Place], beside: Key | None, direction: Direction, size: int
) -> tuple[int, int]:
    if beside is None:
        return 0, min(size, len(places))
    here = (beside.sort_name, beside.contact)
    if direction is Direction.BACKWARD:
        end = bisect_left(places, here)
        return max(0, end - size), end
    start = bisect_right(places, here)
    return start, min(start + size, len(places))
