"""Mails leave: each is claimed, judged, sent outside any transaction, and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain
from threading import BoundedSemaphore
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kring.mailing import answers, way_out
from kring.mailing.delivery import Composed, composed, message_of
from kring.mailing.mail_server import (
    LineBrokenError,
    NotSentError,
    RefusedForGoodError,
    Send,
    ServerAtFaultError,
    line,
    there_is_one,
)
from kring.mailing.models import OutgoingMail, Purpose, WayOut
from kring.mailing.refusals import says_nobody_is_there
from kring.mailing.situation import TO_AN_ADDRESS
from kring.outbox import queue
from kring.outbox.models import State

SHIFT: Final = timedelta(seconds=1)
"""How long one job sends: a worker that is told to stop does so within a second."""

MOST: Final = 50
"""How many mails one job takes by one connection."""

HANDS: Final = 2
"""How many jobs of a worker send at a time: a server that hangs holds up no more."""

SOON: Final = timedelta(minutes=1)
"""What may go later than this is found by the job of every minute."""

_hands = BoundedSemaphore(HANDS)


# Without a lock of the queue, as for fills: what is queued leaves within a second.
@app.task(name="deliver")
def deliver() -> None:
    """Send what waits, for about a second; and see to it that the rest follows."""
    if not _hands.acquire(blocking=False):
        _go_on(at=timezone.now() + SHIFT)
        return
    try:
        deliver_some()
    finally:
        _hands.release()
        _go_on(at=next_moment(now=timezone.now()))


@app.periodic(cron="* * * * *")
@app.task(name="deliver_every_minute", queueing_lock="deliver_every_minute")
def deliver_every_minute(timestamp: int) -> None:  # noqa: ARG001 — given
    """Whatever became of the jobs before: nothing waits longer than a minute."""
    deliver()


def deliver_soon() -> None:
    """Let the mails of this transaction leave as soon as it commits."""
    deliver.defer()


def deliver_some() -> None:
    """Send the mails that are free, until the shift ends or the server is at fault."""
    now = timezone.now()
    if way_out.resting_until(now=now) or not _free(now).exists():
        return
    if _free(now)[MOST:].exists():
        # Others may lend a hand.
        _go_on(at=now)
    try:
        with _line() as send:
            # Some servers let callers wait for seconds before they greet.
            _send_in_turn(send, until=timezone.now() + SHIFT)
    except ServerAtFaultError as error:
        _let_server_rest(error)


def next_moment(*, now: datetime) -> datetime | None:
    """When there is something to send; None where the job of the minute is in time."""
    resting = way_out.resting_until(now=now)
    if resting is not None:
        moment: datetime | None = resting
    elif _free(now).exists():
        moment = max(now, way_out.next_turn(settings.KRING_MAIL_PER_MINUTE) or now)
    else:
        moment = queue.next_free_at(OutgoingMail.objects.all(), now=now)
    return moment if moment is not None and moment <= now + SOON else None


def _go_on(*, at: datetime | None) -> None:
    """Have the next job at this moment, unless one is coming."""
    if at is None:
        return
    is_now = at <= timezone.now()
    coming: dict[str, Any] = {"queueing_lock": "deliver" if is_now else "deliver later"}
    if not is_now:
        coming["schedule_at"] = at
    with suppress(AlreadyEnqueued), transaction.atomic():
        deliver.configure(**coming).defer()


def _free(now: datetime) -> Any:  # noqa: ANN401 — a QuerySet of mails
    return queue.free(OutgoingMail.objects.all(), now=now)


@contextmanager
def _line() -> Iterator[Send]:
    """A connection to the mail server; without one, mails are kept here."""
    if not there_is_one():
        yield _keep
        return
    with line() as send:
        yield send


def _keep(_message: EmailMessage) -> str:
    return ""


def _send_in_turn(send: Send, *, until: datetime) -> None:
    """Send the mails that are free one after the other, each when it is its turn."""
    went = 0
    has_turn = False
    free = _free(timezone.now())
    # Somebody is waiting for a code, whatever else waits for longer.
    for mail in chain(free.filter(purpose=Purpose.CODE)[:MOST], free[:MOST]):
        now = timezone.now()
        # A turn that is taken past the shift would be nobody's.
        has_turn = now < until and (has_turn or _takes_turn(now))
        if not has_turn:
            return
        if not queue.claim(mail, now=now):
            continue
        try:
            was_sent = _deliver(mail, send)
        except LineBrokenError as error:
            if not went:
                _let_server_rest(error)
            return
        has_turn = not was_sent
        went += was_sent


def _takes_turn(now: datetime) -> bool:
    if not there_is_one():
        return True
    return way_out.take_turn(now=now, per_minute=settings.KRING_MAIL_PER_MINUTE)


def _deliver(mail: OutgoingMail, send: Send) -> bool:
    """Send one mail that is claimed, and record what became of it.

    Whether the server was asked at all; raises LineBrokenError or ServerAtFaultError
    when no more mails can go by this connection.
    """
    one = composed([mail])[mail.pk]
    now = timezone.now()
    if one.skip is not None:
        kept = {**_kept_of(mail), "skip": one.skip}
        queue.record_ended(mail, State.SKIPPED, now=now, answer="", **kept)
        return False
    if one.unusable is not None:
        answer = answers.words_for_unusable()
        queue.record_ended(mail, State.FAILED, now=now, answer=answer)
        return False
    try:
        told = send(message_of(one))
    except NotSentError as error:
        _record_fault(mail, one, error)
        if isinstance(error, LineBrokenError | ServerAtFaultError):
            raise
        return True
    _record_success(mail, one, told)
    return True


def _record_success(mail: OutgoingMail, one: Composed, told: str) -> None:
    now = timezone.now()
    is_kept = not there_is_one()
    answer = answers.words_for_kept() if is_kept else answers.words_for_success(told)
    kept = _as_it_went(one) if is_kept else {**_as_it_went(one), **_kept_of(mail)}
    queue.record_sent(mail, now=now, answer=answer, **kept)
    if not is_kept:
        way_out.note_success(now=now)


def _record_fault(mail: OutgoingMail, one: Composed, error: NotSentError) -> None:
    now, answer = timezone.now(), answers.words_for_fault(error)
    if isinstance(error, RefusedForGoodError):
        _record_refusal(mail, one, error)
        return
    first = timedelta(seconds=settings.KRING_MAIL_RETRY_SECONDS)
    queue.record_fault(mail, now=now, answer=answer, first_pause=first)


@transaction.atomic
def _record_refusal(
    mail: OutgoingMail, one: Composed, error: RefusedForGoodError
) -> None:
    now, answer = timezone.now(), answers.words_for_fault(error)
    kept = {**_as_it_went(one), **_kept_of(mail)}
    queue.record_ended(mail, State.FAILED, now=now, answer=answer, **kept)
    if mail.purpose not in TO_AN_ADDRESS and says_nobody_is_there(error):
        # By another job: whoever sends waits for no contact that others hold. By its
        # name, since acts, of which that is one, end with what is written here.
        app.configure_task("mark_refused").defer(mail=mail.pk)


def _kept_of(mail: OutgoingMail) -> dict[str, str]:
    """What takes the place of a code: it is of nobody but whoever asked for it."""
    return {"html": "", "text": ""} if mail.purpose == Purpose.CODE else {}


def _as_it_went(one: Composed) -> dict[str, str]:
    """What is kept of a mail that was offered to the server."""
    return {
        "address": one.address,
        "sender": one.sender,
        "subject": one.subject,
        "html": one.html,
        "text": one.text,
    }


def _let_server_rest(error: NotSentError) -> None:
    """Try nothing for a while; whatever waits says why."""
    now, answer = timezone.now(), answers.words_for_fault(error)
    first = timedelta(seconds=settings.KRING_MAIL_RETRY_SECONDS)
    way_out.rest(now=now, fault=answer, first=first)
    waiting = OutgoingMail.objects.all()
    queue.tell(waiting, now=now, answer=answer)
    a_day_ago = now - queue.GIVE_UP_AFTER
    if WayOut.objects.filter(faulty_since__lte=a_day_ago).exists():
        queue.fail_overdue(waiting, now=now, answer=answer)
