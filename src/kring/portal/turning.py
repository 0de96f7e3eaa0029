"""Which of the groups that a contact sees turned by what it did."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.groups.on_portal import standings_of
from kring.ui.wording import quoted


def groups_seen_by(contact: int) -> dict[int, str]:
    """The names of the groups that the contact sees itself in."""
    standings = standings_of(contact, day=timezone.localdate())
    return {one.group.pk: one.name for one in standings if one.is_in}


def with_what_turned(told: str, before: dict[int, str], after: dict[int, str]) -> str:
    """What was done, and of which groups one is now, and is no longer."""
    sentences = [told]
    joined = [quoted(name) for group, name in after.items() if group not in before]
    left = [quoted(name) for group, name in before.items() if group not in after]
    if joined:
        known = {"groups": ", ".join(joined)}
        sentences.append(_("You are now in %(groups)s.") % known)
    if left:
        known = {"groups": ", ".join(left)}
        sentences.append(_("You are no longer in %(groups)s.") % known)
    return " ".join(sentences)
