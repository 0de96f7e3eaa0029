"""A mail as its reader sees it: as it went, or as it would go now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kring.accounts.access import signed_in, staff_may
from kring.accounts.models import StaffRole, User
from kring.accounts.queries import user_with_email
from kring.mailing.delivery import composed, message_id
from kring.mailing.mail_server import there_is_one
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.outgoing import mail_numbered
from kring.outbox.models import State
from kring.ui.words import words_for
from kring.ui.words_outgoing import skip_in_a_sentence
from kring.web.mails.framed import framed


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to look at; `trouble` says why it would not go now."""

    heading: str
    to: str = ""
    sender: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    attachment: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


@staff_may(StaffRole.READER)
@require_safe
@framed
def show(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML alone, for the frame on the page of the mail."""
    letter = letter_of(mail_or_404(mail_id), signed_in(request))
    return HttpResponse(letter.html)


def mail_or_404(mail_id: int) -> OutgoingMail:
    found = mail_numbered(mail_id)
    if found is None:
        raise Http404
    return found


def letter_of(mail: OutgoingMail, user: User) -> Letter:
    """What went stands in the row; what did not is made as it would go now."""
    if mail.purpose == Purpose.CODE and there_is_one():
        return Letter(
            heading=_("Not for you"),
            to=mail.address,
            subject=mail.subject,
            trouble=_("A code to sign in is read by nobody but who asked for it."),
        )
    if not _may_read(user, mail):
        return Letter(
            heading=_("Not for you"),
            to=mail.address,
            sender=mail.sender,
            subject=mail.subject,
            trouble=_("A notice to somebody of the staff is read by nobody else."),
        )
    if mail.state == State.SENT or mail.html or mail.text:
        return _as_it_went(mail)
    return _as_it_would_go(mail)


def _may_read(user: User, mail: OutgoingMail) -> bool:
    """A notice to somebody else of the staff may hold a link to sign in with."""
    if mail.purpose != Purpose.NOTICE:
        return True
    return user_with_email(mail.address) in (None, user)


def _as_it_went(mail: OutgoingMail) -> Letter:
    source = mail.mailing or mail.template
    return Letter(
        heading=_("As it went") if mail.state == State.SENT else _("As it was made"),
        to=mail.address,
        sender=mail.sender,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        attachment=source.attachment_name if source else "",
        headers={"Message-ID": message_id(mail)},
    )


def _as_it_would_go(mail: OutgoingMail) -> Letter:
    made = composed([mail])[mail.pk]
    if made.skip is not None:
        why_not = skip_in_a_sentence(made.skip)
        return Letter(_("Why it does not go"), trouble=why_not)
    if made.unusable is not None:
        return Letter(_("Why it does not go"), trouble=words_for(made.unusable))
    return Letter(
        heading=_("As it would go now"),
        to=made.to,
        sender=made.sender,
        subject=made.subject,
        html=made.html,
        text=made.text,
        attachment=made.attachment.name if made.attachment else "",
        headers=made.headers,
    )
