"""The senders of mails: which there are, and setting up, changing and removing one."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions import mailboxes as actions
from kring.actions.errors import RefusedError
from kring.actions.users import EmailAddressUnreadableError
from kring.mailing.delivery import usual_sender
from kring.mailing.models import Mailbox
from kring.mailing.queries import mailbox_numbered, mailboxes
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for

Save = Callable[[str, str], Mailbox]


class SenderForm(forms.Form):
    """A name and an address; the action says what is wrong with them."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Who the mail comes from, as its reader sees it."),
    )
    address = forms.CharField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "Answers go here. Your mail server must be allowed to send for it."
        ),
        widget=forms.EmailInput,
    )

    def saved_by(self, save: Save) -> Mailbox | None:
        """The sender, or None when it was refused and the form says why."""
        if not self.is_valid():
            return None
        try:
            return save(self.cleaned_data["name"], self.cleaned_data["address"])
        except RefusedError as refusal:
            is_about_address = isinstance(refusal, EmailAddressUnreadableError)
            field = "address" if is_about_address else "name"
            self.add_error(field, words_for(refusal))
            return None


@staff_may(StaffRole.ADMIN)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    facts = {"mailboxes": mailboxes(), "usual": usual_sender()}
    return render(request, "web/settings/mailboxes.html", facts)


@staff_may(StaffRole.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    by = actor_of(signed_in(request))
    form = SenderForm(request.POST if request.method == "POST" else None)

    def save(name: str, address: str) -> Mailbox:
        return actions.add_mailbox(name, address, by=by)

    return _answer(request, form, None, save)


@staff_may(StaffRole.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    mailbox, by = _mailbox(mailbox_id), actor_of(signed_in(request))
    initial = {"name": mailbox.name, "address": mailbox.address}
    given = request.POST if request.method == "POST" else None

    def save(name: str, address: str) -> Mailbox:
        return actions.edit_mailbox(mailbox_id, name, address, by=by)

    return _answer(request, SenderForm(given, initial=initial), mailbox, save)


@staff_may(StaffRole.ADMIN)
@require_POST
def delete(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    mailbox = _mailbox(mailbox_id)
    try:
        actions.delete_mailbox(mailbox.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("mailbox", mailbox_id)
    announce(request, _("%(sender)s has been removed.") % {"sender": mailbox.name})
    return redirect("settings")


def _answer(
    request: HttpRequest, form: SenderForm, mailbox: Mailbox | None, save: Save
) -> HttpResponse:
    saved = form.saved_by(save) if form.is_bound else None
    if saved is not None:
        announce(request, _("%(sender)s has been saved.") % {"sender": saved.name})
        return redirect("settings")
    facts = {"form": form, "mailbox": mailbox}
    return render(request, "web/settings/mailbox.html", facts)


def _mailbox(mailbox_id: int) -> Mailbox:
    found = mailbox_numbered(mailbox_id)
    if found is None:
        raise Http404
    return found
