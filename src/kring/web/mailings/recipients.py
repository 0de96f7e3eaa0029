"""Who gets a mail to groups and who does not, and why: of a draft, and as it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from kring.accounts.access import staff_may
from kring.accounts.models import StaffRole
from kring.actions.mailing_rounds import addressed
from kring.contacts.queries import ListedContact, listed
from kring.groups.queries import everyone
from kring.mailing.audience import Audience, audience_of, takers_of
from kring.mailing.frozen import frozen_audience
from kring.mailing.mailings import states_of
from kring.mailing.models import Mailing, Skip
from kring.outbox.models import State
from kring.ui.people import people_among
from kring.web.groups.answers import page_or_part
from kring.web.mailings.shown import BEFORE, counted, mailing_or_404

WITHOUT, REASON = "niet", "reden"


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who is meant; `because` says why they do not get it, or `state`.

    `taker` is who gets it in their place, at the address that they share.
    """

    contact: ListedContact
    because: str
    state: str
    taker: ListedContact | None


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    is_before = mailing.state in BEFORE
    audience = (
        audience_of(addressed(mailing)) if is_before else frozen_audience(mailing.pk)
    )
    reason = _reason(request.GET)
    asked = _those(audience, request.GET, reason)
    people = people_among(asked, request.GET)
    facts = {
        "mailing": mailing,
        "is_before": is_before,
        "counted": counted(audience, ()),
        "without": _asks_without(request.GET),
        "reason": reason,
        "reason_label": Skip(reason).label if reason else "",
        "asked": len(asked),
        "people": people,
        "erased": 0 if is_before else len(asked - everyone()),
        "rows": _rows(mailing, audience, people.rows),
        "previous": _page(people.previous, request.GET),
        "next": _page(people.next, request.GET),
    }
    return page_or_part(request, "web/mailings/recipients.html", "rows", facts)


def _asks_without(asked: QueryDict) -> bool:
    return WITHOUT in asked or bool(_reason(asked))


def _reason(asked: QueryDict) -> str:
    reason = asked.get(REASON, "")
    return reason if reason in Skip.values else ""


def _those(audience: Audience, asked: QueryDict, reason: str) -> BitMap:
    if reason:
        return audience.left_out.get(Skip(reason), BitMap())
    return audience.without if _asks_without(asked) else audience.recipients


def _rows(
    mailing: Mailing, audience: Audience, contacts: Sequence[ListedContact]
) -> list[Row]:
    ids = [contact.id for contact in contacts]
    states = {} if mailing.state in BEFORE else states_of(mailing.pk, ids)
    takers = _takers(audience, ids)
    return [
        Row(
            contact=contact,
            because=_because(audience, contact.id, states),
            state=_state(contact.id, states),
            taker=takers.get(contact.id),
        )
        for contact in contacts
    ]


def _because(
    audience: Audience, contact: int, states: Mapping[int, tuple[str, str]]
) -> str:
    """Why not, as it was decided, or as it turned out when it was their turn."""
    for skip, some in audience.left_out.items():
        if contact in some:
            return str(Skip(skip).label)
    _state, turned_out = states.get(contact, ("", ""))
    return str(Skip(turned_out).label) if turned_out else ""


def _state(contact: int, states: Mapping[int, tuple[str, str]]) -> str:
    """A mail that is not written yet waits as well."""
    state, _skip = states.get(contact, (State.WAITING.value, ""))
    return str(State(state).label)


def _takers(audience: Audience, contacts: Sequence[int]) -> dict[int, ListedContact]:
    shared = audience.left_out.get(Skip.SHARED, BitMap()) & BitMap(contacts)
    takers = takers_of(shared, audience.recipients) if shared else {}
    known = {one.id: one for one in listed(set(takers.values()))} if takers else {}
    return {one: known[taker] for one, taker in takers.items() if taker in known}


def _page(query: str, asked: QueryDict) -> str:
    """The address of a page beside this one, of the same people."""
    if not query:
        return ""
    kept = {name: asked[name] for name in (WITHOUT, REASON) if name in asked}
    return f"{query}&{urlencode(kept)}" if kept else query
