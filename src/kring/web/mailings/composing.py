"""Writing a mail to groups: a new one, one that is a draft, and taking one away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions import mailings as actions
from kring.actions.errors import RefusedError
from kring.actions.mailings import MailingWish
from kring.mailing.mailings import mailing_numbered
from kring.mailing.models import Mailing
from kring.mailing.queries import template_numbered
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.mailings.counting import count_of
from kring.web.mailings.form import MailingForm
from kring.web.mailings.shown import BEFORE, mailing_or_404
from kring.web.written import number_in

GROUP, TEMPLATE, FROM = "groep", "sjabloon", "van"
COUNT, TAKE = "count", "take"
"""Buttons that save nothing: count anew, and take over the texts of a template."""

Save = Callable[[MailingWish], Mailing]

_CONTENT: Final = ("subject", "body", "language")


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    by = actor_of(signed_in(request))

    def save(wish: MailingWish) -> Mailing:
        return actions.create_mailing(wish, by=by)

    return _answer(request, None, save)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    if mailing.state not in BEFORE:
        warn(request, words_for(actions.MailingGoneOutError(mailing.subject)))
        return redirect("mailing", mailing.pk)
    by = actor_of(signed_in(request))
    # A version that cannot be read is nobody's: the edit counts as overtaken.
    version = number_in(request.POST.get("version", "")) or 0

    def save(wish: MailingWish) -> Mailing:
        return actions.edit_mailing(mailing.pk, wish, by=by, version=version)

    return _answer(request, mailing, save)


@staff_may(StaffRole.STAFF)
@require_POST
def delete(request: HttpRequest, mailing_id: int) -> HttpResponse:
    mailing = mailing_or_404(mailing_id)
    try:
        number = actions.delete_mailing(mailing.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("mailing", mailing.pk)
    announce(request, _("The draft has been deleted."), change=number)
    return redirect("mailings")


def _answer(request: HttpRequest, mailing: Mailing | None, save: Save) -> HttpResponse:
    form = _form_of(request, mailing)
    saves = form.is_bound and not {COUNT, TAKE} & request.POST.keys()
    saved = form.saved_by(save) if saves else None
    if saved is not None:
        announce(request, _("The mail has been saved as a draft."))
        return redirect("mailing", saved.pk)
    facts = {
        "form": form,
        "mailing": mailing,
        "gone": _gone(mailing),
        "count": count_of(form.addressed()),
    }
    return render(request, "web/mailings/composing.html", facts)


def _form_of(request: HttpRequest, mailing: Mailing | None) -> MailingForm:
    if request.method != "POST":
        return MailingForm(mailing=mailing, initial=_asked(request.GET))
    if {COUNT, TAKE} & request.POST.keys():
        return MailingForm(mailing=mailing, initial=_typed(request.POST))
    return MailingForm(request.POST, mailing=mailing)


def _asked(asked: QueryDict) -> dict[str, Any]:
    """What an address asks to begin with: groups, a template, or another mail."""
    other = mailing_numbered(number_in(asked.get(FROM, "")) or 0)
    initial = {} if other is None else dict(MailingForm(mailing=other).initial)
    groups = [number for one in asked.getlist(GROUP) if (number := number_in(one))]
    if groups:
        initial["groups"] = groups
    return {**initial, **_texts_of_template(asked.get(TEMPLATE, ""))}


def _typed(posted: QueryDict) -> dict[str, Any]:
    """What was typed, not judged yet; with the texts of a template if that is asked."""
    typed: dict[str, Any] = dict(posted.items())
    typed |= {name: posted.getlist(name) for name in ("groups", "minus")}
    if TAKE in posted:
        typed |= _texts_of_template(posted.get("template", ""))
    return typed


def _texts_of_template(number: str) -> dict[str, Any]:
    template = template_numbered(number_in(number) or 0)
    if template is None:
        return {}
    return {
        **{name: getattr(template, name) for name in _CONTENT},
        "file": template.attachment_digest,
        "file_name": template.attachment_name,
        "without_file": False,
    }


def _gone(mailing: Mailing | None) -> str:
    """Which groups of a draft were deleted since; saving leaves them out."""
    if mailing is None:
        return ""
    try:
        actions.require_groups(mailing.groups, mailing.minus)
    except RefusedError as refusal:
        return words_for(refusal)
    return ""
