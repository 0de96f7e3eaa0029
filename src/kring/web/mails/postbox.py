"""The local mailbox, of what was sent while there is no mail server."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kring.accounts.access import signed_in, staff_may
from kring.accounts.models import StaffRole
from kring.mailing.outgoing import delivered_last
from kring.web.mails.letters import letter_of, mail_or_404

_MOST = 100


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, mail_id: int | None = None) -> HttpResponse:
    if not is_there():
        raise Http404
    mails = delivered_last(most=_MOST)
    newest = mails[0].id if mails else None
    chosen = None
    if mail_id or newest:
        chosen = mail_or_404(mail_id or newest or 0)
    facts = {
        "mails": mails,
        "most": _MOST,
        "mail": chosen,
        "letter": letter_of(chosen, signed_in(request)) if chosen else None,
        "is_opened": mail_id is not None,
    }
    part = "#mails" if request.headers.get("HX-Request") else ""
    return render(request, f"web/mails/postbox.html{part}", facts)


def is_there() -> bool:
    """With a mail server mails reach their readers, whose mailboxes are their own."""
    return settings.KRING_MAIL_SERVER is None
