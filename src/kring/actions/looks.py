"""How the cooperative looks is changed: its name, logo, colour and texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import (
    ChangedMeanwhileError,
    RefusedError,
)
from kring.actions.requiring import require_administrator, require_text
from kring.cooperative import colours
from kring.cooperative.logos import Picture
from kring.cooperative.looks import (
    Looks,
    facts_of,
    forget_looks,
    looks_in,
    looks_of,
)
from kring.cooperative.models import THE_ONE, Cooperative, Logo
from kring.groups.history import Entry

EDIT: Final = "cooperative.edit"
COOPERATIVE: Final = "cooperative"

LENGTHS: Final[Mapping[str, int]] = {
    "name": 100,
    "welcome_nl": 300,
    "welcome_en": 300,
    "groups_nl": 600,
    "groups_en": 600,
    "help_nl": 300,
    "help_en": 300,
}


@dataclass(eq=False)
class ColourUnreadableError(RefusedError):
    """Text of this colour cannot be read on white; `nearest` can."""

    colour: str
    nearest: str
    field: str = "accent"


@dataclass(eq=False)
class NoColourError(RefusedError):
    """What was written is no colour."""

    written: str
    field: str = "accent"


@dataclass(eq=False)
class UnknownLogoError(RefusedError):
    """There never was such a logo."""

    digest: str
    field: str = "logo"


def edit_looks(
    wanted: Looks,
    *,
    by: Actor,
    version: int | None = None,
    picture: Picture | None = None,
) -> int | None:
    """Let the cooperative look like this, with this picture as its logo if one is sent.

    Returns the number of the change; None where nothing did. `version` is the one that
    the editor saw: ChangedMeanwhileError when somebody else changed it since. Raises
    NotAllowedError, or a RefusedError that says what is wrong.
    """
    wanted = _tidied(wanted)
    with act(EDIT, by=by) as this:
        require_administrator(by, EDIT)
        row = hold_looks()
        if version not in (None, row.version):
            raise ChangedMeanwhileError(row.version)
        if picture is not None:
            wanted = replace(wanted, logo=_keep(picture))
        rewrite_looks(this, row, wanted)
    forget_looks()
    return this.number


def restore_looks(this: Act, facts: Mapping[str, Any]) -> None:
    """Bring the looks to these facts, as one part of an act by whoever may."""
    require_administrator(this.occasion.by, EDIT)
    rewrite_looks(this, hold_looks(), looks_of(facts))


def hold_looks() -> Cooperative:
    """The row, made where there is none, and held."""
    Cooperative.objects.bulk_create([Cooperative(pk=THE_ONE)], ignore_conflicts=True)
    return Cooperative.objects.select_for_update().get(pk=THE_ONE)


def rewrite_looks(this: Act, row: Cooperative, wanted: Looks) -> None:
    before = looks_in(row)
    if wanted == before:
        return
    if wanted.logo and not Logo.objects.filter(pk=wanted.logo).exists():
        raise UnknownLogoError(wanted.logo)
    for name, value in facts_of(wanted).items():
        if name != "logo":
            setattr(row, name, value)
    row.logo_id = wanted.logo or None
    row.version = this.change
    row.save()
    this.record(Entry(COOPERATIVE, before=facts_of(before), after=facts_of(wanted)))
    # For who goes on here, and again once everybody can read it.
    forget_looks()
    transaction.on_commit(forget_looks)


def _keep(picture: Picture) -> str:
    kept = {
        "content": picture.content,
        "width": picture.width,
        "height": picture.height,
    }
    Logo.objects.get_or_create(pk=picture.digest, defaults=kept)
    return picture.digest


def _tidied(wanted: Looks) -> Looks:
    """As it is kept; raises when a text cannot be kept, or a colour be read."""
    tidy = replace(
        wanted,
        **{name: _lines(getattr(wanted, name)) for name in LENGTHS if name != "name"},
        name=" ".join(wanted.name.split()),
        accent=_readable(wanted.accent.strip().lower()),
    )
    for name, limit in LENGTHS.items():
        require_text(name, getattr(tidy, name), limit=limit)
    return tidy


def _lines(text: str) -> str:
    """What a form sends has the line ends of Windows."""
    return "\n".join(text.strip().splitlines())


def _readable(accent: str) -> str:
    """The accent, if it is one that can be read; none where it is Kring's own."""
    if accent in ("", colours.KRING_GREEN):
        return ""
    if not colours.is_colour(accent):
        raise NoColourError(accent)
    if not colours.is_readable(accent):
        raise ColourUnreadableError(accent, colours.nearest_readable(accent))
    return accent
