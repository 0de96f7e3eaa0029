"""Requests of contacts to be erased, as they stand."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from kring.contacts.models import ErasureRequest, RequestState


def open_requests() -> QuerySet[ErasureRequest]:
    """Those that wait for staff, with their contacts, the oldest first."""
    waiting = ErasureRequest.objects.filter(state=RequestState.OPEN)
    return waiting.select_related("contact").order_by("asked_at", "pk")


def open_request_of(contact: int) -> ErasureRequest | None:
    return open_requests().filter(contact=contact).first()


def requests_of(contact: int) -> list[ErasureRequest]:
    """All that a contact asked, the newest first."""
    return list(ErasureRequest.objects.filter(contact=contact).order_by("-pk"))


def hand_over_requests(merged: int, *, into: int) -> list[int]:
    """Let the requests of a contact be those of the one that it is merged into."""
    theirs = ErasureRequest.objects.filter(contact=merged)
    ids = list(theirs.order_by("pk").values_list("pk", flat=True))
    theirs.update(contact=into)
    return ids


def hand_back_requests(requests: Collection[int], *, to: int) -> None:
    ErasureRequest.objects.filter(pk__in=requests).update(contact=to)
