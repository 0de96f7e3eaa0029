"""A real mail server that takes mail, or refuses, hangs and drops the line."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = "127.0.0.1"
DROP = "drop"
HANG = "hang"

Answer = Callable[[str, str], str | None]
"""What is said to a command about a reader; None takes it, DROP and HANG do that."""


@dataclass
class PostOffice:
    """What it took, and what it says to MAIL, RCPT and DATA and once it has TAKEN."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    lines: int = 0
    answer: Answer = lambda _command, _reader: None

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_MAIL(  # noqa: N802 — of aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope, *given: Any
    ) -> str:
        envelope.mail_from, envelope.mail_options = given
        return await self._said(server, "MAIL", "") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, *given: Any
    ) -> str:
        reader, _ = given
        refusal = await self._said(server, "RCPT", reader)
        if refusal is None:
            envelope.rcpt_tos.append(reader)
        return refusal or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        [reader] = envelope.rcpt_tos
        refusal = await self._said(server, "DATA", reader)
        if refusal is not None:
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        self.taken.append(mail)
        self.readers.append(reader)
        dropped = await self._said(server, "TAKEN", reader)
        return dropped or f"250 2.0.0 OK queued as {len(self.taken)}"

    async def _said(self, server: SMTP, command: str, reader: str) -> str | None:
        said = self.answer(command, reader)
        if said == DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        if said == HANG:
            await asyncio.Event().wait()
        return said


class _Controller(Controller):
    """Counts the lines that are opened."""

    office: PostOffice

    def factory(self) -> SMTP:
        self.office.lines += 1
        made: SMTP = super().factory()  # type: ignore[no-untyped-call]
        return made


@contextmanager
def post_office(
    office: PostOffice | None = None, **wanted: Any
) -> Iterator[PostOffice]:
    """A server that answers at a free port of this machine."""
    office = office or PostOffice()
    controller = _Controller(
        office, hostname=HERE, port=office.port or free_port(), **wanted
    )
    controller.office = office
    controller.start()
    # Starting has called once by itself.
    office.port, office.lines = controller.port, 0
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def a_server_that_says(greeting: bytes | None) -> Iterator[int]:
    """Whoever connects is greeted like this, or with silence; the port."""
    with socket.create_server((HERE, 0)) as listening:
        callers: list[socket.socket] = []

        def greet() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                callers.append(caller)
                if greeting is not None:
                    caller.sendall(greeting)

        greeter = threading.Thread(target=greet)
        greeter.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            greeter.join()
            for caller in callers:
                caller.close()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        port: int = asked.getsockname()[1]
        return port


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine's own, and what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "shown.pem", folder / "secret.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shown, secret)
    return shown, context


def signs_in(user: str, password: str) -> Any:
    """Lets in who knows these."""

    def judge(server: SMTP, session: Session, envelope: Envelope, *given: Any) -> Any:
        _, known = given
        right = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=known == right, handled=False)

    return judge


def refusing(command: str, answer: str, *, reader: str = "") -> Answer:
    """Gives this answer to a command, for one reader or for all."""
    return lambda asked, to: (
        answer if asked == command and (not reader or to == reader) else None
    )


def times(count: int, command: str, answer: str) -> Answer:
    """Gives this answer to a command the first few times."""
    left = [count]

    def say(asked: str, to: str) -> str | None:
        if asked != command or not left[0]:
            return None
        left[0] -= 1
        return answer

    return say


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return re.sub(r"\s+", " ", body.get_content())
