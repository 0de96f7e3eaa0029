"""What the staff's menu offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import StaffRole
from kring.web.mails import postbox


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the menu leads to where it is there, for staff from this role on."""

    label: str | Promise
    url_name: str
    is_there: Callable[[], bool] = _always
    role: StaffRole = StaffRole.READER


@dataclass(frozen=True, slots=True)
class Section:
    """Pages under one heading; a heading of nothing stands for none."""

    heading: str | Promise
    pages: tuple[Page, ...]


MENU = (
    Section(
        "",
        (
            Page(_("Manage groups"), "groups"),
            Page(_("Contacts"), "contacts"),
        ),
    ),
    Section(
        _("E-mail"),
        (
            Page(_("E-mail templates"), "mail-templates"),
            Page(_("Outgoing mail"), "outgoing-mails"),
            Page(_("Mail to group"), "mailings"),
            Page(_("Mailbox"), "postbox", postbox.is_there),
        ),
    ),
    Section(
        "",
        (
            Page(_("Changes"), "changes"),
            Page(_("Settings"), "settings", role=StaffRole.ADMIN),
        ),
    ),
)
