"""That somebody is at the portal is noted, whichever page it is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kring.accounts.visits import visit_noted
from kring.actions.portal_sessions import note_seen

Answer = Callable[[HttpRequest], HttpResponse]


def noted(answer: Answer) -> Answer:
    """Middleware: once the page was made, its session was used."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        visit = visit_noted(request)
        if visit is not None and visit.look is None:
            note_seen(visit.session)
        return response

    return answered
