"""Who acts for which organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from kring.api.answers import ApiResponse
from kring.api.bearer import READERS
from kring.api.existing import existing_contact
from kring.api.paging import Listing, start_of
from kring.api.shapes import AddressId, Json, Listed
from kring.contacts.models import Representation
from kring.contacts.representing import links_of

router = Router(tags=["contacts"])


class RepresentationOut(BaseModel):
    """A person who acts for an organisation, from the first day up to the last."""

    person: int
    organisation: int
    role: str
    first_day: date | None
    last_day: date | None
    on_portal: bool


@router.get(
    "/contacts/{int:contact_id}/representations",
    auth=READERS,
    response=Listed[RepresentationOut],
)
def list_representations_of_contact(
    request: HttpRequest, contact_id: AddressId, listing: Query[Listing]
) -> ApiResponse:
    """Of a person the organisations it acts for, of an organisation who acts for it."""
    start = start_of(request, listing)
    contact = existing_contact(contact_id)
    links = {_other(link, contact): link for link in links_of(contact)}
    after = sorted(other for other in links if other > start.after)

    def shown(some: Sequence[int]) -> list[Json]:
        return [_shown(links[other]) for other in some]

    return start.page(after[: start.limit + 1], key=int, shown=shown, total=len(links))


def _other(link: Representation, contact: int) -> int:
    is_person = link.person_id == contact
    return link.organisation_id if is_person else link.person_id


def _shown(link: Representation) -> Json:
    return {
        "person": link.person_id,
        "organisation": link.organisation_id,
        "role": link.role,
        "first_day": link.first_day,
        "last_day": link.last_day,
        "on_portal": link.on_portal,
    }
