"""What the environment variables say, each validated, with a message that names it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Environment:
    data: Path
    database: dict[str, object]
    secret_key: str
    allowed_hosts: tuple[str, ...]
    base_url: str
    time_zone: str
    language: str
    debug: bool


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment; raises EnvironmentVariableError naming the wrong variable."""
    return Environment(
        data=Path(variables.get("KRING_DATA", "/tmp/kring-data")),
        database=_database(variables),
        secret_key=variables.get("KRING_SECRET_KEY") or secrets.token_urlsafe(50),
        allowed_hosts=("localhost", "127.0.0.1", "[::1]"),
        base_url=variables.get("KRING_BASE_URL", "http://127.0.0.1:8000"),
        time_zone=variables.get("KRING_TIME_ZONE", "Europe/Amsterdam"),
        language=variables.get("KRING_LANGUAGE", "nl"),
        debug=variables.get("KRING_DEBUG") == "1",
    )


def _database(variables: Mapping[str, str]) -> dict[str, object]:
    """Filled in when the database room exists."""
    return {"NAME": "kring", "HOST": variables.get("KRING_DATA", "/tmp/kring-data")}
