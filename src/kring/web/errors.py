"""Pages for when a request cannot be answered, each saying what to do next."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from kring.accounts import queries, visits
from kring.accounts.access import reaches
from kring.accounts.middleware import OnlyLookingError
from kring.accounts.models import StaffRole, User

Answer = Callable[[HttpRequest], HttpResponse]


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_much = isinstance(exception, RequestDataTooBig)
    return _page(
        request, "web/errors/unreadable.html", status=400, is_too_much=too_much
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, OnlyLookingError):
        return _page(request, "web/errors/only_looking.html", status=403)
    administrators = queries.administrators() if _is_staff(request) else ()
    return _page(
        request,
        "web/errors/refused.html",
        status=403,
        administrators=administrators,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(request, "web/errors/not_found.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Asks nothing of the request or the database, as those may be what broke."""
    return HttpResponse(render_to_string("web/errors/broken.html"), status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's one-time mark is missing or of another session."""
    return _page(request, "web/errors/stale_form.html", status=403)


def wrong_method(answer: Answer) -> Answer:
    """Middleware: what only a button may do is not done by its address, with words."""

    def explained(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or _is_json(response):
            return response
        page = _page(request, "web/errors/wrong_method.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return explained


def _is_json(response: HttpResponse) -> bool:
    """Whether a program is answered, which has been told already."""
    return response["Content-Type"].endswith("json")


def _page(
    request: HttpRequest, template: str, *, status: int, **facts: object
) -> HttpResponse:
    on_portal = request.path.startswith(visits.PATH)
    in_frame = _is_staff(request) and not on_portal
    layout = "web/frame.html" if in_frame else "ui/entrance.html"
    first = "portal" if on_portal else "start"
    told = {"layout": layout, "first_page": first, **facts}
    return render(request, template, told, status=status)


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, User) and reaches(user, StaffRole.READER)
