"""Loading the demo cooperative: once, in batches, and finished when interrupted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from kring.accounts.actors import OPERATOR, Actor, actor_of
from kring.accounts.models import StaffRole, User
from kring.accounts.queries import user_with_email
from kring.actions import fields, fills, groups, members, templates
from kring.actions.acts import Act, act
from kring.actions.contacts import add_contacts
from kring.actions.demo.groups import (
    ADMIN,
    DERIVED_GROUPS,
    FIELDS,
    PINS,
    READER,
    STAFF,
    STATIC_GROUPS,
    DemoGroup,
    DemoPin,
)
from kring.actions.demo.mails import mail_some, make_senders, sender_at
from kring.actions.demo.people import DemoContact, contact_at
from kring.actions.demo.representing import let_some_act_for_organisations
from kring.actions.demo.texts import TEMPLATES
from kring.actions.errors import RefusedError
from kring.actions.tables import alone_with_tables
from kring.actions.users import add_demo_user
from kring.actions.welcoming import Welcome
from kring.algebra import codec
from kring.algebra.text import fold
from kring.contacts.catalogue import catalogue
from kring.contacts.models import Contact, CustomField
from kring.contacts.queries import ids_numbered
from kring.groups import placements
from kring.groups.history import Entry
from kring.groups.models import Change, ChangeEntry, Effect, Group
from kring.groups.placements import Placed
from kring.groups.queries import group_named
from kring.groups.settings import GroupSettings
from kring.mailing.queries import template_named

PASSWORD: Final = "zonnedak op de sporthal"  # noqa: S105 — printed, and local only
USERS: Final[Mapping[str, tuple[StaffRole, str]]] = {
    ADMIN: (StaffRole.ADMIN, "Bea van Beheer"),
    STAFF: (StaffRole.STAFF, "Meike Werkers"),
    READER: (StaffRole.READER, "Leo Lezer"),
}

BATCH: Final = 2_000
"""How many contacts one transaction adds: no lock is held for longer than a second."""

Advance = Callable[[int], object]

_BEGUN: Final = "demo.load"
_LOADED: Final = "demo.loaded"


@dataclass(eq=False)
class OtherDataError(RefusedError):
    """The database holds contacts or groups that are not the demo's."""


@dataclass(frozen=True, slots=True)
class Loading:
    """A load under way: how many contacts, which change it is, who does it."""

    contacts: int
    change: int
    by: Actor


def load(contacts: int, *, advance: Advance = lambda _: None) -> int:
    """Load the cooperative unless it is there; returns how many contacts it was given.

    An interrupted load goes on with the number of contacts it was begun with. Nothing
    is put back that was changed after the load was finished. `advance` is told of
    every contact that is there. Raises OtherDataError.
    """
    with alone_with_tables():
        wanted = _wanted(contacts)
        if not _is_loaded():
            _load(wanted, advance)
    return wanted


def _is_loaded() -> bool:
    return Change.objects.filter(action=_LOADED).exists()


def _wanted(contacts: int) -> int:
    begun = ChangeEntry.objects.filter(change__action=_BEGUN, kind="demo").first()
    if begun is not None:
        return int((begun.after or {})["contacts"])
    if Contact.objects.exists() or Group.objects.exists():
        raise OtherDataError
    return contacts


def _load(contacts: int, advance: Advance) -> None:
    users = {email: _user(email) for email in USERS}
    by = actor_of(users[ADMIN])
    loading = Loading(contacts, _begin(contacts, by), by)
    _make_texts_and_fields(by)
    make_senders(by)
    for group in STATIC_GROUPS:
        _make(group, users, by)
    _load_contacts(loading, advance)
    for group in DERIVED_GROUPS:
        _make(group, users, by)
    fills.finish_fills()
    for pin in PINS:
        _pin(pin, by)
    _close(by)
    let_some_act_for_organisations(by)
    mail_some(contacts, by=actor_of(users[STAFF]))
    with act(_LOADED, by=OPERATOR, part_of=loading.change) as last:
        last.record(Entry("demo", after={"contacts": contacts}))


def _user(email: str) -> User:
    role, name = USERS[email]
    return user_with_email(email) or add_demo_user(
        email, role=role, name=name, password=PASSWORD
    )


def _begin(contacts: int, by: Actor) -> int:
    """The change that the load is part of; an interrupted load goes on with its own."""
    begun = Change.objects.filter(action=_BEGUN).order_by("number").first()
    if begun is not None:
        return begun.number
    with act(_BEGUN, by=by) as whole:
        whole.record(Entry("demo", after={"contacts": contacts}))
    return whole.change


def _make_texts_and_fields(by: Actor) -> None:
    for texts in TEMPLATES:
        if template_named(texts.name) is None:
            templates.create_template(texts, by=by)
    there = set(CustomField.objects.values_list("code", flat=True))
    for wanted in FIELDS:
        if wanted.code not in there:
            fields.add_field(wanted, by=by)


