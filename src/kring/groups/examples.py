"""Examples kept with a group: who must belong or not, and how many members it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from kring.algebra.expressions import GroupId
from kring.contacts.queries import ListedContact, listed
from kring.groups.models import Example
from kring.groups.unsaved import members_of_each


@dataclass(frozen=True, slots=True)
class KeptExample:
    """What must be so: about a contact (in or out), or about the number of members."""

    id: int
    claim: str
    contact: int | None
    at_least: int | None
    at_most: int | None
    name: str = ""
    number: str = ""

    def holds_among(self, members: BitMap) -> bool:
        """Whether it is so when these are the members."""
        if self.contact is not None:
            return (self.contact in members) == (self.claim == Example.Claim.IN)
        most = len(members) if self.at_most is None else self.at_most
        return (self.at_least or 0) <= len(members) <= most


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """An example that does not hold, and how many members there are instead."""

    example: KeptExample
    count: int


def examples_of(group: GroupId) -> list[KeptExample]:
    """The examples of a group: the sizes, then the contacts by name."""
    rows = list(Example.objects.filter(group=group).order_by("pk"))
    people = listed(row.contact_id for row in rows if row.contact_id is not None)
    known = {one.id: one for one in people}
    kept = [_kept(row, known.get(row.contact_id or 0)) for row in rows]
    return sorted(kept, key=lambda one: (one.contact is not None, one.name))


def broken_among(
    members: BitMap, examples: Iterable[KeptExample]
) -> tuple[BrokenExample, ...]:
    """The examples that would not hold if these were the members."""
    return tuple(
        BrokenExample(one, len(members))
        for one in examples
        if not one.holds_among(members)
    )


def groups_with_broken_examples() -> dict[GroupId, int]:
    """How many examples of each group do not hold now; only groups with any.

    Groups that are still being brought to a new definition are left out.
    """
    rows = list(
        Example.objects.filter(group__deleted_at__isnull=True, group__fill__isnull=True)
    )
    members = members_of_each({row.group_id for row in rows})
    broken: dict[GroupId, int] = {}
    for row in rows:
        if not _kept(row, None).holds_among(members[row.group_id]):
            broken[row.group_id] = broken.get(row.group_id, 0) + 1
    return broken


def _kept(row: Example, contact: ListedContact | None) -> KeptExample:
    return KeptExample(
        id=row.pk,
        claim=row.claim,
        contact=row.contact_id,
        at_least=row.at_least,
        at_most=row.at_most,
        name="" if contact is None else contact.name,
        number="" if contact is None else contact.number,
    )
