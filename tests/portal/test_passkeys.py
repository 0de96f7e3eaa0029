"""Passkeys at the portal: in a real browser, and on a device that the test makes up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from kring.accounts import passkeys
from kring.accounts.models import Passkey, PasskeyChallenge, PortalSession, User
from kring.actions import contacts, erasing, signing_in
from kring.mailing.models import OutgoingMail
from tests.browser import PHONE, Visitor
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, a_passkey, ans, visitor_at
from tests.portal.test_look import signs_in as signs_in_by_hand
from tests.world import World

HOST = "localhost"
ORIGIN = "http://localhost"
UP, UV, AT = 0x01, 0x04, 0x40


@dataclass
class Device:
    """A device with one key, which answers as browsers do, or as the test wants."""

    host: str = HOST
    origin: str = ORIGIN
    flags: int = UP | UV
    count: int = 0
    steps: int = 1
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = b"the key of Ans"
    handle: str = ""

    def makes(self, asked: dict[str, Any]) -> dict[str, Any]:
        options = asked["publicKey"]
        self.handle = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = self._data(self.flags | AT, credential)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=told, attestationObject=bytes(attestation))

    def signs(self, asked: dict[str, Any], challenge: str = "") -> dict[str, Any]:
        self.count += self.steps
        told = self._told("webauthn.get", challenge or asked["publicKey"]["challenge"])
        data = self._data(self.flags)
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        answer = self._answer(
            clientDataJSON=told, authenticatorData=bytes(data), signature=signature
        )
        answer["response"]["userHandle"] = self.handle
        return answer

    def _data(self, flags: int, credential: bytes = b"") -> bytes:
        party = sha256(self.host.encode()).digest()
        told = AuthenticatorData.FLAG(flags)
        return bytes(AuthenticatorData.create(party, told, self.count, credential))

    def _told(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        written = {name: websafe_encode(part) for name, part in parts.items()}
        identity = websafe_encode(self.id)
        return {
            "id": identity,
            "rawId": identity,
            "type": "public-key",
            "response": written,
            "clientExtensionResults": {},
        }


def at_localhost(client: Client) -> Client:
    client.defaults["HTTP_HOST"] = HOST
    return client


def visits(contact: int | None, address: str = ANS) -> Client:
    return at_localhost(visitor_at(contact, address))


def asked(client: Client, path: str) -> dict[str, Any]:
    return dict(client.post(path).json())


def adds(client: Client, device: Device, **changed: Any):
    answer = {**device.makes(asked(client, "/portaal/passkeys/vraag/")), **changed}
    return client.post("/portaal/passkeys/", {"answer": json.dumps(answer)})


def signs_in(client: Client, device: Device, change: Callable[..., Any] | None = None):
    at_localhost(client)
    answer = device.signs(asked(client, "/portaal/inloggen/passkey/vraag/"))
    if change:
        change(answer)
    return client.post("/portaal/inloggen/passkey/", {"answer": json.dumps(answer)})


def is_signed_in(client: Client) -> bool:
    return client.get("/portaal/").status_code == 200


@pytest.fixture
def device(world: World) -> Device:
    """The device on which Ans has made a passkey."""
    found = Device()
    adds(visits(ans(world)), found)
    assert Passkey.objects.count() == 1
    return found


def test_a_passkey_signs_in(device: Device):
    client = Client()
    answer = signs_in(client, device)
    assert answer.json() == {"go": "/portaal/"}
    assert "Ans Aalbers" in client.get("/portaal/").content.decode()


def test_a_passkey_leads_to_the_page_that_was_wanted_and_nowhere_else(device: Device):
    client = at_localhost(Client())
    for wanted, led in (
        ("/portaal/gegevens/",) * 2,
        ("//elders.example/", "/portaal/"),
    ):
        answer = device.signs(asked(client, "/portaal/inloggen/passkey/vraag/"))
        sent = {"answer": json.dumps(answer), "next": wanted}
        answered = client.post("/portaal/inloggen/passkey/", sent)
        assert answered.json() == {"go": led}


def test_what_is_asked_tells_of_no_keys_and_no_addresses(device: Device):
    told = asked(at_localhost(Client()), "/portaal/inloggen/passkey/vraag/")
    assert not told["publicKey"].get("allowCredentials")
    assert told["publicKey"]["userVerification"] == "required"
    assert told["publicKey"]["rpId"] == HOST


def test_a_key_is_made_that_stays_on_the_device_and_looks_who_uses_it(world: World):
    client = visits(ans(world))
    options = asked(client, "/portaal/passkeys/vraag/")["publicKey"]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options.get("attestation", "none") == "none"


def test_the_address_is_told_of_a_new_passkey(device: Device):
    [notice] = OutgoingMail.objects.filter(purpose="changed")
    assert notice.address == ANS
    assert "passkey" in notice.text


def flipped(answer: dict[str, Any]) -> None:
    answer["response"]["signature"] = websafe_encode(b"0" * 70)


def of_another(answer: dict[str, Any]) -> None:
    answer["rawId"] = answer["id"] = websafe_encode(b"the key of nobody")


def with_another_handle(answer: dict[str, Any]) -> None:
    answer["response"]["userHandle"] = websafe_encode(passkeys.handle_of(999))


def without_handle(answer: dict[str, Any]) -> None:
    answer["response"].pop("userHandle")


@pytest.mark.parametrize(
    "change", [flipped, of_another, with_another_handle, without_handle, dict.clear]
)
def test_what_was_not_signed_well_opens_nothing(device: Device, change):
    client = Client()
    answer = signs_in(client, device, change)
    assert answer.status_code == 400
    assert "opent het portaal niet" in answer.json()["refusal"]
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "http://elders.example"},
        {"origin": "https://localhost"},
        {"host": "elders.example"},
        {"flags": UP},
        {"flags": UV},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    # The same in each process that runs tests, which a key is not.
    ids=["origin", "safe origin", "host", "not verified", "not present", "key"],
)
def test_a_device_that_answers_another_question_opens_nothing(device, changed):
    for name, value in changed.items():
        setattr(device, name, value)
    client = Client()
    assert signs_in(client, device).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "http://elders.example"},
        {"host": "elders.example"},
        {"flags": UP},
        {"flags": UV},
    ],
    ids=str,
)
def test_a_key_that_was_not_made_as_asked_is_not_kept(world: World, changed):
    device = Device(**changed)
    assert adds(visits(ans(world)), device).status_code == 400
    assert not Passkey.objects.exists()


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", "1", '{"rawId": 1}', '{"rawId": "AA"}', "[" * 10_000],
)
def test_nonsense_opens_and_keeps_nothing(world: World, answer: str):
    client = visits(ans(world))
    client.post("/portaal/passkeys/vraag/")
    assert client.post("/portaal/passkeys/", {"answer": answer}).status_code == 400
    stranger = at_localhost(Client())
    stranger.post("/portaal/inloggen/passkey/vraag/")
    told = stranger.post("/portaal/inloggen/passkey/", {"answer": answer})
    assert told.status_code == 400
    assert not Passkey.objects.exists()


def test_what_was_signed_counts_once(device: Device):
    client = at_localhost(Client())
    question = asked(client, "/portaal/inloggen/passkey/vraag/")
    sent = {"answer": json.dumps(device.signs(question))}
    other = at_localhost(Client())
    asked_for = "kring_portal_passkey"
    other.cookies[asked_for] = client.cookies[asked_for].value
    assert client.post("/portaal/inloggen/passkey/", sent).status_code == 200
    assert other.post("/portaal/inloggen/passkey/", sent).status_code == 400
    assert not is_signed_in(other)


def test_what_one_browser_was_asked_no_other_answers(device: Device):
    client, thief = at_localhost(Client()), at_localhost(Client())
    question = asked(client, "/portaal/inloggen/passkey/vraag/")
    asked(thief, "/portaal/inloggen/passkey/vraag/")
    sent = {"answer": json.dumps(device.signs(question))}
    assert thief.post("/portaal/inloggen/passkey/", sent).status_code == 400
    nobody = at_localhost(Client())
    assert nobody.post("/portaal/inloggen/passkey/", sent).status_code == 400


def test_an_answer_comes_in_time_or_not_at_all(world: World):
    with clock_at(date(2026, 5, 3)) as clock:
        device = Device()
        adds(visits(ans(world)), device)
        client = at_localhost(Client())
        question = asked(client, "/portaal/inloggen/passkey/vraag/")
        clock.pass_time(passkeys.LASTS + timedelta(seconds=1))
        sent = {"answer": json.dumps(device.signs(question))}
        assert client.post("/portaal/inloggen/passkey/", sent).status_code == 400
        signing_in.forget_sign_ins(now=clock.now())
        assert not PasskeyChallenge.objects.exists()


def test_a_key_that_counts_back_was_copied(device: Device):
    signs_in(Client(), device)
    device.steps = 0
    client = Client()
    assert signs_in(client, device).status_code == 400
    device.steps = 1
    assert signs_in(client, device).status_code == 200


def test_a_key_that_never_counts_signs_in_all_the_same(world: World):
    device = Device(steps=0)
    adds(visits(ans(world)), device)
    for _ in range(2):
        assert signs_in(Client(), device).status_code == 200


def lost_the_address(world: World, contact: int) -> None:
    contacts.edit_contact(contact, {"email": "anders@example.org"}, by=world.by)


def died(world: World, contact: int) -> None:
    contacts.edit_contact(contact, {"deceased_on": date(2026, 1, 2)}, by=world.by)


def was_erased(world: World, contact: int) -> None:
    erasing.erase_contact(contact, by=world.by)


def was_closed(world: World, contact: int) -> None:
    User.objects.update(is_active=False)


@pytest.mark.parametrize(
    "happens",
    [lost_the_address, died, was_erased, was_closed],
    ids=lambda one: one.__name__,
)
def test_the_passkey_of_who_is_no_longer_there_opens_nothing(world, device, happens):
    person(world, "Bakker", ANS)
    contact = Passkey.objects.get().contact_id
    happens(world, contact)
    client = Client()
    assert signs_in(client, device).status_code == 400
    assert not is_signed_in(client)


def test_of_a_household_each_signs_in_as_itself(world: World, device: Device):
    bob = person(world, "Bakker", ANS)
    his = Device(id=b"the key of Bob")
    adds(visits(bob), his)
    for whose, name in ((device, "Ans Aalbers"), (his, "Bakker")):
        client = Client()
        signs_in(client, whose)
        assert f"<span>{name}" in client.get("/portaal/").content.decode()


def test_signing_in_makes_a_new_session_whatever_the_browser_had(device: Device):
    client = Client()
    signs_in(client, device)
    before = PortalSession.objects.latest("pk").pk
    signs_in(client, device)
    assert not PortalSession.objects.filter(pk=before).exists()


def test_one_s_own_is_named_and_taken_away(world: World, device: Device):
    contact = Passkey.objects.get().contact_id
    client = visits(contact)
    key = Passkey.objects.get().pk
    client.post(f"/portaal/passkeys/{key}/naam/", {"naam": " Mijn  telefoon "})
    assert Passkey.objects.get().name == "Mijn telefoon"
    assert "Mijn telefoon" in client.get("/portaal/ingelogd/").content.decode()
    client.post(f"/portaal/passkeys/{key}/weg/")
    assert not Passkey.objects.exists()
    assert signs_in(Client(), device).status_code == 400


def test_another_s_passkey_answers_as_if_it_were_not_there(world: World):
    bob = person(world, "Bakker", ANS)
    client = visits(ans(world))
    key = a_passkey(bob)
    for path in ("naam", "weg"):
        answer = client.post(f"/portaal/passkeys/{key}/{path}/", {"naam": "x"})
        assert answer.status_code == 404
    assert Passkey.objects.get().name == "Telefoon"


def test_a_key_that_somebody_has_is_nobody_else_s(world: World, device: Device):
    bob = person(world, "Bakker", "bob@example.org")
    adds(visits(bob, "bob@example.org"), device)
    assert Passkey.objects.get().contact_id != bob


def test_ten_passkeys_are_enough(world: World):
    contact = ans(world)
    client = visits(contact)
    for number in range(10):
        adds(client, Device(id=f"key {number}".encode()))
    assert (
        "Haal er eerst een weg"
        in client.post("/portaal/passkeys/vraag/").json()["refusal"]
    )
    assert Passkey.objects.count() == 10


def test_passkeys_come_along_when_the_address_is_replaced(world: World, device: Device):
    contact = Passkey.objects.get().contact_id
    new = "nieuw@example.org"
    contacts.edit_contact(contact, {"emails": (ANS, new)}, by=world.by)
    client = visits(contact, new)
    client.post("/portaal/gegevens/e-mail/weg/", {"adres": ANS})
    assert Passkey.objects.get().account.email == new
    other = Client()
    assert signs_in(other, device).status_code == 200
    assert "Ans Aalbers" in other.get("/portaal/").content.decode()


@pytest.mark.parametrize("path", ["inloggen/passkey/vraag/", "inloggen/passkey/"])
def test_what_comes_from_one_place_is_limited(world: World, path: str):
    client = at_localhost(Client())
    answers = [client.post(f"/portaal/{path}").status_code for _ in range(61)]
    assert answers[-1] == 429


def test_at_a_bare_number_there_are_no_passkeys(world: World, client: Client):
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    assert "data-passkey" not in client.get("/portaal/inloggen/").content.decode()
    assert client.post("/portaal/inloggen/passkey/vraag/").status_code == 404


def a_device_in(visitor: Visitor) -> None:
    """A device that finds a finger on it whenever it asks."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_contact_makes_a_passkey_on_a_phone_and_signs_in_with_it(
    visitor: Visitor, world: World
):
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    ans(world)
    a_device_in(visitor)
    page = visitor.page
    visitor.sees(width=PHONE)
    visitor.goes_to("/portaal/ingelogd/")
    visitor.finds_no_fault("portal-sign-in-passkey")
    visitor.sees(width=PHONE)
    signs_in_by_hand(visitor)
    page.get_by_role("button", name="Een passkey op dit apparaat toevoegen").click()
    page.get_by_text("De passkey is toegevoegd.").wait_for()
    visitor.finds_no_fault("portal-passkeys")
    visitor.sees(width=PHONE)
    page.get_by_role("button", name="Uitloggen", exact=True).first.click()
    page.get_by_text("U bent uitgelogd.").wait_for()
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_role("heading", name="Uw groepen").wait_for()
    kept = Passkey.objects.get()
    assert (kept.sign_count, bool(kept.last_used_at)) == (2, True)


