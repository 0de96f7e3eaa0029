"""Live under the block "Composed of": what kind of group it will be, and who."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.algebra.expressions import Expression
from kring.algebra.sentence import Piece
from kring.algebra.walk import groups_named_in
from kring.contacts.queries import listed
from kring.groups.models import Group, Kind
from kring.groups.preview import Preview, preview
from kring.groups.queries import listed_groups, names_of
from kring.groups.settings import kind_of
from kring.web.groups.composition_form import CompositionForm
from kring.web.groups.shown import sentence_of
from kring.web.groups.written import number_in


@dataclass(frozen=True, slots=True)
class ShownPart:
    name: str
    count: int
    takes_away: bool


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """Without `counted` it is a static group, or what was filled in is wrong."""

    kind: str
    sentence: tuple[Piece, ...] = ()
    counted: Preview | None = None
    parts: tuple[ShownPart, ...] = ()
    sample: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether saving would make anybody join or leave."""
        return self.counted is not None and bool(
            self.counted.joins or self.counted.leaves
        )


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    number = number_in(request.GET.get("group", ""))
    group = listed_groups().filter(pk=number or 0).first()
    form = CompositionForm(request.GET, group=group)
    facts = {"form": form, "preview": shown_preview(form, group), "group": group}
    return render(request, "web/groups/preview.html", facts)


def shown_preview(form: CompositionForm, group: Group | None = None) -> ShownPreview:
    """Of what was filled in, else of what is saved; of wrong input only the kind."""
    definition = form.definition
    if form.is_bound:
        if not form.composition_is_valid():
            return ShownPreview(Kind.COMPOSITE.value)
        definition = form.wanted_definition()
    kind = kind_of(definition).value
    if definition is None:
        return ShownPreview(kind)
    return _shown(kind, definition, None if group is None else group.pk)


def _shown(kind: str, definition: Expression, group: int | None) -> ShownPreview:
    counted = preview(definition, group)
    names = names_of(groups_named_in(definition))
    return ShownPreview(
        kind=kind,
        sentence=sentence_of(definition, names),
        counted=counted,
        parts=tuple(
            ShownPart(names.get(part.group, ""), part.count, part.takes_away)
            for part in counted.parts
        ),
        sample=tuple(contact.name for contact in listed(counted.sample)),
    )
