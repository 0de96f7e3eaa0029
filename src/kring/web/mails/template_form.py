"""The form of a template: its texts, its language and what goes along."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.actions.errors import ChangedMeanwhileError, RefusedError
from kring.actions.templates import (
    LARGEST_ATTACHMENT,
    Attachment,
    AttachmentTooLargeError,
    TemplateOutcome,
    TemplateTexts,
)
from kring.mailing.errors import UnusableTextError
from kring.ui.rich_text import RichText
from kring.ui.templatetags.ui import megabytes
from kring.ui.words import words_for

Save = Callable[[TemplateTexts], TemplateOutcome]


class TemplateForm(forms.Form):
    """What a template says; the action says what is wrong with it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What staff choose the template by."),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        help_text=gettext_lazy("What the reader sees first in the mailbox."),
    )
    body = forms.CharField(label=gettext_lazy("Text"), widget=RichText(), strip=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        required=False,
        help_text=gettext_lazy("Of the dates, the salutation and the lines below."),
    )
    attachment = forms.FileField(label=gettext_lazy("Attachment"), required=False)
    without_attachment = forms.BooleanField(required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request: HttpRequest, texts: TemplateTexts | None) -> None:
        is_posted = request.method == "POST"
        self.given = request.POST.copy()
        super().__init__(
            self.given if is_posted else None,
            request.FILES if is_posted else None,
            initial=_initial(texts),
        )
        self.before = texts
        self.fields["attachment"].help_text = _(
            "Goes along with each mail. At most %(limit)s."
        ) % {"limit": megabytes(LARGEST_ATTACHMENT)}
        if texts is None or texts.attachment is None:
            del self.fields["without_attachment"]
        else:
            label = _("Take away %(file)s") % {"file": texts.attachment.name}
            self.fields["without_attachment"].label = label

    def saved_by(self, save: Save) -> TemplateOutcome | None:
        """What became of it, or None when it was refused and the form says why."""
        saved = self._saved_by(save) if self.is_valid() else None
        if saved is None:
            self._ask_for_the_file_again()
        return saved

    def _saved_by(self, save: Save) -> TemplateOutcome | None:
        try:
            self._require_unchanged()
            return save(self._texts())
        except ChangedMeanwhileError:
            self._show_the_conflict()
        except UnusableTextError as refusal:
            for wrong in (refusal, *refusal.also):
                self.add_error(wrong.part, words_for(wrong))
        except RefusedError as refusal:
            self.add_error(getattr(refusal, "field", "name"), words_for(refusal))
        return None

    def _show_the_conflict(self) -> None:
        """What was typed stays, and is saved over what is there when asked again."""
        if self.before is not None:
            self.given["seen"] = _seal(self.before)
        self.add_error(
            None,
            _(
                "Someone else changed this template in the meantime. What you typed is"
                " still here: look at the template in another tab, and choose Save once"
                " more to keep your version."
            ),
        )

    def _texts(self) -> TemplateTexts:
        given = self.cleaned_data
        return TemplateTexts(
            name=given["name"],
            subject=given["subject"],
            body=given["body"],
            language=given["language"] or settings.LANGUAGE_CODE,
            attachment=self._attachment(),
        )

    def _attachment(self) -> Attachment | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["attachment"]
        if file is not None:
            # Judged before it is read.
            if (file.size or 0) > LARGEST_ATTACHMENT:
                raise AttachmentTooLargeError(file.size or 0, LARGEST_ATTACHMENT)
            return Attachment(file.name or "", file.read())
        if self.before is None or self.cleaned_data.get("without_attachment"):
            return None
        return self.before.attachment

    def _require_unchanged(self) -> None:
        seen = self.cleaned_data["seen"]
        if seen and self.before is not None and seen != _seal(self.before):
            raise ChangedMeanwhileError(version=0)

    def _ask_for_the_file_again(self) -> None:
        """A browser forgets which file was chosen when a page is shown anew."""
        if self.files and "attachment" not in self.errors:
            self.add_error("attachment", _("Choose the file once more."))


def _initial(texts: TemplateTexts | None) -> dict[str, object]:
    if texts is None:
        return {}
    return {
        "name": texts.name,
        "subject": texts.subject,
        "body": texts.body,
        "language": texts.language,
        "seen": _seal(texts),
    }


def _seal(texts: TemplateTexts) -> str:
    """What these texts are known again by."""
    return sha256(repr(texts).encode("utf-8", "surrogatepass")).hexdigest()
