"""Contacts that ask to be erased: the list, and declining with a reason."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.erasure_requests import decline_request
from kring.actions.errors import RefusedError
from kring.algebra import limits
from kring.contacts.erasure_requests import open_request_of, open_requests
from kring.contacts.models import ErasureRequest
from kring.ui.announcements import announce
from kring.ui.words import words_for


class DecliningForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why not?"),
        help_text=gettext_lazy(
            "The contact reads this in a mail. For example: the law makes us keep what"
            " a member has paid for seven years."
        ),
        max_length=limits.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    facts = {
        "requests": open_requests(),
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/contacts/erasure_requests.html", facts)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, contact_id: int) -> HttpResponse:
    asked = open_request_of(contact_id)
    if asked is None:
        raise Http404
    form = DecliningForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _declined(request, asked, form):
        return redirect("contact", contact_id)
    facts = {"form": form, "erasure_request": asked, "contact": asked.contact}
    return render(request, "web/contacts/erasure_declining.html", facts)


def _declined(request: HttpRequest, asked: ErasureRequest, form: DecliningForm) -> bool:
    by, why = actor_of(signed_in(request)), form.cleaned_data["why"]
    try:
        decline_request(asked.contact_id, why=why, by=by)
    except RefusedError as refusal:
        form.add_error(None, words_for(refusal))
        return False
    told = _("The request of %(contact)s is declined. The reason goes by mail.")
    announce(request, told % {"contact": asked.contact})
    return True
