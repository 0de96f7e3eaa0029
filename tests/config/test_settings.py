"""Settings as a process of its own reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

SHOWN = """
import json, sys
from kring.config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}))
"""


def settings_with(variables: dict[str, str], *names: str) -> dict[str, object]:
    shown = subprocess.run(
        [sys.executable, "-c", SHOWN, *names],
        check=True,
        capture_output=True,
        env={**os.environ, **variables},
    )
    found: dict[str, object] = json.loads(shown.stdout)
    return found


def test_importing_settings_makes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings_with({"KRING_DATA": str(data), "DATABASE_URL": ""}, "DEBUG")
    assert not data.exists()


def test_https_is_demanded_when_the_base_url_has_it() -> None:
    demanded = [
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_PROXY_SSL_HEADER",
        "ALLAUTH_TRUSTED_PROXY_COUNT",
    ]
    https = settings_with({"KRING_BASE_URL": "https://kring.example.org"}, *demanded)
    http = settings_with({"KRING_BASE_URL": "http://127.0.0.1:8000"}, *demanded)
    assert all(https.values())
    assert not any(http.values())


def test_a_wrong_variable_ends_the_command_with_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "kring", "--help"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "KRING_TIME_ZONE": "Mars/Olympus"},
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "KRING_TIME_ZONE" in ended.stderr


@pytest.mark.django_db
def test_a_page_may_run_no_script_and_style_of_its_own(client: Client) -> None:
    policy = client.get("/inloggen/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
