"""Signing in at the portal, by a code that is sent to an address that a contact has.

What is done while somebody waits for the page is the same for every address; whether a
contact has it is looked up afterwards, by the worker.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, ProtectedError, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from kring.accounts import codes, passkeys, visits
from kring.accounts.models import (
    AddressProof,
    PasskeyChallenge,
    PortalLook,
    PortalSession,
    SignInCode,
    User,
)
from kring.accounts.visits import Visit, digest_of_token, new_token
from kring.actions.notices import write_out
from kring.actions.portal_accounts import note_visit_of
from kring.contacts.models import Contact, Representation
from kring.contacts.queries import addresses_alike, living_contacts_at
from kring.contacts.representing import on_portal_for
from kring.mailing.code_mails import code_mail
from kring.mailing.models import OutgoingMail, Purpose

KEPT: Final = timedelta(days=7)
"""For so long it can be seen what became of a mail with a code, which says no code."""


def ask_for_code(address: str, *, language: str) -> UUID:
    """Have a code sent to this address, if a contact has it; returns what names it.

    Whether anything is sent does not show: not in the answer, nor in how long it takes.
    """
    with transaction.atomic():
        asked = SignInCode.objects.create(
            key=uuid4(),
            address=address.strip().lower(),
            language=language,
            asked_at=timezone.now(),
        )
        send_code.defer(asked=asked.pk)
    return asked.key


@app.task(name="send_sign_in_code")
def send_code(asked: int) -> None:
    """Send the code that was asked for, unless nobody has the address."""
    answer_who_asked(asked, now=timezone.now())


@transaction.atomic
def answer_who_asked(asked: int, *, now: datetime) -> None:
    rows = SignInCode.objects.select_for_update().filter(pk=asked, sent_at=None)
    row = rows.exclude(address="").first()
    if row is None:
        return
    address, row.address = row.address, ""
    if row.asked_at + codes.LASTS > now and living_contacts_at(address):
        row.account = account_with(address)
        if row.account.is_active and not _was_sent_many(row.account, now):
            row.sent_at = now
            row.digest = _send(row, to=addresses_alike(address)[0], at=now)
    row.save(update_fields=["address", "account", "sent_at", "digest"])


def sign_in(key: UUID, written: str, *, browser: str = "") -> str | None:
    """Sign in with a code; None when it is wrong, too old, or was used or tried enough.

    Returns the token of a new session, whatever the browser had before; `browser` is
    what that one says that it is.
    """
    now = timezone.now()
    # Counted before it is compared: many who guess at once have no more tries.
    if _open(key, now).update(attempts=F("attempts") + 1) != 1:
        return None
    row = SignInCode.objects.select_related("account").get(key=key)
    if row.account is None or not codes.is_code(written, key=key, digest=row.digest):
        return None
    used = SignInCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
    if used != 1 or not row.account.is_active:
        return None
    return begin_session(row.account, now, browser)


def tries_left(key: UUID) -> int:
    """How often a code may still be guessed; of one that works no more, not at all."""
    row = _open(key, timezone.now()).values_list("attempts", flat=True).first()
    return 0 if row is None else codes.TRIES - row


def sign_out(session: PortalSession) -> None:
    PortalSession.objects.filter(pk=session.pk).delete()


def sign_out_by_token(token: str) -> None:
    """End the session that a browser had, if it had one."""
    PortalSession.objects.filter(digest=digest_of_token(token)).delete()


def choose_contact(visit: Visit, contact: int) -> Contact | None:
    """Go on as this contact; None where it has not the address that is signed in."""
    chosen = next((one for one in visit.people if one.pk == contact), None)
    if chosen is not None:
        sessions = PortalSession.objects.filter(pk=visit.session.pk)
        sessions.update(contact=chosen, acts_for=None)
        note_visit_of(chosen)
    return chosen


def choose_organisation(
    visit: Visit, person: int, organisation: int
) -> Representation | None:
    """Go on as this person for this organisation; None where it may not do so today."""
    pair = (person, organisation)
    chosen = next(
        (one for one in visit.links if (one.person_id, one.organisation_id) == pair),
        None,
    )
    if chosen is not None:
        sessions = PortalSession.objects.filter(pk=visit.session.pk)
        sessions.update(contact=person, acts_for=organisation)
        note_visit_of(chosen.person)
    return chosen


def forget_accounts(addresses: Collection[str]) -> None:
    """Take away what these addresses left at the portal, unless a contact has them.

    Accounts of the staff stay, and those of who once did something as staff.
    """
    gone = [one.strip().lower() for one in addresses if not addresses_alike(one)]
    SignInCode.objects.filter(address__in=gone).delete()
    mails = OutgoingMail.objects.filter(purpose=Purpose.CODE)
    for mail in mails.only("address"):
        if mail.address.lower() in gone:
            mail.delete()
    for account in User.objects.filter(email__in=gone, staff_role=""):
        with suppress(ProtectedError):
            account.delete()


@app.periodic(cron="17 * * * *")
@app.task(name="forget_sign_ins", queueing_lock="forget_sign_ins")
def forget_every_hour(timestamp: int) -> None:  # noqa: ARG001 — given
    forget_sign_ins(now=timezone.now())


def forget_sign_ins(*, now: datetime) -> None:
    """Take away codes, sessions and looks that have ended, and old mails with codes."""
    longest = max(time for time, _ in codes.MOST_SENT)
    SignInCode.objects.filter(asked_at__lt=now - longest).delete()
    AddressProof.objects.filter(asked_at__lt=now - longest).delete()
    PasskeyChallenge.objects.filter(asked_at__lt=now - passkeys.LASTS).delete()
    PortalSession.objects.filter(ends_at__lt=now).delete()
    PortalLook.objects.filter(ends_at__lt=now).delete()
    mails = OutgoingMail.objects.filter(purpose=Purpose.CODE)
    mails.filter(made_at__lt=now - KEPT).delete()


def _open(key: UUID, now: datetime) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(
        key=key,
        used_at=None,
        attempts__lt=codes.TRIES,
        asked_at__gt=now - codes.LASTS,
    )


def account_with(address: str) -> User:
    """The one account of this address, made where there is none; its row is held."""
    nobody = User(email=address)
    nobody.set_unusable_password()
    User.objects.bulk_create([nobody], ignore_conflicts=True)
    return User.objects.select_for_update().get(email=address)


def _was_sent_many(account: User, now: datetime) -> bool:
    sent = SignInCode.objects.filter(account=account)
    return any(
        sent.filter(sent_at__gt=now - time).count() >= most
        for time, most in codes.MOST_SENT
    )


def _send(row: SignInCode, *, to: str, at: datetime) -> str:
    """Write the mail that brings a new code; returns the digest of that code."""
    code = codes.new_code()
    mail = code_mail(code, language=row.language)
    # To what a contact has, never to what was typed: they may look alike.
    write_out(mail, Purpose.CODE, to=to, at=at)
    return codes.digest_of_code(code, row.key)


def begin_session(
    account: User, now: datetime, browser: str, *, contact: Contact | None = None
) -> str:
    """A new session as this contact, or as the one whom the address means alone.

    Returns its token. `browser` is what the browser says that it is.
    """
    token = new_token()
    if contact is None:
        contact = _alone(account, day=timezone.localdate(now))
    PortalSession.objects.create(
        account=account,
        digest=digest_of_token(token),
        contact=contact,
        browser=browser[: visits.BROWSER_LENGTH],
        begun_at=now,
        seen_at=now,
        ends_at=now + visits.LASTS,
    )
    if contact is not None:
        note_visit_of(contact)
    return token


def _alone(account: User, *, day: date) -> Contact | None:
    """Whom the address means, where one needs not be asked who one is, and for whom."""
    people = living_contacts_at(account.email)
    is_asked = len(people) != 1 or on_portal_for([people[0].pk], day=day)
    return None if is_asked else people[0]
