"""A contact: basic data, the groups it belongs to, and putting it in static groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pyroaring import BitMap

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import Actor, actor_of
from kring.accounts.models import StaffRole
from kring.actions import bounces, members
from kring.actions.errors import ManyMailsError, OwnChoiceError, RefusedError
from kring.actions.welcoming import Welcoming
from kring.contacts.erasure_requests import open_request_of
from kring.contacts.models import Contact, Representation
from kring.contacts.models import Kind as ContactKind
from kring.contacts.queries import contact_with_everything, kept_contact
from kring.contacts.representing import links_of
from kring.groups import queries
from kring.groups.changes import GroupName
from kring.groups.models import Group, Kind
from kring.groups.pins import Handwork, handwork_of_contact
from kring.groups.since import since_joined
from kring.mailing.outgoing import last_mails_of
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.changes.shown import Names, names_of_both
from kring.web.contacts.at_portal import at_portal
from kring.web.mails.shown import ShownMail, groups_of_mails, shown_mail
from kring.web.own_choice import ask_for_reason, reason_in
from kring.web.welcoming import ask_about_mails, welcome_in, with_mails
from kring.web.written import number_in

_MAILS: Final = 5


class Change(Protocol):
    """An action that puts contacts in a group, or takes them out."""

    def __call__(
        self,
        contacts: list[int],
        group: int,
        /,
        *,
        by: Actor,
        reason: str,
        welcome: Welcoming,
    ) -> members.Outcome: ...


@dataclass(frozen=True, slots=True)
class Belonging:
    """A group that the contact is in, and since when."""

    group: Group
    since: date | None


@dataclass(frozen=True, slots=True)
class Link:
    """Whom the contact acts for, or who acts for it."""

    other: Contact
    agreed: Representation
    counts: bool
    is_over: bool


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    found = contact_with_everything(contact_id, beside=["last_visit"])
    if found is None:
        return _where_it_went(contact_id)
    contact, own_fields = found
    inside, outside = _groups_around(contact)
    by_hand = handwork_of_contact(contact.pk, today=timezone.localdate())
    belongings = _belongings(contact, inside, by_hand)
    may_change = reaches(signed_in(request), StaffRole.STAFF)
    shown = [row for row in belongings if row.group.visible_at_contact]
    return render(
        request,
        "web/contacts/contact.html",
        {
            "contact": contact,
            "own_fields": own_fields,
            "derived": [row for row in shown if row.group.kind != Kind.STATIC],
            "static": [row for row in shown if row.group.kind == Kind.STATIC],
            "hidden": len(belongings) - len(shown),
            "pins": by_hand.pins,
            "may_change": may_change,
            "at_portal": at_portal(contact),
            "may_sign_out": reaches(signed_in(request), StaffRole.ADMIN),
            "choices": outside if may_change else [],
            "mails": _mails(contact, [*inside, *outside]),
            "links": _links(contact),
            "erasure_request": open_request_of(contact.pk),
            "is_person": contact.kind == ContactKind.PERSON,
        },
    )


@staff_may(StaffRole.STAFF)
@require_POST
def address_works(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=contact_id)
    bounces.address_works(contact.pk, by=actor_of(signed_in(request)))
    done = _("%(contact)s gets mail at this address again.") % {"contact": contact}
    announce(request, done)
    return redirect("contact", contact.pk)


@staff_may(StaffRole.STAFF)
@require_POST
def place(request: HttpRequest, contact_id: int) -> HttpResponse:
    group = _chosen_group(request)
    done = _("Added to %(group)s.") % {"group": group}
    return _changed(request, contact_id, group, members.place, done=done)


@staff_may(StaffRole.STAFF)
@require_POST
def remove(request: HttpRequest, contact_id: int) -> HttpResponse:
    group = _chosen_group(request)
    done = _("Removed from %(group)s.") % {"group": group}
    return _changed(request, contact_id, group, members.remove, done=done)


@staff_may(StaffRole.STAFF)
@require_POST
def unpin(request: HttpRequest, contact_id: int) -> HttpResponse:
    group = _group_chosen_from(request, queries.listed_groups())
    done = _("The exception is lifted: the composition decides again.")
    return _changed(request, contact_id, group, members.unpin, done=done)


def _changed(
    request: HttpRequest,
    contact_id: int,
    group: Group,
    change: Change,
    *,
    done: str,
) -> HttpResponse:
    by, back = actor_of(signed_in(request)), reverse("contact", args=[contact_id])
    reason, welcome = reason_in(request), welcome_in(request.POST)
    try:
        outcome = change([contact_id], group.pk, by=by, reason=reason, welcome=welcome)
    except ManyMailsError as many:
        return ask_about_mails(request, many, back=back)
    except OwnChoiceError as refusal:
        return ask_for_reason(request, refusal, back=back)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
    else:
        told = done if outcome.count else _("Nothing had to be changed.")
        announce(request, with_mails(told, outcome.mails), change=outcome.change)
    return redirect("contact", contact_id)


def _mails(contact: Contact, around: list[Group]) -> list[ShownMail]:
    """The last ones; to whom they went needs no saying here.

    Most are about groups that are around the contact, whose names are known.
    """
    mails = last_mails_of(contact.pk, most=_MAILS)
    known = {group.pk: GroupName(group.name, is_deleted=False) for group in around}
    others = names_of_both((), groups_of_mails(mails) - known.keys())
    names = Names({}, known | others.groups)
    return [shown_mail(mail, names) for mail in mails]


def _links(contact: Contact) -> list[Link]:
    """Those that count today first, then those to come, and those that are over."""
    today = timezone.localdate()
    links = [
        Link(
            link.organisation if link.person_id == contact.pk else link.person,
            link,
            counts=link.counts_on(today),
            is_over=link.last_day is not None and link.last_day < today,
        )
        for link in links_of(contact.pk)
    ]
    return sorted(links, key=lambda link: (not link.counts, link.is_over))


def _where_it_went(contact_id: int) -> HttpResponse:
    """A contact that was merged is found as the one it was merged into."""
    kept = kept_contact(contact_id)
    if kept is None:
        raise Http404
    return redirect("contact", kept)


def _chosen_group(request: HttpRequest) -> Group:
    """The static group that was chosen; a derived group has no members by hand."""
    groups = queries.listed_groups().filter(kind=Kind.STATIC)
    return _group_chosen_from(request, groups)


def _group_chosen_from(request: HttpRequest, groups: QuerySet[Group]) -> Group:
    written = request.POST.get("group", "")
    return get_object_or_404(groups, pk=number_in(written) or 0)


def _groups_around(contact: Contact) -> tuple[list[Group], list[Group]]:
    """The groups that the contact is in, and the open static ones to put it in."""
    inside = queries.groups_having(BitMap([contact.pk]))
    is_open = Q(kind=Kind.STATIC, closed_at__isnull=True)
    groups = queries.listed_groups().filter(Q(pk__in=inside) | is_open)
    return (
        [group for group in groups if group.pk in inside],
        [group for group in groups if group.pk not in inside],
    )


def _belongings(
    contact: Contact, groups: list[Group], by_hand: Handwork
) -> list[Belonging]:
    """A stated date says it, and otherwise when one last joined."""
    joined = since_joined([contact.pk], [group.pk for group in groups])
    return [
        Belonging(
            group, by_hand.since.get(group.pk, joined.get((contact.pk, group.pk)))
        )
        for group in groups
    ]
