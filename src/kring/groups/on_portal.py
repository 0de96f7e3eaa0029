"""The groups that contacts see on the portal, and how one contact stands to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from kring.accounts.actors import ActorKind
from kring.algebra.text import fold
from kring.contacts.queries import merged_contacts
from kring.groups.memberships import since_in_groups
from kring.groups.models import ChangeEntry, Effect, Group, Placement
from kring.groups.queries import members_among

_MOVING: Final = frozenset({"change.undo", "contact.merge"})
"""What writes placements anew that somebody else made."""


def known_as(group: Group) -> str:
    """What contacts know a group by."""
    return group.portal_name or group.name


def groups_on_portal() -> QuerySet[Group]:
    """The open groups that show themselves to contacts, in no particular order."""
    return Group.objects.filter(
        visible_on_portal=True, closed_at__isnull=True, deleted_at__isnull=True
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contact stands to a group that it sees on the portal.

    `has_opted_out` is when it keeps itself out of a derived group. Somebody of the
    staff who keeps it out does not show: it is simply not in the group.
    """

    group: Group
    is_in: bool
    since: date | None
    has_opted_out: bool

    @property
    def name(self) -> str:
        return known_as(self.group)

    @property
    def may_join(self) -> bool:
        """Into a derived group one only comes back."""
        is_out = not self.is_in and (self.has_opted_out or not self.group.is_derived)
        return self.group.editable_on_portal and is_out

    @property
    def may_leave(self) -> bool:
        return self.group.editable_on_portal and self.is_in


def standings_of(contact: int, *, day: date) -> list[Standing]:
    """Every group on the portal, in its order there, in four queries."""
    return _standings(contact, groups_on_portal(), day)


def standing_in(contact: int, group: int, *, day: date) -> Standing | None:
    """How a contact stands to one group; None where it does not see it."""
    found = _standings(contact, groups_on_portal().filter(pk=group), day)
    return found[0] if found else None


def _standings(contact: int, groups: QuerySet[Group], day: date) -> list[Standing]:
    found = {group.pk: group for group in groups}
    if not found:
        return []
    inside = members_among(found, [contact])
    since = since_in_groups(contact, list(found), day=day)
    opted_out = _opted_out(contact, list(found))
    standings = [
        Standing(
            group,
            is_in=contact in inside[number],
            since=since.get(number) if contact in inside[number] else None,
            has_opted_out=number in opted_out,
        )
        for number, group in found.items()
    ]
    return sorted(standings, key=_place)


def opted_out_themselves(group: int, contacts: Collection[int]) -> set[int]:
    """Those of these contacts that keep themselves out of a derived group."""
    out = Placement.objects.filter(
        group=group, contact__in=contacts, effect=Effect.OUT
    ).filter(Q(change__actor_kind=ActorKind.CONTACT) | Q(change__action__in=_MOVING))
    return {
        contact
        for contact in out.values_list("contact", flat=True)
        if group in _opted_out(contact, [group])
    }


def _opted_out(contact: int, groups: list[int]) -> set[int]:
    """The groups that the contact itself keeps itself out of."""
    out = Placement.objects.filter(contact=contact, group__in=groups, effect=Effect.OUT)
    own: set[int] = set()
    moved: list[int] = []
    for group, by, action in out.values_list(
        "group", "change__actor_kind", "change__action"
    ):
        if by == ActorKind.CONTACT:
            own.add(group)
        elif action in _MOVING:
            moved.append(group)
    return own | _opted_out_before(contact, moved) if moved else own


def _opted_out_before(contact: int, groups: list[int]) -> set[int]:
    """Of placements that staff undid or merged: those that contacts once made.

    Where several contacts became one, each that was kept out did that itself.
    """
    entries = ChangeEntry.objects.filter(
        kind="placement",
        contact__in=[contact, *merged_contacts(contact)],
        group__in=groups,
        after__effect=Effect.OUT.value,
        change__action__startswith="members.",
    )
    told = entries.order_by("change").values_list(
        "group", "contact", "change__actor_kind"
    )
    last = {(group, one): by for group, one, by in told}
    by_others = {group for (group, _), by in last.items() if by != ActorKind.CONTACT}
    return {group for group, _ in last if group is not None} - by_others


def _place(standing: Standing) -> tuple[bool, int, str, int]:
    """Those with a place come first, and the others by the name that contacts read."""
    order = standing.group.portal_order
    return (order is None, order or 0, fold(standing.name), standing.group.pk)
