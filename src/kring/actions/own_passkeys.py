"""A contact signs in with a passkey, and adds, names and takes away its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kring.accounts import passkeys
from kring.accounts.models import Passkey, PasskeyChallenge
from kring.accounts.passkeys import Answered, Site
from kring.accounts.visits import Visit, digest_of_token, new_token
from kring.actions.errors import RefusedError
from kring.actions.notices import write_out
from kring.actions.signing_in import begin_session
from kring.contacts.models import Contact
from kring.contacts.queries import living_contacts_at
from kring.mailing.address_notices import Happened, address_notice
from kring.mailing.models import Purpose

MOST: Final = 10
NAME_LENGTH: Final = 100


class PasskeyNotMadeError(RefusedError):
    """The browser did not answer what was asked, or not in time."""


class ManyPasskeysError(RefusedError):
    """The contact has as many passkeys as it may have."""


def passkeys_of(visit: Visit) -> QuerySet[Passkey]:
    """Those of whoever visits, in this account; the oldest first."""
    own = Passkey.objects.filter(account=visit.session.account_id)
    return own.filter(contact=visit.person).order_by("pk")


def begin_adding(visit: Visit, site: Site) -> dict[str, Any]:
    """What the browser is asked to make; raises ManyPasskeysError."""
    contact = _contact(visit)
    known = [bytes(one.credential_id) for one in passkeys_of(visit)]
    if len(known) >= MOST:
        raise ManyPasskeysError
    challenge = _asked(visit.session.digest)
    handle = passkeys.handle_of(contact.pk)
    name = f"{contact} ({visit.session.account.email})"
    return passkeys.to_register(site, challenge, handle=handle, name=name, known=known)


def add_passkey(
    visit: Visit, site: Site, answer: Mapping[str, Any], *, name: str, language: str
) -> None:
    """Keep the passkey that was made, and tell the address that it is there.

    Raises PasskeyNotMadeError or ManyPasskeysError.
    """
    contact, now = _contact(visit), timezone.now()
    challenge = _taken(visit.session.digest, now)
    made = challenge and passkeys.registered(site, challenge, answer)
    if not made:
        raise PasskeyNotMadeError
    with transaction.atomic():
        # Held, so that of many at once none is one too many.
        Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).first()
        if passkeys_of(visit).count() >= MOST:
            raise ManyPasskeysError
        if not _is_kept(visit, made, name=name, at=now):
            raise PasskeyNotMadeError
        _tell(visit, contact, now, language)


def begin_signing_in(site: Site) -> tuple[str, dict[str, Any]]:
    """A token for the browser, and what it is asked to sign: the same for anybody."""
    token = new_token()
    challenge = _asked(digest_of_token(token))
    return token, passkeys.to_sign_in(site, challenge)


def sign_in_with_passkey(
    token: str, site: Site, answer: Mapping[str, Any], *, browser: str = ""
) -> str | None:
    """Sign in as the contact whose passkey this is; None where it opens nothing.

    Returns the token of a new session.
    """
    now = timezone.now()
    challenge = _taken(digest_of_token(token), now)
    wanted = passkeys.credential_id_in(answer)
    found = Passkey.objects.select_related("account").filter(credential_id=wanted)
    passkey = found.first() if challenge and wanted else None
    if passkey is None or challenge is None:
        return None
    answered = passkeys.signed(site, challenge, answer, passkey)
    if answered is None or not _is_used(passkey, answered, now):
        return None
    contact = _whose(passkey)
    if contact is None:
        return None
    return begin_session(passkey.account, now, browser, contact=contact)


def name_passkey(visit: Visit, passkey: int, name: str) -> bool:
    """Call a passkey of one's own otherwise; whether there is such a one."""
    tidy = " ".join(name.replace("\0", " ").split())[:NAME_LENGTH]
    own = passkeys_of(visit).filter(pk=passkey)
    return bool(own.update(name=tidy) if tidy else own.count())


def remove_passkey(visit: Visit, passkey: int) -> bool:
    """Take a passkey of one's own away; whether there was such a one."""
    removed, _kinds = passkeys_of(visit).filter(pk=passkey).delete()
    return removed > 0


def _contact(visit: Visit) -> Contact:
    if visit.person is None:
        raise PasskeyNotMadeError
    return visit.person


def _asked(digest: str) -> bytes:
    """A new challenge for this browser, in place of the one that it had."""
    challenge = passkeys.new_challenge()
    PasskeyChallenge.objects.update_or_create(
        digest=digest,
        defaults={"challenge": challenge, "asked_at": timezone.now()},
    )
    return challenge


def _is_kept(visit: Visit, made: Answered, *, name: str, at: datetime) -> bool:
    """Keep a key that was made, unless it is somebody's already."""
    _passkey, is_new = Passkey.objects.get_or_create(
        credential_id=made.credential_id,
        defaults={
            "account": visit.session.account,
            "contact": _contact(visit),
            "credential": made.credential,
            "sign_count": made.sign_count,
            "name": name[:NAME_LENGTH],
            "created_at": at,
        },
    )
    return is_new


def _taken(digest: str, now: datetime) -> bytes | None:
    """The challenge of this browser, which nobody else gets any more."""
    asked = PasskeyChallenge.objects.filter(
        digest=digest, asked_at__gt=now - passkeys.LASTS
    ).first()
    if asked is None:
        return None
    mine = PasskeyChallenge.objects.filter(digest=digest, challenge=asked.challenge)
    taken, _kinds = mine.delete()
    return bytes(asked.challenge) if taken else None


def _is_used(passkey: Passkey, answered: Answered, now: datetime) -> bool:
    """Note the use, unless the key has signed as often before: then it was copied.

    Keys that a service keeps for several devices never count, and say 0.
    """
    counts_on = Q(sign_count__lt=answered.sign_count)
    if answered.sign_count == 0:
        counts_on = Q(sign_count=0)
    own = Passkey.objects.filter(counts_on, pk=passkey.pk)
    used = own.update(sign_count=answered.sign_count, last_used_at=now)
    return used == 1


def _whose(passkey: Passkey) -> Contact | None:
    """The contact, while it lives and has the address of the account."""
    if not passkey.account.is_active:
        return None
    people = living_contacts_at(passkey.account.email)
    return next((one for one in people if one.pk == passkey.contact_id), None)


def _tell(visit: Visit, contact: Contact, now: datetime, language: str) -> None:
    notice = address_notice(str(contact), Happened.PASSKEY, language=language)
    address = visit.session.account.email
    write_out(notice, Purpose.CHANGED, to=address, at=now, contact=contact.pk)