def _make(group: DemoGroup, users: Mapping[str, User], by: Actor) -> None:
    if group_named(group.name) is None:
        groups.create_group(_settings(group, users), by=by)


def _settings(group: DemoGroup, users: Mapping[str, User]) -> GroupSettings:
    """Open as yet: a closed group refuses members."""
    template = template_named(group.welcome_template)
    return GroupSettings(
        name=group.name,
        description=group.description,
        responsible=users[group.responsible].pk,
        starts_on=group.starts_on,
        ends_on=group.ends_on,
        visible_on_portal=group.visible_on_portal,
        visible_at_contact=group.visible_at_contact,
        editable_on_portal=group.editable_on_portal,
        portal_name=group.portal_name,
        neighbourhood_role=group.neighbourhood_role,
        welcome_template=template.pk if template is not None else None,
        welcome_delay_hours=group.welcome_delay_hours,
        welcome_mailbox=sender_at(group.welcome_mailbox),
        definition=codec.decode(_numbered(group.definition), catalogue=catalogue())
        if group.definition is not None
        else None,
    )


def _numbered(definition: object) -> object:
    """The definition with numbers of groups in the place of their names."""
    match definition:
        case {"group": str(name)}:
            return {"group": _id_of(name)}
        case {"member": str(name), "since": since}:
            return {"member": _id_of(name), "since": since}
        case Mapping():
            return {key: _numbered(value) for key, value in definition.items()}
        case list():
            return [_numbered(part) for part in definition]
        case _:
            return definition


def _id_of(name: str) -> int:
    return Group.objects.get(folded_name=fold(name), deleted_at__isnull=True).pk


def _load_contacts(loading: Loading, advance: Advance) -> None:
    """Add the contacts that are not there yet, and put them in their groups."""
    waiting: defaultdict[str, dict[int, date]] = defaultdict(dict)
    for places in _batches(range(loading.contacts)):
        made = [contact_at(place) for place in places]
        ids = _added(made, loading)
        for contact in made:
            for group, since in contact.groups.items():
                waiting[group][ids[contact.details.number]] = since
        # Not after each batch, of which few contacts go in most of the groups.
        _place_where(waiting, loading, at_least=BATCH)
        advance(len(made))
    _place_where(waiting, loading, at_least=1)


def _added(made: Sequence[DemoContact], loading: Loading) -> Mapping[str, int]:
    """The ids by number of these contacts, of whom the missing ones are added."""
    with _step("contact.create", loading) as this:
        this.hold_last_chunk()
        there = ids_numbered([one.details.number for one in made])
        missing = [one.details for one in made if one.details.number not in there]
        if missing:
            added = add_contacts(this, missing)
            numbers = [one.number for one in missing]
            there |= dict(zip(numbers, added, strict=True))
    return there


def _place_where(
    waiting: Mapping[str, dict[int, date]], loading: Loading, *, at_least: int
) -> None:
    """Put in its group whoever waits for one that so many wait for."""
    for group, since in waiting.items():
        if len(since) >= at_least:
            with _step("members.place", loading) as this:
                _place(this, _id_of(group), since)
            since.clear()


def _step(action: str, loading: Loading) -> AbstractContextManager[Act]:
    """A part of the load, which mails nobody: they have been members for long."""
    return act(action, by=loading.by, part_of=loading.change, welcome=Welcome.SILENT)


def _place(this: Act, group: int, since: Mapping[int, date]) -> None:
    """Put in the group whoever is not in it yet, each since its day."""
    this.hold(since)
    before = placements.placements_in(group, since)
    placed = {
        contact: Placed(Effect.IN.value, day, None, "")
        for contact, day in since.items()
        if contact not in before
    }
    if placed:
        this.record(*placements.put(group, placed, before=before, change=this.change))
        this.follow([group], placed)


def _pin(pin: DemoPin, by: Actor) -> None:
    """Keep somebody out, unless it was done, or changed, before."""
    group, contacts = _id_of(pin.group), ids_numbered([pin.number])
    pinned = placements.placements_in(group, list(contacts.values()))
    if contacts and not pinned:
        until = pin.days and timezone.localdate() + timedelta(days=pin.days)
        kept_out = list(contacts.values())
        members.remove(kept_out, group, by=by, reason=pin.reason, until=until or None)


def _close(by: Actor) -> None:
    for group in (*STATIC_GROUPS, *DERIVED_GROUPS):
        if group.closed:
            groups.close_group(_id_of(group.name), by=by)


def _batches(places: range) -> Iterator[range]:
    for start in range(0, len(places), BATCH):
        yield places[start : start + BATCH]
