"""Answers as JSON, with the headers that versions and new things need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse

from kring.api.versions import quoted_tag, stands_at

Json = dict[str, object]


class ApiResponse(HttpResponse):
    """An answer; `contact` is the one whose details it holds, if any."""

    contact: int | None = None


def as_json(data: object) -> bytes:
    text = json.dumps(data, cls=_Encoder, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def answered(
    data: object,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> ApiResponse:
    return ApiResponse(
        as_json(data),
        status=status,
        headers=dict(headers or {}),
        content_type="application/json",
    )


def found(request: HttpRequest, data: object, *, tag: str) -> ApiResponse:
    """One thing with its version; nothing more when the asker has that version."""
    if stands_at(request, tag):
        return _empty(HTTPStatus.NOT_MODIFIED, {"ETag": quoted_tag(tag)})
    return changed(data, tag=tag)


def changed(data: object, *, tag: str) -> ApiResponse:
    """What one thing became."""
    return answered(data, headers={"ETag": quoted_tag(tag)})


def made(data: object, *, at: str, tag: str | None = None) -> ApiResponse:
    """Something new, and its address."""
    headers = {"Location": at}
    if tag is not None:
        headers["ETag"] = quoted_tag(tag)
    return answered(data, status=HTTPStatus.CREATED, headers=headers)


def gone() -> ApiResponse:
    return _empty(HTTPStatus.NO_CONTENT, {})


def _empty(status: HTTPStatus, headers: dict[str, str]) -> ApiResponse:
    response = ApiResponse(status=status, headers=headers)
    # Of no content there is no type.
    del response["Content-Type"]
    return response


class _Encoder(DjangoJSONEncoder):
    """Moments keep their microseconds, so that they read back as they were."""

    def default(self, o: object) -> object:
        isoformat = getattr(o, "isoformat", None)
        return isoformat() if isoformat is not None else super().default(o)
