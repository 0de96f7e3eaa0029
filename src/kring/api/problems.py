"""Refusals as RFC 9457 problem details, in the language that the request asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest

from kring.actions import contacts, copying, errors, idempotency, templates
from kring.actions import fields as own_fields
from kring.actions.restoring import errors as undoing
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.api import errors as ours
from kring.api.answers import ApiResponse, Json, as_json
from kring.contacts.errors import UnreadableDetailsError
from kring.ui.words import words_for
from kring.ui.words_contacts import words_for_problem

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[Mapping[type[Exception], HTTPStatus]] = {
    ours.TokenNeededError: HTTPStatus.UNAUTHORIZED,
    ours.TokenRefusedError: HTTPStatus.UNAUTHORIZED,
    ours.RoleTooLowError: HTTPStatus.FORBIDDEN,
    ours.NotFoundError: HTTPStatus.NOT_FOUND,
    ours.MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    ours.UnreadableBodyError: HTTPStatus.BAD_REQUEST,
    ours.UnreadableKeyError: HTTPStatus.BAD_REQUEST,
    ours.BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ours.VersionNeededError: HTTPStatus.PRECONDITION_REQUIRED,
    ours.VersionPassedError: HTTPStatus.PRECONDITION_FAILED,
    ours.BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    ours.BrokenError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    errors.NameTakenError: HTTPStatus.CONFLICT,
    errors.GroupClosedError: HTTPStatus.CONFLICT,
    errors.GroupInUseError: HTTPStatus.CONFLICT,
    errors.GroupMailedSoonError: HTTPStatus.CONFLICT,
    errors.ManyMailsError: HTTPStatus.CONFLICT,
    errors.OwnChoiceError: HTTPStatus.CONFLICT,
    errors.ExamplesBlockError: HTTPStatus.CONFLICT,
    errors.ExamplesBrokenError: HTTPStatus.CONFLICT,
    contacts.NumberTakenError: HTTPStatus.CONFLICT,
    copying.StaticAlreadyError: HTTPStatus.CONFLICT,
    copying.StillFillingError: HTTPStatus.CONFLICT,
    own_fields.FieldCodeTakenError: HTTPStatus.CONFLICT,
    templates.TemplateNameTakenError: HTTPStatus.CONFLICT,
    templates.TemplateInUseError: HTTPStatus.CONFLICT,
    idempotency.RequestUnderWayError: HTTPStatus.CONFLICT,
    undoing.StepOfChangeError: HTTPStatus.CONFLICT,
    undoing.LastingChangeError: HTTPStatus.CONFLICT,
    undoing.NothingToUndoError: HTTPStatus.CONFLICT,
    undoing.AlreadyUndoneError: HTTPStatus.CONFLICT,
    undoing.StandsInTheWayError: HTTPStatus.CONFLICT,
    undoing.ErasedSinceError: HTTPStatus.CONFLICT,
    undoing.UndoStoppedError: HTTPStatus.CONFLICT,
    undoing.UnknownChangeError: HTTPStatus.NOT_FOUND,
}
_HEADERS: Final[Mapping[type[Exception], Mapping[str, str]]] = {
    ours.TokenNeededError: {"WWW-Authenticate": "Bearer"},
    ours.TokenRefusedError: {"WWW-Authenticate": 'Bearer error="invalid_token"'},
    ours.BusyError: {"Retry-After": "5"},
    idempotency.RequestUnderWayError: {"Retry-After": "1"},
}
_NAME_OF_AN_ERROR: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def problem(
    request: HttpRequest,
    error: Exception,
    *,
    detail: str = "",
    more: Json | None = None,
) -> ApiResponse:
    """The answer that tells why this was refused."""
    status = status_of(error)
    told = {
        "type": f"urn:kring:problem:{code_of(error)}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail or words_for(error),
        "instance": request.path,
        "code": code_of(error),
        "facts": facts_of(error),
        **(more or {}),
    }
    response = ApiResponse(as_json(told), status=status, content_type=MEDIA_TYPE)
    for name, value in _HEADERS.get(type(error), {}).items():
        response[name] = value
    if isinstance(error, ours.MethodNotAllowedError):
        response["Allow"] = ", ".join(error.allowed)
    return response


def status_of(error: Exception) -> HTTPStatus:
    """What is not named conflicts with nothing: it cannot be done as it is asked."""
    return _STATUS.get(type(error), HTTPStatus.UNPROCESSABLE_ENTITY)


def code_of(error: Exception) -> str:
    """The stable name of a refusal, such as `group_in_use`."""
    name = type(error).__name__.removesuffix("Error")
    if isinstance(error, UnreadableDefinitionError):
        name = "UnreadableDefinition"
    return _NAME_OF_AN_ERROR.sub("_", name).lower()


def facts_of(error: Exception) -> Json:
    """What programs may want to know of a refusal."""
    if isinstance(error, UnreadableDefinitionError):
        return {"path": error.path, "problem": error.code, **error.facts}
    if isinstance(error, UnreadableDetailsError):
        return {"problems": _column_problems(error)}
    return _parts(error)


def _parts(value: object) -> Json:
    if not is_dataclass(value):
        return {}
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _column_problems(error: UnreadableDetailsError) -> list[Json]:
    return [
        {
            "column": one.column,
            "value": one.value,
            "problem": one.problem.name.lower(),
            "expected": list(one.expected),
            "detail": words_for_problem(one),
        }
        for one in error.problems
    ]


def _plain(value: Any) -> object:  # noqa: ANN401 — whatever facts an error has
    if isinstance(value, Mapping):
        return [{"id": key, "name": str(name)} for key, name in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Exception):
        return {"code": code_of(value), "facts": facts_of(value)}
    return _parts(value) if is_dataclass(value) else value
