"""Who gets a mail to groups, and who does not, and why: each contact once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from pyroaring import BitMap

from kring.groups.bitmaps import union
from kring.groups.unsaved import members_of_each
from kring.mailing.models import Household, Skip
from kring.mailing.reach import READERS, REASON


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a mail is for: everyone in some groups, without who is in others."""

    groups: tuple[int, ...]
    minus: tuple[int, ...] = ()
    household: Household = Household.EACH


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who get it, and for each reason those who do not; nobody is in two."""

    recipients: BitMap
    left_out: Mapping[Skip, BitMap]

    @property
    def without(self) -> BitMap:
        """Everyone who is meant, and does not get it."""
        return union(self.left_out.values())

    @property
    def everyone(self) -> BitMap:
        """Everyone who is meant, whether they get it or not."""
        return self.recipients | self.without


def audience_of(addressed: Addressed) -> Audience:
    """Who gets a mail that is sent now, in two queries; exact at this moment."""
    return _judged(members_meant(addressed), addressed.household)


def members_meant(addressed: Addressed) -> BitMap:
    """Everyone in one of the groups and in none of the others, read at one moment."""
    members = members_of_each({*addressed.groups, *addressed.minus})
    return _united(members, addressed.groups) - _united(members, addressed.minus)


def takers_of(sharing: BitMap, recipients: BitMap) -> dict[int, int]:
    """Who gets it at the address of each of these, who share it with a recipient."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKERS, [list(sharing)])
        pairs = sorted(cursor.fetchall(), reverse=True)
    return {one: other for one, other in pairs if other in recipients}


def _united(members: Mapping[int, BitMap], groups: Collection[int]) -> BitMap:
    return union(members[group] for group in groups)


def _judged(contacts: BitMap, household: Household) -> Audience:
    if not contacts:
        return Audience(BitMap(), {})
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [list(contacts), household == Household.ONCE])
        found = {skip: BitMap(ids) for skip, ids in cursor.fetchall()}
    recipients = found.pop("", BitMap())
    left_out = {Skip(skip): found[skip] for skip in Skip.values if skip in found}
    # Who was erased between the two queries.
    gone = contacts - recipients - union(left_out.values())
    return Audience(recipients, {**left_out, Skip.ERASED: gone} if gone else left_out)


# Of those who share an address, the one whom the cooperative has known longest gets it.
_JUDGED: Final = f"""
with asked as (
    select contact.id as contact from unnest(%s::bigint[]) as member (id)
    join contact on contact.id = member.id
), judged as (
    select asked.contact, folded_address, coalesce({REASON}, '') as skip
    from asked {READERS}
    left join email_address reached
      on reached.contact_id = asked.contact and reached.is_primary
), placed as (
    select contact, skip, row_number() over (
        partition by skip, folded_address order by contact) as place
    from judged
)
select case when %s and skip = '' and place > 1 then 'shared' else skip end,
    array_agg(contact)
from placed group by 1
"""  # noqa: S608 — only constants
_TAKERS: Final = """
select one.contact_id, other.contact_id
from email_address one
join email_address other on other.folded_address = one.folded_address
where one.contact_id = any(%s) and one.is_primary and other.is_primary
"""
