"""The OpenAPI document: what every operation shares is written into it once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

Json = Any

_PROBLEM: Final = {
    "title": "Problem",
    "description": "Problem details of RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "facts"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In the language asked for."},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "Stable, such as `group_in_use`."},
        "facts": {"type": "object", "description": "What the refusal is about."},
        "errors": {
            "type": "array",
            "description": "Each place of the request that cannot be read.",
            "items": {
                "type": "object",
                "required": ["in", "at", "code", "detail"],
                "properties": {
                    "in": {"type": "string"},
                    "at": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_REFUSAL: Final = {
    "description": "A refusal: 400, 401, 403, 404, 405, 409, 412, 413, 422, 428, 500"
    " or 503.",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    },
}


def header(name: str, description: str, *, required: bool = False) -> dict[str, Json]:
    """A header that an operation reads, for its `openapi_extra`."""
    return {
        "in": "header",
        "name": name,
        "description": description,
        "required": required,
        "schema": {"type": "string"},
    }


def headers(*wanted: dict[str, Json]) -> dict[str, Json]:
    return {"parameters": list(wanted)}


IF_NONE_MATCH: Final = header(
    "If-None-Match", "The ETag you have; answers 304 when it still holds."
)
IF_MATCH: Final = header(
    "If-Match", "The ETag of what you change; without it: 428.", required=True
)
IDEMPOTENCY_KEY: Final = header(
    "Idempotency-Key",
    "Any text of your own; sent again within 24 hours with the same request, it is"
    " answered as before and done once.",
)


def as_documented(document: Json) -> Json:
    """The document with the refusals that any operation may answer."""
    document["components"]["schemas"]["Problem"] = _PROBLEM
    for operation in _operations(document):
        operation["summary"] = operation["summary"].capitalize()
        operation["responses"]["default"] = _REFUSAL
        if IF_NONE_MATCH in operation["parameters"]:
            operation["responses"]["304"] = {"description": "Not Modified"}
    return document


def _operations(document: Json) -> Iterator[dict[str, Json]]:
    for methods in document["paths"].values():
        yield from methods.values()
