"""What a group would be without one of its parts, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.groups.removal import Difference, Follower, Obstacle, Removal
from kring.ui.templatetags.ui import number


def words_for_removal(removal: Removal) -> str:
    """How many members fewer or more, or why the part cannot be taken out."""
    if removal.obstacle is None:
        return words_for_difference(removal.difference)
    return {
        Obstacle.NOTHING_LEFT: _("cannot be taken out: nothing would be left"),
        Obstacle.TOO_FEW_LEFT: _("cannot be taken out: too few parts would be left"),
        Obstacle.NOT_NAMED: _("follows through a role"),
    }[removal.obstacle]


def words_for_follower(follower: Follower) -> str:
    """The same for whatever follows; of what was not judged nothing is told."""
    if follower.removal is None:
        return ""
    if follower.difference is None:
        return words_for_removal(follower.removal)
    return words_for_difference(follower.difference)


def words_for_difference(difference: Difference) -> str:
    fewer = ngettext(
        "%(number)s member fewer", "%(number)s members fewer", difference.leaves
    ) % {"number": number(difference.leaves)}
    more = ngettext(
        "%(number)s member more", "%(number)s members more", difference.joins
    ) % {"number": number(difference.joins)}
    if difference.joins and difference.leaves:
        return _("%(fewer)s and %(more)s") % {"fewer": fewer, "more": more}
    if difference.leaves:
        return fewer
    return more if difference.joins else _("no difference")
