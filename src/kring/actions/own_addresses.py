"""A contact adds e-mail addresses of its own, chooses the first, and takes one away.

An address counts once its code came back, in the session in which it was asked for:
whoever reads the mail there may sign in as the contact. Whether somebody else has it
as well shows nowhere; a household may share one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db.models import F, QuerySet
from django.utils import timezone

from kring.accounts import codes
from kring.accounts.actors import THE_CONTACT
from kring.accounts.models import AddressProof, Passkey, PortalSession, User
from kring.accounts.visits import Visit
from kring.actions.acts import Act, act
from kring.actions.contacts import edit_contacts
from kring.actions.erasing import existing_details
from kring.actions.errors import RefusedError
from kring.actions.notices import write_out
from kring.actions.own_groups import NotOnesOwnError, reason_on_portal
from kring.actions.signing_in import account_with, forget_accounts
from kring.algebra.text import fold
from kring.contacts.details import ContactDetails, with_another_address
from kring.contacts.models import Contact
from kring.mailing.address_notices import Happened, address_notice
from kring.mailing.code_mails import address_mail
from kring.mailing.models import Purpose

MOST: Final = 5
"""How many addresses a contact may have and still add one."""

ACTION: Final = "contact.edit"


class OwnAlreadyError(RefusedError):
    """The contact has this address already."""


class ManyAddressesError(RefusedError):
    """The contact has as many addresses as it may have."""


class AskedOftenError(RefusedError):
    """The contact asked for so many codes that it has to wait."""


class WrongCodeError(RefusedError):
    """The code is wrong, or works no more."""


class LastAddressError(RefusedError):
    """Without an address nobody signs in, so the last one stays."""


class SignedInWithItError(RefusedError):
    """One is signed in with this address, and showed no other to be one's own."""


def ask_for_address(visit: Visit, address: str, *, language: str) -> None:
    """Have a code sent to an address that is to be added.

    What is done and said is the same whoever else has it, and whether or not others
    had many codes sent there. Raises OwnAlreadyError, ManyAddressesError or
    AskedOftenError.
    """
    contact, now = _contact(visit), timezone.now()
    with act(ACTION, by=THE_CONTACT) as this:
        this.hold([contact.pk])
        before = _own(this, visit)
        _require_room(before, address)
        if _were_many(AddressProof.objects.filter(contact=contact), now):
            raise AskedOftenError
        proof = AddressProof(
            key=uuid4(),
            session=visit.session,
            contact=contact,
            address=address,
            language=language,
            asked_at=now,
        )
        alike = AddressProof.objects.filter(address__iexact=address)
        if not _were_many(alike, now):
            code = codes.new_code()
            proof.digest = codes.digest_of_code(code, proof.key)
            made = address_mail(code, language=language)
            write_out(made, Purpose.CODE, to=address, at=now, contact=contact.pk)
        proof.save()


def awaited_proof(visit: Visit) -> AddressProof | None:
    """The last address that was asked for in this session, while its code works."""
    return _open_proofs(visit).order_by("-asked_at", "-pk").first()


def prove_address(visit: Visit, written: str) -> int | None:
    """Add the address whose code this is; returns the number of the change.

    Raises WrongCodeError, OwnAlreadyError, ManyAddressesError or NotOnesOwnError.
    """
    proof = awaited_proof(visit)
    if proof is None:
        raise WrongCodeError
    # Counted before it is compared: many who guess at once have no more tries.
    tries = _open_proofs(visit).filter(pk=proof.pk)
    if tries.update(attempts=F("attempts") + 1) != 1:
        raise WrongCodeError
    if not codes.is_code(written, key=proof.key, digest=proof.digest):
        raise WrongCodeError
    with act(ACTION, by=THE_CONTACT, reason=reason_on_portal()) as this:
        this.hold([proof.contact_id])
        before = _own(this, visit)
        _require_room(before, proof.address)
        proven = AddressProof.objects.filter(pk=proof.pk, proven_at=None)
        if proven.update(proven_at=this.at) != 1:
            raise WrongCodeError
        emails = (*before.emails, proof.address)
        _give(this, visit, before, emails)
        for address in before.emails:
            _tell(this, visit, before, address, Happened.ADDED, proof.language)
    return this.number


def tries_left(visit: Visit) -> int:
    """How often the code that is awaited may still be guessed."""
    proof = awaited_proof(visit)
    return 0 if proof is None else codes.TRIES - proof.attempts


