"""The mail templates: the list, and making, changing and deleting one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions import templates as actions
from kring.actions.errors import RefusedError
from kring.actions.templates import TemplateTexts, texts_of
from kring.mailing.errors import UnusableTextError
from kring.mailing.models import Template
from kring.mailing.queries import template_numbered, templates
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for

Save = Callable[[TemplateTexts], Template]


class TemplateForm(forms.Form):
    """The texts of a template; the action says what is wrong with them."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What staff choose the template by."),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        help_text=gettext_lazy("What the reader sees first in the mailbox."),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def saved_by(self, save: Save) -> Template | None:
        """The template, or None when its texts were refused and the form says why."""
        if not self.is_valid():
            return None
        try:
            return save(TemplateTexts(**self.cleaned_data))
        except UnusableTextError as refusal:
            self.add_error(refusal.part, words_for(refusal))
            return None
        except RefusedError as refusal:
            field = getattr(refusal, "field", "name")
            self.add_error(field, words_for(refusal))
            return None


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    may_change = reaches(signed_in(request), StaffRole.STAFF)
    facts = {"templates": templates(), "may_change": may_change}
    return render(request, "web/mails/templates.html", facts)


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    by = actor_of(signed_in(request))
    form = TemplateForm(request.POST if request.method == "POST" else None)
    return _answer(
        request, form, None, lambda texts: actions.create_template(texts, by=by)
    )


@staff_may(StaffRole.STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    template = _template(template_id)
    form = _form_of(request, template)
    return _answer(
        request, form, template, _editing(template, actor_of(signed_in(request)))
    )


@staff_may(StaffRole.STAFF)
@require_POST
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    template = _template(template_id)
    try:
        actions.delete_template(template.pk, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("mail-template", template.pk)
    announce(request, _("%(template)s has been deleted.") % {"template": template})
    return redirect("mail-templates")


def _form_of(request: HttpRequest, template: Template) -> TemplateForm:
    if request.method == "POST":
        return TemplateForm(request.POST)
    texts = texts_of(template)
    initial = {"name": texts.name, "subject": texts.subject, "body": texts.body}
    return TemplateForm(initial=initial)


def _editing(template: Template, by: Actor) -> Save:
    kept = texts_of(template)

    def save(texts: TemplateTexts) -> Template:
        texts = replace(texts, language=kept.language, attachment=kept.attachment)
        return actions.edit_template(template.pk, texts, by=by)

    return save


def _answer(
    request: HttpRequest, form: TemplateForm, template: Template | None, save: Save
) -> HttpResponse:
    saved = form.saved_by(save) if form.is_bound else None
    if saved is not None:
        announce(request, _("%(template)s has been saved.") % {"template": saved})
        return redirect("mail-templates")
    facts = {"form": form, "template": template}
    return render(request, "web/mails/template.html", facts)


def _template(template_id: int) -> Template:
    found = template_numbered(template_id)
    if found is None:
        raise Http404
    return found
