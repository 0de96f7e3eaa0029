"""Who acts for which organisation: adding, changing, ending and removing the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions import representing as actions
from kring.actions.errors import RefusedError
from kring.contacts.models import NAME_LENGTH, Contact, Kind, Representation
from kring.contacts.queries import contact_with_id, contacts_found, listed
from kring.contacts.representing import Represents, agreed_in, link_of_both
from kring.ui.announcements import announce, warn
from kring.ui.people import SEARCH
from kring.ui.words import words_for
from kring.web.written import number_in

Save = Callable[[Actor], int | None]

OTHER = "met"
MOST_SHOWN = 20
_FIELD: Final[Mapping[type[RefusedError], str]] = {
    actions.EndsBeforeItBeginsError: "last_day"
}
"""At which field a refusal is said; all others are about the whole."""


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LinkForm(forms.Form):
    """What is agreed of somebody who acts for an organisation."""

    role = forms.CharField(
        label=gettext_lazy("Role there"),
        help_text=gettext_lazy("For example: secretary."),
        required=False,
        max_length=NAME_LENGTH,
    )
    first_day = forms.DateField(
        label=gettext_lazy("As from"),
        help_text=gettext_lazy("Empty: it has always been so."),
        widget=_day(),
        required=False,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Up to and including"),
        help_text=gettext_lazy("Empty: it goes on."),
        widget=_day(),
        required=False,
    )
    on_portal = forms.BooleanField(
        label=gettext_lazy("May manage on the portal"),
        help_text=gettext_lazy(
            "This person then sees and changes the groups and details of the"
            " organisation, from the first day up to the last."
        ),
        required=False,
    )

    @property
    def agreed(self) -> Represents:
        return Represents(**self.cleaned_data)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = _contact_or_404(contact_id)
    asked = request.POST if request.method == "POST" else request.GET
    other = contact_with_id(number_in(asked.get(OTHER, "")) or 0)
    if other is None:
        return _choice(request, contact)
    if link_of_both(contact.pk, other.pk) is not None:
        return redirect("contact-link", contact.pk, other.pk)
    if request.method == "POST":
        form = LinkForm(request.POST)
        if form.is_valid() and _added(request, contact, other, form):
            return redirect("contact", contact.pk)
    else:
        initial = {"first_day": timezone.localdate(), "on_portal": True}
        form = LinkForm(initial=initial)
    return _page(request, contact, other, form)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, contact_id: int, other_id: int) -> HttpResponse:
    link = _link_or_404(contact_id, other_id)
    contact, other = _sides(link, contact_id)
    form = LinkForm(
        request.POST if request.method == "POST" else None,
        initial=agreed_in(link).facts,
    )
    if form.is_valid() and _changed(request, link, form):
        return redirect("contact", contact_id)
    return _page(request, contact, other, form, link)


@staff_may(StaffRole.STAFF)
@require_POST
def end(request: HttpRequest, contact_id: int, other_id: int) -> HttpResponse:
    link, by = _link_or_404(contact_id, other_id), actor_of(signed_in(request))
    try:
        done = actions.end_representation(
            link.person_id, link.organisation_id, on=timezone.localdate(), by=by
        )
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = _("Today is the last day that %(person)s acts for %(organisation)s.")
        announce(request, told % _names(link), change=done)
    return redirect("contact", contact_id)


@staff_may(StaffRole.STAFF)
@require_POST
def remove(request: HttpRequest, contact_id: int, other_id: int) -> HttpResponse:
    link, by = _link_or_404(contact_id, other_id), actor_of(signed_in(request))
    try:
        done = actions.remove_representation(
            link.person_id, link.organisation_id, by=by
        )
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = _("%(person)s and %(organisation)s are not linked any more.")
        announce(request, told % _names(link), change=done)
    return redirect("contact", contact_id)


def _contact_or_404(contact_id: int) -> Contact:
    found = contact_with_id(contact_id)
    if found is None:
        raise Http404
    return found


def _link_or_404(contact_id: int, other_id: int) -> Representation:
    found = link_of_both(contact_id, other_id)
    if found is None:
        raise Http404
    return found


def _sides(link: Representation, contact_id: int) -> tuple[Contact, Contact]:
    """The contact of whose page this is, and the other one."""
    if link.person_id == contact_id:
        return link.person, link.organisation
    return link.organisation, link.person


def _added(
    request: HttpRequest, contact: Contact, other: Contact, form: LinkForm
) -> bool:
    """Whether the link was made; otherwise the form says why not."""
    is_person = contact.kind == Kind.PERSON
    person, organisation = (contact, other) if is_person else (other, contact)

    def save(by: Actor) -> int | None:
        return actions.add_representation(
            person.pk, organisation.pk, form.agreed, by=by
        )

    told = _("%(person)s acts for %(organisation)s.")
    known = {"person": person, "organisation": organisation}
    return _saved(request, form, save, told % known)


def _changed(request: HttpRequest, link: Representation, form: LinkForm) -> bool:
    def save(by: Actor) -> int | None:
        return actions.edit_representation(
            link.person_id, link.organisation_id, form.agreed, by=by
        )

    told = _("What %(person)s does for %(organisation)s has been saved.")
    return _saved(request, form, save, told % _names(link))


def _saved(request: HttpRequest, form: LinkForm, save: Save, told: str) -> bool:
    try:
        done = save(actor_of(signed_in(request)))
    except RefusedError as refusal:
        field = _FIELD.get(type(refusal))
        form.add_error(field, words_for(refusal))
        return False
    announce(request, told, change=done)
    return True


def _names(link: Representation) -> dict[str, Contact]:
    return {"person": link.person, "organisation": link.organisation}


def _choice(request: HttpRequest, contact: Contact) -> HttpResponse:
    search = request.GET.get(SEARCH, "").replace("\0", "").strip()
    is_person = contact.kind == Kind.PERSON
    wanted = Kind.ORGANISATION if is_person else Kind.PERSON
    found = contacts_found(search).filter(kind=wanted)
    rows = listed(found.values_list("pk", flat=True)[:MOST_SHOWN]) if search else []
    facts = {
        "contact": contact,
        "is_person": is_person,
        "search": search,
        "found": rows,
    }
    return render(request, "web/contacts/representing.html", facts)


def _page(
    request: HttpRequest,
    contact: Contact,
    other: Contact,
    form: LinkForm,
    link: Representation | None = None,
) -> HttpResponse:
    facts = {"contact": contact, "other": other, "form": form, "link": link}
    return render(request, "web/contacts/representing_link.html", facts)
