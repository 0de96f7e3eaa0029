"""Groups: found, made, edited, closed and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from kring.actions.copying import Made, copy_group, freeze_group
from kring.actions.groups import create_group, delete_group, edit_group
from kring.api.answers import ApiResponse, changed, found, gone, made
from kring.api.bearer import READERS, STAFF, actor
from kring.api.existing import existing_group
from kring.api.group_shapes import (
    GroupEdit,
    GroupName,
    GroupOut,
    NewGroup,
    settings_in,
)
from kring.api.once import once
from kring.api.openapi import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, headers
from kring.api.paging import Listing, Text, start_of
from kring.api.shapes import AddressId, Json, Listed
from kring.api.versions import require_version
from kring.api.welcoming import welcome_in
from kring.groups.models import Group
from kring.groups.queries import counts_of, groups_found, listed_groups
from kring.groups.representation import group_as_json, is_filling
from kring.groups.settings import GroupSettings, settings_of

router = Router(tags=["groups"])


class GroupListing(Listing):
    """Which groups are asked for."""

    search: Annotated[Text, Field(description="Words in the name.")] = ""
    kind: Literal["static", "dynamic", "composite"] | None = None
    closed: Annotated[
        bool | None, Field(description="Only closed or only open ones; absent: both.")
    ] = None


@router.get("/groups", auth=READERS, response=Listed[GroupOut])
def list_groups(request: HttpRequest, listing: Query[GroupListing]) -> ApiResponse:
    start = start_of(request, listing)
    groups = groups_found(listed_groups(), search=listing.search)
    if listing.kind is not None:
        groups = groups.filter(kind=listing.kind)
    if listing.closed is not None:
        groups = groups.filter(closed_at__isnull=not listing.closed)
    rows = groups.filter(pk__gt=start.after).order_by("pk")
    return start.page(
        list(
            rows.select_related("created_by", "responsible", "fill")[: start.limit + 1]
        ),
        key=lambda group: group.pk,
        shown=_shown,
        total=groups.count(),
    )


@router.post(
    "/groups",
    auth=STAFF,
    response={201: GroupOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def add_group(request: HttpRequest, body: NewGroup) -> ApiResponse:
    settings = settings_in(body, GroupSettings(name=body.name))
    created = create_group(
        settings, by=actor(request), welcome=welcome_in(body.welcome)
    )
    group, shown = _one(created.pk)
    return made(shown, at=f"/api/v1/groups/{group.pk}", tag=_tag(group, shown))


@router.post(
    "/groups/{int:group_id}/copy",
    auth=STAFF,
    response={201: GroupOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def copy(request: HttpRequest, group_id: AddressId, body: GroupName) -> ApiResponse:
    """Another group with all settings of this one; a static one with its members."""
    return _made_from(request, group_id, body, copy_group)


@router.post(
    "/groups/{int:group_id}/freeze",
    auth=STAFF,
    response={201: GroupOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def freeze(request: HttpRequest, group_id: AddressId, body: GroupName) -> ApiResponse:
    """A static group of whoever is in this derived one now, and since when."""
    return _made_from(request, group_id, body, freeze_group)


@router.get(
    "/groups/{int:group_id}",
    auth=READERS,
    response=GroupOut,
    openapi_extra=headers(IF_NONE_MATCH),
)
def show_group(request: HttpRequest, group_id: AddressId) -> ApiResponse:
    group, shown = _one(group_id)
    return found(request, shown, tag=_tag(group, shown))


@router.patch(
    "/groups/{int:group_id}",
    auth=STAFF,
    response=GroupOut,
    openapi_extra=headers(IF_MATCH),
)
def change_group(
    request: HttpRequest, group_id: AddressId, body: GroupEdit
) -> ApiResponse:
    group, shown = _one(group_id)
    require_version(request, _tag(group, shown))
    settings = settings_in(body, settings_of(group))
    # What is absent stays what it was in the version that these settings are of.
    edit_group(
        group_id,
        settings,
        by=actor(request),
        version=group.version,
        despite=body.despite,
        welcome=welcome_in(body.welcome),
    )
    group, shown = _one(group_id)
    return changed(shown, tag=_tag(group, shown))


@router.delete(
    "/groups/{int:group_id}",
    auth=STAFF,
    response={204: None},
    openapi_extra=headers(IF_MATCH),
)
def remove_group(request: HttpRequest, group_id: AddressId) -> ApiResponse:
    group, shown = _one(group_id)
    names_version = require_version(request, _tag(group, shown))
    version = group.version if names_version else None
    delete_group(group_id, by=actor(request), version=version)
    return gone()


def _made_from(
    request: HttpRequest, group: int, body: GroupName, act: Callable[..., Made]
) -> ApiResponse:
    existing_group(group)
    new = act(group, named=body.name, by=actor(request)).group
    there, shown = _one(new.pk)
    return made(shown, at=f"/api/v1/groups/{there.pk}", tag=_tag(there, shown))


def _one(group: int) -> tuple[Group, Json]:
    there = existing_group(group)
    [shown] = _shown([there])
    return there, shown


def _shown(groups: Sequence[Group]) -> list[Json]:
    counts = counts_of([group.pk for group in groups])
    return [group_as_json(group, member_count=counts[group.pk]) for group in groups]


def _tag(group: Group, shown: Json) -> str:
    """The version of the settings, and after it what changes without an edit."""
    state = "filling" if is_filling(group) else "ready"
    return f"{group.version}-{shown['member_count']}-{state}"
