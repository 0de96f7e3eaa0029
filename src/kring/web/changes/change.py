"""One change: what was done, what it wrote and turned, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError
from kring.actions.undo import LASTING, undo_change
from kring.algebra.unreadable import UnreadableDefinitionError
from kring.contacts.errors import UnreadableDetailsError
from kring.groups.changes import (
    ListedChange,
    WhoTurned,
    Written,
    listed_change,
    steps_of,
    who_turned,
    written_by,
)
from kring.ui.announcements import announce, warn
from kring.ui.templatetags.ui import day, moment, number
from kring.ui.words import words_for
from kring.ui.words_changes import choice_in_words, part_in_words, undone_in_words
from kring.web.changes.shown import (
    Named,
    Names,
    ShownChange,
    names_of_both,
    shown_changes,
)

_GROUPS: Final = 20
_SHORT: Final = 80
# Of these a number is kept, which tells nobody anything.
_NUMBERED: Final = frozenset({"responsible", "welcome_template", "into", "mailbox"})
_MOMENTS: Final = frozenset({"scheduled_at"})
_OF_GROUPS: Final = frozenset({"groups", "minus"})
"""Parts that are numbers of groups, which are shown by name."""
_OF_CONTACTS: Final = frozenset({"organisation", "person"})
"""Parts that are the number of a contact, which is shown by name."""
_TOLD_ELSEWHERE: Final = "represented"
"""The kind of entry that says at an organisation what its person's says as well."""
# As it stands on an envelope; what is kept as JSON forgets an order.
_ADDRESS: Final = (
    "street",
    "house_number",
    "house_number_addition",
    "postal_code",
    "city",
    "neighbourhood",
)
_ADDS: Final = (".create", ".add")
_NUMBERS: Final = frozenset(
    {
        "erased",
        "template",
        "mail",
        "mailing",
        "resend_of",
        "attachment",
        "created_at",
        "former",
        "mails",
        "doubled_mails",
        "requests",
    }
)
"""Parts that tell people nothing."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A detail or setting as it was and as it became; empty texts where too long."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """What was written about a contact, a group, or something else."""

    contact: Named | None
    group: Named | None
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True, slots=True)
class ShownPeople:
    """Some who joined a group, and some who left it."""

    joined: tuple[Named, ...]
    left: tuple[Named, ...]


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    change = _change(number)
    [shown] = shown_changes([change], most=_GROUPS)
    facts = {
        "shown": shown,
        "steps": shown_changes(steps_of(number)),
        "may_undo": _may_be_undone(change)
        and reaches(signed_in(request), StaffRole.STAFF),
        **_details(change, shown),
    }
    return render(request, "web/changes/change.html", facts)


@staff_may(StaffRole.STAFF)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    change = _change(number)
    try:
        outcome = undo_change(number, by=actor_of(signed_in(request)))
    except (RefusedError, UnreadableDefinitionError, UnreadableDetailsError) as refusal:
        warn(request, words_for(refusal))
        return redirect(_back(request, number))
    announce(request, undone_in_words(change.action), change=outcome.change)
    # The page of what was added is gone with it.
    is_gone = change.action.endswith(_ADDS) or change.undoes is not None
    return redirect(_page_of(outcome.change) if is_gone else _back(request, number))


def _page_of(number: int | None) -> str:
    return reverse("change", args=[number])


def _back(request: HttpRequest, number: int) -> str:
    """The page where the button was; the change's own where that is not known."""
    page = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return page
    return _page_of(number)


def _change(number: int) -> ListedChange:
    found = listed_change(number)
    if found is None:
        raise Http404
    return found


def _may_be_undone(change: ListedChange) -> bool:
    return (
        change.part_of is None
        and change.undone_by is None
        and change.action not in LASTING
        and (change.contacts > 0 or change.group is not None or not change.turned)
    )


def _details(change: ListedChange, shown: ShownChange) -> dict[str, object]:
    """What was written, and some of who turned, by name."""
    written = written_by(change.number)
    groups = [turn.group for turn in change.turned[:_GROUPS]]
    turned = who_turned([change.number], groups)[change.number]
    names = names_of_both(_contacts_in(written, turned), _groups_in(written))
    people = {
        who.group: ShownPeople(
            tuple(names.contact(contact) for contact in who.joined),
            tuple(names.contact(contact) for contact in who.left),
        )
        for who in turned
    }
    return {
        "pieces": [
            _shown_piece(one, names) for one in written if one.kind != _TOLD_ELSEWHERE
        ],
        "effects": [(one, people.get(one.group.id or 0)) for one in shown.effects],
    }


def _contacts_in(written: list[Written], turned: list[WhoTurned]) -> set[int]:
    about = {one.contact for one in written if one.contact is not None}
    return about.union(*(who.joined + who.left for who in turned))


def _groups_in(written: list[Written]) -> set[int]:
    about = {one.group for one in written if one.group is not None}
    facts = [side for one in written for side in (one.before, one.after) if side]
    return about.union(*(side.get(part, ()) for side in facts for part in _OF_GROUPS))


def _shown_piece(written: Written, names: Names) -> ShownPiece:
    before, after = written.before or {}, written.after or {}
    changed = [
        part
        for part in after | before
        if _filled(before, part) != _filled(after, part) and part not in _NUMBERS
    ]
    return ShownPiece(
        contact=None if written.contact is None else names.contact(written.contact),
        group=None if written.group is None else names.group(written.group),
        parts=tuple(
            ShownPart(
                part_in_words(part),
                _value(part, _by_name(part, before, names)),
                _value(part, _by_name(part, after, names)),
            )
            for part in changed
        ),
    )


def _filled(facts: Mapping[str, Any], part: str) -> Any:  # noqa: ANN401 — a value of JSON
    """An empty text is as good as none."""
    value = facts.get(part)
    return None if value == "" else value


def _by_name(part: str, facts: Mapping[str, Any], names: Names) -> Any:  # noqa: ANN401 — a value of JSON
    if part in _OF_CONTACTS and part in facts:
        return names.contact(facts[part]).name
    if part not in _OF_GROUPS:
        return facts.get(part)
    return [names.group(group).name for group in facts.get(part, ())]


def _value(part: str, value: Any) -> str:  # noqa: ANN401 — a value of JSON
    """A simple value as people read it; what is not simple, is empty."""
    if part in _NUMBERED:
        return ""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int():
            return number(value)
        case str() if part in _MOMENTS:
            return moment(datetime.fromisoformat(value))
        case str():
            return _text(choice_in_words(part, value))
        case _:
            return _several(part, value)


def _several(part: str, value: Any) -> str:  # noqa: ANN401 — a value of JSON
    match value:
        case list():
            return ", ".join(_value(part, one) for one in value)
        case {"street": _}:
            return " ".join(value[name] for name in _ADDRESS if value.get(name))
        case _:
            return ""


def _text(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value if len(value) <= _SHORT else value[: _SHORT - 1] + "…"
