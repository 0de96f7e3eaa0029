"""A contact comes in at the portal: since when it has an account, and when it was last.

The day on which it first came in is a fact of the contact, by which groups may turn. It
is not the day on which a code was first asked for: a stranger could do that.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from kring.accounts.actors import THE_CONTACT
from kring.accounts.models import LastVisit
from kring.actions.acts import act
from kring.actions.contacts import edit_contacts
from kring.contacts.models import Contact
from kring.contacts.records import details_of

BEGIN: Final = "portal.begin"


def note_visit_of(contact: Contact) -> None:
    """Write down that this contact came in, and that it has an account from now on."""
    # Whoever holds the contact for long keeps nobody out: it is noted the next time.
    with suppress(OperationalError):
        if contact.portal_since is None:
            _begin(contact.pk)
        _keep_visit(contact.pk, timezone.now())


def hand_visits_over(merged: int, *, into: int) -> str | None:
    """Let the kept contact have been there as late as either; when the other was."""
    visit = LastVisit.objects.filter(contact=merged).first()
    if visit is None:
        return None
    _keep_visit(into, visit.at)
    return visit.at.isoformat()


def hand_visits_back(contact: int, at: str | None) -> None:
    """Let a contact that comes back have been there when it was."""
    if at is not None:
        _keep_visit(contact, datetime.fromisoformat(at))


def _keep_visit(contact: int, at: datetime) -> None:
    """Keep the latest; nothing is written of a contact that was erased meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [at, contact])


def _begin(contact: int) -> None:
    with act(BEGIN, by=THE_CONTACT) as this:
        this.hold([contact])
        before = details_of([contact])
        after = {
            one: replace(each, portal_since=this.today)
            for one, each in before.items()
            if each.portal_since is None
        }
        if after:
            edit_contacts(this, before, after)


_KEEP: Final = """
insert into last_visit (contact_id, at)
select id, %s from contact where id = %s for key share
on conflict (contact_id) do update set at = greatest(last_visit.at, excluded.at)
"""
