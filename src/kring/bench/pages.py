"""W2: a page of members by name, the first and a deep one, with and without search."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from kring.bench import peers
from kring.bench.floors import rows
from kring.bench.people import last_names
from kring.bench.racing import Contender, Limit, Race, Ratio, Role
from kring.bench.workloads import LARGE, Bench
from kring.bench.world import plain
from kring.contacts.models import Contact
from kring.groups import queries
from kring.groups.member_pages import members_page
from kring.groups.paging import Key

SIZE: Final = 50
_SEARCHED: Final = last_names()[100]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which group."""

    density: str
    group: int
    place: str
    search: str

    @property
    def work(self) -> str:
        found = ", searched for a surname" if self.search else ""
        return f"{self.place} page by name, {self.density} group{found}"


def pages_by_name(bench: Bench) -> Iterator[Race]:
    groups = (("dense", bench.dense), ("sparse", bench.sparse))
    for (density, group), place, search in product(
        groups, ("first", "deep"), ("", _SEARCHED.lower())
    ):
        yield _race(bench, Asked(density, group, place, search))


def _race(bench: Bench, asked: Asked) -> Race:
    keys = _sorted_keys(bench, asked)
    beside = keys[len(keys) // 2] if asked.place == "deep" and keys else None
    start = 0 if beside is None else bisect_right(keys, beside)
    truth = tuple(contact for _, contact in keys[start : start + SIZE])
    targets = [Limit(25, at=(LARGE,))]
    return Race(
        "W2",
        asked.work,
        truth,
        [
            Contender(
                Role.KRING, "keyset over the bitmap", lambda: _page(asked, beside)
            ),
            Contender(Role.P2, "ids and sort", lambda: _ids_and_sort(asked, beside)),
            Contender(Role.P3, "join, keyset", lambda: _joined(bench, asked, beside)),
        ],
        [*targets, *_beside_sorting(asked)],
    )


def _beside_sorting(asked: Asked) -> list[Ratio]:
    """Where a large group is sorted; a search leaves few to sort."""
    is_large = asked.density == "dense" and not asked.search
    return [Ratio(Role.P2, at_least=15)] if is_large else []


_NameKey = tuple[str, int]


def _sorted_keys(bench: Bench, asked: Asked) -> list[_NameKey]:
    """The truth: everyone in the group that is searched for, sorted."""
    facts = bench.world.facts
    inside = plain(bench.world).members_of(asked.group)
    if asked.search:
        inside &= frozenset(facts.having["last_name", _SEARCHED])
    return sorted((facts.sort_names[contact], contact) for contact in inside)


def _page(asked: Asked, beside: _NameKey | None) -> tuple[int, ...]:
    """What a page of members asks."""
    page = members_page(
        queries.members_of(asked.group),
        search=asked.search,
        beside=None if beside is None else Key(*beside),
        size=SIZE,
    )
    return page.page.contacts


def _ids_and_sort(asked: Asked, beside: _NameKey | None) -> tuple[int, ...]:
    ids = peers.Member.objects.filter(group=asked.group).values("contact")
    contacts = Contact.objects.filter(pk__in=ids)
    if asked.search:
        contacts = contacts.filter(search_text__contains=asked.search)
    keys = sorted(contacts.values_list("sort_name", "pk"))
    start = 0 if beside is None else bisect_right(keys, beside)
    return tuple(contact for _, contact in keys[start : start + SIZE])


def _joined(bench: Bench, asked: Asked, beside: _NameKey | None) -> tuple[int, ...]:
    name, contact = beside or ("", 0)
    found = rows(
        bench.bare, _JOINED, asked.group, f"%{asked.search}%", name, contact, SIZE
    )
    return tuple(row[0] for row in found)


_JOINED: Final = """
select contact.id from contact
join member on member.contact = contact.id and member."group" = %s
where search_text like %s and (sort_name, contact.id) > (%s, %s)
order by sort_name, contact.id limit %s
"""
