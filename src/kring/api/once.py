"""The header Idempotency-Key: a request that is sent twice does its deed once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar, cast

from django.http import HttpRequest

from kring.actions.idempotency import Answer, Asked, answered_once
from kring.api.answers import ApiResponse
from kring.api.bearer import token_of
from kring.api.errors import UnreadableKeyError

Operation = TypeVar("Operation", bound=Callable[..., ApiResponse])

_HEADER: Final = "Idempotency-Key"
_LONGEST_KEY: Final = 255
_KEPT_HEADERS: Final = ("ETag", "Location", "Content-Type")


def once(operation: Operation) -> Operation:
    """An operation that answers as before when its key was used before."""

    @wraps(operation)
    def answered(request: HttpRequest, *given: object, **named: object) -> ApiResponse:
        key = request.headers.get(_HEADER)
        if key is None:
            return operation(request, *given, **named)
        return _response(
            answered_once(
                _asked(request, key),
                lambda: _answer(operation(request, *given, **named)),
            )
        )

    # Annotations are texts, and belong to the module where they are written.
    signature = inspect.signature(operation, eval_str=True)
    setattr(answered, "__signature__", signature)  # noqa: B010 — no type knows it
    return cast("Operation", answered)


def has_key(request: HttpRequest) -> bool:
    """Whether deed and answer are kept together, in one transaction."""
    return _HEADER in request.headers


def _asked(request: HttpRequest, key: str) -> Asked:
    if not 1 <= len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise UnreadableKeyError(_LONGEST_KEY)
    line = f"{request.method} {request.get_full_path()}\n".encode()
    return Asked(token_of(request).pk, key, line + request.body)


def _answer(response: ApiResponse) -> Answer:
    return Answer(
        response.status_code,
        response.content,
        {name: response[name] for name in _KEPT_HEADERS if name in response},
        response.contact,
    )


def _response(answer: Answer) -> ApiResponse:
    response = ApiResponse(
        answer.body, status=answer.status, headers=dict(answer.headers)
    )
    if answer.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return response
