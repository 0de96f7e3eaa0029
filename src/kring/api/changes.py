"""The change feed: what turned, by whom and why; and undoing a change."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from kring.actions.restoring.errors import UndoStoppedError
from kring.actions.undo import undo_change
from kring.api.answers import ApiResponse, answered
from kring.api.bearer import READERS, STAFF, actor
from kring.api.errors import NotFoundError
from kring.api.existing import existing_group
from kring.api.once import has_key, once
from kring.api.openapi import IDEMPOTENCY_KEY, headers
from kring.api.paging import LARGEST_PAGE, Listing, require_known_parameters, start_of
from kring.api.shapes import AddressId, Listed
from kring.groups.feed import (
    change_as_json,
    change_numbered,
    changes_after,
    changes_of_group,
    count_of_group,
    deltas_of,
    flip_as_json,
    groups_turned_by,
)

router = Router(tags=["changes"])


class FeedListing(BaseModel):
    """Where the feed goes on."""

    limit: Annotated[
        int, Field(ge=1, le=LARGEST_PAGE, description="How many changes at most.")
    ] = 100
    cursor: Annotated[
        str, Field(description="The `next_cursor` of the answer before; empty: all.")
    ] = ""


class DeltaListing(Listing):
    """Which groups of a change are asked for."""

    limit: Annotated[
        int, Field(ge=1, le=LARGEST_PAGE, description="How many groups at most.")
    ] = 20


class Turn(BaseModel):
    """A contact that joined a group or left it."""

    group: int
    contact: int
    joined: bool


class DeltaCount(BaseModel):
    """How many joined a group and left it by a large act."""

    group: int
    joined: int
    left: int


class Delta(BaseModel):
    """Who joined a group and who left it."""

    group: int
    joined: list[int]
    left: list[int]


class Change(BaseModel):
    """One act; `deltas` are there for large acts, whose ids are at /deltas."""

    number: int
    at: datetime
    actor: Annotated[str, Field(description="An e-mail address, operator or clock.")]
    action: str
    reason: str
    part_of: int | None
    undoes: int | None
    turns: list[Turn]
    deltas: list[DeltaCount] = []


class Feed(BaseModel):
    """Changes in the order of the feed; kept, `next_cursor` goes on later."""

    items: list[Change]
    next_cursor: str


@router.get("/changes", auth=READERS, response=Feed)
def list_changes(request: HttpRequest, listing: Query[FeedListing]) -> ApiResponse:
    """Every change once, also to who asks again with the last cursor, for ever."""
    require_known_parameters(request, listing)
    page = changes_after(listing.cursor, limit=listing.limit)
    items = [change_as_json(change) for change in page.changes]
    return answered({"items": items, "next_cursor": page.next_cursor})


@router.get("/changes/{int:number}", auth=READERS, response=Change)
def show_change(
    request: HttpRequest,  # noqa: ARG001 — who may is settled before
    number: AddressId,
) -> ApiResponse:
    return _told(number)


@router.get("/changes/{int:number}/deltas", auth=READERS, response=Listed[Delta])
def list_deltas(
    request: HttpRequest, number: AddressId, listing: Query[DeltaListing]
) -> ApiResponse:
    """The ids of who turned, group by group."""
    start = start_of(request, listing)
    if change_numbered(number) is None:
        raise NotFoundError
    return start.page(
        deltas_of(number, after=start.after, limit=start.limit + 1),
        key=lambda turned: turned.group,
        shown=lambda some: [flip_as_json(turned) for turned in some],
        total=groups_turned_by(number),
    )


@router.post(
    "/changes/{int:number}/undo",
    auth=STAFF,
    response=Change,
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def undo(request: HttpRequest, number: AddressId) -> ApiResponse:
    """A new change that puts back what was there before; answers that change."""
    try:
        undoing = undo_change(number, by=actor(request)).change
    except UndoStoppedError as stopped:
        if has_key(request):
            # All steps are one transaction then, and none of them stays undone.
            raise stopped.because from stopped
        raise
    return _told(undoing or number)


@router.get("/groups/{int:group_id}/changes", auth=READERS, response=Listed[Change])
def list_changes_of_group(
    request: HttpRequest, group_id: AddressId, listing: Query[Listing]
) -> ApiResponse:
    """The changes that turned members of a group, or touched its settings."""
    start = start_of(request, listing)
    group = existing_group(group_id)
    return start.page(
        changes_of_group(group.pk, after=start.after, limit=start.limit + 1),
        key=lambda change: change.number,
        shown=lambda some: [change_as_json(change) for change in some],
        total=count_of_group(group.pk),
    )


def _told(number: int) -> ApiResponse:
    change = change_numbered(number)
    if change is None:
        raise NotFoundError
    return answered(change_as_json(change))
