"""What a group would be without a part, in words."""

from __future__ import annotations

import pytest

from kring.groups.removal import Difference, Follower, Obstacle, Removal
from kring.ui.words_removal import words_for_difference, words_for_follower


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference(0, 0), "geen verschil"),
        (Difference(0, 880), "880 leden minder"),
        (Difference(1, 0), "1 lid meer"),
        (Difference(1204, 1), "1 lid minder en 1.204 leden meer"),
    ],
)
def test_members_fewer_and_more(difference: Difference, words: str) -> None:
    assert words_for_difference(difference) == words


def test_of_what_was_not_judged_nothing_is_told() -> None:
    assert words_for_follower(Follower(3, (1, 3), None)) == ""


def test_what_cannot_be_taken_out_says_why_for_all_that_follows() -> None:
    removal = Removal(2, 1, Obstacle.TOO_FEW_LEFT)
    for path in ((1, 2), (1, 2, 3)):
        assert words_for_follower(Follower(path[-1], path, removal)) == (
            "kan niet weg: dan blijven er te weinig onderdelen over"
        )
