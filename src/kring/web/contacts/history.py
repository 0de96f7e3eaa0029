"""What happened to a contact: groups it joined and left, and edits of its details."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.contacts.models import Contact
from kring.contacts.queries import kept_contact
from kring.groups.contact_history import HistoryLine, groups_in, history_of
from kring.ui.words_changes import actor_in_words, deed_in_words, part_in_words
from kring.web.changes.index import OLDER
from kring.web.changes.shown import Named, Names, names_of_both
from kring.web.written import number_in


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: HistoryLine
    deed: str
    who: str
    joined: tuple[Named, ...]
    left: tuple[Named, ...]
    placed: tuple[Named, ...]
    parts: tuple[str, ...]


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None:
        return _where_it_went(contact_id)
    older_than = number_in(request.GET.get(OLDER, ""))
    history = history_of(contact_id, older_than=older_than)
    older = history.older_than
    facts = {
        "contact": contact,
        "rows": shown_lines(history.lines),
        "older": "" if older is None else "?" + urlencode({OLDER: older}),
        "is_first": older_than is None,
    }
    return render(request, "web/contacts/history.html", facts)


def _where_it_went(contact_id: int) -> HttpResponse:
    """The timeline of a contact that was merged is that of whom it became."""
    kept = kept_contact(contact_id)
    if kept is None:
        raise Http404
    return redirect("contact-history", kept)


def shown_lines(lines: tuple[HistoryLine, ...]) -> list[ShownLine]:
    names = names_of_both((), groups_in(lines))
    return [_shown(line, names) for line in lines]


def _shown(line: HistoryLine, names: Names) -> ShownLine:
    happening = line.happening
    turned = {*happening.joined, *happening.left}
    return ShownLine(
        line=line,
        deed=deed_in_words(line.action),
        who=actor_in_words(line.actor, line.actor_kind),
        joined=tuple(names.group(group) for group in happening.joined),
        left=tuple(names.group(group) for group in happening.left),
        placed=tuple(
            names.group(group)
            for group, _before, _after in happening.placed
            if group not in turned
        ),
        parts=tuple(part_in_words(part) for part in happening.parts),
    )
