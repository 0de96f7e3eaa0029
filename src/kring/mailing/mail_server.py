"""Speaking with the mail server, and what it means when it says no."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from enum import Enum, unique
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

Send = Callable[[EmailMessage], str]
"""Sends one mail and returns what the server answered; raises a NotSentError."""

PATIENCE_AT_FIRST: Final = 20  # seconds, until the server says that it is there
PATIENCE: Final = 60  # seconds, for each answer; the lease of the outbox is longer
PATIENCE_AT_LAST: Final = 2  # seconds, for its goodbye

_CLOSES: Final = 421
_WANTS_SIGN_IN: Final = frozenset({530, 534, 535, 538})
_FOR_GOOD: Final = 500
_LONGEST_ANSWER: Final = 500  # characters


@unique
class Fault(Enum):
    """What was wrong, as far as somebody could do something about it."""

    NOT_FOUND = "no such host"
    UNREACHABLE = "nobody listens"
    SILENT = "no answer in time"
    BROKEN = "the line was dropped"
    UNSAFE = "no safe line"
    SIGN_IN = "user and password"
    TURNED_AWAY = "the server takes no mail"
    SENDER = "the sender"
    READER = "the reader's address"
    MAIL = "the mail itself"


@dataclass(eq=False)
class NotSentError(Exception):
    """A mail that did not go; `code` and `told` are what the server said."""

    fault: Fault
    code: int = 0
    told: str = ""

    def __str__(self) -> str:
        return repr(self)


class ServerAtFaultError(NotSentError):
    """No mail goes at all: the server is away, or does not let Kring in."""


class LineBrokenError(NotSentError):
    """The line broke in the middle of this mail; perhaps because of it."""


class RefusedForNowError(NotSentError):
    """The server asks to try this mail again later."""


class RefusedForGoodError(NotSentError):
    """The server will never take this mail."""


@contextmanager
def line() -> Iterator[Send]:
    """One connection for as many mails as there are.

    Raises ServerAtFaultError when there is none to be had. After a LineBrokenError no
    more mails can go by it.
    """
    backend = _Backend(timeout=PATIENCE_AT_FIRST)
    try:
        _open(backend)
        yield partial(_send, backend)
    finally:
        _hang_up(backend)


class _Remembering(smtplib.SMTP):
    """Keeps what the server said when it took a mail."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 — of smtplib
        code, told = super().data(msg)
        self.answer = f"{code} {_readable(told)}"
        return code, told


class _RememberingSafely(_Remembering, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    connection: _Remembering | None
    _partial_connection: _Remembering | None

    @property
    def connection_class(self) -> type[_Remembering]:
        return _RememberingSafely if self.use_ssl else _Remembering

    @property
    def partial(self) -> _Remembering | None:
        """A connection that was opened, and not as far as it should."""
        return self._partial_connection


def _open(backend: _Backend) -> None:
    try:
        backend.open()
        connection = _connection(backend)
        connection.ehlo_or_helo_if_needed()
        _be_patient(connection, PATIENCE)
    except (OSError, UnicodeError) as error:
        raise ServerAtFaultError(*_facts_of(error)) from error


def _send(backend: _Backend, message: EmailMessage) -> str:
    try:
        backend.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refusal:
        [(code, told)] = refusal.recipients.values()
        raise _refusal(Fault.READER, code, told) from refusal
    except smtplib.SMTPSenderRefused as refusal:
        raise _refusal(Fault.SENDER, *_said(refusal)) from refusal
    except smtplib.SMTPResponseException as refusal:
        raise _refusal(Fault.MAIL, *_said(refusal)) from refusal
    except (smtplib.SMTPNotSupportedError, ValueError, MessageError) as error:
        # What this server, or mail itself, has no way of writing.
        raise RefusedForGoodError(Fault.MAIL, told=_readable(str(error))) from error
    except OSError as error:
        _connection(backend).close()
        raise LineBrokenError(*_facts_of(error)) from error
    return _connection(backend).answer


def _refusal(fault: Fault, code: int, told: bytes | str) -> NotSentError:
    words = _readable(told)
    if code == _CLOSES:
        return LineBrokenError(Fault.TURNED_AWAY, code, words)
    if code in _WANTS_SIGN_IN:
        return ServerAtFaultError(Fault.SIGN_IN, code, words)
    if code >= _FOR_GOOD:
        return RefusedForGoodError(fault, code, words)
    return RefusedForNowError(fault, code, words)


def _facts_of(error: Exception) -> tuple[Fault, int, str]:
    if isinstance(error, smtplib.SMTPResponseException):
        is_sign_in = isinstance(error, smtplib.SMTPAuthenticationError)
        fault = Fault.SIGN_IN if is_sign_in else Fault.TURNED_AWAY
        code, told = _said(error)
        return fault, code, _readable(told)
    fault = next(
        fault
        for kind, fault in _FAULTS
        # What smtplib takes for a dropped line may have been a silence.
        if isinstance(error, kind) or isinstance(error.__context__, kind)
    )
    return fault, 0, _readable(getattr(error, "strerror", None) or str(error))


_FAULTS: Final[tuple[tuple[type[Exception], Fault], ...]] = (
    (socket.gaierror, Fault.NOT_FOUND),
    (UnicodeError, Fault.NOT_FOUND),
    (TimeoutError, Fault.SILENT),
    (ssl.SSLError, Fault.UNSAFE),
    (smtplib.SMTPNotSupportedError, Fault.UNSAFE),
    (smtplib.SMTPServerDisconnected, Fault.BROKEN),
    (ConnectionResetError, Fault.BROKEN),
    (BrokenPipeError, Fault.BROKEN),
    (Exception, Fault.UNREACHABLE),
)
"""The first that fits; several of these are kinds of OSError."""


def _said(error: smtplib.SMTPResponseException) -> tuple[int, bytes | str]:
    return error.smtp_code, error.smtp_error


def _readable(told: bytes | str) -> str:
    """What a server said, on one line and not endless."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    tidy = " ".join(text.split())
    return "".join(filter(str.isprintable, tidy))[:_LONGEST_ANSWER]


def _hang_up(backend: _Backend) -> None:
    """Also on a server that answered and then let nobody in."""
    for connection in (backend.connection, backend.partial):
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                _be_patient(connection, PATIENCE_AT_LAST)
                connection.quit()
            connection.close()


def _connection(backend: _Backend) -> _Remembering:
    if backend.connection is None:
        raise smtplib.SMTPServerDisconnected
    return backend.connection


def _be_patient(connection: _Remembering, seconds: int) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def there_is_one() -> bool:
    """Whether a mail server is configured at all."""
    return settings.KRING_MAIL_SERVER is not None
