"""The fields that a cooperative adds to its contacts."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field, StrictStr

from kring.actions.fields import NewField, add_field, facts_of
from kring.api.answers import ApiResponse, made
from kring.api.bearer import READERS, STAFF, actor
from kring.api.once import once
from kring.api.openapi import IDEMPOTENCY_KEY, headers
from kring.api.paging import Listing, start_of
from kring.api.shapes import Asked, Listed
from kring.contacts.models import CustomField

router = Router(tags=["fields"])

Type = Literal[
    "text", "number", "money", "date", "boolean", "choice", "multiple_choice"
]
Portal = Literal["none", "read", "edit"]


class FieldIn(Asked):
    """A field to be added, empty for every contact."""

    code: StrictStr
    type: Type
    label: Annotated[StrictStr, Field(description="Absent: the code.")] = ""
    choices: list[StrictStr] = []
    portal: Portal = "none"


class FieldOut(BaseModel):
    """A field of your own; contacts have it as `field:<code>`."""

    code: str
    label: str
    type: Type
    choices: list[str]
    portal: Portal


@router.get("/fields", auth=READERS, response=Listed[FieldOut])
def list_fields(request: HttpRequest, listing: Query[Listing]) -> ApiResponse:
    start = start_of(request, listing)
    fields = CustomField.objects.order_by("pk")
    return start.page(
        list(fields.filter(pk__gt=start.after)[: start.limit + 1]),
        key=lambda field: field.pk,
        shown=lambda some: [facts_of(field) for field in some],
        total=fields.count(),
    )


@router.post(
    "/fields",
    auth=STAFF,
    response={201: FieldOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def add_custom_field(request: HttpRequest, body: FieldIn) -> ApiResponse:
    wanted = NewField(
        body.code, body.type, body.label, tuple(body.choices), body.portal
    )
    return made(facts_of(add_field(wanted, by=actor(request))), at="/api/v1/fields")
