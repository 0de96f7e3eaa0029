"""The language of pages: the cooperative's, until a reader chooses another."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]


def chosen_language(answer: Answer) -> Answer:
    """Middleware: what a browser prefers says little of who reads, a choice all."""

    def in_language(request: HttpRequest) -> HttpResponse:
        with translation.override(_language_of(request)):
            response = answer(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response

    return in_language


def _language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
