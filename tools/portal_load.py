"""Many contacts sign in at the portal and join groups at once, and nothing is lost.

Called as `python -m tools.portal_load [CONTACTS] [AT ONCE]`: a Kring of its own, with
the server and worker that run for real and a mail server that takes all mail. Each
contact comes from a place of its own, asks for a code, waits for the mail, signs in by
it, joins two groups and leaves one again. Then every number and every stored bit is
compared.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final
from urllib.parse import urlencode

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HERE: Final = "127.0.0.1"
PATIENCE: Final = 300
KRING: Final = Path(sys.executable).parent / "kring"
HOST: Final = "portaal.example.org"
OK, FOUND = 200, 302


class TroubleError(Exception):
    """Something was answered that should not have been."""


@dataclass
class Mailboxes:
    """What arrived for each address; waited for by whoever reads it."""

    arrived: defaultdict[str, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    change: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(  # noqa: N802 — of aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        body = mail.get_body(("plain",))
        with self.change:
            for reader in envelope.rcpt_tos:
                text = "" if body is None else str(body.get_content())
                self.arrived[reader].append(text)
            self.change.notify_all()
        return "250 2.0.0 OK"

    def code_for(self, address: str) -> str:
        def found() -> list[str]:
            mails = "\n".join(self.arrived[address])
            return re.findall(r"^(\d{6})\r?$", mails, re.MULTILINE)

        with self.change:
            if not self.change.wait_for(found, PATIENCE):
                raise TroubleError(address)
            return found()[0]


@dataclass
class Visitor:
    """A browser behind the proxy, from a place of its own."""

    port: int
    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"lid{self.number}@example.org"

    def posts(self, path: str, **form: str) -> None:
        token = self.cookies["csrftoken"]
        sent = urlencode({**form, "csrfmiddlewaretoken": token})
        self._asks("POST", path, sent, FOUND)

    def opens(self, path: str) -> None:
        self._asks("GET", path, "", OK)

    def _asks(self, method: str, path: str, body: str, expected: int) -> None:
        begun = time.monotonic()
        connection = HTTPConnection(HERE, self.port, timeout=PATIENCE)
        connection.request(method, path, body, self._headers())
        response = connection.getresponse()
        response.read()
        connection.close()
        self.times.append(time.monotonic() - begun)
        if response.status != expected:
            raise TroubleError(method, path, response.status)
        for written in response.headers.get_all("Set-Cookie", []):
            for name, kept in SimpleCookie(written).items():
                self.cookies[name] = kept.value

    def _headers(self) -> dict[str, str]:
        place = f"10.{self.number >> 16}.{self.number >> 8 & 255}.{self.number & 255}"
        return {
            "Host": HOST,
            "Cookie": "; ".join(f"{name}={one}" for name, one in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{HOST}/portaal/",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": place,
        }

    def walks(self, mailboxes: Mailboxes, groups: Sequence[int]) -> None:
        self.opens("/portaal/inloggen/")
        self.posts("/portaal/inloggen/", address=self.address)
        self.opens("/portaal/inloggen/code/")
        self.posts("/portaal/inloggen/code/", code=mailboxes.code_for(self.address))
        self.opens("/portaal/")
        for group in groups:
            self.posts(f"/portaal/groepen/{group}/aanmelden/")
        self.posts(f"/portaal/groepen/{groups[-1]}/afmelden/")
        self.opens("/portaal/")


def main(contacts: int = 1_000, at_once: int = 200) -> int:
    mailboxes = Mailboxes()
    with _folder() as data, _mail_server(mailboxes) as mail_port:
        port = _free_port()
        environment = _environment(data, mail_port)
        token = _begun(environment, data, contacts)
        with _running(environment, port):
            groups = _groups(port, token)
            begun = time.monotonic()
            visitors = [Visitor(port, number) for number in range(contacts)]
            troubles = _all_walk(visitors, mailboxes, groups, at_once)
            _tell(visitors, troubles, time.monotonic() - begun)
            welcomed = _await_welcomes(mailboxes, contacts)
        return _judged(environment, contacts, welcomed, troubles)


def _all_walk(
    visitors: Sequence[Visitor],
    mailboxes: Mailboxes,
    groups: Sequence[int],
    at_once: int,
) -> list[str]:
    def walk(visitor: Visitor) -> str:
        try:
            visitor.walks(mailboxes, groups)
        except (OSError, TroubleError) as trouble:
            return f"{visitor.address}: {trouble}"
        return ""

    with ThreadPoolExecutor(at_once) as pool:
        return [told for told in pool.map(walk, visitors) if told]


def _judged(
    environment: dict[str, str], contacts: int, welcomed: int, troubles: list[str]
) -> int:
    inside = {name: _count(environment, name) for name in ("Koor", "Band", "Samen")}
    checked = subprocess.run([KRING, "check"], env=environment, check=False)  # noqa: S603
    _say(f"members {inside}, mails to new members {welcomed}")
    expected = {"Koor": contacts, "Band": 0, "Samen": 0}
    is_well = not troubles and inside == expected and welcomed == contacts
    _say("nothing was lost" if is_well else "SOMETHING WAS LOST")
    return 0 if is_well and checked.returncode == 0 else 1


def _count(environment: dict[str, str], group: str) -> int:
    told = _kring(environment, "group", "members", group, "--format", "json")
    return len(json.loads(told))


def _tell(visitors: Sequence[Visitor], troubles: list[str], took: float) -> None:
    times = [one for visitor in visitors for one in visitor.times]
    _say(f"{len(visitors)} contacts in {took:.1f} s, {len(times)} requests")
    if len(times) > 1:
        late = quantiles(times, n=20)[-1]
        _say(
            f"{len(times) / took:.0f} requests a second, median {median(times):.2f} s,"
            f" one in twenty over {late:.2f} s, slowest {max(times):.2f} s"
        )
    for trouble in troubles[:10]:
        _say(trouble)


def _await_welcomes(mailboxes: Mailboxes, contacts: int) -> int:
    def welcomed() -> int:
        return sum(
            "Good to have you" in text
            for mails in mailboxes.arrived.values()
            for text in mails
        )

    with mailboxes.change:
        mailboxes.change.wait_for(lambda: welcomed() >= contacts, 60)
        return welcomed()


def _begun(environment: dict[str, str], data: Path, contacts: int) -> str:
    """Tables, contacts and a user; returns a token of that user."""
    _kring(environment, "migrate")
    people = data / "people.csv"
    rows = (f"L{one},Lid {one},lid{one}@example.org" for one in range(contacts))
    people.write_text("\n".join(["number,last_name,email", *rows]), encoding="utf-8")
    _kring(environment, "import", "contacts", str(people))
    _kring(environment, "user", "add", "eva@example.org", "--role", "admin")
    given = ("token", "add", "load", "--user", "eva@example.org", "--json")
    return str(json.loads(_kring(environment, *given))["token"])


def _groups(port: int, token: str) -> list[int]:
    """A group that welcomes, and one that does not; what follows from both as well."""
    text = {"name": "Welkom", "subject": "Welkom", "body": "Good to have you"}
    template = _made(port, token, "templates", text)
    is_open = {"visible_on_portal": True, "editable_on_portal": True}
    first = {"name": "Koor", "welcome_template": template, **is_open}
    groups = [
        _made(port, token, "groups", first),
        _made(port, token, "groups", {"name": "Band", **is_open}),
    ]
    both = {"all": [{"group": group} for group in groups]}
    _made(port, token, "groups", {"name": "Samen", "definition": both})
    return groups


def _made(port: int, token: str, what: str, wanted: dict[str, Any]) -> int:
    connection = HTTPConnection(HERE, port, timeout=PATIENCE)
    headers = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
    }
    connection.request("POST", f"/api/v1/{what}", json.dumps(wanted), headers)
    response = connection.getresponse()
    told = response.read().decode()
    connection.close()
    if response.status >= FOUND:
        raise TroubleError(told)
    return int(json.loads(told)["id"])


@contextmanager
def _running(environment: dict[str, str], port: int) -> Iterator[None]:
    """The server and the worker, as they run for real."""
    commands = (["serve", "--port", str(port)], ["worker"])
    started = [
        subprocess.Popen([KRING, *words], env=environment)  # noqa: S603
        for words in commands
    ]
    try:
        _await_answer(port)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def _await_answer(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as asked:
            if asked.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.2)
    raise TroubleError("Kring did not start")


@contextmanager
def _mail_server(mailboxes: Mailboxes) -> Iterator[int]:
    controller = Controller(mailboxes, hostname=HERE, port=_free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    data = Path(tempfile.mkdtemp(prefix="kring-load-"))
    data.chmod(0o711)  # root's server runs as a system user, who must get through
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _environment(data: Path, mail_port: int) -> dict[str, str]:
    # At the usual pace of 600 mails a minute, the mails alone would take minutes.
    return {
        **os.environ,
        "KRING_DATA": str(data),
        "KRING_BASE_URL": f"https://{HOST}",
        "KRING_EMAIL_URL": f"smtp://{HERE}:{mail_port}?tls=none",
        "KRING_MAIL_PER_MINUTE": os.environ.get("KRING_MAIL_PER_MINUTE", "60000"),
    }


def _kring(environment: dict[str, str], *words: str) -> str:
    told = subprocess.run(  # noqa: S603
        [KRING, *words], env=environment, check=True, capture_output=True, text=True
    )
    return told.stdout


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        port: int = asked.getsockname()[1]
        return port


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:3])))
