"""How the cooperative looks now, which nearly every page asks: kept for a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from email.utils import parseaddr
from time import monotonic
from typing import Any, Final

from django.conf import settings

from kring.cooperative.models import THE_ONE, Cooperative, Logo

UNNAMED: Final = "De Kring"
LANGUAGES: Final = ("nl", "en")
TEXTS: Final = ("welcome", "groups", "help")
"""On the page to sign in, above the groups, and below every page of the portal."""

KEPT_FOR: Final = 5
"""Seconds after which another process of Kring shows what was saved in this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """All that is set; `logo` is the digest of a picture. Empty is as Kring comes."""

    name: str = ""
    accent: str = ""
    logo: str = ""
    welcome_nl: str = ""
    welcome_en: str = ""
    groups_nl: str = ""
    groups_en: str = ""
    help_nl: str = ""
    help_en: str = ""

    @property
    def called(self) -> str:
        """The name that people read: also of a cooperative that did not say."""
        return self.name or _name_in_mails() or UNNAMED

    def text(self, text: str, language: str) -> tuple[str, str]:
        """A text and its language; of one that is missing, the other language's."""
        wanted = (language, *(one for one in LANGUAGES if one != language))
        found = ((getattr(self, f"{text}_{one}", ""), one) for one in wanted)
        return next((one for one in found if one[0]), ("", language))


@dataclass(frozen=True, slots=True)
class Known:
    """The looks as they are kept, with the change that made them so."""

    looks: Looks
    version: int = 0


def looks() -> Looks:
    """As a page shows them: at most a few seconds old."""
    global _kept  # noqa: PLW0603 - one for each process
    now = monotonic()
    if _kept is None or now > _kept[1] + KEPT_FOR:
        _kept = stored_looks().looks, now
    return _kept[0]


def stored_looks() -> Known:
    """As whoever changes them reads them."""
    row = Cooperative.objects.filter(pk=THE_ONE).first()
    return Known(Looks()) if row is None else Known(looks_in(row), row.version)


def forget_looks() -> None:
    """Ask again: they were changed."""
    keep_looks(None)


def keep_looks(kept: Looks | None) -> None:
    """Show these for a moment; None: ask at the next page."""
    global _kept  # noqa: PLW0603 - one for each process
    _kept = None if kept is None else (kept, monotonic())


def looks_in(row: Cooperative) -> Looks:
    named: Any = {one.name: getattr(row, one.name) for one in fields(Looks)}
    return Looks(**{**named, "logo": row.logo_id or ""})


def facts_of(wanted: Looks) -> dict[str, str]:
    """The looks as history keeps them."""
    return asdict(wanted)


def looks_of(facts: Mapping[str, Any]) -> Looks:
    """The looks that history kept."""
    known = {one.name for one in fields(Looks)}
    return Looks(**{name: facts[name] or "" for name in known & facts.keys()})


def logo_of(digest: str) -> Logo | None:
    return Logo.objects.filter(pk=digest).first()


def cooperative_name() -> str:
    """What readers of pages and mails know the cooperative by."""
    return looks().called


def _name_in_mails() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0]


_kept: tuple[Looks, float] | None = None
