"""What the demo cooperative has mailed: so that there is some of every kind to look at.

All of it is done as staff would do it; the mails themselves are sent by the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from kring.accounts.actors import Actor
from kring.actions import mailboxes, mailing_rounds, mailings, members
from kring.actions.bounces import Returned, note_returned
from kring.actions.demo.groups import COACHES
from kring.actions.demo.people import DemoContact, contact_at
from kring.actions.mailings import MailingWish
from kring.actions.mails import cancel_mail
from kring.contacts.models import Kind
from kring.contacts.queries import ids_numbered
from kring.groups.queries import group_named
from kring.mailing.audience import audience_of
from kring.mailing.mail_server import there_is_one
from kring.mailing.models import Mailbox, Mailing, OutgoingMail, Purpose
from kring.outbox.models import GOING, State


@dataclass(frozen=True, slots=True)
class DemoJoining:
    """So many contacts of a sort, who join a group of which they were no member."""

    group: str
    reason: str
    count: int
    sort: Callable[[DemoContact], bool]


@dataclass(frozen=True, slots=True)
class DemoMailing:
    """A mail to a group, which has been sent or is still a draft."""

    subject: str
    body: str
    group: str
    is_sent: bool


def _reads(one: DemoContact) -> bool:
    """A person with a mailbox of their own, who may be mailed."""
    told = one.details
    has_own = any(f".{told.number}@" in email for email in told.emails)
    is_alive = told.deceased_on is None
    return told.kind is Kind.PERSON and has_own and is_alive and not told.no_mail


def _has_no_address(one: DemoContact) -> bool:
    return not one.details.emails and one.details.deceased_on is None


def _wants_no_mail(one: DemoContact) -> bool:
    return bool(one.details.no_mail and one.details.emails)


_NEWSLETTER: Final = "Nieuwsbrief"
_HEATING: Final = "Belangstelling warmtenet"
JOININGS: Final[Sequence[DemoJoining]] = (
    DemoJoining(_NEWSLETTER, "Opgegeven op de buurtmarkt", 5, _reads),
    DemoJoining(_NEWSLETTER, "Opgegeven op de buurtmarkt", 1, _has_no_address),
    DemoJoining(_NEWSLETTER, "Opgegeven op de buurtmarkt", 1, _wants_no_mail),
    DemoJoining("Coach - Energie", "Heeft de cursus afgerond", 1, _reads),
    DemoJoining(_HEATING, "Aangemeld op de warmteavond", 3, _reads),
)
MAILINGS: Final[Sequence[DemoMailing]] = (
    DemoMailing(
        subject="Wie schrijft wat in de volgende nieuwsbrief?",
        body="<p>{{ aanhef }},</p><p>De volgende nieuwsbrief gaat over de warmteavonden"
        " en over het zonnedak. Schrijft u een stukje? Mail het ons voor vrijdag, met"
        " een foto erbij als dat kan.</p><p>Met vriendelijke groet,<br>"
        "{{ verantwoordelijke }}</p>",
        group="Werkgroep Communicatie",
        is_sent=True,
    ),
    DemoMailing(
        subject="U bent welkom op de warmteavond",
        body="<p>{{ aanhef }},</p><p>Op dinsdagavond vertellen we in De Sporthal hoe uw"
        " huis zonder gas warm wordt, en wat dat kost. De koffie staat om half acht"
        " klaar.</p><p>Komt u ook? Antwoord dan op deze mail.</p><p>Met vriendelijke"
        " groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
        group="Uitnodiging warmteavond",
        is_sent=False,
    ),
)
_AMONG: Final = 500
"""Among so many contacts those who join are looked for."""

_MOST: Final = 50
"""A cooperative that is larger than this mails nobody by itself."""


def make_senders(by: Actor) -> None:
    if sender_at(COACHES) is None:
        mailboxes.add_mailbox("Coachteam De Kring", COACHES, by=by)


def sender_at(address: str) -> int | None:
    found = Mailbox.objects.filter(address=address).first()
    return found.pk if found else None


def mail_some(contacts: int, *, by: Actor) -> None:
    """Let some mail wait, go and not go; where a mail server is set up, none.

    What was done before is not done again.
    """
    if there_is_one():
        return
    for joining in JOININGS:
        group = _group(joining.group)
        joiners = _joiners(joining, contacts)
        members.place(joiners, group, by=by, reason=joining.reason)
    _cancel_one(contacts, by)
    for wanted in MAILINGS:
        if not Mailing.objects.filter(subject=wanted.subject).exists():
            _mail_group(wanted, by)


def one_has_come_back(contacts: int) -> bool:
    """The first mail to a new reader comes back, as a provider of mail would tell.

    Whether that has been done, or cannot be: it must have gone first.
    """
    joiners = _joiners(JOININGS[0], contacts)[:1]
    mail = _welcomes(_NEWSLETTER, joiners).first()
    if mail is None or mail.state not in (*GOING, State.SENT):
        return True
    if mail.state in GOING:
        return False
    told = "550 5.1.1 The email account that you tried to reach does not exist"
    note_returned([Returned(mail.address, told, mail.key)])
    return True


def _joiners(joining: DemoJoining, contacts: int) -> list[int]:
    """Always the same ones, whoever is a member by now."""
    found = (contact_at(place) for place in range(min(contacts, _AMONG)))
    meant = [
        one.details.number
        for one in found
        if joining.group not in one.groups and joining.sort(one)
    ][-joining.count :]
    ids = ids_numbered(meant)
    return [ids[number] for number in meant if number in ids]


def _group(name: str) -> int:
    found = group_named(name)
    return 0 if found is None else found.pk


def _welcomes(group: str, contacts: Sequence[int]) -> QuerySet[OutgoingMail]:
    welcomes = OutgoingMail.objects.filter(purpose=Purpose.WELCOME, resend_of=None)
    return welcomes.filter(group=_group(group), contact__in=contacts).order_by("pk")


def _cancel_one(contacts: int, by: Actor) -> None:
    """The last of those who wait for their mail is not to get it."""
    joiners = _joiners(JOININGS[-1], contacts)
    mails = list(_welcomes(_HEATING, joiners))
    if len(mails) > 1 and mails[-1].state in GOING:
        cancel_mail(mails[-1].pk, by=by)


def _mail_group(wanted: DemoMailing, by: Actor) -> None:
    wish = MailingWish(wanted.subject, wanted.body, groups=(_group(wanted.group),))
    mailing = mailings.create_mailing(wish, by=by)
    recipients = audience_of(mailing_rounds.addressed(mailing)).recipients
    if wanted.is_sent and 0 < len(recipients) <= _MOST:
        mailing_rounds.send_mailing(mailing.pk, expected=len(recipients), by=by)
