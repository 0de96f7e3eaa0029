"""All that is kept of a contact as a file: for a person to read, or for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kring.contacts.houses import on_an_envelope
from kring.contacts.models import RequestState
from kring.contacts.queries import OwnField
from kring.groups.models import Effect
from kring.ui.templatetags.ui import day, field_value, moment, phone
from kring.ui.words_changes import part_in_words
from kring.ui.words_outgoing import STATES

_ADDRESS: Final = ("street", "house_number", "house_number_addition")


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a name: a group, a mail; with what is known of it."""

    title: str
    lines: tuple[str, ...] = ()
    text: str = ""


def as_json(kept: Mapping[str, Any]) -> str:
    return json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_page(kept: Mapping[str, Any]) -> str:
    """A page in one file, which opens without Kring."""
    facts = {
        "cooperative": kept["cooperative"],
        "made_at": kept["made_at"],
        "details": list(_details(kept)),
        "groups": [_group(one) for one in kept["groups"] if one["is_in"]],
        "former_groups": [_group(one) for one in kept["groups"] if not one["is_in"]],
        "by_hand": [_placement(one) for one in kept["by_hand"]],
        "represents": [_link(one) for one in kept["represents"]],
        "mails": [_mail(one) for one in kept["mails"]],
        "portal": list(_portal(kept["portal"])),
        "requests": [_request(one) for one in kept["erasure_requests"]],
        "changes": [_change(one) for one in reversed(kept["changes"])],
    }
    return render_to_string("portal/own_data_file.html", facts)


def _details(kept: Mapping[str, Any]) -> Iterator[Fact]:
    for part, value in kept["contact"].items():
        for one in value if isinstance(value, tuple | list) else [value]:
            text = _value(part, one)
            if text:
                yield Fact(part_in_words(part), text)
    for number in kept["former_numbers"]:
        yield Fact(_("Earlier number"), number)
    for own in kept["own_fields"]:
        shown = OwnField(own["label"], own["type"], own["value"])
        yield Fact(own["label"], field_value(shown))


def _value(part: str, value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case date():
            return day(value)
        case dict():
            return _address(value)
        case str() if part == "phones":
            return phone(value)
        case _:
            return "" if value is None else str(getattr(value, "label", value))


def _address(address: Mapping[str, str]) -> str:
    street = on_an_envelope(*(address[part] for part in _ADDRESS))
    place = f"{address['postal_code']} {address['city']}".strip()
    parts = (street, place, address["neighbourhood"])
    return ", ".join(part for part in parts if part)


def _group(group: Mapping[str, Any]) -> Item:
    lines = []
    if group["added_on"]:
        lines.append(_("Added on %(day)s.") % {"day": day(group["added_on"])})
    lines += [_period(one) for one in group["periods"]]
    return Item(group["group"], (*lines, *group["why"]))


def _period(period: Mapping[str, Any]) -> str:
    known = {"first": day(period["from"]), "last": day(period["until"])}
    if period["until"] is None:
        return _("In it since %(first)s.") % known
    return _("In it from %(first)s up to %(last)s.") % known


def _placement(placed: Mapping[str, Any]) -> Item:
    is_in = placed["effect"] == Effect.IN.value
    lines = [
        _("%(what)s on %(day)s by %(who)s.")
        % {
            "what": _("Put in") if is_in else _("Kept out"),
            "day": day(placed["at"]),
            "who": placed["by"],
        }
    ]
    if placed["since"] and is_in:
        lines.append(_("Added on %(day)s.") % {"day": day(placed["since"])})
    if placed["until"]:
        lines.append(_("Up to and including %(day)s.") % {"day": day(placed["until"])})
    if placed["reason"]:
        lines.append(_("Reason: %(reason)s") % {"reason": placed["reason"]})
    return Item(placed["group"], tuple(lines))


def _link(link: Mapping[str, Any]) -> Item:
    lines = [link["role"]] if link["role"] else []
    if link["first_day"]:
        lines.append(_("From %(day)s.") % {"day": day(link["first_day"])})
    if link["last_day"]:
        lines.append(_("Up to and including %(day)s.") % {"day": day(link["last_day"])})
    if link["on_portal"]:
        lines.append(_("May manage on the portal."))
    title = link["organisation"] or _("Somebody who acts for this organisation")
    return Item(title, tuple(lines))


def _mail(mail: Mapping[str, Any]) -> Item:
    at: datetime = mail["ended_at"] or mail["made_at"]
    state = str(STATES[mail["state"]])
    lines = (f"{state} · {moment(at)}", mail["to"])
    title = mail["subject"] or _("A mail that has yet to go, or did not go")
    return Item(title, tuple(line for line in lines if line), mail["text"])


def _portal(portal: Mapping[str, Any]) -> Iterator[Item]:
    for account in portal["signs_in_with"]:
        known = {"day": day(account["since"])}
        yield Item(account["address"], (_("Known since %(day)s.") % known,))
    for session in portal["signed_in"]:
        known = {"first": moment(session["since"]), "last": moment(session["until"])}
        yield Item(_("Signed in"), (_("From %(first)s to %(last)s.") % known,))
    if portal["last_visit"]:
        yield Item(_("Last signed in"), (moment(portal["last_visit"]),))
    for key in portal["passkeys"]:
        known = {"day": day(key["since"])}
        yield Item(key["name"], (_("A passkey, added on %(day)s.") % known,))


def _request(request: Mapping[str, Any]) -> Item:
    state = str(RequestState(request["state"]).label)
    asked = _("Asked on %(day)s: %(state)s.")
    lines = [asked % {"day": day(request["asked_at"]), "state": state}]
    lines += [text for text in (request["note"], request["answer"]) if text]
    return Item(_("To be erased"), tuple(lines))


def _change(change: Mapping[str, Any]) -> Item:
    lines = [f"{moment(change['at'])} · {change['by']}"]
    if change["parts"]:
        lines.append(", ".join(change["parts"]))
    return Item(change["what"], tuple(lines))
