"""What happened to a contact: groups, edits of its details, and mails that it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.contacts.queries import contact_with_id, kept_contact
from kring.groups.contact_history import (
    ContactHistory,
    HistoryLine,
    groups_in,
    history_of,
    moment_of,
)
from kring.mailing.outgoing import mails_between
from kring.ui.words_changes import actor_in_words, deed_in_words, part_in_words
from kring.web.changes.index import OLDER
from kring.web.changes.shown import Named, Names, names_of_both
from kring.web.mails.shown import ShownMail, groups_of_mails, shown_mail
from kring.web.written import number_in

_MOST_MAILS: Final = 50


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: HistoryLine
    deed: str
    who: str
    joined: tuple[Named, ...]
    left: tuple[Named, ...]
    placed: tuple[Named, ...]
    parts: tuple[str, ...]

    @property
    def at(self) -> datetime:
        return self.line.at


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = contact_with_id(contact_id)
    if contact is None:
        return _where_it_went(contact_id)
    older_than = number_in(request.GET.get(OLDER, ""))
    history = history_of(contact_id, older_than=older_than)
    older = history.older_than
    facts = {
        "contact": contact,
        "rows": _with_mails(contact_id, history, older_than),
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


def _with_mails(
    contact: int, history: ContactHistory, older_than: int | None
) -> list[ShownLine | ShownMail]:
    """The lines with the mails between them that were made since, the newest first."""
    lines, is_last = history.lines, history.older_than is None
    mails = mails_between(
        contact,
        None if is_last or not lines else lines[-1].at,
        None if older_than is None else moment_of(older_than),
        most=_MOST_MAILS,
    )
    # The order of what happened at the same moment stays: a mail is told of after the
    # joining that called for it, and so stands above it.
    names = names_of_both((), groups_in(lines) | groups_of_mails(mails))
    told: list[ShownLine | ShownMail] = [
        *(shown_mail(mail, names) for mail in mails),
        *(_shown(line, names) for line in lines),
    ]
    return sorted(told, key=lambda one: one.at, reverse=True)


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
