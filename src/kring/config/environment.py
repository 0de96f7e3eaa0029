"""What the environment variables say, each validated, with a message that names it."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email

from kring.config import secret_key
from kring.config.secret_key import SecretKeyError
from kring.database.errors import UnreadableUrlError
from kring.database.location import (
    absolute,
    connection_facts,
    connection_parts,
    default_data_folder,
)
from kring.database.url import parse_url

LOCALE = Path(__file__).parent.parent / "locale"
LANGUAGES = ("nl", "en")
OWN_HOSTS = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"\*|\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
LONGEST_RETRY = 86_400
MOST_PER_MINUTE = 100_000


class Encryption(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


ENCRYPTION_OF_PORT = {465: Encryption.IMPLICIT, 587: Encryption.STARTTLS}


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    user: str
    password: str
    encryption: Encryption


@dataclass(frozen=True, slots=True)
class Environment:
    data: Path
    database: dict[str, object]
    database_is_embedded: bool
    secret_key: str | None
    allowed_hosts: tuple[str, ...]
    base_url: str
    mail_server: MailServer | None
    mail_from: str
    mail_retry_seconds: int
    mail_per_minute: int
    mail_webhook_secret: str
    time_zone: str
    language: str
    debug: bool


@dataclass(eq=False)
class EnvironmentVariableError(Exception):
    """A variable that cannot be used; `problem` may name it and show its value."""

    variable: str
    problem: str
    value: str = ""

    def __str__(self) -> str:
        facts = {"variable": self.variable, "value": self.value}
        return _in_readers_language(self.problem) % facts


def N_(sentence: str) -> str:  # noqa: N802 - the name by which Babel finds sentences
    return sentence


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment; raises EnvironmentVariableError naming the wrong variable."""
    given = {name: text.strip() for name, text in variables.items() if text.strip()}
    data = _data(given)
    base_url = _base_url(given)
    return Environment(
        data=data,
        database=_database(given, data),
        database_is_embedded="DATABASE_URL" not in given,
        secret_key=_secret_key(given),
        allowed_hosts=_allowed_hosts(given, base_url),
        base_url=base_url.geturl(),
        mail_server=_mail_server(given),
        mail_from=_mail_from(given, base_url),
        mail_retry_seconds=_mail_retry_seconds(given),
        mail_per_minute=_mail_per_minute(given),
        mail_webhook_secret=_mail_webhook_secret(given),
        time_zone=_time_zone(given),
        language=_language(given),
        debug=_debug(given),
    )


def kept_secret_key(data: Path) -> str:
    """The key that was made and kept because KRING_SECRET_KEY is absent."""
    try:
        return secret_key.kept_in(data)
    except SecretKeyError as error:
        raise EnvironmentVariableError(
            "KRING_SECRET_KEY",
            N_(
                "%(variable)s is not set and none can be kept (%(value)s): set it to "
                "a random text of at least 32 characters, or KRING_DATA to a folder "
                "of this user alone."
            ),
            str(error),
        ) from error


def _data(given: Mapping[str, str]) -> Path:
    try:
        data = absolute(Path(given.get("KRING_DATA") or default_data_folder()))
    except (OSError, RuntimeError):
        raise EnvironmentVariableError(
            "KRING_DATA",
            N_(
                "%(variable)s says no folder that can be found: write a whole path, "
                "such as /srv/kring."
            ),
        ) from None
    if data.exists() and not data.is_dir():
        raise EnvironmentVariableError(
            "KRING_DATA",
            N_("%(variable)s is %(value)s, which is no folder: write a folder's path."),
            str(data),
        )
    return data


# Ten seconds for a lock, then a friendly refusal with nothing lost. And exports read
# whatever they ask for: planned for the first rows, a large one takes twice as long.
_DEFAULTS: Final = "-c lock_timeout=10s -c cursor_tuple_fraction=1"


def _database(given: Mapping[str, str], data: Path) -> dict[str, object]:
    url = given.get("DATABASE_URL")
    parts = _database_parts(url) if url else connection_parts(connection_facts(data))
    options: dict[str, object] = dict(parts)
    # What the address itself asks comes after it, and so wins.
    options["options"] = f"{_DEFAULTS} {options.get('options', '')}".strip()
    return {
        "NAME": options.pop("dbname", "kring"),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "OPTIONS": options,
    }


def _database_parts(url: str) -> Mapping[str, str | int]:
    try:
        return dict(parse_url(url))
    except UnreadableUrlError as error:
        raise EnvironmentVariableError(
            "DATABASE_URL",
            N_(
                "%(variable)s cannot be read (%(value)s): write it like "
                "postgresql://user:password@host:5432/kring."
            ),
            error.reason,
        ) from None


def _secret_key(given: Mapping[str, str]) -> str | None:
    key = given.get("KRING_SECRET_KEY")
    if key and len(key) < secret_key.SHORTEST_KEY:
        raise EnvironmentVariableError(
            "KRING_SECRET_KEY",
            N_(
                "%(variable)s has fewer than %(value)s characters: write a longer "
                "random one, or leave it out and Kring makes and keeps one."
            ),
            str(secret_key.SHORTEST_KEY),
        )
    return key


def _allowed_hosts(given: Mapping[str, str], base_url: SplitResult) -> tuple[str, ...]:
    named = [host.strip() for host in given.get("KRING_ALLOWED_HOSTS", "").split(",")]
    for host in filter(None, named):
        if not HOST.fullmatch(host):
            raise EnvironmentVariableError(
                "KRING_ALLOWED_HOSTS",
                N_(
                    "%(variable)s names %(value)s, which is no host: write names with "
                    "commas between, without https:// and without a port, such as "
                    "kring.example.org,localhost."
                ),
                host,
            )
    return tuple(dict.fromkeys([*filter(None, named), _host_of(base_url), *OWN_HOSTS]))


