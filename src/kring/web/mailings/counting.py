"""Live beside the form: how many get the mail, and how many do not, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.mailings import require_groups
from kring.mailing.audience import Addressed, audience_of
from kring.ui.words import words_for
from kring.web.mailings.form import MailingForm
from kring.web.mailings.shown import Counted, counted, groups_now


@dataclass(frozen=True, slots=True)
class ShownCount:
    """What is counted; without groups nothing is, and `problem` says what is wrong."""

    counted: Counted | None = None
    problem: str = ""


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    count = count_of(MailingForm(request.GET).addressed())
    return render(request, "web/mailings/count.html", {"count": count})


def count_of(addressed: Addressed) -> ShownCount:
    """Exact, at this moment."""
    if not addressed.groups:
        return ShownCount()
    try:
        require_groups(addressed.groups, addressed.minus)
    except RefusedError as refusal:
        return ShownCount(problem=words_for(refusal))
    return ShownCount(counted(audience_of(addressed), groups_now(addressed)))
