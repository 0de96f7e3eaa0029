"""What the staff's menu offers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Page:
    """A page that the menu leads to."""

    label: str | Promise
    url_name: str


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
            Page(_("Mail to group"), "mailings"),
        ),
    ),
    Section("", (Page(_("Changes"), "changes"),)),
)
