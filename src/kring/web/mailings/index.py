"""The list of mails to groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.queries import names_of
from kring.mailing.mailings import Progress, mailings, progress_of
from kring.mailing.models import Mailing, MailingState
from kring.web.mailings.state import state_in_words, states_in_words
from kring.web.written import number_in

STATE, OLDER = "toestand", "ouder"
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    mailing: Mailing
    to: str
    state: str
    progress: Progress | None
    missed: bool


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    state = request.GET.get(STATE, "")
    found = mailings()
    if state in MailingState.values:
        found = found.filter(state=state)
    older = number_in(request.GET.get(OLDER, ""))
    if older is not None:
        found = found.filter(pk__lt=older)
    shown = list(found[: PAGE + 1])
    facts = {
        "rows": _rows(shown[:PAGE]),
        "state": state,
        "states": states_in_words(),
        "is_narrowed": bool(state),
        "previous": "",
        "next": _next(shown, state),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/mailings/index.html", facts)


def _rows(shown: Sequence[Mailing]) -> list[Row]:
    progress = progress_of([one.pk for one in shown])
    names = names_of({group for one in shown for group in one.groups})
    return [
        Row(
            mailing=one,
            to=_to(one, names),
            state=state_in_words(one, progress.get(one.pk)),
            progress=progress.get(one.pk),
            missed=one.state == MailingState.DRAFT and one.scheduled_at is not None,
        )
        for one in shown
    ]


def _to(mailing: Mailing, names: dict[int, str]) -> str:
    """The groups it is for, as they were called when it was sent."""
    if mailing.groups_as_sent:
        then = [one["name"] for one in mailing.groups_as_sent if not one["minus"]]
        return ", ".join(then)
    return ", ".join(names[group] for group in mailing.groups if group in names)


def _next(shown: Sequence[Mailing], state: str) -> str:
    if len(shown) <= PAGE:
        return ""
    asked = {STATE: state} if state else {}
    return "?" + urlencode({**asked, OLDER: shown[PAGE - 1].pk})
