"""Editing many contacts together: the same columns, for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act, begin_long_act
from kring.actions.batches import batches
from kring.actions.contacts import edit_contacts
from kring.actions.errors import RefusedError, UnknownContactsError
from kring.actions.rehearsing import agreed
from kring.actions.requiring import require_that_may
from kring.actions.welcoming import Welcome, Welcoming
from kring.contacts.details import ContactDetails, Given, merged
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.records import details_of
from kring.groups.definitions import groups_asking_anything
from kring.groups.queries import everyone

ACTION: Final = "contacts.edit"

BATCH = 1_000
"""How many contacts one transaction edits: no lock is held for long."""

Progress = Callable[[int, int], None]
"""Told how many contacts were looked at, of how many."""


@dataclass(eq=False)
class NumberIsOfOneError(RefusedError):
    """Several contacts cannot be given one number."""


@dataclass(slots=True)
class Edited:
    """What became of contacts that were edited together."""

    changed: int = 0
    unchanged: int = 0
    refused: dict[int, UnreadableDetailsError] = field(default_factory=dict)
    change: int | None = None


def edit_together(
    contacts: Collection[int],
    given: Given,
    *,
    by: Actor,
    reason: str = "",
    welcome: Welcoming = Welcome.DEFAULT,
    progress: Progress = lambda _seen, _total: None,
) -> Edited:
    """Give all these contacts what was filled in; what has it already is untouched.

    For whom it does not fit, such as a last name for an organisation, it is refused
    one by one. Raises UnknownContactsError, NumberIsOfOneError, ManyMailsError or
    NotAllowedError.
    """
    require_that_may(by, ACTION)
    if "number" in given:
        raise NumberIsOfOneError
    ids = _existing(contacts)
    parts = list(batches(ids, BATCH))
    done = Edited()
    if len(parts) > 1:
        welcome = _agreed(welcome, parts, given, by)
        done.change = begin_long_act(ACTION, by=by, reason=reason)
    for count, some in enumerate(parts):
        with act(
            ACTION, by=by, reason=reason, part_of=done.change, welcome=welcome
        ) as this:
            _edit(this, some, given, done)
        if len(parts) == 1:
            done.change = this.number
        progress(count * BATCH + len(some), len(ids))
    return done


def _agreed(
    welcome: Welcoming, parts: Collection[list[int]], given: Given, by: Actor
) -> Welcoming:
    steps = [partial(_edit, contacts=b, given=given, done=Edited()) for b in parts]
    asking = groups_asking_anything()
    return agreed(welcome, steps, action=ACTION, by=by, touched=asking)


def _existing(contacts: Collection[int]) -> list[int]:
    exist = everyone()
    ids = sorted(set(contacts))
    strangers = [contact for contact in ids if contact not in exist]
    if strangers:
        raise UnknownContactsError(strangers)
    return ids


def _edit(this: Act, contacts: list[int], given: Given, done: Edited) -> None:
    """One step; who was erased meanwhile is left out."""
    this.hold(contacts)
    before = details_of(contacts)
    after: dict[int, ContactDetails] = {}
    for contact, details in before.items():
        try:
            wanted = merged(details, given)
        except UnreadableDetailsError as error:
            done.refused[contact] = error
            continue
        if wanted == details:
            done.unchanged += 1
        else:
            after[contact] = wanted
    if after:
        edit_contacts(this, before, after)
    done.changed += len(after)
