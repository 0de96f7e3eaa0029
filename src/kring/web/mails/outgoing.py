"""The list of mails that go or went, the newest first."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.groups.queries import listed_groups
from kring.mailing.outgoing import AskedMails, Numbers, mails_page, numbers_of
from kring.outbox.models import GOING
from kring.ui.words_outgoing import PURPOSES, skip_in_words
from kring.web.changes.shown import Named, Names
from kring.web.mails.asked import asked_in, beside_in, neighbours, parts_of, query_of
from kring.web.mails.shown import names_in, shown_mail, shown_numbers


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    asked = replace(asked_in(request.GET), until=None)
    page, numbers = mails_page(asked, beside=beside_in(request.GET)), numbers_of(asked)
    names = names_in(page.rows, contact=asked.contact)
    facts = {
        "rows": [shown_mail(mail, names) for mail in page.rows],
        "asked": asked,
        "kept": _kept(asked),
        "numbers": shown_numbers(numbers, asked),
        "total": numbers.total,
        "all_address": query_of(replace(asked, state="", skip="")) or ".",
        "reason": skip_in_words(asked.skip) if asked.skip else "",
        "purposes": PURPOSES.items(),
        "groups": _groups(asked, names),
        "contact": asked.contact and names.contact(asked.contact),
        "everyone_address": query_of(replace(asked, contact=None)) or ".",
        "together": _together(request, asked, numbers),
        **neighbours(asked, page),
    }
    return render(request, "web/mails/outgoing.html", facts)


def _kept(asked: AskedMails) -> dict[str, str]:
    """What the filters' form does not ask itself, and passes on."""
    return parts_of(replace(asked, purpose="", group=None, day=None))


def _groups(asked: AskedMails, names: Names) -> list[Named]:
    """The groups to choose from, and the one that is asked for if it was deleted."""
    found = [Named(*row) for row in listed_groups().values_list("pk", "name")]
    if asked.group is None or any(one.id == asked.group for one in found):
        return found
    return [Named(asked.group, names.group(asked.group).name), *found]


def _together(request: HttpRequest, asked: AskedMails, numbers: Numbers) -> str:
    """Where all that are found are cancelled, or sent again; of one state alone."""
    may_change = reaches(signed_in(request), StaffRole.STAFF)
    if not may_change or not asked.state or not numbers.states[asked.state]:
        return ""
    deed = "mails-cancel" if asked.state in GOING else "mails-resend"
    return reverse(deed) + query_of(asked)
