"""A browser that visits a running Kring and says what is wrong with its pages."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Response,
    sync_playwright,
)

from kring.accounts.models import User

Theme = Literal["light", "dark"]

PHONE, DESK = 360, 1440
LOOKS: tuple[tuple[int, Theme], ...] = (
    (DESK, "light"),
    (DESK, "dark"),
    (PHONE, "light"),
    (PHONE, "dark"),
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MISSING = "no Chromium found: install one, on Debian with `apt-get install chromium`"
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@dataclass
class Visitor:
    """Somebody at a browser; whatever goes wrong on a page is kept in `troubles`."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.set_default_timeout(10_000)

    def goes_to(self, path: str) -> Response:
        response = self.page.goto(self.address + path)
        assert response is not None
        return response

    def signs_in(self, user: User) -> None:
        """As after the sign-in page, which has its own tests."""
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": str(session.session_key),
                    "url": self.address,
                }
            ]
        )

    def sees(self, *, width: int = DESK, theme: Theme = "light") -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme)

    def finds_no_fault(self, name: str) -> None:
        """In both themes, on a phone and a desk: nothing axe minds, nothing too wide.

        With KRING_PICTURES set to a folder, each look is kept there under this name.
        """
        for width, theme in LOOKS:
            self.sees(width=width, theme=theme)
            assert self._axe_minds() == [], f"{name}, {width} px, {theme}"
            assert self._is_no_wider_than_the_screen(), f"{name}, {width} px, {theme}"
            assert self._breaks_into_letters() == [], f"{name}, {width} px, {theme}"
            self._keeps_picture(f"{name}-{width}-{theme}")

    def was_told(self, trouble: str) -> None:
        """The browser complained of this, which the test is about."""
        assert any(trouble in told for told in self.troubles), self.troubles
        self.troubles.clear()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"{message.text} ({message.location.get('url')})")

    def _axe_minds(self) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = json.dumps({"runOnly": AXE_RULES, "resultTypes": ["violations"]})
        violations = self.page.evaluate(f"axe.run(document, {options})")["violations"]
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def _is_no_wider_than_the_screen(self) -> bool:
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth"
                " <= document.documentElement.clientWidth"
            )
        )

    def _breaks_into_letters(self) -> list[str]:
        """What is squeezed into so narrow a column that it reads from top to bottom."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll("main :is(td, dd, li, p, a, label)")]
              .filter((one) => one.checkVisibility() && one.innerText?.length > 6)
              .filter((one) => {
                const words = document.createRange();
                words.selectNodeContents(one);
                const { width, height } = words.getBoundingClientRect();
                return width < 30 && height > 6 * width;
              })
              .map((one) => one.innerText)"""
        )
        return found

    def _keeps_picture(self, name: str) -> None:
        folder = os.environ.get("KRING_PICTURES")
        if folder:
            path = Path(folder) / f"{name}.png"
            self.page.screenshot(path=path, full_page=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; where there is none, tests are skipped, but not in CI."""
    path = _chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse
        # to use the database, although nothing of ours runs in that loop.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=_arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def kring_address() -> Iterator[str]:
    """A Kring being served; whitenoise serves its styles, as it does for real."""
    thread = LiveServerThread("127.0.0.1", static_handler=_WithoutDjangosStatics)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def visitor(
    chromium: Browser,
    kring_address: str,
    transactional_db: None,
) -> Iterator[Visitor]:
    """A visitor to a running Kring; the test fails when a page had any trouble."""
    with chromium.new_context(locale="nl-NL", reduced_motion="reduce") as context:
        visitor = Visitor(context.new_page(), kring_address)
        visitor.sees()
        yield visitor
        assert visitor.troubles == []


class _WithoutDjangosStatics(WSGIHandler):
    """Stands in for Django's own handler of static files, which finds no others."""

    def __init__(self, _application: WSGIHandler) -> None:
        super().__init__()


def _chromium() -> str | None:
    found = (shutil.which(name) for name in NAMES)
    return next(filter(None, found), str(MAC) if MAC.exists() else None)


def _arguments() -> list[str]:
    """Chromium's own sandbox does not work for root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []
