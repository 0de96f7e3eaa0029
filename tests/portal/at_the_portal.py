"""Contacts at the portal: the code that they get, and browsers that are signed in."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from kring.accounts.models import Passkey, PortalSession, SignInCode, User
from kring.accounts.visits import COOKIE, digest_of_token, new_token
from kring.actions.signing_in import answer_who_asked
from kring.mailing.models import OutgoingMail
from tests.mailing.mails import person
from tests.world import World

ANS = "ans@example.org"


def ans(world: World, **given: object) -> int:
    """Ans Aalbers, who is a contact."""
    return person(world, "Aalbers", ANS, **{"first_name": "Ans", **given})


def the_worker_answers() -> None:
    """Whoever asked for a code is answered, as the worker does at once."""
    for asked in SignInCode.objects.exclude(address="").order_by("pk"):
        answer_who_asked(asked.pk, now=timezone.now())


def asks(client: Client, address: str = ANS, **more: str):
    response = client.post("/portaal/inloggen/", {"address": address, **more})
    the_worker_answers()
    return response


def codes_sent() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="code").order_by("pk"))


def code_in(mail: OutgoingMail) -> str:
    [code] = re.findall(r"^\d{6}$", mail.text, re.MULTILINE)
    return str(code)


def enters(client: Client, code: str, **more: str):
    return client.post("/portaal/inloggen/code/", {"code": code, **more})


def signs_in(client: Client, address: str = ANS) -> None:
    """As by a code, which has its own tests."""
    asks(client, address)
    enters(client, code_in(codes_sent()[-1]))


def a_visit(contact: int | None, address: str = ANS) -> str:
    """A session of an account, chosen to be this contact; returns its token."""
    account = User.objects.filter(email=address).first()
    if account is None:
        account = User(email=address)
        account.set_unusable_password()
        account.save()
    token, now = new_token(), timezone.now()
    PortalSession.objects.create(
        account=account,
        contact_id=contact,
        digest=digest_of_token(token),
        begun_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=1),
    )
    return token


def visitor_at(contact: int | None, address: str = ANS) -> Client:
    """A browser that is signed in at the portal, as this contact."""
    client = Client()
    client.cookies[COOKIE] = a_visit(contact, address)
    return client


def a_passkey(contact: int, address: str = ANS) -> int:
    """A passkey of this contact, of which the device is elsewhere."""
    kept = Passkey.objects.create(
        account=User.objects.get(email=address),
        contact_id=contact,
        credential_id=f"{contact}".encode(),
        credential=b"",
        name="Telefoon",
        created_at=timezone.now(),
    )
    return kept.pk
