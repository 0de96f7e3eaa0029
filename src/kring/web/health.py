"""Whether Kring is well, for who watches over it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.access import anyone_may
from kring.actions.jobs import a_worker_lives
from kring.groups.progress import judged_until
from kring.mailing.way_out import is_stuck


@anyone_may
@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    problems = dict(_problems())
    return JsonResponse(
        {"well": not problems, "problems": problems},
        status=503 if problems else 200,
        json_dumps_params={"ensure_ascii": False},
    )


def _problems() -> Iterator[tuple[str, str]]:
    """What is wrong, by part; in words that give nothing of the machine away."""
    try:
        if not a_worker_lives():
            yield "worker", _("No worker is at work: start one with “kring worker”.")
        today = timezone.localdate()
        if (judged_until() or today) < today:
            yield "day", _("What depends on the date of today is not up to date yet.")
        if is_stuck(now=timezone.now()):
            yield "mail", _("Mail has been waiting for a quarter of an hour or longer.")
    except DatabaseError:
        yield "database", _("The database does not answer, or has no tables yet.")
