"""Everything that is kept of a contact, as plain values that a program reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.accounts.actors import ActorKind
from kring.accounts.queries import (
    days_at_portal,
    passkeys_kept_of,
    portal_accounts_at,
    signed_in_as,
)
from kring.algebra.sentence import text_of
from kring.contacts.details import AddressDetails, ContactDetails
from kring.contacts.erasure_requests import requests_of
from kring.contacts.fields import custom_fields
from kring.contacts.models import Kind
from kring.contacts.queries import former_numbers_of, labels_of_own_fields
from kring.contacts.records import details_of
from kring.contacts.representing import links_of
from kring.cooperative.looks import cooperative_name
from kring.groups.contact_history import HistoryLine
from kring.groups.explanation import Explained, ExplainedGroup, explained
from kring.groups.own_memberships import (
    OwnMembership,
    all_history,
    own_memberships,
    own_placements,
)
from kring.mailing.own_mails import own_mails
from kring.ui.explanation_lines import Line, notes_on, sections_of
from kring.ui.words_changes import deed_in_words, part_in_words

Facts = dict[str, Any]


def all_kept_of(contact: int) -> Facts:
    """All of it, but nothing of others; of whoever works here no names."""
    details = details_of([contact])[contact]
    history = all_history(contact)
    return {
        "made_at": timezone.now(),
        "cooperative": cooperative_name(),
        "contact": _contact(details),
        "own_fields": _own_fields(details),
        "former_numbers": former_numbers_of(contact),
        "groups": [
            _membership(contact, one) for one in own_memberships(contact, history)
        ],
        "by_hand": _placements(contact),
        "represents": _links(contact, details),
        "mails": _mails(contact),
        "portal": _portal(contact, details),
        "erasure_requests": _requests(contact),
        "changes": [_change(line) for line in history],
    }


def _contact(details: ContactDetails) -> Facts:
    parts = {part.name for part in fields(ContactDetails)} - {"fields", "addresses"}
    addresses = [
        {part.name: getattr(address, part.name) for part in fields(AddressDetails)}
        for address in details.addresses
    ]
    in_order = [part.name for part in fields(ContactDetails) if part.name in parts]
    return {
        **{part: getattr(details, part) for part in in_order},
        "addresses": addresses,
    }


def _own_fields(details: ContactDetails) -> list[Facts]:
    kinds = custom_fields()
    labels = labels_of_own_fields(details.fields)
    return [
        {
            "code": code,
            "label": labels[code],
            "type": kinds[code].type.value,
            "value": details.fields[code],
        }
        for code in labels
        if code in kinds
    ]


def _membership(contact: int, membership: OwnMembership) -> Facts:
    group = membership.group
    return {
        "group": group.name,
        "kind": group.kind,
        "is_in": membership.is_in,
        "added_on": membership.since,
        "periods": [
            {"from": period.first, "until": period.last}
            for period in membership.periods
        ],
        "why": _why(contact, group.pk) if membership.is_in else [],
    }


def _why(contact: int, group: int) -> list[str]:
    told = _without_names(explained(contact, group, today=timezone.localdate()))
    first, *_further = sections_of(told)
    lines = [_sentence(line) for line in first.lines if line.decides]
    return [*notes_on(told.asked), *lines]


def _sentence(line: Line) -> str:
    said = text_of(line.pieces)
    if line.answer:
        said = f"{said} ({line.answer})"
    known = {"part": said}
    return _("Yes: %(part)s") % known if line.holds else _("No: %(part)s") % known


def _without_names(told: Explained) -> Explained:
    groups = {number: _nameless(one) for number, one in told.groups.items()}
    return replace(told, groups=groups)


def _nameless(told: ExplainedGroup) -> ExplainedGroup:
    if told.handwork is None:
        return told
    by = who_in_words(told.handwork.actor_kind)
    return replace(told, handwork=replace(told.handwork, by=by, actor_kind=""))


def _placements(contact: int) -> list[Facts]:
    return [
        {
            "group": one.group,
            "effect": one.effect,
            "since": one.since,
            "until": one.until,
            "reason": one.reason,
            "by": who_in_words(one.actor_kind),
            "at": one.at,
        }
        for one in own_placements(contact)
    ]


def _links(contact: int, details: ContactDetails) -> list[Facts]:
    """A person reads for whom it acts; who acts for an organisation is another's."""
    is_person = details.kind is Kind.PERSON
    return [
        {
            "organisation": str(link.organisation) if is_person else "",
            "role": link.role,
            "first_day": link.first_day,
            "last_day": link.last_day,
            "on_portal": link.on_portal,
        }
        for link in links_of(contact)
    ]


def _mails(contact: int) -> list[Facts]:
    return [
        {
            "made_at": mail.made_at,
            "ended_at": mail.ended_at,
            "state": mail.state,
            "to": mail.address,
            "subject": mail.subject,
            "text": mail.text,
        }
        for mail in own_mails(contact)
    ]


def _portal(contact: int, details: ContactDetails) -> Facts:
    accounts = portal_accounts_at(details.emails)
    [(_contact, _since, _invited_on, last_visit)] = days_at_portal([contact])
    return {
        "last_visit": last_visit,
        "signs_in_with": [
            {"address": account.email, "since": account.created_at}
            for account in accounts
        ],
        "signed_in": [
            {"since": session.begun_at, "until": session.ends_at}
            for session in signed_in_as(contact)
        ],
        "passkeys": [
            {"name": key.name, "since": key.created_at, "last_used": key.last_used_at}
            for key in passkeys_kept_of(contact)
        ],
    }


def _requests(contact: int) -> list[Facts]:
    return [
        {
            "asked_at": one.asked_at,
            "state": one.state,
            "note": one.note,
            "answer": one.answer,
            "settled_at": one.settled_at,
        }
        for one in requests_of(contact)
    ]


def _change(line: HistoryLine) -> Facts:
    return {
        "at": line.at,
        "what": deed_in_words(line.action),
        "by": who_in_words(line.actor_kind),
        "parts": _parts(line.happening.parts),
    }


def _parts(parts: Iterable[str]) -> Sequence[str]:
    return [part_in_words(part) for part in parts]


def who_in_words(kind: str) -> str:
    """Who did something, without a name."""
    match kind:
        case ActorKind.CONTACT.value:
            return _("you yourself, or who acts for you")
        case ActorKind.CLOCK.value:
            return _("the system by itself")
        case _:
            return _("a member of our staff")
