"""The list of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, TypedDict

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups import lint
from kring.groups.lint import findings
from kring.groups.models import Group, Kind
from kring.groups.queries import (
    ListedGroup,
    counts_of,
    groups_found,
    lines_of_groups,
    listed_groups,
)
from kring.mailing.outgoing import failures
from kring.ui.people import SEARCH
from kring.ui.templatetags.ui import number
from kring.ui.words_lint import short_words_for_finding
from kring.ui.words_outgoing import failures_in_words
from kring.web.groups.answers import page_or_part

KIND, CLOSED_TOO, ATTENTION = "soort", "gesloten", "aandacht"


_COMPOSITION: Final = "samenstelling/"
_MAIL: Final = "mail/?toestand=failed"


class Row(TypedDict):
    """A group as the list shows it.

    All is worked out here, and looked up as a key: for a thousand groups a template
    takes three times as long to ask objects, write numbers and make addresses. The
    state and what needs attention are HTML, as they are alike for most.
    """

    name: str
    address: str
    kind: str
    count: str
    responsible: str
    is_closed: bool
    state: str
    attention: str


@dataclass(frozen=True, slots=True)
class Section:
    """Groups whose names begin alike, such as "Coach - "; of no prefix, all others."""

    prefix: str
    rows: list[Row]


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    attention = _attention()
    groups = _asked(request.GET, attention)
    facts = {
        "sections": _sections(groups, attention),
        "total": len(groups),
        "search": request.GET.get(SEARCH, ""),
        "kind": request.GET.get(KIND, ""),
        "kinds": Kind.choices,
        "closed_too": CLOSED_TOO in request.GET,
        "attention_only": ATTENTION in request.GET,
        "is_narrowed": any(request.GET.get(one) for one in (SEARCH, KIND, ATTENTION)),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return page_or_part(request, "web/groups/index.html", "groups", facts)


def _attention() -> dict[int, str]:
    """What needs attention, by group: a link to the page that tells more."""
    kinds: dict[int, dict[lint.Kind, None]] = {}
    for finding in findings(today=timezone.localdate()):
        kinds.setdefault(finding.group, {})[finding.kind] = None
    failed = failures(now=timezone.now())
    start = reverse("groups")
    # Most groups that need any need the same.
    words = lru_cache(_attention_in_words)
    return {
        group: format_html(
            '<a class="attention" href="{}{}/{}">{}</a>',
            start,
            group,
            _COMPOSITION if group in kinds else _MAIL,
            words(tuple(kinds.get(group, ())), failed.get(group, 0)),
        )
        for group in kinds.keys() | failed.keys()
    }


def _attention_in_words(kinds: tuple[lint.Kind, ...], failed: int) -> str:
    words = [short_words_for_finding(kind) for kind in kinds]
    return ", ".join([*words, *([failures_in_words(failed)] if failed else ())])


def _asked(asked: QueryDict, attention: Collection[int]) -> list[ListedGroup]:
    groups = lines_of_groups(_found(asked))
    if ATTENTION not in asked:
        return groups
    return [group for group in groups if group.id in attention]


def _found(asked: QueryDict) -> QuerySet[Group]:
    search = asked.get(SEARCH, "").replace("\0", "")
    groups = groups_found(listed_groups(), search=search)
    if asked.get(KIND) in Kind.values:
        groups = groups.filter(kind=asked[KIND])
    if CLOSED_TOO not in asked:
        groups = groups.filter(closed_at__isnull=True)
    return groups


def _sections(groups: list[ListedGroup], attention: Mapping[int, str]) -> list[Section]:
    counts = counts_of([group.id for group in groups])
    shared = Counter(_prefix(group) for group in groups)
    kinds = {kind.value: str(kind.label) for kind in Kind}
    states = _states()
    start = reverse("groups")

    def row(group: ListedGroup) -> Row:
        return Row(
            name=group.name,
            address=f"{start}{group.id}/",
            kind=kinds[group.kind],
            count=number(counts[group.id]),
            responsible=group.responsible,
            is_closed=group.is_closed,
            state=states[group.is_filling, group.is_closed],
            attention=attention.get(group.id, ""),
        )

    def section(group: ListedGroup) -> str:
        prefix = _prefix(group)
        return prefix if shared[prefix] > 1 else ""

    return [
        Section(prefix, [row(group) for group in alike])
        for prefix, alike in groupby(groups, key=section)
    ]


def _states() -> dict[tuple[bool, bool], str]:
    """How it stands with a group, by whether it is filling, and closed."""
    filling = format_html('<span class="label">{}</span>', _("being updated"))
    closed = format_html('<span class="label">{}</span>', _("closed"))
    opened = format_html('<span class="soft">{}</span>', _("open"))
    return {
        (True, True): filling,
        (True, False): filling,
        (False, True): closed,
        (False, False): opened,
    }


def _prefix(group: ListedGroup) -> str:
    prefix, dash, _rest = group.name.partition(" - ")
    return prefix if dash else ""
