"""The API itself: who asks, in which language, and what becomes of what goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db.utils import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from kring.accounts.access import anyone_may
from kring.actions.errors import (
    ChangedMeanwhileError,
    RefusedError,
    UnknownContactsError,
    UnknownGroupsError,
)
from kring.actions.templates import UnknownTemplateError
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.api import errors
from kring.api.answers import ApiResponse
from kring.api.bearer import Nobody
from kring.api.openapi import as_documented
from kring.api.problems import problem
from kring.api.unreadable import UnreadableRequestError, words_for_places
from kring.contacts.errors import UnreadableDetailsError
from kring.groups import feed
from kring.mailing.errors import UnusableTextError

View = Callable[..., HttpResponse]

_log = logging.getLogger("kring.api")

_BUSY: Final = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


class KringAPI(NinjaAPI):
    """Ninja's, with problems and headers in the document, and short operation ids."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **named: Any) -> Any:  # noqa: ANN401 — ninja's own
        return as_documented(super().get_openapi_schema(**named))


api: Final = KringAPI(
    title="Kring",
    version="1",
    description="Contacts, groups and who belongs to them, for programs that bring a"
    " token: whoever runs Kring gives one out with `kring token add`.",
    urls_namespace="api",
    auth=Nobody(),
    docs_decorator=anyone_may,
)


def at_the_door(view: View) -> View:
    """A view that knows no session, and answers in the language that is asked for."""

    @wraps(view)
    def answered(request: HttpRequest, *given: object, **named: object) -> HttpResponse:
        request.user = AnonymousUser()
        with translation.override(_language(request)):
            response = _answer(view, request, *given, **named)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response = _wrong_method(request, response)
            response["Content-Language"] = translation.get_language()
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        return _without_body(response) if request.method == "HEAD" else response

    return answered


def _answer(
    view: View, request: HttpRequest, *given: object, **named: object
) -> HttpResponse:
    """What a view answers; to HEAD what it answers to GET."""
    if request.method != "HEAD":
        return view(request, *given, **named)
    request.method = "GET"
    try:
        return view(request, *given, **named)
    finally:
        request.method = "HEAD"


def _without_body(response: HttpResponse) -> HttpResponse:
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def nothing_here(request: HttpRequest) -> ApiResponse:
    """Answers at every address that is none."""
    return problem(request, errors.NotFoundError())


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if tag.partition("-")[0] in known:
            return tag.partition("-")[0]
    return settings.LANGUAGE_CODE


def _wrong_method(request: HttpRequest, response: HttpResponse) -> ApiResponse:
    allowed = {one.strip() for one in response.get("Allow", "").split(",")}
    if "GET" in allowed:
        allowed.add("HEAD")
    refused = errors.MethodNotAllowedError(str(request.method), sorted(allowed))
    return problem(request, refused)


@api.exception_handler(RefusedError)
def _refused(request: HttpRequest, error: RefusedError) -> ApiResponse:
    if isinstance(error, ChangedMeanwhileError):
        return problem(request, errors.VersionPassedError())
    if _is_about_the_address(request, error):
        return problem(request, errors.NotFoundError())
    return problem(request, error)


def _is_about_the_address(request: HttpRequest, error: RefusedError) -> bool:
    """Whether what does not exist, or no longer, is what the address names."""
    found = request.resolver_match
    named: Mapping[str, object] = {} if found is None else found.kwargs
    match error:
        case UnknownGroupsError():
            return list(error.groups) == [named.get("group_id")]
        case UnknownContactsError():
            return list(error.contacts) == [named.get("contact_id")]
        case UnknownTemplateError():
            return True
        case _:
            return False


@api.exception_handler(UnreadableDefinitionError)
@api.exception_handler(UnreadableDetailsError)
@api.exception_handler(UnusableTextError)
def _unreadable(request: HttpRequest, error: Exception) -> ApiResponse:
    return problem(request, error)


@api.exception_handler(feed.UnreadableCursorError)
def _unreadable_cursor(
    request: HttpRequest,
    error: feed.UnreadableCursorError,  # noqa: ARG001 — it has no facts
) -> ApiResponse:
    return problem(request, errors.UnreadableCursorError())


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> ApiResponse:  # noqa: ARG001
    return problem(request, errors.NotFoundError())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> ApiResponse:
    if all(one["loc"][0] == "path" for one in error.errors):
        return problem(request, errors.NotFoundError())
    places = words_for_places(error.errors)
    return problem(request, UnreadableRequestError(), more={"errors": places})


@api.exception_handler(HttpError)
def _unreadable_body(request: HttpRequest, error: HttpError) -> ApiResponse:  # noqa: ARG001
    return problem(request, errors.UnreadableBodyError())


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> ApiResponse:  # noqa: ARG001
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return problem(request, errors.BodyTooLargeError(limit))


@api.exception_handler(OperationalError)
def _unavailable(request: HttpRequest, error: OperationalError) -> ApiResponse:
    if isinstance(error.__cause__, _BUSY):
        return problem(request, errors.BusyError())
    return _broken(request, error)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> ApiResponse:
    _log.error("%s %s", request.method, request.path, exc_info=error)
    return problem(request, errors.BrokenError())
