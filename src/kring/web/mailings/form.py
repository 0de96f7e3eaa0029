"""The form in which a mail to groups is written, and who gets it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.actions import errors
from kring.actions.errors import ChangedMeanwhileError, RefusedError
from kring.actions.mailings import GroupsGoneError, MailingWish, wish_of
from kring.mailing.audience import Addressed
from kring.mailing.errors import UnusableTextError
from kring.mailing.models import Household, Mailing
from kring.mailing.queries import mailboxes, templates
from kring.ui.rich_text import RichText
from kring.ui.words import words_for
from kring.web.groups.fields import Groups, SettingsRenderer
from kring.web.groups.part_choices import part_choices
from kring.web.written import is_number

_FIELDS: Final[Mapping[type[Exception], str]] = {
    errors.UnknownGroupsError: "groups",
    errors.GroupClosedError: "groups",
    GroupsGoneError: "groups",
}


class MailingForm(forms.Form):
    """Everything may be empty: a draft is finished another time."""

    # Which does not call each field optional.
    default_renderer = SettingsRenderer
    use_required_attribute = False

    groups = Groups(
        label=gettext_lazy("To"),
        help_text=gettext_lazy(
            "Everyone in one of these groups. Who is in several gets the mail once."
        ),
    )
    minus = Groups(
        label=gettext_lazy("Except who is in"),
        help_text=gettext_lazy("Nobody in one of these groups gets the mail."),
    )
    household = forms.ChoiceField(
        label=gettext_lazy("Where people share an e-mail address"),
        choices=[
            (Household.EACH.value, gettext_lazy("each of them gets the mail")),
            (Household.ONCE.value, gettext_lazy("one mail goes to the address")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "With one mail an address, the contact that was added first gets it."
        ),
    )
    mailbox = forms.TypedChoiceField(
        label=gettext_lazy("From"), coerce=int, empty_value=None, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        help_text=gettext_lazy("Of dates, and of the sentence below the mail."),
    )
    template = forms.TypedChoiceField(
        label=gettext_lazy("Begin with a template"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), required=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=RichText(),
        strip=False,
        required=False,
    )

    file = forms.CharField(widget=forms.HiddenInput, required=False)
    file_name = forms.CharField(widget=forms.HiddenInput, required=False)
    without_file = forms.BooleanField(
        label=gettext_lazy("Leave this attachment out"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        mailing: Mailing | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.before = MailingWish("", "") if mailing is None else wish_of(mailing)
        super().__init__(data, initial={**_initial(self.before), **(initial or {})})
        self._offer_choices()
        self._offer_to_take_the_file_away()

    def wish(self) -> MailingWish:
        """What was filled in."""
        cleaned = self.cleaned_data
        return MailingWish(
            subject=cleaned["subject"],
            body=cleaned["body"],
            groups=tuple(cleaned["groups"]),
            minus=tuple(cleaned["minus"]),
            household=cleaned["household"],
            language=cleaned["language"],
            mailbox=cleaned.get("mailbox"),
            attachment_name=cleaned["file_name"],
            attachment="" if cleaned.get("without_file") else cleaned["file"],
        )

    def addressed(self) -> Addressed:
        """Whom it is for as it stands in the form, saved or not."""
        return Addressed(
            tuple(_numbers(self["groups"].value())),
            tuple(_numbers(self["minus"].value())),
            Household.ONCE
            if self["household"].value() == Household.ONCE
            else Household.EACH,
        )

    def saved_by(self, save: Callable[[MailingWish], Mailing]) -> Mailing | None:
        """The mail, or None when it was refused and the form says why."""
        if not self.is_valid():
            return None
        try:
            return save(self.wish())
        except ChangedMeanwhileError:
            self.add_error(None, _conflict())
        except UnusableTextError as refusal:
            for wrong in (refusal, *refusal.also):
                self.add_error(wrong.part, words_for(wrong))
        except RefusedError as refusal:
            about = _FIELDS.get(type(refusal)) or getattr(refusal, "field", None)
            self.add_error(about if about in self.fields else None, words_for(refusal))
        return None

    def _offer_to_take_the_file_away(self) -> None:
        if not self["file"].value():
            del self.fields["without_file"]

    def _offer_choices(self) -> None:
        standing = {*self.before.groups, *self.before.minus}
        choices = part_choices(standing=standing)
        for name in ("groups", "minus"):
            field = self.fields[name]
            if isinstance(field, Groups):
                field.offer(choices)
        boxes = {box.pk: str(box) for box in mailboxes()}
        self._offer("mailbox", _("The usual sender"), boxes)
        self._offer("template", _("Choose a template…"), dict(_templates()))

    def _offer(self, name: str, nothing: str, choices: Mapping[int, str]) -> None:
        field = self.fields[name]
        if not choices:
            del self.fields[name]
        elif isinstance(field, forms.TypedChoiceField):
            field.choices = [("", nothing), *choices.items()]


def _initial(wish: MailingWish) -> dict[str, Any]:
    return {
        "groups": list(wish.groups),
        "minus": list(wish.minus),
        "household": wish.household,
        "mailbox": wish.mailbox,
        "language": wish.language,
        "subject": wish.subject,
        "body": wish.body,
        "file": wish.attachment,
        "file_name": wish.attachment_name,
    }


def _templates() -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in templates()]


def _numbers(values: object) -> list[int]:
    found = values if isinstance(values, list) else []
    return [int(one) for one in found if is_number(str(one))]


def _conflict() -> str:
    return _(
        "Someone else changed this mail in the meantime. What you typed is still here:"
        " look at the mail in another tab, and choose Save once more to keep your"
        " version."
    )
