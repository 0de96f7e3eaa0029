"""The audience of a mailing that was sent, and its mails: one for each contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

from kring.contacts.queries import former_contacts
from kring.groups.bitmaps import loaded, stored
from kring.mailing.audience import Audience
from kring.mailing.mailings import group_about
from kring.mailing.models import (
    FrozenAudience,
    Mailing,
    MailingState,
    OutgoingMail,
    Purpose,
    Skip,
)
from kring.outbox.models import State

STEP = 2_000
"""How many mails one step writes or changes, so that no lock is held for long."""

_WRITTEN_AS: Final[Mapping[str, State]] = {
    MailingState.PAUSED.value: State.HELD,
    MailingState.CANCELLED.value: State.CANCELLED,
}
_TURNED: Final[Mapping[str, tuple[Sequence[State], State]]] = {
    MailingState.SENDING.value: ([State.HELD], State.WAITING),
    MailingState.PAUSED.value: ([State.WAITING], State.HELD),
    MailingState.CANCELLED.value: ([State.WAITING, State.HELD], State.CANCELLED),
}


def freeze(mailing: Mailing, audience: Audience) -> None:
    """Keep who gets it, and who does not, for ever."""
    parts = [("", audience.recipients)]
    parts += [(skip.value, some) for skip, some in audience.left_out.items()]
    FrozenAudience.objects.bulk_create(
        FrozenAudience(
            mailing=mailing, skip=skip, contacts=stored(contacts), count=len(contacts)
        )
        for skip, contacts in parts
    )


def frozen_audience(mailing: int) -> Audience:
    """Who gets a mailing that was sent, and who does not, as decided then."""
    rows = FrozenAudience.objects.filter(mailing=mailing)
    found = {skip: loaded(blob) for skip, blob in rows.values_list("skip", "contacts")}
    recipients = found.pop("", BitMap())
    return Audience(
        recipients, {skip: found[skip] for skip in Skip if skip.value in found}
    )


def write_next_mails(mailing: Mailing, *, at: datetime) -> int:
    """Write the next mails of the audience, whose mailing is held; returns how many."""
    audience = frozen_audience(mailing.pk)
    everyone = audience.everyone
    later = everyone.iter_equal_or_larger(mailing.written_until + 1)
    contacts = list(islice(later, STEP))
    if contacts:
        _write(mailing, contacts, audience, at)
        mailing.written_until = contacts[-1]
        mailing.save(update_fields=["written_until"])
    return len(contacts)


def turn_next_mails(mailing: Mailing, *, at: datetime) -> int:
    """Hold, free or cancel the next mails, as the mailing says; returns how many.

    The mailing is held. Those that a worker has claimed are turned as well: what it
    sends all the same is recorded by whoever sends.
    """
    before, after = _TURNED[mailing.state]
    found = OutgoingMail.objects.filter(
        mailing=mailing, purpose=Purpose.MAILING, state__in=before
    )
    # Those that would go first are turned first.
    some = list(
        found.select_for_update()
        .order_by("free_at", "pk")
        .values_list("pk", flat=True)[:STEP]
    )
    ended = {"ended_at": at} if after == State.CANCELLED else {}
    OutgoingMail.objects.filter(pk__in=some).update(state=after, **ended)
    return len(some)


def _write(
    mailing: Mailing, contacts: Sequence[int], audience: Audience, at: datetime
) -> None:
    skips = _skips(contacts, audience)
    became = former_contacts(contacts)
    state = _WRITTEN_AS.get(mailing.state, State.WAITING)
    asked: dict[str, Any] = {
        "mailing": mailing.pk,
        "group": group_about(mailing),
        "at": at,
        # Who was merged meanwhile is mailed as the contact that they became.
        "contacts": [became.get(contact, contact) for contact in contacts],
        "skips": skips,
        "states": [State.SKIPPED.value if skip else state.value for skip in skips],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, asked)


def _skips(contacts: Sequence[int], audience: Audience) -> list[str]:
    reasons = {
        contact: skip.value
        for skip, some in audience.left_out.items()
        for contact in some & BitMap(contacts)
    }
    return [reasons.get(contact, "") for contact in contacts]


_WRITE: Final = """
insert into outgoing_mail (purpose, mailing_id, "group", contact, key, state, skip,
    free_at, made_at, ended_at, attempts, answer, address, sender, subject, html, text)
select 'mailing', %(mailing)s, %(group)s, one.contact, gen_random_uuid(), one.state,
    one.skip, %(at)s, %(at)s,
    case when one.state in ('skipped', 'cancelled') then %(at)s::timestamptz end,
    0, '', '', '', '', '', ''
from unnest(%(contacts)s::bigint[], %(states)s::text[], %(skips)s::text[])
    as one (contact, state, skip)
on conflict do nothing
"""
