"""The members of a group; who is put in, taken out or unpinned; and the explanation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field
from pyroaring import BitMap

from kring.actions.errors import DateNotPossibleError
from kring.actions.members import Asked as AskedMembers
from kring.actions.members import Done, change_members
from kring.api.answers import ApiResponse, answered
from kring.api.bearer import READERS, STAFF, actor
from kring.api.contact_columns import contact_as_json
from kring.api.errors import BothWaysError, UnknownColumnsError
from kring.api.existing import existing_contact, existing_group
from kring.api.once import once
from kring.api.openapi import IDEMPOTENCY_KEY, headers
from kring.api.paging import Listing, Order, Start, Text, start_of
from kring.api.shapes import AddressId, Asked, Day, Id, Json, Listed
from kring.api.welcoming import Welcome, welcome_in
from kring.contacts.details import COLUMNS
from kring.contacts.fields import PREFIX, FieldKinds, custom_fields
from kring.contacts.queries import ids_found
from kring.contacts.records import details_of
from kring.groups.explanation import explained
from kring.groups.explanation_json import explanation_as_json
from kring.groups.memberships import belongings_of, since_in
from kring.groups.models import Group
from kring.groups.paging import page_of
from kring.groups.past import groups_on, known_since, members_on
from kring.groups.queries import counts_of
from kring.ui.words_explanation import reading_language

router = Router(tags=["members"])

_SEVERAL = ("emails", "phones", "addresses")


class MemberListing(Listing):
    """Which members are asked for, and what of them."""

    search: Annotated[
        Text,
        Field(description="Words in name, number, e-mail, postal code or city."),
    ] = ""
    at: Annotated[Day | None, Field(description="At the end of this day.")] = None
    order: Order = "id"
    fields: Annotated[
        str, Field(description="Columns of contacts to add, between commas.")
    ] = ""


class BelongingListing(Listing):
    """On which day the groups are asked for."""

    at: Annotated[Day | None, Field(description="At the end of this day.")] = None


class Member(BaseModel):
    """A member, with the columns that `fields` asks for."""

    model_config = ConfigDict(extra="allow")

    contact: int
    since: date | None


class Members(Listed[Member]):
    """One page of members; `known_since` where a day is asked for."""

    known_since: date | None = None


class Belonging(BaseModel):
    """A group that a contact is in."""

    group: int
    name: str
    kind: Literal["static", "dynamic", "composite"]
    since: date | None
    how: Literal["placed", "definition", "pinned"]


class MembersChange(Asked):
    """Who is put in, taken out, or (of a derived group) unpinned."""

    add: list[Id] = []
    remove: list[Id] = []
    unpin: list[Id] = []
    reason: Text = ""
    since: Annotated[
        Day | None, Field(description="Since when those added belong; static groups.")
    ] = None
    until: Annotated[
        Day | None, Field(description="The last day pins count; derived groups.")
    ] = None
    welcome: Welcome = None


class MembersChanged(BaseModel):
    """How many were changed in each way; `change` is null where nothing was."""

    added: int
    removed: int
    unpinned: int
    change: int | None
    member_count: int


@router.get("/groups/{int:group_id}/members", auth=READERS, response=Members)
def list_members(
    request: HttpRequest, group_id: AddressId, listing: Query[MemberListing]
) -> ApiResponse:
    start = start_of(request, listing)
    group = existing_group(group_id)
    columns = _Columns.read(listing.fields)
    members = members_on(group.pk, _day(listing.at))
    if listing.search.strip():
        members &= BitMap(ids_found(listing.search))
    return start.page(
        _in_order(members, start, listing.order),
        key=int,
        shown=lambda contacts: _shown(contacts, group, listing.at, columns),
        total=len(members),
        more=_known(group, listing.at),
    )


@router.post(
    "/groups/{int:group_id}/members",
    auth=STAFF,
    response=MembersChanged,
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def place_members(
    request: HttpRequest, group_id: AddressId, body: MembersChange
) -> ApiResponse:
    """Several contacts at once, in one change."""
    group = existing_group(group_id)
    done = change_members(
        group_id,
        _asked(body),
        by=actor(request),
        reason=body.reason,
        welcome=welcome_in(body.welcome),
    )
    return answered(_done(group, done))


@router.get(
    "/groups/{int:group_id}/explanation/{int:contact_id}",
    auth=READERS,
    response=Json,
)
def explain_membership(
    request: HttpRequest,  # noqa: ARG001 — who may is settled before
    group_id: AddressId,
    contact_id: AddressId,
) -> ApiResponse:
    """Why a contact is in a group or not, as a tree; and the least that turns it."""
    group, contact = existing_group(group_id), existing_contact(contact_id)
    told = explained(contact, group.pk, today=timezone.localdate())
    return answered(explanation_as_json(told, reading_language()))


@router.get(
    "/contacts/{int:contact_id}/groups", auth=READERS, response=Listed[Belonging]
)
def list_groups_of_contact(
    request: HttpRequest, contact_id: AddressId, listing: Query[BelongingListing]
) -> ApiResponse:
    start = start_of(request, listing)
    contact = existing_contact(contact_id)
    day = _day(listing.at)
    groups = sorted(groups_on(contact, day))
    after = [group for group in groups if group > start.after]
    return start.page(
        after[: start.limit + 1],
        key=int,
        shown=lambda some: belongings_of(contact, some, day=day),
        total=len(groups),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of contacts that are asked for."""

    names: tuple[str, ...]
    kinds: FieldKinds

    @classmethod
    def read(cls, written: str) -> _Columns:
        names = tuple(name.strip() for name in written.split(",") if name.strip())
        kinds = custom_fields() if names else {}
        known = {*COLUMNS, *_SEVERAL, *(PREFIX + code for code in kinds)}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UnknownColumnsError(unknown)
        return cls(names, kinds)

    def of(self, contacts: Iterable[int]) -> dict[int, Json]:
        if not self.names:
            return {}
        return {
            contact: _only(self.names, contact_as_json(contact, details, self.kinds))
            for contact, details in details_of(list(contacts)).items()
        }


