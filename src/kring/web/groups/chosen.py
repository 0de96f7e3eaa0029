"""The contacts that were ticked on a page, for a group that takes them by hand."""

from __future__ import annotations

from django.http import QueryDict

from kring.actions.errors import StaticGroupNeededError
from kring.groups.models import Group
from kring.web.groups.written import is_number

CONTACT = "contact"


def contacts_chosen(asked: QueryDict) -> list[int]:
    """Their ids, each once, as they were sent; what is no number is left out."""
    written = dict.fromkeys(asked.getlist(CONTACT))
    return [int(one) for one in written if is_number(one)]


def require_static(group: Group) -> None:
    """These pages put in and take out, and never pin; raises StaticGroupNeededError."""
    if group.is_derived:
        raise StaticGroupNeededError(group.name)
