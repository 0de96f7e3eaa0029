"""A contact asks to be erased, or thinks again; staff declines with a reason.

To do what was asked is to erase the contact, by which the request goes as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kring.accounts.actors import Actor
from kring.accounts.queries import administrators
from kring.actions.acts import Act, act
from kring.actions.errors import RefusedError, UnknownContactsError
from kring.actions.notices import write_notice, write_out
from kring.actions.own_groups import reason_on_portal, require_that_acts_for
from kring.actions.requiring import require_text
from kring.algebra import limits
from kring.contacts.erasure_requests import open_request_of
from kring.contacts.models import ErasureRequest, RequestState
from kring.groups.history import Entry
from kring.mailing.erasure_mails import answer_to, notice_of_request
from kring.mailing.models import Purpose

KIND: Final = "erasure_request"


@dataclass(frozen=True, slots=True)
class Asker:
    """Where the answer goes, and in which language."""

    address: str
    language: str


@dataclass(eq=False)
class NoOpenRequestError(RefusedError):
    """The contact asks for nothing, or no longer."""


@dataclass(eq=False)
class WhyDeclinedError(RefusedError):
    """Who declines says why; the contact reads it."""


def ask_for_erasure(contact: int, asker: Asker, *, note: str, by: Actor) -> None:
    """Keep that a contact wants to be erased, and tell the administrators once.

    Whoever asked already asks nothing more. Raises UnknownContactsError,
    NotOnesOwnError, TextTooLongError or UnprintableTextError.
    """
    require_text("note", note, limit=limits.REASON_LENGTH)
    with act("erasure.ask", by=by, reason=reason_on_portal()) as this:
        _hold(this, contact, by)
        if open_request_of(contact) is None:
            ErasureRequest.objects.create(
                contact_id=contact,
                note=note,
                address=asker.address,
                language=asker.language,
                asked_at=this.at,
            )
            this.record(Entry(KIND, contact, after={"request": RequestState.OPEN}))
            for user in administrators():
                write_notice(notice_of_request(), to=user.email, at=this.at)


def withdraw_request(contact: int, *, by: Actor) -> None:
    """Let a contact think again; raises NoOpenRequestError, or as `ask_for_erasure`."""
    with act("erasure.withdraw", by=by, reason=reason_on_portal()) as this:
        _hold(this, contact, by)
        _settle(this, contact, RequestState.WITHDRAWN)


def decline_request(contact: int, *, why: str, by: Actor) -> ErasureRequest:
    """Leave a contact as it is, and mail it why.

    Raises WhyDeclinedError, NoOpenRequestError, UnknownContactsError,
    TextTooLongError, UnprintableTextError or NotAllowedError.
    """
    if not why.strip():
        raise WhyDeclinedError
    with act("erasure.decline", by=by, reason=why) as this:
        _hold(this, contact, by)
        request = _settle(this, contact, RequestState.DECLINED, answer=why.strip())
        write_out(
            answer_to(request),
            Purpose.ANSWER,
            to=request.address,
            at=this.at,
            contact=contact,
        )
    return request


def _hold(this: Act, contact: int, by: Actor) -> None:
    this.hold([contact])
    if contact not in this.everyone:
        raise UnknownContactsError([contact])
    require_that_acts_for(contact, by, day=this.today)


def _settle(
    this: Act, contact: int, state: RequestState, *, answer: str = ""
) -> ErasureRequest:
    """Settle what a contact that is held asks; of two that were merged, both."""
    request = open_request_of(contact)
    if request is None:
        raise NoOpenRequestError
    waiting = ErasureRequest.objects.filter(contact=contact, state=RequestState.OPEN)
    waiting.update(state=state, answer=answer, settled_at=this.at)
    request.answer = answer
    this.record(
        Entry(
            KIND,
            contact,
            before={"request": RequestState.OPEN},
            after={"request": state},
        )
    )
    return request
