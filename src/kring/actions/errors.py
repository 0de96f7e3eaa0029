"""Why an act is refused: classes that carry the facts; doors turn them into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kring.algebra.expressions import Role
from kring.groups.examples import BrokenExample


class RefusedError(Exception):
    """An act that was refused; nothing has changed."""

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class NotAllowedError(RefusedError):
    """Who acts may not do this."""

    action: str


@dataclass(eq=False)
class NameMissingError(RefusedError):
    """A name is empty."""


@dataclass(eq=False)
class TextTooLongError(RefusedError):
    """A text is longer than is kept."""

    field: str
    length: int
    limit: int


@dataclass(eq=False)
class UnprintableTextError(RefusedError):
    """A text holds a character that cannot be kept or shown, such as NUL."""

    field: str


@dataclass(eq=False)
class NameTakenError(RefusedError):
    """Another one has this name, case and accents apart."""

    name: str
    other: int


@dataclass(eq=False)
class EndsBeforeItStartsError(RefusedError):
    """Datum gereed lies before Startdatum."""


@dataclass(eq=False)
class UnknownGroupsError(RefusedError):
    """Groups that do not exist, or no longer."""

    groups: Sequence[int]


@dataclass(eq=False)
class UnknownGroupNameError(RefusedError):
    """There is no group with this name."""

    name: str


@dataclass(eq=False)
class UnknownContactsError(RefusedError):
    """Contacts that do not exist, or no longer."""

    contacts: Sequence[int]


@dataclass(eq=False)
class UnknownChoiceError(RefusedError):
    """A setting names a user or a template that does not exist."""

    field: str


@dataclass(eq=False)
class GroupClosedError(RefusedError):
    """A closed group refuses being placed in, and being a new part."""

    group: int
    name: str


@dataclass(eq=False)
class LoopError(RefusedError):
    """A definition would make a group follow from itself.

    `path` names the groups, and `roles` the role through which each step goes, None
    where a definition names the next group itself.
    """

    path: Sequence[str]
    roles: Sequence[Role | None]


@dataclass(eq=False)
class NestedTooDeepError(RefusedError):
    """Groups would follow from each other in a longer row than the limit."""

    limit: int


@dataclass(eq=False)
class GroupInUseError(RefusedError):
    """A group that others follow from cannot be deleted; `uses` are their names."""

    name: str
    uses: Mapping[int, str]


@dataclass(eq=False)
class GroupMailedSoonError(RefusedError):
    """A group that scheduled mails go by cannot be deleted; `mails` are their names."""

    name: str
    mails: Sequence[str]


@dataclass(eq=False)
class KindIsFixedError(RefusedError):
    """A static group gets no definition, and a derived group keeps one."""

    name: str


@dataclass(eq=False)
class StaticGroupNeededError(RefusedError):
    """Only groups whose members are put in by hand can do it."""

    name: str


@dataclass(eq=False)
class DerivedGroupNeededError(RefusedError):
    """Only groups whose members follow from a definition have pins."""

    name: str


@dataclass(eq=False)
class NoStatedDateError(RefusedError):
    """Since when one is in a derived group follows from history; nobody states it."""

    name: str


@dataclass(eq=False)
class NoLastDayError(RefusedError):
    """A placement in a static group does not end by itself."""

    name: str


@dataclass(eq=False)
class LastDayPassedError(RefusedError):
    """The last day on which a pin would count has passed already."""

    until: date


@dataclass(eq=False)
class OwnChoiceError(RefusedError):
    """Contacts keep themselves out of a group: staff says why before it lifts that."""

    name: str
    contacts: Sequence[int]


@dataclass(eq=False)
class ChangedMeanwhileError(RefusedError):
    """Someone else changed it after it was shown."""

    version: int


@dataclass(eq=False)
class DateNotPossibleError(RefusedError):
    """A stated date lies in the future."""

    field: str


@dataclass(eq=False)
class ManyMailsError(RefusedError):
    """So many mails to new members were not asked for; `confirmed` is what was."""

    count: int
    confirmed: int | None = None


@dataclass(eq=False)
class DelayNotPossibleError(RefusedError):
    """A mail to new members waits no time below nought, and not for ever."""

    hours: int
    limit: int


@dataclass(eq=False)
class ExamplesBrokenError(RefusedError):
    """A definition breaks examples of its group; it can be saved despite them."""

    name: str
    broken: Sequence[BrokenExample]


@dataclass(eq=False)
class ExamplesBlockError(ExamplesBrokenError):
    """A definition breaks examples, and the group refuses it because of that."""


@dataclass(eq=False)
class SizeNotPossibleError(RefusedError):
    """A number of members that cannot be: none given, below nought, or reversed."""


@dataclass(eq=False)
class UnknownExampleError(RefusedError):
    """The group has no such example, or no longer."""
