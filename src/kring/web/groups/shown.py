"""A group as every page about it begins: name, kind, state, sentence and tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pyroaring import BitMap

from kring.algebra.catalogue import Language
from kring.algebra.expressions import Expression
from kring.algebra.sentence import Piece, sentence_pieces
from kring.algebra.walk import fields_named_in
from kring.contacts.catalogue import catalogue_of
from kring.groups.family import Family, family_of
from kring.groups.models import Group
from kring.groups.progress import Progress, progress_of
from kring.groups.queries import counts_of, group_and_members, listed_groups
from kring.groups.settings import definition_of
from kring.mailing.outgoing import failures_of, with_failures
from kring.ui.words_outgoing import failures_in_a_sentence

Place = Literal[
    "members", "composition", "examples", "settings", "history", "uses", "mail"
]


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """What the head of a page about a group tells."""

    group: Group
    count: int
    family: Family
    tabs: tuple[Tab, ...]
    sentence: tuple[Piece, ...]
    progress: Progress | None
    failures: str
    """That mails failed lately and were not sent again; empty when none did."""


def group_or_404(group_id: int) -> Group:
    group = _groups().filter(pk=group_id).first()
    if group is None:
        raise Http404
    return group


def group_and_members_or_404(group_id: int) -> tuple[Group, BitMap]:
    found = group_and_members(group_id, among=_groups())
    if found is None:
        raise Http404
    return found


def _groups() -> QuerySet[Group]:
    """All groups, each with what its pages say of it everywhere."""
    return with_failures(listed_groups(), now=timezone.now())


def shown_group(group: Group, here: Place, *, count: int | None = None) -> ShownGroup:
    """`count` is the number of members, where that was asked for already."""
    family = family_of(group.pk)
    return ShownGroup(
        group=group,
        count=counts_of([group.pk])[group.pk] if count is None else count,
        family=family,
        tabs=_tabs(group, here, len(family.followers)),
        sentence=sentence_of(definition_of(group), family.names),
        progress=progress_of(group),
        failures=_failures(group),
    )


def _failures(group: Group) -> str:
    count = 0 if group.is_closed else failures_of(group, now=timezone.now())
    return failures_in_a_sentence(count) if count else ""


def sentence_of(
    definition: Expression | None, names: dict[int, str]
) -> tuple[Piece, ...]:
    """The pieces of the sentence; of a static group none."""
    if definition is None:
        return ()
    fields = catalogue_of(fields_named_in(definition))
    return sentence_pieces(
        definition, names=names, catalogue=fields, language=_language()
    )


def _language() -> Language:
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def _tabs(group: Group, here: Place, uses: int) -> tuple[Tab, ...]:
    labels: dict[Place, str] = {
        "members": _("Members"),
        "composition": _("Composition"),
        "examples": _("Examples"),
        "settings": _("Settings"),
        "history": _("History"),
        "uses": _("Used by (%(count)s)") % {"count": uses},
        "mail": _("Mail"),
    }
    return tuple(
        Tab(label, reverse(f"group-{place}", args=[group.pk]), place == here)
        for place, label in labels.items()
        if place != "examples" or group.is_derived
    )
