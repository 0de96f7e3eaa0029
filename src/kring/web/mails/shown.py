"""Mails as people read them: names in place of numbers, words in place of codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kring.mailing.outgoing import AskedMails, ListedMail, Numbers
from kring.outbox.models import State
from kring.ui.words_outgoing import (
    STATES,
    purpose_in_words,
    reason_in_words,
    skip_in_words,
    state_in_words,
)
from kring.web.changes.shown import Named, Names, names_of_both
from kring.web.mails.asked import in_state, query_of


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as a line; who is not a contact has an address alone.

    A test mail is read `as_read_by` a contact, and goes to somebody else.
    """

    mail: ListedMail
    contact: Named | None
    as_read_by: Named | None
    group: Named | None
    purpose: str
    state: str
    reason: str

    @property
    def at(self) -> datetime:
        return self.mail.made_at


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """How many mails are in a state, and the address that lists them."""

    label: str
    count: int
    address: str
    is_here: bool


def shown_mails(mails: Sequence[ListedMail]) -> list[ShownMail]:
    names = names_in(mails)
    return [shown_mail(mail, names) for mail in mails]


def names_in(mails: Collection[ListedMail], *, contact: int | None = None) -> Names:
    """The names that these mails tell of, and that of one contact more."""
    readers = {mail.contact for mail in mails if mail.contact is not None}
    return names_of_both(
        readers if contact is None else readers | {contact}, groups_of_mails(mails)
    )


def groups_of_mails(mails: Collection[ListedMail]) -> set[int]:
    return {mail.group for mail in mails if mail.group is not None}


def shown_mail(mail: ListedMail, names: Names) -> ShownMail:
    contact = None if mail.contact is None else names.contact(mail.contact)
    return ShownMail(
        mail=mail,
        contact=None if mail.is_test else contact,
        as_read_by=contact if mail.is_test else None,
        group=None if mail.group is None else names.group(mail.group),
        purpose=purpose_in_words(mail.purpose),
        state=state_in_words(mail.state),
        reason=reason_in_words(mail),
    )


def shown_numbers(
    numbers: Numbers, asked: AskedMails, *, begin: str = ""
) -> list[ShownNumber]:
    """The numbers by state, of which what is paused is told where there is any."""
    return [
        ShownNumber(
            str(label),
            numbers.states.get(state, 0),
            begin + in_state(asked, state),
            asked.state == state,
        )
        for state, label in STATES.items()
        if state != State.HELD or numbers.states.get(state) or asked.state == state
    ]


def shown_skips(
    numbers: Numbers, asked: AskedMails, *, begin: str
) -> list[tuple[str, int, str]]:
    """Why mails are skipped: each reason, how many, and the address that lists them."""
    return [
        (
            skip_in_words(skip),
            count,
            begin + query_of(AskedMails(State.SKIPPED.value, skip, group=asked.group)),
        )
        for skip, count in numbers.skips.items()
    ]
