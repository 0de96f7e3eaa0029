"""The form of how the cooperative looks: name, logo, colour and texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.actions.errors import ChangedMeanwhileError, RefusedError
from kring.actions.looks import LENGTHS
from kring.cooperative import colours
from kring.cooperative.logos import (
    LARGEST_FILE,
    FileTooLargeError,
    Picture,
    UnusablePictureError,
    picture_in,
)
from kring.cooperative.looks import Known, Looks, facts_of
from kring.ui.templatetags.ui import megabytes
from kring.ui.words import words_for

Save = Callable[[Looks, Picture | None, int], int | None]


@dataclass(frozen=True, slots=True)
class Saved:
    """The change that did it; None where nothing was different."""

    change: int | None


def _lines(name: str) -> forms.Textarea:
    attributes = {"rows": 3, "lang": name[-2:], "maxlength": LENGTHS[name]}
    return forms.Textarea(attrs=attributes)


class LooksForm(forms.Form):
    """The action says what is wrong with it, but for what is no picture."""

    name = forms.CharField(
        label=gettext_lazy("Name of the cooperative"),
        help_text=gettext_lazy("On the portal, in mails and in this menu."),
        required=False,
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    without_logo = forms.BooleanField(
        label=gettext_lazy("Take the logo away"), required=False
    )
    accent = forms.CharField(
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy(
            "Of buttons and links on the portal. In the dark it becomes lighter by"
            " itself."
        ),
        required=False,
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control-color"}),
    )
    welcome_nl = forms.CharField(
        label=gettext_lazy("In Dutch"), required=False, widget=_lines("welcome_nl")
    )
    welcome_en = forms.CharField(
        label=gettext_lazy("In English"), required=False, widget=_lines("welcome_en")
    )
    groups_nl = forms.CharField(
        label=gettext_lazy("In Dutch"), required=False, widget=_lines("groups_nl")
    )
    groups_en = forms.CharField(
        label=gettext_lazy("In English"), required=False, widget=_lines("groups_en")
    )
    help_nl = forms.CharField(
        label=gettext_lazy("In Dutch"), required=False, widget=_lines("help_nl")
    )
    help_en = forms.CharField(
        label=gettext_lazy("In English"), required=False, widget=_lines("help_en")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    picture: Picture | None = None
    nearest = ""
    """A colour that everybody can read, where the one that was chosen is not."""

    def __init__(
        self, request: HttpRequest, known: Known, *, accent: str | None = None
    ) -> None:
        is_posted = request.method == "POST"
        self.given = request.POST.copy()
        if accent is not None:
            self.given["accent"] = accent
        super().__init__(
            self.given if is_posted else None,
            request.FILES if is_posted else None,
            initial=_initial(known),
        )
        self.before = known.looks
        self.fields["logo"].help_text = _(
            "PNG, JPEG or WebP, at most %(limit)s. Wide and low fits best."
        ) % {"limit": megabytes(LARGEST_FILE)}
        self.fields["name"].widget.attrs["placeholder"] = Looks().called
        if not known.looks.logo:
            del self.fields["without_logo"]

    def clean_logo(self) -> None:
        file: UploadedFile[bytes] | None = self.cleaned_data["logo"]
        if file is None:
            return
        try:
            self.picture = _picture(file)
        except UnusablePictureError as error:
            raise ValidationError(words_for(error)) from error

    def clean_accent(self) -> str:
        accent = str(self.cleaned_data["accent"]).strip().lower()
        if colours.is_colour(accent) and not colours.is_readable(accent):
            self.nearest = colours.nearest_readable(accent)
        return accent

    def saved_by(self, save: Save) -> Saved | None:
        """What became of it, or None when it was refused and the form says why."""
        saved = self._saved_by(save) if self.is_valid() else None
        if saved is None:
            self.ask_for_the_file_again()
        return saved

    def ask_for_the_file_again(self) -> None:
        """A browser forgets which file was chosen when a page is shown anew."""
        if self.files and "logo" not in self.errors:
            self.add_error("logo", _("Choose the file once more."))

    def looks_to_show(self) -> Looks:
        """What the form says as far as it can be shown; before it is sent, what is."""
        if not self.is_bound:
            return self.before
        self.is_valid()
        wanted = self._wanted()
        accent = self.nearest or wanted.accent
        return replace(wanted, accent=accent if colours.is_colour(accent) else "")

    def _saved_by(self, save: Save) -> Saved | None:
        try:
            version = self.cleaned_data["version"] or 0
            return Saved(save(self._wanted(), self.picture, version))
        except ChangedMeanwhileError as refusal:
            self._show_the_conflict(refusal.version)
        except RefusedError as refusal:
            self.add_error(getattr(refusal, "field", None), words_for(refusal))
        return None

    def _wanted(self) -> Looks:
        given = self.cleaned_data
        facts = {name: given.get(name) or "" for name in facts_of(self.before)}
        logo = "" if given.get("without_logo") else self.before.logo
        return Looks(**{**facts, "logo": logo})

    def _show_the_conflict(self, version: int) -> None:
        """What was typed stays, and is saved over what is there when asked again."""
        self.given["version"] = str(version)
        self.add_error(
            None,
            _(
                "Someone else changed this in the meantime. What you typed is still"
                " here: look at this page in another tab, and choose Save once more to"
                " keep your version."
            ),
        )


def _picture(file: UploadedFile[bytes]) -> Picture:
    # Judged before it is read.
    if (file.size or 0) > LARGEST_FILE:
        raise FileTooLargeError(file.size or 0)
    return picture_in(file.read())


def _initial(known: Known) -> dict[str, Any]:
    return {
        **{
            name: text for name, text in facts_of(known.looks).items() if name != "logo"
        },
        "accent": known.looks.accent or colours.KRING_GREEN,
        "version": known.version,
    }