def make_first(visit: Visit, address: str, *, language: str) -> int | None:
    """Let mail go to this address of one's own; returns the number of the change.

    Raises NotOnesOwnError.
    """
    with act(ACTION, by=THE_CONTACT, reason=reason_on_portal()) as this:
        this.hold([_contact(visit).pk])
        before = _own(this, visit)
        _require_own(before, address)
        if before.emails[0] == address:
            return None
        rest = tuple(one for one in before.emails if one != address)
        _give(this, visit, before, (address, *rest))
        _tell(this, visit, before, before.emails[0], Happened.NOT_FIRST, language)
    return this.number


def remove_address(visit: Visit, address: str, *, language: str) -> int | None:
    """Take one of several addresses away; returns the number of the change.

    The account follows the addresses: whoever is signed in with the one that goes goes
    on with another that was proven in this session, and has to have one; passkeys come
    along. Raises LastAddressError, SignedInWithItError or NotOnesOwnError.
    """
    with act(ACTION, by=THE_CONTACT, reason=reason_on_portal()) as this:
        this.hold([_contact(visit).pk])
        before = _own(this, visit)
        _require_own(before, address)
        rest = tuple(one for one in before.emails if one != address)
        if not rest:
            raise LastAddressError
        account = visit.session.account
        if is_signed_in_with(visit, address):
            account = _go_on_with(visit, rest)
        own = Passkey.objects.filter(contact=visit.person)
        own.filter(account__email=address.lower()).update(account=account)
        _give(this, visit, before, rest)
        _tell(this, visit, before, address, Happened.REMOVED, language)
        forget_accounts([address])
    return this.number


def is_signed_in_with(visit: Visit, address: str) -> bool:
    return visit.session.account.email == address.lower()


def _contact(visit: Visit) -> Contact:
    # Who acts for an organisation signs in as a person, whose own addresses these are.
    if visit.person is None or visit.contact != visit.person:
        raise NotOnesOwnError
    return visit.person


def _own(this: Act, visit: Visit) -> ContactDetails:
    """What the contact is now that it is held, if it still has the account's address.

    Staff may have given it another one meanwhile.
    """
    contact = _contact(visit).pk
    before = existing_details(this, [contact])[contact]
    signed_in = visit.session.account.email
    if signed_in not in {one.lower() for one in before.emails}:
        raise NotOnesOwnError
    return before


def _require_own(before: ContactDetails, address: str) -> None:
    if address not in before.emails:
        raise NotOnesOwnError


def _require_room(before: ContactDetails, address: str) -> None:
    if fold(address) in {fold(one) for one in before.emails}:
        raise OwnAlreadyError
    if len(before.emails) >= MOST:
        raise ManyAddressesError


def _were_many(proofs: QuerySet[AddressProof], now: datetime) -> bool:
    return any(
        proofs.filter(asked_at__gt=now - time).count() >= most
        for time, most in codes.MOST_SENT
    )


def _open_proofs(visit: Visit) -> QuerySet[AddressProof]:
    return AddressProof.objects.filter(
        session=visit.session.pk,
        contact=visit.person,
        proven_at=None,
        attempts__lt=codes.TRIES,
        asked_at__gt=timezone.now() - codes.LASTS,
    )


def _go_on_with(visit: Visit, addresses: tuple[str, ...]) -> User:
    """Let the session be of the account of one of these that was proven in it."""
    proven = AddressProof.objects.filter(
        session=visit.session.pk, contact=visit.person, address__in=addresses
    ).exclude(proven_at=None)
    last = proven.order_by("-proven_at").values_list("address", flat=True).first()
    if last is None:
        raise SignedInWithItError
    account = account_with(last.lower())
    if not account.is_active:
        raise SignedInWithItError
    PortalSession.objects.filter(pk=visit.session.pk).update(account=account)
    return account


def _give(
    this: Act, visit: Visit, before: ContactDetails, emails: tuple[str, ...]
) -> None:
    contact = _contact(visit).pk
    after = with_another_address(before, replace(before, emails=emails))
    edit_contacts(this, {contact: before}, {contact: after})


def _tell(
    this: Act,
    visit: Visit,
    before: ContactDetails,
    address: str,
    happened: Happened,
    language: str,
) -> None:
    """Let an address know, unless nothing arrives there."""
    if before.address_bounced and address == before.emails[0]:
        return
    contact = _contact(visit)
    notice = address_notice(str(contact), happened, language=language)
    write_out(notice, Purpose.CHANGED, to=address, at=this.at, contact=contact.pk)
