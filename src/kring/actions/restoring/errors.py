"""Why a change is not undone: classes that carry the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kring.actions.errors import RefusedError


@dataclass(frozen=True, slots=True)
class LaterChange:
    """A change that came after the one that was to be undone."""

    number: int
    at: datetime
    actor: str
    action: str


@dataclass(eq=False)
class UnknownChangeError(RefusedError):
    """There is no change of this number."""

    number: int


@dataclass(eq=False)
class StepOfChangeError(RefusedError):
    """A step of a long act is undone with the whole act only."""

    whole: int


@dataclass(eq=False)
class LastingChangeError(RefusedError):
    """What was done can never be undone: an erasure, or a day that began."""

    action: str


@dataclass(eq=False)
class NothingToUndoError(RefusedError):
    """The change wrote nothing that can be put back."""

    number: int


@dataclass(eq=False)
class AlreadyUndoneError(RefusedError):
    """The change has been undone, by the change `by`, and stands undone."""

    by: int


@dataclass(eq=False)
class StandsInTheWayError(RefusedError):
    """What would be put back was changed since; `later` is the last who did.

    `contact`, `group` and `field` are the names of what it is about, empty where it
    is about none.
    """

    contact: str
    group: str
    field: str
    later: LaterChange | None


@dataclass(eq=False)
class ErasedSinceError(RefusedError):
    """The change was about a contact that was erased since."""


@dataclass(eq=False)
class UndoStoppedError(RefusedError):
    """Of a long act so many of all steps were undone, and then one was refused."""

    done: int
    total: int
    because: Exception
