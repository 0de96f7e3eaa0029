"""What follows from a group, on which path, and what it would be without the group."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.models import Group
from kring.groups.queries import counts_of, listed_groups
from kring.groups.removal import Follower, followers_without
from kring.ui.words_removal import words_for_follower
from kring.web.groups.shown import group_or_404, shown_group


@dataclass(frozen=True, slots=True)
class Use:
    """A group that follows, through the groups `via`, and what it would be without."""

    group: Group
    count: int
    via: tuple[Group, ...]
    without: str


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    shown = shown_group(group_or_404(group_id), "uses")
    facts = {
        "shown": shown,
        "uses": _uses(group_id) if shown.family.followers else [],
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/uses.html", facts)


def _uses(group: int) -> list[Use]:
    found = followers_without(group, today=timezone.localdate())
    numbers = [follower.group for follower in found]
    groups = {one.pk: one for one in listed_groups().filter(pk__in=numbers)}
    counts = counts_of(numbers)

    def use(follower: Follower) -> Use:
        return Use(
            group=groups[follower.group],
            count=counts[follower.group],
            via=tuple(groups[step] for step in follower.path[1:-1]),
            without=words_for_follower(follower),
        )

    return [use(one) for one in found if one.group in groups]
