"""The fixed exceptions of a derived group: who is put in, or kept out, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import (
    DerivedGroupNeededError,
    ManyMailsError,
    OwnChoiceError,
    RefusedError,
)
from kring.actions.members import Outcome, place, remove, unpin
from kring.actions.welcoming import Welcoming
from kring.algebra import limits
from kring.contacts.queries import ListedContact, contacts_found, listed
from kring.groups.models import Effect, Group
from kring.groups.pins import Pin, pins_of
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.templatetags.ui import number
from kring.ui.words import words_for
from kring.web.groups.chosen import NobodyChosenError, contacts_chosen
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.own_choice import ask_for_reason, reason_in
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ShownPin:
    contact: ListedContact
    pin: Pin


class PinForm(forms.Form):
    """What is done with the contacts that were ticked, why, and until when."""

    effect = forms.ChoiceField(
        label=gettext_lazy("What should happen?"),
        choices=[
            (Effect.IN.value, gettext_lazy("Always in this group")),
            (Effect.OUT.value, gettext_lazy("Never in this group")),
        ],
        initial=Effect.IN.value,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Whoever wonders later why somebody is in or out, reads this."
        ),
        required=False,
        max_length=limits.REASON_LENGTH,
    )
    until = forms.DateField(
        label=gettext_lazy("Up to and including"),
        help_text=gettext_lazy("After this day the composition decides again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("effect") == Effect.OUT and not given.get("reason"):
            self.add_error("reason", _("Say why somebody is kept out."))
        return given

    def carried_out(
        self, contacts: Sequence[int], group: Group, by: Actor, welcome: Welcoming
    ) -> Outcome | None:
        """None when it was refused, and the form says why; ManyMailsError passes."""
        if not self.is_valid():
            return None
        deed = place if self.cleaned_data["effect"] == Effect.IN else remove
        facts = {part: self.cleaned_data[part] for part in ("reason", "until")}
        try:
            if not contacts:
                raise NobodyChosenError
            return deed(contacts, group.pk, by=by, welcome=welcome, **facts)
        except ManyMailsError:
            raise
        except RefusedError as refusal:
            self.add_error(None, words_for(refusal))
            return None


@staff_may(StaffRole.READER)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    if not group.is_derived:
        warn(request, words_for(DerivedGroupNeededError(group.name)))
        return redirect("group-members", group.pk)
    if request.method == "POST":
        if not reaches(signed_in(request), StaffRole.STAFF):
            raise PermissionDenied
        return _pinned(request, group)
    return _page(request, group, PinForm(), contacts_chosen(request.GET))


@staff_may(StaffRole.STAFF)
@require_POST
def lift(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    chosen, welcome = contacts_chosen(request.POST), welcome_in(request.POST)
    by, back = actor_of(signed_in(request)), reverse("group-pins", args=[group.pk])
    try:
        if not chosen:
            raise NobodyChosenError
        outcome = unpin(
            chosen, group.pk, by=by, reason=reason_in(request), welcome=welcome
        )
    except ManyMailsError as many:
        return ask_about_mails(request, many, back=back)
    except OwnChoiceError as refusal:
        return ask_for_reason(request, refusal, back=back)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = with_mails(_lifted(outcome.count), outcome.mails)
        announce(request, told, change=outcome.change)
    return redirect("group-pins", group.pk)


def _lifted(count: int) -> str:
    if not count:
        return _("Nothing had to be changed.")
    return _("The exception is lifted: the composition decides again.")


def _pinned(request: HttpRequest, group: Group) -> HttpResponse:
    form, chosen = PinForm(request.POST), contacts_chosen(request.POST)
    by, welcome = actor_of(signed_in(request)), welcome_in(request.POST)
    try:
        outcome = form.carried_out(chosen, group, by, welcome)
    except ManyMailsError as many:
        back = reverse("group-pins", args=[group.pk])
        return ask_about_mails(request, many, back=back)
    if outcome is None:
        return _page(request, group, form, chosen)
    told = with_mails(_told(outcome.count), outcome.mails)
    announce(request, told, change=outcome.change)
    return redirect("group-pins", group.pk)


def _page(
    request: HttpRequest, group: Group, form: PinForm, chosen: list[int]
) -> HttpResponse:
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    facts = {
        "shown": shown_group(group, "members"),
        "pins": _pins(group),
        "form": form,
        "search": search,
        "chosen": listed(chosen),
        "found": _found(search, chosen),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/groups/pins.html", facts)


def _pins(group: Group) -> list[ShownPin]:
    pins = {pin.contact: pin for pin in pins_of(group.pk, today=timezone.localdate())}
    return [ShownPin(contact, pins[contact.id]) for contact in listed(pins)]


def _found(search: str, chosen: list[int]) -> list[ListedContact]:
    if not search:
        return []
    others = contacts_found(search).exclude(pk__in=chosen)
    return listed(others.values_list("pk", flat=True)[:MOST_SHOWN])


def _told(count: int) -> str:
    if not count:
        return _("Nothing had to be changed.")
    return ngettext(
        "%(count)s exception recorded.", "%(count)s exceptions recorded.", count
    ) % {"count": number(count)}
