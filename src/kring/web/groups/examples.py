"""The examples of a group: who must belong or not, and how many members it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pyroaring import BitMap

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import (
    RefusedError,
    SizeNotPossibleError,
    UnknownContactsError,
    UnknownExampleError,
)
from kring.actions.examples import (
    choose_for_broken_examples,
    drop_example,
    expect_contact,
    expect_size,
)
from kring.actions.members import Outcome
from kring.contacts.queries import ListedContact, contacts_found, listed
from kring.groups.examples import KeptExample, examples_of
from kring.groups.models import BrokenExamples, Example, Group
from kring.groups.queries import members_of
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.words import words_for
from kring.ui.words_examples import words_for_example, words_for_now
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.groups.written import number_in

MOST_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example in words, and whether it holds now."""

    id: int
    contact: int | None
    words: str
    now: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who can become an example, and whether that contact is in the group."""

    contact: ListedContact
    belongs: bool


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    return _page(request, group_or_404(group_id))


@staff_may(StaffRole.STAFF)
@require_POST
def add(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    by = actor_of(signed_in(request))
    try:
        done = _add(request, group.pk, by)
    except SizeNotPossibleError as refusal:
        return _page(request, group, written=request.POST, refusal=refusal)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = _("The example is kept with %(group)s.") % {"group": group}
        announce(request, told, change=done.change)
    return redirect("group-examples", group.pk)


@staff_may(StaffRole.STAFF)
@require_POST
def remove(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    example = number_in(request.POST.get("example", ""))
    try:
        if example is None:
            raise UnknownExampleError
        done = drop_example(example, group.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _("The example is gone."), change=done.change)
    return redirect("group-examples", group.pk)


@staff_may(StaffRole.STAFF)
@require_POST
def choose(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    how = request.POST.get("broken_examples", "")
    try:
        by = actor_of(signed_in(request))
        done = choose_for_broken_examples(group.pk, how, by=by)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = _("Your choice for %(group)s is saved.") % {"group": group}
        announce(request, told, change=done.change)
    return redirect("group-examples", group.pk)


def _page(
    request: HttpRequest,
    group: Group,
    *,
    written: Mapping[str, str] | None = None,
    refusal: RefusedError | None = None,
) -> HttpResponse:
    """The examples; the number of members as kept, or as written where refused."""
    members = members_of(group.pk)
    examples = examples_of(group.pk)
    size = next((one for one in examples if one.contact is None), None)
    facts = {
        "shown": shown_group(group, "examples", count=len(members)),
        "examples": [_shown(one, members) for one in examples],
        "size": _bounds(size) if written is None else written,
        "trouble": "" if refusal is None else words_for(refusal),
        "ways": BrokenExamples.choices,
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **_found(request.GET.get(SEARCH, ""), members),
    }
    return render(request, "web/groups/examples.html", facts)


def _bounds(size: KeptExample | None) -> dict[str, str]:
    if size is None:
        return {}
    bounds = {"least": size.at_least, "most": size.at_most}
    return {name: str(bound) for name, bound in bounds.items() if bound is not None}


def _add(request: HttpRequest, group: int, by: Actor) -> Outcome:
    """A contact with a claim, else a size."""
    claim = request.POST.get("claim")
    if claim not in {Example.Claim.IN, Example.Claim.OUT}:
        least, most = (_bound(request.POST.get(name, "")) for name in ("least", "most"))
        return expect_size(group, at_least=least, at_most=most, by=by)
    contact = number_in(request.POST.get("contact", ""))
    if contact is None:
        raise UnknownContactsError([0])
    return expect_contact(contact, group, Example.Claim(claim), by=by)


def _bound(written: str) -> int | None:
    """A number of members; of nothing None. Raises SizeNotPossibleError."""
    if not written.strip():
        return None
    number = number_in(written.strip())
    if number is None:
        raise SizeNotPossibleError
    return number


def _shown(example: KeptExample, members: BitMap) -> ShownExample:
    return ShownExample(
        id=example.id,
        contact=example.contact,
        words=words_for_example(example),
        now=words_for_now(example, members),
        holds=example.holds_among(members),
    )


def _found(written: str, members: BitMap) -> dict[str, object]:
    search = written.replace("\0", "").strip()
    if not search:
        return {"search": "", "found": []}
    ids = list(contacts_found(search).values_list("pk", flat=True)[: MOST_SHOWN + 1])
    return {
        "search": search,
        "found": _listed(ids[:MOST_SHOWN], members),
        "is_more": len(ids) > MOST_SHOWN,
    }


def _listed(contacts: Sequence[int], members: BitMap) -> list[Found]:
    return [Found(contact, contact.id in members) for contact in listed(contacts)]
