"""DATABASE_URL: what it says, and writing one."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kring.database.errors import UnreadableUrlError
from kring.database.location import ConnectionFacts

SCHEMES = ("postgresql://", "postgres://")
LARGEST_PORT = 65_535


def parse_url(url: str, *, variable: str = "DATABASE_URL") -> dict[str, str]:
    """The parts under libpq's names: host, port, user, password, dbname, sslmode."""
    if not url.startswith(SCHEMES):
        raise UnreadableUrlError(variable, "it does not begin with postgresql://")
    try:
        parts = {name: str(part) for name, part in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:
        raise UnreadableUrlError(variable, _reason(error)) from None
    if not parts.get("dbname"):
        raise UnreadableUrlError(variable, "it names no database after the host")
    for port in filter(None, parts.get("port", "").split(",")):
        _refuse_wrong_port(port, variable)
    return parts


def url_of(facts: ConnectionFacts) -> str:
    query = urlencode(
        {"host": facts.host, "port": facts.port, "requirepeer": facts.server_user},
        quote_via=quote,
    )
    return f"postgresql://{quote(facts.user)}@/{quote(facts.name)}?{query}"


def _refuse_wrong_port(port: str, variable: str) -> None:
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= LARGEST_PORT):
        raise UnreadableUrlError(variable, f"{port} is no port")


def _reason(error: psycopg.ProgrammingError) -> str:
    """Of what libpq quotes only a parameter's name: the rest may hold a password."""
    words = str(error).strip()
    if "query parameter" in words:
        return words
    return words.split('"', 1)[0].rstrip(" :")
