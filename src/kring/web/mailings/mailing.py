"""One mail to groups: what is left to do before it goes, or how far it has come."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.mailing_rounds import addressed, require_sendable
from kring.mailing.audience import audience_of
from kring.mailing.errors import UnusableTextError
from kring.mailing.frozen import frozen_audience
from kring.mailing.mailings import progress_of
from kring.mailing.merge_fields import About
from kring.mailing.models import Mailing, MailingState
from kring.mailing.plain_text import plain_text
from kring.mailing.rendering import Texts, fields_about
from kring.ui.words import words_for
from kring.web.groups.answers import page_or_part
from kring.web.mailings.schedule_form import ScheduleForm
from kring.web.mailings.shown import (
    BEFORE,
    UNDER_WAY,
    counted,
    groups_now,
    groups_then,
    mailing_or_404,
)
from kring.web.mailings.state import has_gone, state_in_words


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, mailing_id: int) -> HttpResponse:
    return answer(request, mailing_or_404(mailing_id))


def answer(
    request: HttpRequest, mailing: Mailing, form: ScheduleForm | None = None
) -> HttpResponse:
    """The page of a mail; `form` is what was wrong with the moment asked for."""
    facts = {
        "mailing": mailing,
        "text": plain_text(mailing.body),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **(_before(mailing, form) if mailing.state in BEFORE else _since(mailing)),
    }
    return page_or_part(request, "web/mailings/mailing.html", "progress", facts)


def _before(mailing: Mailing, form: ScheduleForm | None) -> dict[str, Any]:
    problem = ""
    try:
        audience = require_sendable(mailing)
    except (RefusedError, UnusableTextError) as refusal:
        problem = words_for(refusal)
        audience = audience_of(addressed(mailing))
    is_scheduled = mailing.state == MailingState.SCHEDULED
    return {
        "is_before": True,
        "is_scheduled": is_scheduled,
        "missed": None if is_scheduled else mailing.scheduled_at,
        "state": state_in_words(mailing, None),
        "counted": counted(audience, groups_now(addressed(mailing))),
        "problem": problem,
        "blank": _blank(mailing),
        "form": form or ScheduleForm.of(mailing),
    }


def _blank(mailing: Mailing) -> str:
    """The fields that stay empty: they tell of the group, and there are several."""
    if len(mailing.groups) < 2:  # noqa: PLR2004 — of one group they tell
        return ""
    texts = Texts(mailing.subject, mailing.body, mailing.language)
    try:
        fields = fields_about(About.GROUP, texts)
    except UnusableTextError:
        return ""
    return ", ".join(f"{{{{ {field} }}}}" for field in fields)


def _since(mailing: Mailing) -> dict[str, Any]:
    progress = progress_of([mailing.pk])[mailing.pk]
    is_under_way = mailing.state in UNDER_WAY and not has_gone(mailing, progress)
    return {
        "is_before": False,
        "is_under_way": is_under_way,
        "is_paused": is_under_way and mailing.state == MailingState.PAUSED,
        "is_moving": is_under_way and mailing.state == MailingState.SENDING,
        "state": state_in_words(mailing, progress),
        "progress": progress,
        "counted": counted(frozen_audience(mailing.pk), groups_then(mailing)),
    }
