"""The list of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple, TypedDict

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.lint import findings
from kring.groups.models import Group, Kind
from kring.groups.queries import counts_of, groups_found, listed_groups
from kring.groups.representation import is_filling
from kring.mailing.outgoing import failures
from kring.ui.people import SEARCH
from kring.ui.templatetags.ui import number
from kring.ui.words_lint import short_words_for_finding
from kring.ui.words_outgoing import failures_in_words
from kring.web.groups.answers import page_or_part

KIND, CLOSED_TOO, ATTENTION = "soort", "gesloten", "aandacht"


class Attention(NamedTuple):
    """What needs attention, in few words, and the part of its page that tells it."""

    words: str
    place: str


_COMPOSITION: Final = "samenstelling/"
_MAIL: Final = "mail/?toestand=failed"
_NO_ATTENTION: Final = Attention("", "")


class Row(TypedDict):
    """A group as the list shows it.

    All is worked out here, and looked up as a key: for a thousand groups a template
    takes three times as long to ask objects, write numbers and make addresses.
    """

    name: str
    address: str
    kind: str
    count: str
    responsible: str
    is_closed: bool
    is_filling: bool
    attention: str
    attention_address: str


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


def _attention() -> dict[int, Attention]:
    """By group, of the groups that need any."""
    found: dict[int, list[str]] = {}
    for finding in findings(today=timezone.localdate()):
        words = found.setdefault(finding.group, [])
        words.append(short_words_for_finding(finding))
    failed = failures(now=timezone.now())
    mails = {group: [failures_in_words(count)] for group, count in failed.items()}
    return {
        group: Attention(
            ", ".join(dict.fromkeys([*found.get(group, ()), *mails.get(group, ())])),
            _COMPOSITION if group in found else _MAIL,
        )
        for group in found.keys() | mails.keys()
    }


def _asked(asked: QueryDict, attention: Mapping[int, Attention]) -> list[Group]:
    groups = _found(asked)
    if ATTENTION not in asked:
        return list(groups)
    return [group for group in groups if group.pk in attention]


def _found(asked: QueryDict) -> QuerySet[Group]:
    search = asked.get(SEARCH, "").replace("\0", "")
    groups = groups_found(listed_groups(), search=search)
    if asked.get(KIND) in Kind.values:
        groups = groups.filter(kind=asked[KIND])
    if CLOSED_TOO not in asked:
        groups = groups.filter(closed_at__isnull=True)
    return groups


def _sections(groups: list[Group], attention: Mapping[int, Attention]) -> list[Section]:
    counts = counts_of([group.pk for group in groups])
    shared = Counter(_prefix(group) for group in groups)
    kinds = {kind.value: str(kind.label) for kind in Kind}
    start = reverse("groups")

    def row(group: Group) -> Row:
        about = attention.get(group.pk, _NO_ATTENTION)
        return Row(
            name=group.name,
            address=f"{start}{group.pk}/",
            kind=kinds[group.kind],
            count=number(counts[group.pk]),
            responsible=str(group.responsible or ""),
            is_closed=group.is_closed,
            is_filling=is_filling(group),
            attention=about.words,
            attention_address=f"{start}{group.pk}/{about.place}",
        )

    def section(group: Group) -> str:
        prefix = _prefix(group)
        return prefix if shared[prefix] > 1 else ""

    return [
        Section(prefix, [row(group) for group in alike])
        for prefix, alike in groupby(groups, key=section)
    ]


def _prefix(group: Group) -> str:
    prefix, dash, _rest = group.name.partition(" - ")
    return prefix if dash else ""
