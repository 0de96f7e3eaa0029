"""Erasing a contact (AVG), after a page that says exactly what happens."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.erasing import erase_contact
from kring.actions.errors import RefusedError
from kring.algebra import limits
from kring.contacts.models import Contact
from kring.contacts.queries import contact_with_details, former_numbers_of
from kring.groups.queries import groups_of
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for


class ErasingForm(forms.Form):
    """Whoever erases types the number, so that nobody is erased by a slip."""

    number = forms.CharField(
        label=gettext_lazy("Contact number"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "For example: asked by letter. It is kept, so name nobody in it."
        ),
        required=False,
        max_length=limits.REASON_LENGTH,
    )

    def __init__(self, data: object, contact: Contact) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.contact = contact

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if number != self.contact.number:
            raise forms.ValidationError(
                _("This is not the number of this contact. Nothing has been erased.")
            )
        return number


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = contact_with_details(contact_id)
    if contact is None:
        raise Http404
    form = ErasingForm(request.POST if request.method == "POST" else None, contact)
    if form.is_bound and form.is_valid():
        return _erased(request, contact, form.cleaned_data["reason"])
    return render(request, "web/contacts/erasing.html", _facts(contact, form))


def _facts(contact: Contact, form: ErasingForm) -> dict[str, object]:
    return {
        "contact": contact,
        "form": form,
        "groups": list(groups_of(contact.pk)),
        "former_numbers": former_numbers_of(contact.pk),
    }


def _erased(request: HttpRequest, contact: Contact, reason: str) -> HttpResponse:
    by = actor_of(signed_in(request))
    try:
        erase_contact(contact.pk, by=by, reason=reason)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        done = _("The contact with number %(number)s has been erased.")
        announce(request, done % {"number": contact.number})
    return redirect("contacts")