def _in_order(members: BitMap, start: Start, order: str) -> list[int]:
    """Those of the page, and one more when a page follows."""
    if order == "name":
        page = page_of(members, beside=start.key, size=start.limit + 1)
        return list(page.contacts)
    first = members.rank(start.after)
    return list(members[first : first + start.limit + 1])


def _only(names: Sequence[str], told: Json) -> Json:
    return {name: told[name] for name in names}


def _shown(
    contacts: Sequence[int], group: Group, at: date | None, columns: _Columns
) -> list[Json]:
    days = since_in(group, contacts, day=_day(at))
    told = columns.of(contacts)
    return [
        {"contact": contact, "since": days.get(contact), **told.get(contact, {})}
        for contact in contacts
    ]


def _day(at: date | None) -> date:
    """Today where no day is asked for; raises DateNotPossibleError."""
    today = timezone.localdate()
    if at is not None and at > today:
        raise DateNotPossibleError("at")
    return at or today


def _known(group: Group, at: date | None) -> dict[str, Any]:
    return {} if at is None else {"known_since": known_since(group.pk)}


def _asked(body: MembersChange) -> AskedMembers:
    add, remove, unpin = map(frozenset, (body.add, body.remove, body.unpin))
    twice = (add & remove) | (add & unpin) | (remove & unpin)
    if twice:
        raise BothWaysError(sorted(twice))
    return AskedMembers(add, remove, unpin, body.since, body.until)


def _done(group: Group, done: Done) -> Json:
    return {
        "added": done.added,
        "removed": done.removed,
        "unpinned": done.unpinned,
        "change": done.change,
        "member_count": counts_of([group.pk])[group.pk],
    }
