"""The mail templates: the list, and making, changing, copying and deleting one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions import templates as actions
from kring.actions.errors import RefusedError
from kring.actions.templates import texts_of
from kring.groups.queries import names_of_groups_welcoming
from kring.mailing.models import Template
from kring.mailing.queries import template_numbered, templates
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.mails.template_form import Save, TemplateForm

AND_LOOK = "and_look"
"""The button that saves and shows how the mail reads."""


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    uses = names_of_groups_welcoming()
    facts = {
        "templates": [(one, uses.get(one.pk, [])) for one in templates()],
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
    }
    return render(request, "web/mails/templates.html", facts)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    by = actor_of(signed_in(request))
    form = TemplateForm(request, None)
    return _answer(
        request, form, None, lambda texts: actions.create_template(texts, by=by)
    )


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    template = template_or_404(template_id)
    by, seen = actor_of(signed_in(request)), texts_of(template)
    form = TemplateForm(request, seen)
    return _answer(
        request,
        form,
        template,
        lambda texts: actions.edit_template(template.pk, texts, by=by, seen=seen),
    )


@staff_may(StaffRole.STAFF)
@require_POST
def copy(request: HttpRequest, template_id: int) -> HttpResponse:
    template = template_or_404(template_id)
    named = _("%(template)s (copy)") % {"template": template}
    try:
        by = actor_of(signed_in(request))
        made = actions.copy_template(template.pk, named=named, by=by)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("mail-templates")
    announce(
        request,
        _("This is a copy of %(template)s. Give it a name of its own.")
        % {"template": template},
        change=made.change,
    )
    return redirect("mail-template", made.template.pk)


@staff_may(StaffRole.STAFF)
@require_POST
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    template = template_or_404(template_id)
    try:
        by = actor_of(signed_in(request))
        change = actions.delete_template(template.pk, by=by)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("mail-template", template.pk)
    told = _("%(template)s has been deleted.") % {"template": template}
    announce(request, told, change=change)
    return redirect("mail-templates")


def template_or_404(template_id: int) -> Template:
    found = template_numbered(template_id)
    if found is None:
        raise Http404
    return found


def _answer(
    request: HttpRequest, form: TemplateForm, template: Template | None, save: Save
) -> HttpResponse:
    saved = form.saved_by(save) if form.is_bound else None
    if saved is None:
        facts = {"form": form, "template": template, "and_look": AND_LOOK}
        return render(request, "web/mails/template.html", facts)
    told = _("%(template)s has been saved.") % {"template": saved.template}
    announce(request, told, change=saved.change)
    if AND_LOOK in request.POST:
        return redirect("mail-template-preview", saved.template.pk)
    return redirect("mail-templates")
