"""What a group is made of, what each part brings, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.family import Relative
from kring.groups.lint import lint
from kring.groups.queries import counts_of
from kring.groups.removal import MOST_REMOVALS, without_parts
from kring.ui.words_lint import words_for_finding
from kring.ui.words_removal import words_for_removal
from kring.web.groups.shown import group_or_404, shown_group


@dataclass(frozen=True, slots=True)
class Part:
    """A part, and what the group would be without it."""

    group: Relative
    count: int
    without: str


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    shown = shown_group(group_or_404(group_id), "composition")
    facts = {
        "shown": shown,
        "parts": _parts(group_id, shown.family.parts),
        "findings": _findings(group_id),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/composition.html", facts)


def _parts(group: int, parts: Sequence[Relative]) -> list[Part]:
    """Of very many parts the first fifty are judged."""
    numbers = [part.id for part in parts]
    today = timezone.localdate()
    removals = without_parts(group, numbers[:MOST_REMOVALS], today=today)
    without = {part: words_for_removal(one) for part, one in removals.items()}
    counts = counts_of(numbers)
    return [Part(one, counts[one.id], without.get(one.id, "")) for one in parts]


def _findings(group: int) -> list[str]:
    found = lint(today=timezone.localdate())
    return [words_for_finding(finding, found) for finding in found.of(group)]
