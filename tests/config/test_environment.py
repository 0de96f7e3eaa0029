"""What each environment variable may say, and what is said about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from kring.config import environment
from kring.config.environment import (
    Encryption,
    Environment,
    EnvironmentVariableError,
    MailServer,
)
from kring.database.location import connection_facts


def read(**variables: str) -> Environment:
    return environment.read(variables)


def test_without_variables_kring_is_dutch_and_of_this_machine_alone() -> None:
    found = read()
    assert (found.language, found.time_zone) == ("nl", "Europe/Amsterdam")
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.allowed_hosts == ("127.0.0.1", "localhost", "[::1]")
    assert found.mail_server is None
    assert found.mail_from == "kring@localhost"
    assert found.mail_retry_seconds == 60
    assert found.mail_per_minute == 600
    assert found.secret_key is None
    assert not found.debug


def test_an_empty_variable_is_an_absent_one() -> None:
    assert read(KRING_TIME_ZONE=" ", DATABASE_URL="", KRING_DATA="") == read()


WRONG = [
    ("KRING_DATA", "~nobody-by-this-name/data"),
    ("DATABASE_URL", "mysql://kring@host/kring"),
    ("DATABASE_URL", "postgresql://host:99999/kring"),
    ("KRING_SECRET_KEY", "short"),
    ("KRING_ALLOWED_HOSTS", "https://kring.example.org"),
    ("KRING_ALLOWED_HOSTS", "kring.example.org:8000"),
    ("KRING_ALLOWED_HOSTS", "kring example"),
    ("KRING_BASE_URL", "kring.example.org"),
    ("KRING_BASE_URL", "ftp://kring.example.org"),
    ("KRING_BASE_URL", "https://"),
    ("KRING_BASE_URL", "https://kring.example.org/groepen"),
    ("KRING_BASE_URL", "https://kring.example.org?page=1"),
    ("KRING_BASE_URL", "https://user@kring.example.org"),
    ("KRING_BASE_URL", "https://kring.example.org:99999"),
    ("KRING_BASE_URL", "https://[kring"),
    ("KRING_EMAIL_URL", "mail.example.org"),
    ("KRING_EMAIL_URL", "https://mail.example.org"),
    ("KRING_EMAIL_URL", "smtp://"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org:mail"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org:0"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org/inbox"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org?tls=perhaps"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org?ssl=1"),
    ("KRING_EMAIL_URL", "smtp://mail.example.org?tls"),
    ("KRING_MAIL_FROM", "De Kring"),
    ("KRING_MAIL_FROM", "info@"),
    ("KRING_MAIL_RETRY_SECONDS", "0"),
    ("KRING_MAIL_RETRY_SECONDS", "-5"),
    ("KRING_MAIL_RETRY_SECONDS", "soon"),
    ("KRING_MAIL_RETRY_SECONDS", "86401"),
    ("KRING_MAIL_RETRY_SECONDS", "1" * 5000),
    ("KRING_MAIL_PER_MINUTE", "0"),
    ("KRING_MAIL_PER_MINUTE", "many"),
    ("KRING_MAIL_PER_MINUTE", "100001"),
    ("KRING_TIME_ZONE", "Mars/Olympus"),
    ("KRING_TIME_ZONE", "../../etc/passwd"),
    ("KRING_TIME_ZONE", "Europe"),
    ("KRING_LANGUAGE", "fr"),
    ("KRING_DEBUG", "maybe"),
]


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_what_cannot_be_used_is_refused_by_name(variable: str, value: str) -> None:
    with pytest.raises(EnvironmentVariableError, match=variable) as refused:
        read(**{variable: value})
    assert refused.value.variable == variable


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()
    with pytest.raises(EnvironmentVariableError, match="KRING_DATA"):
        read(KRING_DATA=str(file))


@pytest.mark.parametrize(
    "url",
    [
        "smtp://kring:hunter2@mail.example.org:99999",
        "smtp://kring:hunter2@mail.example.org?tls=perhaps",
        "smtps://kring:hunter2@mail.example.org",
    ],
)
def test_a_refused_mail_address_shows_no_password(url: str) -> None:
    with pytest.raises(EnvironmentVariableError) as refused:
        read(KRING_EMAIL_URL=url)
    assert "hunter2" not in str(refused.value)


def test_a_refused_database_address_shows_no_password() -> None:
    with pytest.raises(EnvironmentVariableError) as refused:
        read(DATABASE_URL="postgresql://kring:hunter2@host:port/kring")
    assert "hunter2" not in str(refused.value)


def test_the_sentence_is_in_the_language_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = EnvironmentVariableError(
        "KRING_LANGUAGE", "%(variable)s is %(value)s: write nl or en.", "fr"
    )
    monkeypatch.setenv("KRING_LANGUAGE", "nl")
    assert str(error) == "KRING_LANGUAGE is fr: schrijf nl of en."
    monkeypatch.setenv("KRING_LANGUAGE", "en")
    assert str(error) == "KRING_LANGUAGE is fr: write nl or en."


def test_without_a_database_url_the_data_folder_has_the_database(
    tmp_path: Path,
) -> None:
    found = read(KRING_DATA=str(tmp_path))
    assert found.database_is_embedded
    assert found.database["HOST"] == connection_facts(tmp_path).host


def test_a_database_url_goes_before_the_data_folder(tmp_path: Path) -> None:
    found = read(
        KRING_DATA=str(tmp_path),
        DATABASE_URL="postgresql://ada:s%40ve@db.example.org:6543/circle?sslmode=require",
    )
    assert not found.database_is_embedded
    assert found.database == {
        "NAME": "circle",
        "HOST": "db.example.org",
        "PORT": "6543",
        "USER": "ada",
        "PASSWORD": "s@ve",
        "OPTIONS": {
            "sslmode": "require",
            "options": "-c lock_timeout=10s -c cursor_tuple_fraction=1",
        },
    }


def test_what_a_database_url_asks_of_the_server_goes_before_our_own() -> None:
    found = read(DATABASE_URL="postgresql:///kring?options=-c%20lock_timeout%3D1s")
    assert found.database["OPTIONS"] == {
        "options": "-c lock_timeout=10s -c cursor_tuple_fraction=1 -c lock_timeout=1s"
    }


def test_the_host_of_the_base_url_is_allowed() -> None:
    found = read(
        KRING_BASE_URL="https://kring.example.org/",
        KRING_ALLOWED_HOSTS="www.example.org, .example.net",
    )
    assert found.base_url == "https://kring.example.org"
    assert found.allowed_hosts[:3] == (
        "www.example.org",
        ".example.net",
        "kring.example.org",
    )


def test_a_base_url_may_be_a_number_of_the_next_internet() -> None:
    assert "[2001:db8::1]" in read(KRING_BASE_URL="http://[2001:db8::1]").allowed_hosts


def test_mails_come_from_the_host_of_the_base_url() -> None:
    found = read(KRING_BASE_URL="https://kring.example.org")
    assert found.mail_from == "kring@kring.example.org"


def test_mails_may_come_from_somebody_by_name() -> None:
    found = read(KRING_MAIL_FROM="De Kring <info@example.org>")
    assert found.mail_from == "De Kring <info@example.org>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://kring:p%40ss@mail.example.org:2525?tls=starttls",
            MailServer("mail.example.org", 2525, "kring", "p@ss", Encryption.STARTTLS),
        ),
        (
            "smtp://mail.example.org",
            MailServer("mail.example.org", 587, "", "", Encryption.STARTTLS),
        ),
        (
            "smtp://mail.example.org:465",
            MailServer("mail.example.org", 465, "", "", Encryption.IMPLICIT),
        ),
        (
            "smtp://127.0.0.1:1025/",
            MailServer("127.0.0.1", 1025, "", "", Encryption.NONE),
        ),
    ],
)
def test_a_mail_address_names_the_server(url: str, server: MailServer) -> None:
    assert read(KRING_EMAIL_URL=url).mail_server == server


def test_a_given_secret_key_is_used() -> None:
    assert read(KRING_SECRET_KEY="x" * 32).secret_key == "x" * 32


def test_debug_is_switched_on_with_1() -> None:
    assert read(KRING_DEBUG="1").debug
