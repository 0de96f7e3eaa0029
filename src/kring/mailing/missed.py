"""What somebody reads of a mail to groups that did not go at its moment, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, unique

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.accounts.models import User
from kring.mailing.models import Mailing
from kring.mailing.rendering import Rendered, inlined


@unique
class InTheWay(Enum):
    """What keeps a mail from going."""

    EMPTY = "no subject or no text"
    UNREADABLE = "its text cannot be read"
    NO_GROUPS = "no groups are chosen"
    GROUPS_GONE = "groups are deleted"
    GROUP_CLOSED = "a group is closed"
    NOBODY = "nobody can be mailed"
    OTHER = "something else"


def maker_to_tell(mailing: Mailing) -> User | None:
    """Who made it, as long as they are of the staff."""
    staff = User.objects.filter(is_active=True).exclude(staff_role="")
    return staff.filter(pk=mailing.created_by_id or 0).first()


def notice_of_missed(
    mailing: Mailing, *, at: datetime, why: InTheWay, named: Sequence[str]
) -> Rendered:
    """The mail that tells of it; `named` are the groups or fields in the way."""
    name = _quoted(mailing.subject or _("(no subject yet)"))
    subject = _("%(mail)s was not sent") % {"mail": name}
    facts = {
        "subject": subject,
        "mail": name,
        "moment": formats.date_format(timezone.localtime(at), "j F Y, H:i"),
        "why": _sentence(why, named),
        "address": f"{settings.KRING_BASE_URL}/mail-aan-groep/{mailing.pk}/",
    }
    return Rendered(
        subject,
        inlined(render_to_string("mailing/missed_notice.html", facts)),
        render_to_string("mailing/missed_notice.txt", facts),
    )


def _sentence(why: InTheWay, named: Sequence[str]) -> str:
    names = ", ".join(_quoted(name) for name in named)
    return {
        InTheWay.EMPTY: _("Its subject or its text is empty."),
        InTheWay.UNREADABLE: _("It has %(names)s in it, which Kring cannot read."),
        InTheWay.NO_GROUPS: _("No groups are chosen that get it."),
        InTheWay.GROUPS_GONE: ngettext(
            "The group %(names)s has been deleted.",
            "The groups %(names)s have been deleted.",
            len(named),
        ),
        InTheWay.GROUP_CLOSED: _(
            "The group %(names)s is closed, and a closed group mails nobody."
        ),
        InTheWay.NOBODY: _("Nobody is left who can be mailed."),
        InTheWay.OTHER: _("Something is in the way: the page of the mail says what."),
    }[why] % {"names": names}


def _quoted(name: str) -> str:
    return _("“%(name)s”") % {"name": name}
