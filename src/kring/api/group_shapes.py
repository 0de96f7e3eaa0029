"""A group as JSON, and the settings of a group read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, cast

from pydantic import BaseModel, Field, StrictBool, StrictInt, StrictStr

from kring.accounts.queries import user_with_email
from kring.actions.errors import UnknownChoiceError
from kring.actions.examples import Despite
from kring.algebra import codec, limits
from kring.algebra.expressions import Expression
from kring.api.shapes import LARGEST_ID, Asked, Day, Id, Json
from kring.api.welcoming import WelcomeOfGroup
from kring.contacts.catalogue import catalogue
from kring.groups.settings import GroupSettings

Role = Literal["coach", "project_leader", "external_party"]
Order = Annotated[StrictInt, Field(ge=-LARGEST_ID, le=LARGEST_ID)]
Definition = Annotated[
    dict[str, Any], Field(description="See “Definitions” in the documentation.")
]
Hours = Annotated[StrictInt, Field(ge=0, le=limits.WELCOME_DELAY_HOURS)]


class GroupChange(Asked):
    """Settings of a group; what is absent stays as it is."""

    name: StrictStr = ""
    description: StrictStr = ""
    responsible: Annotated[
        StrictStr | None, Field(description="An e-mail address.")
    ] = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    visible_on_portal: StrictBool = False
    visible_at_contact: StrictBool = False
    editable_on_portal: StrictBool = False
    portal_name: StrictStr = ""
    portal_order: Order | None = None
    welcome_template: Id | None = None
    welcome_policy: Literal["first", "every"] = "first"
    welcome_delay_hours: Hours = 0
    welcome_mailbox: Id | None = None
    neighbourhood_role: Role | None = None
    definition: Definition | None = None
    closed: StrictBool = False
    welcome: WelcomeOfGroup = None


class GroupEdit(GroupChange):
    """What is to change of a group that is there, and in spite of what."""

    despite_examples: Annotated[
        StrictBool,
        Field(
            description="Save the definition also if it breaks examples of the group; "
            "a group that refuses those goes on refusing."
        ),
    ] = False

    @property
    def despite(self) -> Despite:
        return Despite.EXAMPLES if self.despite_examples else Despite.NOTHING


class NewGroup(GroupChange):
    """A group to be made: without a definition a static one."""

    name: StrictStr


class GroupName(Asked):
    """What a group that is made from another one is called."""

    name: StrictStr


class GroupOut(BaseModel):
    """A group: its settings, how many members it has, and whether that is final."""

    id: int
    name: str
    description: str
    kind: Literal["static", "dynamic", "composite"]
    responsible: str | None
    starts_on: date | None
    ends_on: date | None
    visible_on_portal: bool
    visible_at_contact: bool
    editable_on_portal: bool
    portal_name: str
    portal_order: int | None
    welcome_template: int | None
    welcome_policy: Literal["first", "every"]
    welcome_delay_hours: int
    welcome_mailbox: int | None
    neighbourhood_role: Role | None
    definition: Json | None
    closed: bool
    closed_at: datetime | None
    created_at: datetime
    created_by: str | None
    member_count: int
    state: Literal["ready", "filling"]


_READ_ELSEWHERE: Final = frozenset(
    {
        "welcome",
        "responsible",
        "neighbourhood_role",
        "definition",
        "despite_examples",
    }
)


def settings_in(body: GroupChange, before: GroupSettings) -> GroupSettings:
    """The settings with what the body says in place of what they were.

    Raises UnreadableDefinitionError or UnknownChoiceError.
    """
    given: dict[str, Any] = {
        name: getattr(body, name) for name in body.model_fields_set - _READ_ELSEWHERE
    }
    if "responsible" in body.model_fields_set:
        given["responsible"] = _user(body.responsible)
    if "neighbourhood_role" in body.model_fields_set:
        given["neighbourhood_role"] = body.neighbourhood_role or ""
    if "definition" in body.model_fields_set:
        given["definition"] = _definition(body.definition)
    return replace(before, **given)


def definition_in(written: Mapping[str, Any]) -> Expression:
    """Raises UnreadableDefinitionError."""
    return codec.decode(cast("object", written), catalogue=catalogue())


def _definition(written: Json | None) -> Expression | None:
    return None if written is None else definition_in(written)


def _user(email: str | None) -> int | None:
    if not email:
        return None
    found = user_with_email(email)
    if found is None:
        raise UnknownChoiceError("responsible")
    return found.pk
