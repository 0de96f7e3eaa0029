"""`kring demo`, as somebody runs it: in a folder of its own, with all its processes."""

from __future__ import annotations

import json
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from kring.actions.demo.loading import PASSWORD
from tests.cli.processes import (
    Kring,
    answer,
    free_port,
    kring,
    processes_naming,
    wait_until,
)


@dataclass(frozen=True)
class Demo:
    """A demo that is ready, and the environment that it runs in."""

    kring: Kring
    port: int
    environment: dict[str, str]


@contextmanager
def own_folder() -> Iterator[Path]:
    data = Path(tempfile.mkdtemp(prefix="kring-demo-"))
    data.chmod(0o711)  # root's server runs as a system user, who must get through
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def environment_of(data: Path) -> dict[str, str]:
    return {"KRING_DATA": str(data), "DATABASE_URL": ""}


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    port = free_port()
    with own_folder() as data:
        environment = environment_of(data)
        with kring("demo", "--port", str(port), environment=environment) as started:
            started.await_line("Ctrl-C")
            yield Demo(started, port, environment)


def members_of(group: str, environment: dict[str, str]) -> list[str]:
    words = ("group", "members", group, "--format", "json")
    with kring(*words, environment=environment) as asked:
        assert asked.process.wait(120) == 0
    return [member["number"] for member in json.loads(asked.output)]


def test_when_it_says_that_it_is_ready_it_is_well(demo):
    assert answer(demo.port, "/healthz") == (200, '{"well": true, "problems": {}}')


def test_it_prints_the_address_and_who_signs_in(demo):
    assert f"http://127.0.0.1:{demo.port}" in demo.kring.output
    for name in ("beheerder", "medewerker", "lezer"):
        assert f"{name}@dekring.example" in demo.kring.output
    assert PASSWORD in demo.kring.output


def test_one_signs_in_with_what_was_printed(demo):
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"http://127.0.0.1:{demo.port}"
    with browser.open(f"{address}/inloggen/") as page:
        [token] = re.findall(
            r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode()
        )[:1]
    given = {
        "login": "lezer@dekring.example",
        "password": PASSWORD,
        "csrfmiddlewaretoken": token,
    }
    with browser.open(f"{address}/inloggen/", urlencode(given).encode()) as page:
        assert page.url == f"{address}/groepen/"


def test_an_occupied_port_is_refused_in_a_sentence(demo):
    words = ("demo", "--port", str(demo.port))
    with kring(*words, environment=demo.environment) as second:
        assert second.process.wait(120) == 1
    [sentence] = second.lines
    assert "--port" in sentence


def test_a_cooperative_of_another_size_is_not_put_in_its_place(demo):
    port = free_port()
    words = ("demo", "--port", str(port), "--contacts", "3")
    with kring(*words, environment=demo.environment) as second:
        second.await_line("Ctrl-C")
        assert "500" in second.output
        assert len(members_of("Alle contacten", demo.environment)) == 500


def test_ctrl_c_stops_all_of_it_and_again_it_is_the_same():
    port = free_port()
    words = ("demo", "--port", str(port), "--contacts", "40")
    with own_folder() as data:
        environment = environment_of(data)
        with kring(*words, environment=environment) as first:
            first.await_line("Ctrl-C")
            leden = members_of("Leden", environment)
            assert first.stop(signal.SIGINT) == 0
        assert "Traceback" not in first.output
        assert processes_naming(data) == []
        assert answer(port, "/healthz")[0] == 0
        with kring(*words, environment=environment) as second:
            second.await_line("Ctrl-C")
            assert members_of("Leden", environment) == leden
            assert 20 < len(leden) < 40


def test_a_demo_that_is_killed_leaves_nobody(demo):
    port = free_port()
    words = ("demo", "--port", str(port))
    with kring(*words, environment=demo.environment) as killed:
        killed.await_line("Ctrl-C")
        killed.stop(signal.SIGKILL)
        wait_until(lambda: answer(port, "/healthz")[0] == 0)
