"""Contacts: found, added, edited and erased; and the groups of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from kring.actions.contacts import create_contact, edit_contact
from kring.actions.erasing import erase_contact
from kring.api.answers import ApiResponse, changed, found, gone, made
from kring.api.bearer import READERS, STAFF, actor
from kring.api.contact_columns import (
    ContactIn,
    ContactOut,
    contact_as_json,
    given_in,
)
from kring.api.errors import NotFoundError
from kring.api.once import once
from kring.api.openapi import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, headers
from kring.api.paging import Listing, Order, Start, Text, start_of
from kring.api.shapes import AddressId, Json, Listed
from kring.api.versions import require_version
from kring.api.welcoming import welcome_in
from kring.contacts.fields import custom_fields
from kring.contacts.models import Contact
from kring.contacts.queries import contacts_found, ids_numbered, versions_of
from kring.contacts.records import details_of
from kring.groups.queries import everyone

router = Router(tags=["contacts"])


class ContactListing(Listing):
    """Which contacts are asked for."""

    search: Annotated[
        Text,
        Field(description="Words in name, number, e-mail, postal code or city."),
    ] = ""
    number: Annotated[Text, Field(description="The contact with this number.")] = ""
    order: Order = "id"


class Reason(BaseModel):
    """Why it is done, for who reads the history later."""

    reason: Text = ""


@router.get("/contacts", auth=READERS, response=Listed[ContactOut])
def list_contacts(request: HttpRequest, listing: Query[ContactListing]) -> ApiResponse:
    start = start_of(request, listing)
    contacts = contacts_found(listing.search)
    if listing.number:
        contacts = contacts.filter(pk__in=ids_numbered([listing.number]).values())
    is_narrowed = bool(listing.search.strip() or listing.number)
    rows = _after(contacts, start, listing.order)[: start.limit + 1]
    return start.page(
        list(rows.values_list("pk", flat=True)),
        key=int,
        shown=_shown,
        total=contacts.count() if is_narrowed else len(everyone()),
    )


@router.post(
    "/contacts",
    auth=STAFF,
    response={201: ContactOut},
    openapi_extra=headers(IDEMPOTENCY_KEY),
)
@once
def add_contact(request: HttpRequest, body: ContactIn) -> ApiResponse:
    welcome = welcome_in(body.welcome)
    contact = create_contact(given_in(body), by=actor(request), welcome=welcome)
    tag = _tag(contact)
    response = made(_one(contact), at=f"/api/v1/contacts/{contact}", tag=tag)
    response.contact = contact
    return response


@router.get(
    "/contacts/{int:contact_id}",
    auth=READERS,
    response=ContactOut,
    openapi_extra=headers(IF_NONE_MATCH),
)
def show_contact(request: HttpRequest, contact_id: AddressId) -> ApiResponse:
    tag = _tag(contact_id)
    return found(request, _one(contact_id), tag=tag)


@router.patch(
    "/contacts/{int:contact_id}",
    auth=STAFF,
    response=ContactOut,
    openapi_extra=headers(IF_MATCH),
)
def change_contact(
    request: HttpRequest, contact_id: AddressId, body: ContactIn
) -> ApiResponse:
    tag = _tag(contact_id)
    version = int(tag) if require_version(request, tag) else None
    edit_contact(
        contact_id,
        given_in(body),
        by=actor(request),
        version=version,
        welcome=welcome_in(body.welcome),
    )
    # The tag first: who edits at this moment leaves it too old, never too new.
    tag = _tag(contact_id)
    return changed(_one(contact_id), tag=tag)


@router.delete(
    "/contacts/{int:contact_id}",
    auth=STAFF,
    response={204: None},
    openapi_extra=headers(IF_MATCH),
)
def remove_contact(
    request: HttpRequest, contact_id: AddressId, asked: Query[Reason]
) -> ApiResponse:
    """Erases the person, for good."""
    tag = _tag(contact_id)
    version = int(tag) if require_version(request, tag) else None
    erase_contact(contact_id, by=actor(request), reason=asked.reason, version=version)
    return gone()


def _after(contacts: QuerySet[Contact], start: Start, order: str) -> QuerySet[Contact]:
    if order == "id":
        return contacts.filter(pk__gt=start.after).order_by("pk")
    key = start.key
    if key is None:
        return contacts
    named = Q(sort_name=key.sort_name, pk__gt=key.contact)
    return contacts.filter(Q(sort_name__gt=key.sort_name) | named)


def _shown(contacts: Sequence[int]) -> list[Json]:
    kinds = custom_fields()
    details = details_of(contacts)
    return [
        contact_as_json(contact, details[contact], kinds)
        for contact in contacts
        if contact in details
    ]


def _one(contact: int) -> Json:
    for one in _shown([contact]):
        return one
    raise NotFoundError


def _tag(contact: int) -> str:
    version = versions_of([contact]).get(contact)
    if version is None:
        raise NotFoundError
    return str(version)
