"""Who a definition would give, before it is saved, and how groups overlap."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field

from kring.actions.definition_checks import check_definition
from kring.actions.errors import UnknownGroupsError
from kring.api.answers import ApiResponse, answered
from kring.api.bearer import READERS
from kring.api.group_shapes import Definition, definition_in
from kring.api.shapes import Asked, Id, Json
from kring.groups.overlap import MOST_GROUPS, overlap_as_json, overlap_of
from kring.groups.preview import preview_as_json, preview_of
from kring.groups.queries import listed_groups
from kring.mailing.welcomes import mails_to

router = Router(tags=["questions"])


class PreviewAsked(Asked):
    """A definition, and the group that would have it; absent: a new one."""

    definition: Definition
    group: Id | None = None


class PartCount(BaseModel):
    """An outermost part: how many are in it, and what it does by itself."""

    definition: Json
    count: int
    effect: Literal["adds", "narrows", "removes"]
    alone: int


class PreviewTold(BaseModel):
    """Exact counts; `sample` are the first by name of who would belong."""

    count: int
    joins: int
    leaves: int
    mails: int
    sample: list[int]
    parts: list[PartCount]


class OverlapAsked(Asked):
    """The groups to compare."""

    groups: Annotated[list[Id], Field(min_length=1, max_length=MOST_GROUPS)]


class Region(BaseModel):
    """How many are in each of these groups and in no other that was asked for."""

    groups: list[int]
    count: int


class OverlapTold(BaseModel):
    """Every region that holds anybody."""

    regions: list[Region]


@router.post("/groups/preview", auth=READERS, response=PreviewTold)
def preview_definition(
    request: HttpRequest,  # noqa: ARG001 — who may is settled before
    body: PreviewAsked,
) -> ApiResponse:
    """Refused as saving the definition would be; nothing is written."""
    definition = definition_in(body.definition)
    check_definition(definition, group=body.group)
    today = timezone.localdate()
    preview = preview_of(definition, group=body.group, today=today)
    # A group that does not exist yet welcomes nobody as yet.
    mails = 0 if body.group is None else mails_to(preview.joiners, body.group)
    return answered(preview_as_json(preview, mails=mails))


@router.post("/groups/overlap", auth=READERS, response=OverlapTold)
def overlap_groups(
    request: HttpRequest,  # noqa: ARG001 — who may is settled before
    body: OverlapAsked,
) -> ApiResponse:
    """Exact counts of who is in which of the groups."""
    there = listed_groups().filter(pk__in=body.groups).values_list("pk", flat=True)
    missing = sorted(set(body.groups).difference(there))
    if missing:
        raise UnknownGroupsError(missing)
    return answered(overlap_as_json(overlap_of(body.groups)))
