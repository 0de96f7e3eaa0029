"""Why somebody gets a mail, in one sentence that stands below it."""

from __future__ import annotations

from datetime import date

from django.utils import formats, timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.groups.models import Group
from kring.groups.on_portal import known_as
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.situation import Situation


def why(mail: OutgoingMail, situation: Situation, *, language: str) -> str:
    """The sentence in the language of the mail."""
    with translation.override(language):
        if mail.purpose == Purpose.TEST:
            return _("You get this test mail because you asked for it yourself.")
        if mail.purpose == Purpose.INVITE:
            return _("You get this mail because you are one of our contacts.")
        group = situation.group_of(mail)
        if mail.purpose == Purpose.WELCOME and group is not None:
            return _why_welcomed(group, timezone.localdate(situation.joined_at(mail)))
        return _why_mailed(situation.groups_of_reader(mail))


def _why_welcomed(group: Group, day: date) -> str:
    return _("You get this mail because you were added to %(group)s on %(day)s.") % {
        "group": known_as(group),
        "day": formats.date_format(day, "j F Y"),
    }


def _why_mailed(groups: list[Group]) -> str:
    # What staff call a group is theirs, unless the group shows itself to contacts.
    shown = [known_as(group) for group in groups if group.visible_on_portal]
    if not shown:
        return _("You get this mail because you are one of our contacts.")
    return ngettext(
        "You get this mail because you are in the group %(groups)s.",
        "You get this mail because you are in the groups %(groups)s.",
        len(shown),
    ) % {"groups": get_text_list(shown, _("and"))}
