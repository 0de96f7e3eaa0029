from __future__ import annotations

import random
from itertools import pairwise

import pytest
from pyroaring import BitMap

from kring.groups.paging import Direction, Page, page_of
from tests.world import World

NAMES = ["Aal", "Bos", "Cas", "Dam", "Eik", "Fin", "Aal", "Bos"]


def all_forward(contacts: BitMap, size: int) -> list[Page]:
    pages = [page_of(contacts, size=size)]
    while pages[-1].following is not None:
        pages.append(page_of(contacts, beside=pages[-1].following, size=size))
    return pages


def in_order(contacts: list[int]) -> list[int]:
    return sorted(contacts, key=lambda contact: (NAMES[contact % 8].lower(), contact))


@pytest.mark.parametrize("share", [0.02, 0.2, 0.9, 1.0])
@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_follow_each_other_by_name_whoever_is_in_the_set(
    world: World, share: float, size: int
) -> None:
    everyone = world.contacts(*[NAMES[contact % 8] for contact in range(1, 121)])
    chosen = [c for c in everyone if random.Random(c).random() < share]
    pages = all_forward(BitMap(chosen), size)
    assert [c for page in pages for c in page.contacts] == in_order(chosen)


def test_going_back_shows_the_same_pages(world: World) -> None:
    everyone = world.contacts(*[NAMES[contact % 8] for contact in range(1, 41)])
    for chosen in (BitMap(everyone), BitMap(everyone[::13])):
        pages = all_forward(chosen, 3)
        for earlier, later in pairwise(pages):
            back = page_of(
                chosen, beside=later.previous, direction=Direction.BACKWARD, size=3
            )
            assert back.contacts == earlier.contacts
            assert back.following is not None


def test_the_first_and_the_last_page_say_so(world: World) -> None:
    contacts = BitMap(world.contacts("Aal", "Bos"))
    assert page_of(contacts, size=2) == Page(tuple(contacts), None, None)
    assert page_of(BitMap()) == Page((), None, None)


def test_a_page_of_a_large_group_asks_one_question(
    world: World, django_assert_num_queries
) -> None:
    contacts = BitMap(world.contacts(*["Aal"] * 300))
    with django_assert_num_queries(1):
        assert len(page_of(contacts).contacts) == 50
