"""A group as contacts see it on the portal, or why they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kring.groups.models import Group, WelcomePolicy
from kring.groups.on_portal import Standing
from kring.ui.portal_cards import Card, card_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees, and who that is."""

    who: str
    card: Card


@dataclass(frozen=True, slots=True)
class OnPortal:
    """`why_not` is a sentence; empty where contacts see the group."""

    why_not: str
    seen: tuple[Seen, ...]


def on_portal(group: Group, *, day: date) -> OnPortal:
    return OnPortal(_why_not(group), tuple(_seen(group, day)))


def _why_not(group: Group) -> str:
    if group.is_closed:
        return _("Contacts do not see this group, because it is closed.")
    if not group.visible_on_portal:
        return _(
            "Contacts do not see this group, because “Visible on portal” is off. This"
            " is how it would look."
        )
    return ""


def _seen(group: Group, day: date) -> Iterator[Seen]:
    mails = group.welcome_template_id is not None and not group.is_closed
    inside = Standing(group, is_in=True, since=day, has_opted_out=False)
    yield Seen(_("Who is in it"), card_of(inside, mails=False))
    outside = Standing(group, is_in=False, since=None, has_opted_out=False)
    yield Seen(
        _("Who is not in it"), card_of(outside, mails=mails and outside.may_join)
    )
    if group.is_derived and group.editable_on_portal:
        left = Standing(group, is_in=False, since=None, has_opted_out=True)
        again = mails and group.welcome_policy == WelcomePolicy.EVERY
        yield Seen(_("Who left it"), card_of(left, mails=again))
