"""Mails that wait are cancelled, and mails that have ended are sent once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.db.models import QuerySet

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.delivering import deliver_soon
from kring.actions.errors import RefusedError
from kring.actions.members import Outcome
from kring.actions.requiring import require_that_may
from kring.contacts.models import Contact
from kring.groups.history import Entry
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.outgoing import AskedMails, can_be_sent_again, mails_asked
from kring.outbox.models import GOING, State

CANCEL: Final = "mail.cancel"
RESEND: Final = "mail.resend"
BATCH: Final = 2_000
"""How many mails one transaction of a long act takes."""

Step = Callable[[Act, Sequence[int]], int]


@dataclass(eq=False)
class UnknownMailError(RefusedError):
    """There is no such mail."""

    mail: int


@dataclass(eq=False)
class MailEndedError(RefusedError):
    """A mail cannot be cancelled: it does not wait any more."""

    state: str


@dataclass(eq=False)
class MailStillGoesError(RefusedError):
    """A mail cannot be sent again: it, or it once more, still waits."""


@dataclass(eq=False)
class NoReaderError(RefusedError):
    """A mail cannot be sent again: its contact is no longer there."""


@dataclass(eq=False)
class CodeGoesOnceError(RefusedError):
    """A code to sign in with is not sent again: whoever wants one asks for another."""


@dataclass(eq=False)
class MoreMailsError(RefusedError):
    """There are more mails than were confirmed."""

    count: int
    confirmed: int


def cancel_mail(mail: int, *, by: Actor) -> Outcome:
    """Let a mail that waits not go; raises UnknownMailError or MailEndedError."""
    with act(CANCEL, by=by) as this:
        found = _existing(mail)
        if found.state not in GOING:
            raise MailEndedError(found.state)
        return Outcome(_cancel(this, [mail]), this.change)


def resend_mail(mail: int, *, by: Actor) -> int:
    """Send a mail that has ended once more, as a mail of its own; returns that one.

    Raises UnknownMailError, CodeGoesOnceError, MailStillGoesError or NoReaderError.
    """
    with act(RESEND, by=by) as this:
        found = _existing(mail)
        if found.purpose == Purpose.CODE:
            raise CodeGoesOnceError
        if found.state in GOING or found.resends.filter(state__in=GOING).exists():
            raise MailStillGoesError
        if not _is_there(found.contact):
            raise NoReaderError
        [made] = _send_again(this, [found])
    return made.pk


def cancel_mails(asked: AskedMails, *, confirmed: int, by: Actor) -> Outcome:
    """Cancel all that wait of the mails that are asked for.

    So many were confirmed: raises MoreMailsError when there are more by now. What went
    in the meantime went.
    """
    require_that_may(by, CANCEL)
    waiting = mails_asked(asked).filter(state__in=GOING)
    return _done_in_steps(CANCEL, _confirmed(waiting, confirmed), _cancel, by)


def resend_mails(asked: AskedMails, *, confirmed: int, by: Actor) -> Outcome:
    """Send all that have ended of the mails that are asked for once more.

    Those that were sent again before, and those of contacts that are no longer there,
    are left out. So many were confirmed: raises MoreMailsError when there are more.
    """
    require_that_may(by, RESEND)
    ended = can_be_sent_again(mails_asked(asked))
    return _done_in_steps(RESEND, _confirmed(ended, confirmed), _resend, by)


def _existing(mail: int) -> OutgoingMail:
    found = OutgoingMail.objects.select_for_update().filter(pk=mail).first()
    if found is None:
        raise UnknownMailError(mail)
    return found


def _confirmed(mails: QuerySet[OutgoingMail], confirmed: int) -> list[int]:
    found = list(mails.order_by("pk").values_list("pk", flat=True))
    if len(found) > confirmed:
        raise MoreMailsError(len(found), confirmed)
    return found


def _done_in_steps(action: str, mails: list[int], step: Step, by: Actor) -> Outcome:
    """One act, or for more than a batch a long one whose steps are transactions."""
    whole = begin_long_act(action, by=by) if len(mails) > BATCH else None
    count, number = 0, whole
    for some in batches(mails, BATCH):
        with act(action, by=by, part_of=whole) as this:
            count += step(this, some)
        number = whole or this.number
    return Outcome(count, number)


def _cancel(this: Act, mails: Sequence[int]) -> int:
    waiting = OutgoingMail.objects.filter(pk__in=mails, state__in=GOING)
    rows = waiting.select_for_update().order_by("pk")
    found = list(rows.values_list("pk", "contact", "group"))
    if found:
        OutgoingMail.objects.filter(pk__in=[mail for mail, *_ in found]).update(
            state=State.CANCELLED.value, ended_at=this.at, cancelled_by=this.change
        )
    for mail, contact, group in found:
        this.record(Entry("mail", contact, group, after={"mail": mail}))
    return len(found)


def _resend(this: Act, mails: Sequence[int]) -> int:
    rows = OutgoingMail.objects.select_for_update().filter(pk__in=mails)
    # Locked first: two who press the button at once send it once more, not twice.
    locked = list(rows.order_by("pk").values_list("pk", flat=True))
    again = can_be_sent_again(OutgoingMail.objects.filter(pk__in=locked))
    return len(_send_again(this, again.order_by("pk")))


def _is_there(contact: int | None) -> bool:
    return contact is None or Contact.objects.filter(pk=contact).exists()


def _send_again(this: Act, mails: Iterable[OutgoingMail]) -> list[OutgoingMail]:
    """Make a mail that waits of each of these."""
    made = OutgoingMail.objects.bulk_create(_once_more(this, mail) for mail in mails)
    for mail in made:
        after = {"mail": mail.pk, "resend_of": mail.resend_of_id}
        this.record(Entry("mail", mail.contact, mail.group, after=after))
    deliver_soon()
    return made


def _once_more(this: Act, mail: OutgoingMail) -> OutgoingMail:
    again = OutgoingMail(
        resend_of=mail,
        key=uuid4(),
        free_at=this.occasion.at,
        made_at=this.occasion.at,
        purpose=mail.purpose,
        contact=mail.contact,
        group=mail.group,
        change=mail.change,
        template_id=mail.template_id,
        mailing_id=mail.mailing_id,
    )
    if mail.contact is None or mail.purpose == Purpose.CHANGED:
        again.address = mail.address
    if mail.template_id is None and mail.mailing_id is None:
        # What is made of nothing else goes as it went.
        again.sender, again.subject = mail.sender, mail.subject
        again.html, again.text = mail.html, mail.text
    return again
