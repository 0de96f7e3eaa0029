"""A contact takes along what is kept of it: recorded, as whoever wonders may ask."""

from __future__ import annotations

from kring.accounts.actors import Actor
from kring.actions.acts import act
from kring.actions.errors import UnknownContactsError
from kring.actions.own_groups import reason_on_portal, require_that_acts_for
from kring.groups.history import Entry


def note_download(contact: int, *, by: Actor) -> None:
    """Remember that a contact took along its own data.

    Raises UnknownContactsError or NotOnesOwnError.
    """
    with act("data.download", by=by, reason=reason_on_portal()) as this:
        this.hold([contact])
        if contact not in this.everyone:
            raise UnknownContactsError([contact])
        require_that_acts_for(contact, by, day=this.today)
        this.record(Entry("download", contact))
