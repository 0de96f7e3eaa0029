"""Live under the block "Composed of": what kind of group it will be, and who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.actions.definition_checks import check_definition
from kring.actions.errors import RefusedError
from kring.algebra import codec
from kring.algebra.expressions import Expression, GroupMembers
from kring.algebra.formula_errors import UnreadableFormulaError
from kring.algebra.formula_reading import read_formula
from kring.algebra.sentence import Piece, phrase_pieces, text_of
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.algebra.walk import fields_named_in, groups_named_in
from kring.contacts.catalogue import catalogue, catalogue_of
from kring.contacts.queries import listed
from kring.groups.contributions import Influence
from kring.groups.models import Group, Kind, WelcomePolicy
from kring.groups.names import Names
from kring.groups.preview import Preview, preview_of
from kring.groups.queries import listed_groups, names_of
from kring.groups.settings import kind_of
from kring.mailing.welcomes import mails_to, would_be_mailed
from kring.ui.words import words_for
from kring.ui.words_examples import words_for_broken
from kring.ui.words_explanation import reading_language
from kring.web.groups.composition_form import CompositionForm
from kring.web.groups.shown import sentence_of
from kring.web.groups.written import number_in

_UNREADABLE = (RefusedError, UnreadableDefinitionError, UnreadableFormulaError)


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part: who is in it, and what it does alone, more or fewer."""

    name: str
    count: int
    alone: int
    adds: bool


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """Without `counted` it is a static group, or what was filled in is wrong."""

    kind: str
    problem: str = ""
    sentence: tuple[Piece, ...] = ()
    counted: Preview | None = None
    mails: int = 0
    parts: tuple[ShownPart, ...] = ()
    sample: Sequence[str] = ()
    joining: Sequence[str] = ()
    leaving: Sequence[str] = ()
    broken: Sequence[str] = ()
    compared: str = ""

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
    written = request.GET.get("formula") or request.GET.get("definition")
    preview = (_of_written if written else shown_preview)(form, group)
    may_change = reaches(signed_in(request), StaffRole.STAFF)
    facts = {
        "form": form,
        "preview": preview,
        "group": group,
        "may_change": may_change,
    }
    return render(request, "web/groups/preview.html", facts)


def shown_preview(form: CompositionForm, group: Group | None = None) -> ShownPreview:
    """Of what was filled in, else of what is saved; of wrong input only the kind."""
    if not form.is_bound:
        return _shown(form.definition, form.data, group)
    if not form.composition_is_valid():
        return ShownPreview(Kind.COMPOSITE.value)
    return _checked(form.wanted_definition(), form.data, group)


def _of_written(form: CompositionForm, group: Group | None) -> ShownPreview:
    """Of a formula, or of JSON."""
    try:
        definition = _read(form.data)
    except _UNREADABLE as error:
        return ShownPreview(Kind.COMPOSITE.value, problem=words_for(error))
    return _checked(definition, form.data, group)


def _read(asked: Mapping[str, Any]) -> Expression:
    if asked.get("formula"):
        return read_formula(asked["formula"], names=Names(), catalogue=catalogue())
    return codec.decode_json(asked["definition"], catalogue=catalogue())


def _checked(
    definition: Expression | None, asked: Mapping[str, Any], group: Group | None
) -> ShownPreview:
    """What saving would refuse is not counted, but said."""
    try:
        check_definition(
            definition,
            group=None if group is None else group.pk,
            role=asked.get("neighbourhood_role"),
        )
    except _UNREADABLE as error:
        return ShownPreview(kind_of(definition).value, problem=words_for(error))
    return _shown(definition, asked, group)


def _shown(
    definition: Expression | None, asked: Mapping[str, Any], group: Group | None
) -> ShownPreview:
    kind = kind_of(definition).value
    if definition is None:
        return ShownPreview(kind)
    counted = preview_of(
        definition,
        group=None if group is None else group.pk,
        today=timezone.localdate(),
    )
    names = names_of(groups_named_in(definition))
    known = {one.id: one.name for one in listed(_named(counted))}
    return ShownPreview(
        kind=kind,
        sentence=sentence_of(definition, names),
        counted=counted,
        mails=_mails(counted, asked, group),
        parts=_parts(definition, counted, names),
        sample=[known[one] for one in counted.sample if one in known],
        joining=[known[one] for one in counted.joining if one in known],
        leaving=[known[one] for one in counted.leaving if one in known],
        broken=[words_for_broken(one) for one in counted.broken],
        compared=_compared(definition),
    )


def _named(counted: Preview) -> set[int]:
    return {*counted.sample, *counted.joining, *counted.leaving}


def _mails(counted: Preview, asked: Mapping[str, Any], group: Group | None) -> int:
    """As the form says, where its settings came along; else as it is saved."""
    number = None if group is None else group.pk
    if "neighbourhood_role" not in asked:
        return 0 if number is None else mails_to(counted.joiners, number)
    is_sent = asked.get("welcome_template") and asked.get("sends_mail")
    if not is_sent or asked.get("closed"):
        return 0
    policy = asked.get("welcome_policy", WelcomePolicy.FIRST.value)
    return would_be_mailed(counted.joiners, group=number, policy=policy)


def _parts(
    definition: Expression, counted: Preview, names: Mapping[int, str]
) -> tuple[ShownPart, ...]:
    fields = catalogue_of(fields_named_in(definition))

    def called(part: Expression) -> str:
        if isinstance(part, GroupMembers):
            return names.get(part.group, str(part.group))
        language = reading_language()
        return text_of(
            phrase_pieces(part, names=names, catalogue=fields, language=language)
        )

    return tuple(
        ShownPart(
            called(part.definition),
            part.count,
            part.alone,
            adds=part.influence is Influence.ADDS,
        )
        for part in counted.parts
    )


def _compared(definition: Expression) -> str:
    """Where the overlap of the groups that are named stands; of one there is none."""
    groups = sorted(groups_named_in(definition))
    return urlencode({"groep": groups}, doseq=True) if len(groups) > 1 else ""