def test_a_passkey_that_was_taken_away_is_refused_with_what_to_do(
    visitor: Visitor, world: World
):
    visitor.address = visitor.address.replace("127.0.0.1", "localhost")
    ans(world)
    a_device_in(visitor)
    page = visitor.page
    visitor.goes_to("/portaal/ingelogd/")
    signs_in_by_hand(visitor)
    page.get_by_role("button", name="Een passkey op dit apparaat toevoegen").click()
    page.get_by_text("De passkey is toegevoegd.").wait_for()
    page.get_by_role("button", name="Weghalen").click()
    page.get_by_text("Hij opent niets meer.").wait_for()
    page.get_by_role("button", name="Uitloggen", exact=True).first.click()
    page.get_by_role("button", name="Inloggen met een passkey").click()
    page.get_by_text("opent het portaal niet").wait_for()
    visitor.was_told("400")
    assert PortalSession.objects.count() == 0


def test_without_scripts_no_passkey_is_offered(
    chromium, kring_address, transactional_db, world
):
    with chromium.new_context(locale="nl-NL", java_script_enabled=False) as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.address = visitor.address.replace("127.0.0.1", "localhost")
        visitor.goes_to("/portaal/inloggen/")
        button = visitor.page.get_by_role("button", name="Inloggen met een passkey")
        assert not button.is_visible()
