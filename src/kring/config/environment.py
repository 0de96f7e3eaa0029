"""What the environment variables say, each validated, with a message that names it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kring.database.location import (
    connection_facts,
    connection_parts,
    default_data_folder,
)
from kring.database.url import parse_url


@dataclass(frozen=True, slots=True)
class Environment:
    data: Path
    database: dict[str, object]
    database_is_embedded: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    base_url: str
    time_zone: str
    language: str
    debug: bool


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment; raises EnvironmentVariableError naming the wrong variable."""
    data = Path(variables.get("KRING_DATA") or default_data_folder())
    return Environment(
        data=data,
        database=_database(variables, data),
        database_is_embedded=not variables.get("DATABASE_URL"),
        secret_key=variables.get("KRING_SECRET_KEY") or secrets.token_urlsafe(50),
        allowed_hosts=("localhost", "127.0.0.1", "[::1]"),
        base_url=variables.get("KRING_BASE_URL", "http://127.0.0.1:8000"),
        time_zone=variables.get("KRING_TIME_ZONE", "Europe/Amsterdam"),
        language=variables.get("KRING_LANGUAGE", "nl"),
        debug=variables.get("KRING_DEBUG") == "1",
    )


def _database(variables: Mapping[str, str], data: Path) -> dict[str, object]:
    url = variables.get("DATABASE_URL")
    parts = dict(parse_url(url) if url else connection_parts(connection_facts(data)))
    named = {
        "NAME": parts.pop("dbname", "kring"),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
    }
    # Ten seconds for a lock, then a friendly refusal with nothing lost.
    parts.setdefault("options", "-c lock_timeout=10s")
    return {**named, "OPTIONS": parts}
