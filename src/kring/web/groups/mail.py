"""The mails of a group: what went, what waits, and what does not go, and why."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.mailing.outgoing import mails_page, numbers_of
from kring.mailing.queries import template_numbered
from kring.ui.words_outgoing import policy_in_words
from kring.web.groups.shown import group_or_404, shown_group
from kring.web.mails.asked import asked_in, beside_in, neighbours, query_of
from kring.web.mails.shown import shown_mails, shown_numbers, shown_skips


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, group_id: int) -> HttpResponse:
    group = group_or_404(group_id)
    asked = replace(asked_in(request.GET), group=group_id, contact=None, until=None)
    page, numbers = mails_page(asked, beside=beside_in(request.GET)), numbers_of(asked)
    everywhere = reverse("outgoing-mails")
    template = group.welcome_template_id and template_numbered(
        group.welcome_template_id
    )
    facts = {
        "shown": shown_group(group, "mail"),
        "rows": shown_mails(page.rows),
        "asked": asked,
        "numbers": shown_numbers(numbers, asked),
        "total": numbers.total,
        "all_address": ".",
        "skips": shown_skips(numbers, asked, begin=everywhere),
        "everywhere": everywhere + query_of(asked),
        "template": template,
        "policy": policy_in_words(group, template) if template else "",
        "on_group": True,
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **neighbours(asked, page),
    }
    return render(request, "web/groups/mail.html", facts)
