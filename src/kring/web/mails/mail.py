"""One mail: as it will go or went, what became of it, cancelling and sending again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.mails import cancel_mail, resend_mail
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.outgoing import line_of, resends_of
from kring.outbox.models import GOING, State
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.ui.words_outgoing import answer_in_words, skip_in_a_sentence
from kring.web.mails.letters import Letter, letter_of, mail_or_404
from kring.web.mails.shown import shown_mails


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail = mail_or_404(mail_id)
    letter = letter_of(mail, signed_in(request))
    [row, *resends] = shown_mails([line_of(mail), *resends_of(mail_id)])
    may_change = reaches(signed_in(request), StaffRole.STAFF)
    is_going = mail.state in GOING
    facts = {
        "mail": mail,
        "row": row,
        "letter": letter,
        "answer": "" if mail.state == State.SENT else answer_in_words(mail.answer),
        "trouble": _trouble(mail, letter),
        "resends": resends,
        "may_cancel": may_change and is_going,
        "may_resend": may_change and not is_going and mail.purpose != Purpose.CODE,
    }
    return render(request, "web/mails/mail.html", facts)


def _trouble(mail: OutgoingMail, letter: Letter) -> str:
    """Why it was skipped, unless that is what stands in its place."""
    why = skip_in_a_sentence(mail.skip) if mail.skip else ""
    return "" if why == letter.trouble else why


@staff_may(StaffRole.STAFF)
@require_POST
def cancel(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail_or_404(mail_id)
    try:
        cancel_mail(mail_id, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        announce(request, _("This mail has been cancelled and does not go."))
    return redirect("outgoing-mail", mail_id)


@staff_may(StaffRole.STAFF)
@require_POST
def resend(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail_or_404(mail_id)
    try:
        again = resend_mail(mail_id, by=actor_of(signed_in(request)))
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect("outgoing-mail", mail_id)
    announce(request, _("The mail goes out again: this is the new one."))
    return redirect("outgoing-mail", again)
