"""DATABASE_URL is read whole, or refused by name."""

from __future__ import annotations

import pytest

from kring.database.errors import UnreadableUrlError
from kring.database.location import ConnectionFacts, connection_parts
from kring.database.url import parse_url, url_of

SECRET = "s3cret"  # noqa: S105 — it must not come back in a message


def test_every_part_is_read() -> None:
    url = "postgres://ada:p%40ss@db.example:6543/kring?sslmode=require"
    assert parse_url(url) == {
        "user": "ada",
        "password": "p@ss",
        "host": "db.example",
        "port": "6543",
        "dbname": "kring",
        "sslmode": "require",
    }


def test_the_folder_of_a_socket_is_read() -> None:
    parts = parse_url("postgresql:///kring?host=/run/post%20gres")
    assert parts == {"dbname": "kring", "host": "/run/post gres"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "it does not begin with postgresql://"),
        ("mysql://localhost/kring", "it does not begin with postgresql://"),
        ("postgresql://localhost", "it names no database after the host"),
        ("postgresql://localhost/", "it names no database after the host"),
        ("postgresql://localhost:port/kring", "port is no port"),
        ("postgresql://localhost:70000/kring", "70000 is no port"),
        ("postgresql://localhost/kring?colour=red", 'query parameter: "colour"'),
        (f"postgresql://ada:{SECRET}%zz@localhost/kring", "percent-encoded"),
        (f"postgresql://ada:{SECRET}@[::1/kring", "end of string"),
    ],
)
def test_what_cannot_be_read_is_named_without_its_password(
    url: str, reason: str
) -> None:
    with pytest.raises(UnreadableUrlError) as refusal:
        parse_url(url)
    assert str(refusal.value).startswith("DATABASE_URL cannot be read (")
    assert reason in str(refusal.value)
    assert SECRET not in str(refusal.value)


def test_a_written_url_reads_as_the_same_connection() -> None:
    facts = ConnectionFacts("/a folder/with %&?", 5432, "kring", "kring", "someone")
    parts = connection_parts(facts) | {"port": "5432"}
    assert parse_url(url_of(facts)) == parts
