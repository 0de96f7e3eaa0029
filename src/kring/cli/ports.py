"""Whether an address is free to serve at."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kring.actions.errors import RefusedError
from kring.ui.words import words_for


@dataclass(eq=False)
class AddressNotFreeError(RefusedError):
    """Somebody else listens there, or this machine has no such address."""

    host: str
    port: int
    reason: str
    is_in_use: bool


def require_free(host: str, port: int) -> None:
    """Raises AddressNotFreeError; asked plainly, since web servers share a port."""
    try:
        family, kind, *_rest, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind(address)
            asked.listen()
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        reason = error.strerror or str(error)
        raise AddressNotFreeError(host, port, reason, in_use) from error


@words_for.register
def _not_free(error: AddressNotFreeError) -> str:
    sentence = (
        _(
            "Something else listens at %(host)s, port %(port)s: stop it, or choose"
            " another port with --port."
        )
        if error.is_in_use
        else _(
            "Kring cannot be served at %(host)s, port %(port)s (%(reason)s): choose"
            " another address with --host, or another port with --port."
        )
    )
    return sentence % {"host": error.host, "port": error.port, "reason": error.reason}
