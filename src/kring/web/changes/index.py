"""The list of everything that was done, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.groups.changes import AskedChanges, ChangesPage, changes_page
from kring.ui.words_changes import DEEDS
from kring.web.changes.shown import shown_changes
from kring.web.written import day_in, number_in

ACTION, ACTOR, DAY, OLDER, NEWER = "wat", "wie", "op", "voor", "na"


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    asked = asked_in(request.GET)
    page = changes_page(asked)
    facts = {
        "rows": shown_changes(page.rows),
        "asked": asked,
        "deeds": sorted(_deeds(), key=lambda one: one[1]),
        "is_narrowed": bool(asked.action or asked.actor or asked.day),
        **neighbours(request.GET, page),
    }
    return render(request, "web/changes/index.html", facts)


def _deeds() -> Iterator[tuple[str, str]]:
    """What can be asked for; test mails change nothing, and so are never found."""
    for action, words in DEEDS.items():
        if not action.endswith(".test"):
            yield action, str(words)


def asked_in(asked: QueryDict) -> AskedChanges:
    """What an address asks for; nonsense asks for nothing."""
    action = asked.get(ACTION, "")
    return AskedChanges(
        action=action if action in DEEDS else "",
        actor=number_in(asked.get(ACTOR, "")),
        day=day_in(asked.get(DAY, "")),
        older_than=number_in(asked.get(OLDER, "")),
        newer_than=number_in(asked.get(NEWER, "")),
    )


def neighbours(asked: QueryDict, page: ChangesPage) -> dict[str, str]:
    """The addresses of the pages with newer and with older changes, or empty."""
    if not page.rows:
        return {"previous": "", "next": ""}
    rest = {name: asked[name] for name in (ACTION, ACTOR, DAY) if asked.get(name)}
    newer = urlencode({**rest, NEWER: page.rows[0].number})
    older = urlencode({**rest, OLDER: page.rows[-1].number})
    return {
        "previous": f"?{newer}" if page.is_newer else "",
        "next": f"?{older}" if page.is_older else "",
    }
