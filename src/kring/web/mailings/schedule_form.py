"""The moment at which a mail to groups goes, in the cooperative's time zone."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kring.mailing.models import Mailing

_WRITTEN = "%Y-%m-%dT%H:%M"


class ScheduleForm(forms.Form):
    """One line: a day and a time."""

    use_required_attribute = False

    at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        widget=forms.DateTimeInput(format=_WRITTEN, attrs={"type": "datetime-local"}),
        error_messages={
            "required": gettext_lazy("Choose the day and the time it should go."),
            "invalid": gettext_lazy("Choose a day and a time, such as 3-5-2026 09:00."),
        },
    )

    @classmethod
    def of(cls, mailing: Mailing) -> ScheduleForm:
        """The moment that was chosen, if it is yet to come."""
        at = mailing.scheduled_at
        is_ahead = at is not None and at > timezone.now()
        return cls(initial={"at": at if is_ahead else None})