def _host_of(url: SplitResult) -> str:
    host = url.hostname or ""
    return f"[{host}]" if ":" in host else host


def _base_url(given: Mapping[str, str]) -> SplitResult:
    written = given.get("KRING_BASE_URL", "http://127.0.0.1:8000")
    url = _split(written.rstrip("/"))
    if url is None or url.geturl() != f"{url.scheme}://{url.netloc}" or "@" in written:
        raise EnvironmentVariableError(
            "KRING_BASE_URL",
            N_(
                "%(variable)s is %(value)s, which is no address to reach Kring at: "
                "write one without a path, such as https://kring.example.org."
            ),
            written,
        )
    return url


def _split(written: str) -> SplitResult | None:
    """An address with http or https, a host, and no impossible port."""
    try:
        url = urlsplit(written)
        is_whole = url.scheme in {"http", "https"} and url.port != 0
        return url if is_whole and HOST.fullmatch(_host_of(url)) else None
    except ValueError:
        return None


def _mail_server(given: Mapping[str, str]) -> MailServer | None:
    written = given.get("KRING_EMAIL_URL")
    if written is None:
        return None
    try:
        return _mail_server_at(urlsplit(written))
    except ValueError:
        # The address is not shown: a password may be in it.
        raise EnvironmentVariableError(
            "KRING_EMAIL_URL",
            N_(
                "%(variable)s cannot be read: write it like "
                "smtp://user:password@host:587?tls=starttls, where tls is none, "
                "starttls or implicit, and signs such as @ in the password are "
                "written as %%40."
            ),
        ) from None


def _mail_server_at(url: SplitResult) -> MailServer:
    """The server of an smtp address; raises ValueError when it is none."""
    asked = parse_qs(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    port = 587 if url.port is None else url.port
    if (
        url.scheme != "smtp"
        or not HOST.fullmatch(_host_of(url))
        or port == 0
        or url.path.strip("/")
        or asked.keys() - {"tls"}
    ):
        raise ValueError
    default = ENCRYPTION_OF_PORT.get(port, Encryption.NONE)
    return MailServer(
        host=url.hostname or "",
        port=port,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        encryption=Encryption(asked.get("tls", [default])[-1]),
    )


def _mail_from(given: Mapping[str, str], base_url: SplitResult) -> str:
    written = given.get("KRING_MAIL_FROM")
    if written is None:
        host = _host_of(base_url)
        return f"kring@{host if host[-1].isalpha() else 'localhost'}"
    try:
        validate_email(written, check_deliverability=False, allow_display_name=True)
    except EmailNotValidError:
        raise EnvironmentVariableError(
            "KRING_MAIL_FROM",
            N_(
                "%(variable)s is %(value)s, which is no e-mail address: write one such "
                "as info@example.org, or De Kring <info@example.org>."
            ),
            written,
        ) from None
    return written


def _mail_retry_seconds(given: Mapping[str, str]) -> int:
    written = given.get("KRING_MAIL_RETRY_SECONDS", "60")
    if not re.fullmatch("[1-9][0-9]{0,4}", written) or int(written) > LONGEST_RETRY:
        raise EnvironmentVariableError(
            "KRING_MAIL_RETRY_SECONDS",
            N_("%(variable)s is %(value)s: write a number of seconds from 1 to 86400."),
            written,
        )
    return int(written)


def _mail_per_minute(given: Mapping[str, str]) -> int:
    written = given.get("KRING_MAIL_PER_MINUTE", "600")
    if not re.fullmatch("[1-9][0-9]{0,5}", written) or int(written) > MOST_PER_MINUTE:
        raise EnvironmentVariableError(
            "KRING_MAIL_PER_MINUTE",
            N_("%(variable)s is %(value)s: write a number of mails from 1 to 100000."),
            written,
        )
    return int(written)


def _mail_webhook_secret(given: Mapping[str, str]) -> str:
    written = given.get("KRING_MAIL_WEBHOOK_SECRET", "")
    if written and not re.fullmatch(r"[\w.~-]+:[\w.~-]{16,}", written, re.ASCII):
        # The value is not shown: it is a secret.
        raise EnvironmentVariableError(
            "KRING_MAIL_WEBHOOK_SECRET",
            N_(
                "%(variable)s cannot be used: write a name, a colon and a password of "
                "at least 16 letters and digits, such as kring:0vCLK4mPqZ8sYw2e."
            ),
        )
    return written


def _time_zone(given: Mapping[str, str]) -> str:
    written = given.get("KRING_TIME_ZONE", "Europe/Amsterdam")
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise EnvironmentVariableError(
            "KRING_TIME_ZONE",
            N_(
                "%(variable)s is %(value)s, which is no time zone: write one such as "
                "Europe/Amsterdam."
            ),
            written,
        ) from None
    return written


def _language(given: Mapping[str, str]) -> str:
    written = given.get("KRING_LANGUAGE", "nl")
    if written not in LANGUAGES:
        raise EnvironmentVariableError(
            "KRING_LANGUAGE",
            N_("%(variable)s is %(value)s: write nl or en."),
            written,
        )
    return written


def _debug(given: Mapping[str, str]) -> bool:
    written = given.get("KRING_DEBUG", "0")
    if written not in {"0", "1"}:
        raise EnvironmentVariableError(
            "KRING_DEBUG",
            N_("%(variable)s is %(value)s: write 1 for yes or 0 for no."),
            written,
        )
    return written == "1"


def _in_readers_language(sentence: str) -> str:
    """Without Django, which cannot translate before its settings are read."""
    language = os.environ.get("KRING_LANGUAGE", "nl")
    known = gettext.translation("django", LOCALE, [language], fallback=True)
    return known.gettext(sentence)
