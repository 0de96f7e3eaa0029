"""Passkeys as WebAuthn has them: what a browser is asked, and whether it answers well.

Nothing is asked by address: a device offers the keys that it has for this site.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kring.accounts.models import Passkey

LASTS: Final = timedelta(minutes=5)
"""For so long what a passkey has to sign may come back."""

_REQUIRED: Final = UserVerificationRequirement.REQUIRED
_UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the library raises at answers that no passkey gives."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are for: the host, and the origin from which answers come."""

    host: str
    origin: str
    name: str

    def server(self) -> Fido2Server:
        party = PublicKeyCredentialRpEntity(name=self.name, id=self.host)
        return Fido2Server(party, verify_origin=lambda told: told == self.origin)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a passkey signed well: which one it is, and how often it has signed."""

    credential: bytes
    credential_id: bytes
    sign_count: int


def site_of(request: HttpRequest, *, name: str) -> Site | None:
    """The site that was asked; None of a bare number, which passkeys cannot be for."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{request.scheme}://{request.get_host()}", name)
    return None


def new_challenge() -> bytes:
    return secrets.token_bytes(32)


def handle_of(contact: int) -> bytes:
    """What a device knows a contact by; it tells nobody who that is."""
    hashed = salted_hmac("kring.accounts.passkeys", str(contact), algorithm="sha256")
    return hashed.digest()


def to_register(
    site: Site, challenge: bytes, *, handle: bytes, name: str, known: list[bytes]
) -> dict[str, Any]:
    """What the browser is asked to make: a key that is kept on the device."""
    options, _state = site.server().register_begin(
        PublicKeyCredentialUserEntity(name=name, id=handle, display_name=name),
        [
            PublicKeyCredentialDescriptor(
                type=PublicKeyCredentialType.PUBLIC_KEY, id=one
            )
            for one in known
        ],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=challenge,
    )
    return dict(options)


def to_sign_in(site: Site, challenge: bytes) -> dict[str, Any]:
    """What the browser is asked to sign, by whichever key the visitor has."""
    options, _state = site.server().authenticate_begin(
        user_verification=_REQUIRED, challenge=challenge
    )
    return dict(options)


def registered(
    site: Site, challenge: bytes, answer: Mapping[str, Any]
) -> Answered | None:
    """The key that was made; None where it was not made as it was asked."""
    try:
        made = site.server().register_complete(_state(challenge), answer)
    except _UNREADABLE:
        return None
    return _answered(made, made.credential_data)


def signed(
    site: Site, challenge: bytes, answer: Mapping[str, Any], passkey: Passkey
) -> Answered | None:
    """What this passkey signed; None where it did not sign what it was asked."""
    try:
        known = AttestedCredentialData(bytes(passkey.credential))
        read = AuthenticationResponse.from_dict(answer)
        site.server().authenticate_complete(_state(challenge), [known], read)
    except _UNREADABLE:
        return None
    told = read.response.user_handle
    if told is None or not constant_time_compare(told, handle_of(passkey.contact_id)):
        return None
    return _answered(read.response.authenticator_data, known)


def credential_id_in(answer: Mapping[str, Any]) -> bytes | None:
    """Which key the answer says that it is of."""
    try:
        return websafe_decode(answer["rawId"])
    except _UNREADABLE:
        return None


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def _answered(
    data: AuthenticatorData, credential: AttestedCredentialData | None
) -> Answered | None:
    if credential is None:
        return None
    return Answered(bytes(credential), credential.credential_id, data.counter)
