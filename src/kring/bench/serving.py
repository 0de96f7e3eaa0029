"""W10: pages over HTTP, out of a served process, as somebody who is signed in."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import import_module
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from kring.accounts.actors import OPERATOR
from kring.accounts.models import StaffRole
from kring.actions.users import add_user
from kring.bench import peers
from kring.bench.racing import Contender, Limit, Race, Ratio, Role
from kring.bench.scratch import scratch_url
from kring.bench.workloads import OBJECTS_UP_TO, Bench
from kring.bench.world import plain

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60  # seconds
WORKERS: Final = 1
_OK: Final = 200
_MISSING_ONLY_DATA: Final = "/sjablonen/"
"""A page of the same frame that shows no data: there are no templates."""


@dataclass(eq=False)
class NotServedError(Exception):
    """The page did not come, or not with status 200."""

    path: str
    status: int


@dataclass(slots=True)
class Visitor:
    """Someone of the staff, with a connection that is open already."""

    connection: HTTPConnection
    cookie: str

    def connect(self) -> None:
        """Anew: the server ends connections on which nothing is asked for a while."""
        self.connection.close()
        self.connection.connect()

    def page(self, path: str) -> str:
        """The text of a page; raises NotServedError."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status != _OK:
            raise NotServedError(path, response.status)
        return text


@dataclass(frozen=True, slots=True)
class Page:
    """A page, what it must show, how that is read, and how P1 finds the same."""

    work: str
    path: str
    truth: object
    told: Callable[[str], object]
    found_by_objects: Callable[[], object]


def pages(bench: Bench) -> Iterator[Race]:
    """The world has a thousand groups."""
    with served() as visitor:
        for page in (_list(bench), _members(bench), _contact(bench), _preview(bench)):
            yield _race(bench, page, visitor)


@contextmanager
def served() -> Iterator[Visitor]:
    """The database that Django works on, served on a free port of this machine."""
    port = _free_port()
    words = ("serve", "--host", HOST, "--port", str(port), "--workers", str(WORKERS))
    process = subprocess.Popen(  # noqa: S603 — our own command
        [sys.executable, "-m", "kring", *words, "--as-long-as", str(os.getpid())],
        env=_environment(port),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(port, process)
        with closing(HTTPConnection(HOST, port, timeout=PATIENCE * 10)) as connection:
            yield Visitor(connection, _signed_in())
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _race(bench: Bench, page: Page, visitor: Visitor) -> Race:
    peers_too = bench.world.contacts <= OBJECTS_UP_TO
    objects = Contender(Role.P1, "ORM objects, without a page", page.found_by_objects)
    return Race(
        "W10",
        page.work,
        page.truth,
        [
            Contender(
                Role.KRING,
                "over HTTP",
                lambda: visitor.page(page.path),
                told=page.told,
                before=visitor.connect,
            ),
            Contender(
                Role.FLOOR,
                "a page without data",
                lambda: visitor.page(_MISSING_ONLY_DATA),
                told=lambda _: page.truth,
                before=visitor.connect,
            ),
            *([objects] if peers_too else []),
        ],
        [
            Limit(100, at=(100_000,)),
            Ratio(Role.FLOOR, at_most=10),
            Ratio(Role.P1, at_least=100, at=(100_000,)),
        ],
    )


def _list(bench: Bench) -> Page:
    counts = {
        group: len(inside)
        for group, inside in (
            (group, plain_members(bench, group)) for group in bench.world.groups
        )
    }

    def counted() -> dict[int, int]:
        objects = peers.Objects(bench.world)
        return {group: len(objects.members_of(group)) for group in bench.world.groups}

    work = f"list of {len(counts):,} groups"
    return Page(work, "/groepen/", counts, _counts_in, counted)


def _members(bench: Bench) -> Page:
    names = bench.world.facts.sort_names
    inside = plain_members(bench, bench.dense)
    first = tuple(
        contact for _, contact in sorted((names[one], one) for one in inside)[:50]
    )

    def sorted_objects() -> tuple[int, ...]:
        found = peers.Objects(bench.world).members_of(bench.dense)
        ordered = sorted(found, key=lambda contact: (contact.sort_name, contact.pk))
        return tuple(contact.pk for contact in ordered[:50])

    path = f"/groepen/{bench.dense}/leden/"
    return Page("members of a large group", path, first, _contacts_in, sorted_objects)


def _contact(bench: Bench) -> Page:
    world, contact = bench.world, 1
    truth = frozenset(
        group for group in world.groups if contact in world.members[group]
    )

    def groups() -> frozenset[int]:
        objects = peers.Objects(world)
        return frozenset(
            group
            for group in world.groups
            if any(one.pk == contact for one in objects.members_of(group))
        )

    return Page("a contact", f"/contacten/{contact}/", truth, _groups_in, groups)


def _preview(bench: Bench) -> Page:
    parts, removed = bench.world.statics[2:9], bench.world.statics[9:10]
    truth = plain(bench.world)
    inside = truth.members_of(parts[0]).union(*map(truth.members_of, parts))
    asked = {"parts": parts, "condition": "any", "removed": removed}
    path = "/groepen/voorbeeld/?" + urlencode(asked, doseq=True)

    def evaluated() -> int:
        objects = peers.Objects(bench.world)
        found = objects.members_of(parts[0]).union(*map(objects.members_of, parts))
        return len(found - objects.members_of(removed[0]))

    count = len(inside - truth.members_of(removed[0]))
    work = f"preview of {len(parts) + len(removed)} groups"
    return Page(work, path, count, _count_in, evaluated)


def plain_members(bench: Bench, group: int) -> frozenset[int]:
    return plain(bench.world).members_of(group)


def _counts_in(page: str) -> dict[int, int]:
    """The number of members behind each group of the list."""
    return {int(group): _number(count) for group, count in _LISTED.findall(page)}


def _contacts_in(page: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(one) for one in _CONTACT.findall(page)))


def _groups_in(page: str) -> frozenset[int]:
    return frozenset(int(one) for one in _GROUP.findall(page))


def _count_in(page: str) -> int:
    found = _PREVIEWED.search(page)
    return _number(found[1]) if found else -1


def _number(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _environment(port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": scratch_url(),
        "KRING_BASE_URL": f"http://{HOST}:{port}",
        "KRING_DEBUG": "0",
        # Or it would take the session for a forged one.
        "KRING_SECRET_KEY": str(settings.SECRET_KEY),
    }


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotServedError("/", 0)


def _signed_in() -> str:
    """The cookie of a session that was begun for a member of staff."""
    user = add_user("bench@kring.example", role=StaffRole.STAFF, by=OPERATOR)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        port: int = asked.getsockname()[1]
        return port


_LISTED: Final = re.compile(
    r'href="/groepen/(\d+)/">.*?class="figure">([\d.,\s]+)<', re.DOTALL
)
_CONTACT: Final = re.compile(r'href="/contacten/(\d+)/"')
_GROUP: Final = re.compile(r'href="/groepen/(\d+)/"')
_PREVIEWED: Final = re.compile(r'class="preview-count">\s*([\d.,]+)')
