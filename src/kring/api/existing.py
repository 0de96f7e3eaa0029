"""What an address names: found, or answered with 404."""

from __future__ import annotations

from kring.api.errors import NotFoundError
from kring.contacts.queries import versions_of
from kring.groups.models import Group
from kring.groups.queries import listed_groups


def existing_group(group: int) -> Group:
    """A group that is not deleted; raises NotFoundError."""
    groups = listed_groups().select_related("created_by", "responsible", "fill")
    for found in groups.filter(pk=group):
        return found
    raise NotFoundError


def existing_contact(contact: int) -> int:
    """The id of a contact that exists; raises NotFoundError."""
    if contact not in versions_of([contact]):
        raise NotFoundError
    return contact
