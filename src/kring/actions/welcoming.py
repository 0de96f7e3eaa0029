"""How an act welcomes whoever joins by it, and when it asks before it mails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from kring.accounts.actors import Actor, ActorKind
from kring.actions.errors import ManyMailsError
from kring.algebra import limits


@unique
class Welcome(Enum):
    """Who gets a mail when an act lets contacts join groups that welcome.

    DEFAULT mails all of them, and asks first where that is many; SILENT mails
    nobody; AGREED mails all of them, since it was asked or nobody is there to ask.
    """

    DEFAULT = "default"
    SILENT = "silent"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody read how many mails an act sends, and wants exactly those."""

    mails: int


Welcoming = Welcome | Confirmed


def require_agreement(welcome: Welcoming, mails: int, *, by: Actor) -> None:
    """Raises ManyMailsError where so many mails were not asked for."""
    match welcome:
        case Confirmed(confirmed):
            if mails != confirmed:
                raise ManyMailsError(mails, confirmed)
        case Welcome.DEFAULT:
            if mails > limits.MAILS_UNASKED and by.kind is not ActorKind.CLOCK:
                raise ManyMailsError(mails)
        case Welcome.SILENT | Welcome.AGREED:
            pass


def if_confirmed(welcome: Welcoming) -> Welcoming:
    """What a changed definition does: it mails nobody, unless somebody wants it to."""
    return welcome if isinstance(welcome, Confirmed) else Welcome.SILENT
