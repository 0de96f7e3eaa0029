"""Who can be reached by mail, and why somebody cannot."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000

REASON: Final = """
case when unwilling.deceased_on is not null then 'deceased'
     when unwilling.no_mail then 'no_mail'
     when reached.contact_id is null then 'no_address'
     when unwilling.address_bounced then 'bounced' end
"""
"""Why a contact of `asked` gets no mail, a Skip; null where nothing is in the way."""

READERS: Final = """
left join contact unwilling
  on unwilling.id = asked.contact
 and (unwilling.no_mail or unwilling.address_bounced
      or unwilling.deceased_on is not null)
left join email_address reached
  on reached.contact_id = asked.contact and reached.is_primary
"""
"""What the reason is read from; most contacts are willing, and joined to nothing."""


def unreachable(contacts: BitMap) -> BitMap:
    """Those who have no address, or one that bounces, want no mail, or died.

    They are the fewer, so they are the ones that are read. There is at least one
    contact.
    """
    is_few = len(contacts) <= _IDS_IN_A_QUESTION
    asked: dict[str, Any] = {
        "few": list(contacts) if is_few else [],
        "first": contacts.min(),
        "last": contacts.max(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNREACHABLE_AMONG if is_few else _UNREACHABLE_BETWEEN, asked)
        return BitMap(cursor.fetchone()[0])


# In two questions, which scan faster than one with "or".
_UNREACHABLE_AMONG: Final = """
select coalesce(array_agg(id), '{}') from (
    select id from contact
    where id = any(%(few)s) and (no_mail or address_bounced or deceased_on is not null)
  union all
    select id from contact where id = any(%(few)s) and not exists (
        select from email_address where contact_id = contact.id)
) unreachable
"""
_UNREACHABLE_BETWEEN: Final = """
select coalesce(array_agg(id), '{}') from (
    select id from contact
    where id between %(first)s and %(last)s
      and (no_mail or address_bounced or deceased_on is not null)
  union all
    select id from contact
    where id between %(first)s and %(last)s and not exists (
        select from email_address where contact_id = contact.id)
) unreachable
"""
