"""The form with the twelve settings of a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.queries import staff
from kring.actions import errors
from kring.actions.errors import (
    ChangedMeanwhileError,
    ExamplesBrokenError,
    RefusedError,
)
from kring.actions.examples import Despite
from kring.actions.welcoming import Welcoming
from kring.algebra import limits
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.algebra.walk import groups_named_in
from kring.groups.models import Group, NeighbourhoodRole, WelcomePolicy
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.queries import mailboxes, templates
from kring.ui.words import words_for
from kring.web.groups.composition_form import CompositionForm
from kring.web.groups.fields import Day, switch
from kring.web.groups.part_choices import part_choices
from kring.web.welcoming import WELCOME, welcome_in

AnswerT = TypeVar("AnswerT")

_FIELDS: Final[Mapping[type[Exception], str]] = {
    errors.NameMissingError: "name",
    errors.NameTakenError: "name",
    errors.EndsBeforeItStartsError: "ends_on",
    errors.LoopError: "parts",
    errors.UnknownGroupsError: "parts",
    errors.GroupClosedError: "parts",
    errors.NestedTooDeepError: "parts",
    errors.KindIsFixedError: "parts",
}
DESPITE: Final = "despite_examples"
_PLAIN: Final = (
    "name",
    "description",
    "responsible",
    "starts_on",
    "visible_on_portal",
    "visible_at_contact",
    "neighbourhood_role",
    "closed",
    "ends_on",
    "editable_on_portal",
)

_SHOWN_WITH_MAIL: Final = (
    "welcome_template",
    "welcome_policy",
    "welcome_delay_hours",
    "welcome_mailbox",
)


class GroupForm(CompositionForm):
    """In the order and under the labels of the manual."""

    may_save_anyway = False

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "A logical name that people recognise. Names that begin alike, such as"
            " “Coach - …”, stand together in the list."
        ),
        error_messages={"required": gettext_lazy("Give the group a name.")},
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What the group is for. The portal shows it too."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    responsible = forms.TypedChoiceField(
        label=gettext_lazy("Responsible"),
        help_text=gettext_lazy("Who answers for the group and keeps it up to date."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    starts_on = Day(
        label=gettext_lazy("Start date"),
        help_text=gettext_lazy(
            "When the group starts. For information: changes nobody's membership."
        ),
    )
    visible_on_portal = switch(
        gettext_lazy("Visible on portal"),
        gettext_lazy("Contacts see the group on the customer portal while it is open."),
    )
    visible_at_contact = switch(
        gettext_lazy("Visible at contact"),
        gettext_lazy(
            "The page of each member shows the group: a static one on the right, any"
            " other at the basic data."
        ),
    )
    sends_mail = switch(
        gettext_lazy("Send e-mail at new contact link"),
        gettext_lazy("Whoever joins the group gets a mail; you choose which one."),
    )
    welcome_template = forms.TypedChoiceField(
        label=gettext_lazy("Template"),
        help_text=gettext_lazy("The mail that new members get."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    welcome_policy = forms.ChoiceField(
        label=gettext_lazy("Send to"),
        help_text=gettext_lazy(
            "Whether somebody who comes back to the group gets the mail again."
        ),
        choices=[
            ("first", gettext_lazy("who joins for the first time")),
            ("every", gettext_lazy("everyone who joins, also again")),
        ],
        initial=WelcomePolicy.FIRST.value,
        required=False,
    )
    welcome_delay_hours = forms.IntegerField(
        label=gettext_lazy("Hours of delay"),
        help_text=gettext_lazy(
            "So long the mail waits. Whoever leaves the group before gets none."
        ),
        min_value=0,
        max_value=limits.WELCOME_DELAY_HOURS,
        required=False,
    )
    welcome_mailbox = forms.TypedChoiceField(
        label=gettext_lazy("Sender"),
        help_text=gettext_lazy("The mailbox that the mail comes from."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    neighbourhood_role = forms.ChoiceField(
        label=gettext_lazy("Role in neighbourhood approach"),
        help_text=gettext_lazy(
            "Members have this role as long as they belong. A coach needs “Is coach”"
            " for a link with Hoomdossier."
        ),
        choices=[("", gettext_lazy("No role")), *NeighbourhoodRole.choices],
        required=False,
    )
    closed = switch(
        gettext_lazy("Closed"),
        gettext_lazy(
            "Archives the group: it can no longer be chosen and leaves the portal."
            " Changes nobody's membership."
        ),
    )
    ends_on = Day(
        label=gettext_lazy("Date finished"),
        help_text=gettext_lazy(
            "When the group ends. For information: changes nobody's membership."
        ),
    )
    editable_on_portal = switch(
        gettext_lazy("Change on portal"),
        gettext_lazy(
            "Contacts may join and leave by themselves on the customer portal."
        ),
    )

    def __init__(
        self, data: QueryDict | None = None, *, group: Group | None = None
    ) -> None:
        self.before = GroupSettings(name="") if group is None else settings_of(group)
        super().__init__(data, group=group, initial=_initial(self.before))
        self._offer_choices(group)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if not cleaned.get("sends_mail"):
            self._keep_what_is_hidden(cleaned)
        elif cleaned.get("welcome_template") is None:
            self._ask_for_template()
        self._keep_days_as_typed()
        return cleaned

    @property
    def name_now(self) -> str:
        return str(self.cleaned_data["name"])

    def settings(self) -> GroupSettings:
        """What was filled in, over what the form does not show."""
        cleaned, before = self.cleaned_data, self.before
        template = cleaned["welcome_template"] if cleaned["sends_mail"] else None
        return replace(
            before,
            **{name: cleaned[name] for name in _PLAIN},
            welcome_template=template,
            welcome_policy=cleaned["welcome_policy"] or before.welcome_policy,
            welcome_delay_hours=cleaned["welcome_delay_hours"] or 0,
            welcome_mailbox=cleaned.get("welcome_mailbox", before.welcome_mailbox),
            definition=self.wanted_definition(),
        )

    @property
    def welcome(self) -> Welcoming:
        """How many mails to new members were agreed with, if any."""
        return welcome_in(self.data)

    @property
    def agreed(self) -> str:
        """The same, as it was sent."""
        return str(self.data.get(WELCOME, ""))

    @property
    def despite(self) -> Despite:
        """What it is saved in spite of: a warning that was read."""
        return Despite.EXAMPLES if DESPITE in self.data else Despite.NOTHING

    def refuse(self, refusal: Exception) -> None:
        """Say why it was not saved, at the field that it is about."""
        self.may_save_anyway = type(refusal) is ExamplesBrokenError
        about = _FIELDS.get(type(refusal)) or getattr(refusal, "field", "")
        if isinstance(refusal, UnreadableDefinitionError):
            about = "parts"
        self.add_error(about if about in self.fields else None, words_for(refusal))

    def _offer_choices(self, group: Group | None) -> None:
        people = [(user.pk, str(user)) for user in staff()]
        if group is not None and group.responsible is not None:
            people += [(group.responsible.pk, str(group.responsible))]
        self._offer("responsible", _("Nobody yet"), dict(people))
        mails = {mail.pk: mail.name for mail in templates()}
        self._offer("welcome_template", _("Choose a template…"), mails)
        senders = {one.pk: str(one) for one in mailboxes()}
        self._offer("welcome_mailbox", _("The usual sender"), senders)
        if not senders:
            del self.fields["welcome_mailbox"]
        if "parts" in self.fields:
            standing = groups_named_in(self.definition) if self.definition else ()
            self.offer_groups(part_choices(group, standing=standing))

    def _offer(self, name: str, nothing: str, choices: Mapping[int, str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", nothing), *choices.items()]

    def _keep_what_is_hidden(self, cleaned: dict[str, object]) -> None:
        """Nobody sees what is wrong with the mail while it is switched off."""
        for name in _SHOWN_WITH_MAIL:
            if self.errors.pop(name, None):
                cleaned[name] = getattr(self.before, name)

    def _ask_for_template(self) -> None:
        if "welcome_template" not in self.errors:
            self.add_error(
                "welcome_template",
                _("Choose which mail new members get, or switch the e-mail off."),
            )

    def _keep_days_as_typed(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, Day) and name in self.errors:
                field.keep_as_typed()


def saved(form: GroupForm, save: Callable[[GroupSettings], AnswerT]) -> AnswerT | None:
    """What saving answers; None when the form says what is wrong.

    ChangedMeanwhileError passes: whoever edits says what to do about it.
    """
    if not form.is_valid():
        return None
    try:
        return save(form.settings())
    except ChangedMeanwhileError:
        raise
    except (RefusedError, UnreadableDefinitionError) as refusal:
        form.refuse(refusal)
        return None


def _initial(settings: GroupSettings) -> dict[str, object]:
    return {
        **{name: getattr(settings, name) for name in _PLAIN},
        "sends_mail": settings.welcome_template is not None,
        "welcome_template": settings.welcome_template,
        "welcome_policy": settings.welcome_policy,
        "welcome_delay_hours": settings.welcome_delay_hours,
        "welcome_mailbox": settings.welcome_mailbox,
    }
