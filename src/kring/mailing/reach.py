"""Who can be reached by mail, and why somebody cannot."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from pyroaring import BitMap

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000

# In the very words of the index `contacts_without_mail`, which answers it alone.
_UNMAILED: Final = """
(not contact.has_email or contact.no_mail or contact.address_bounced
 or contact.deceased_on is not null)
"""

REASON: Final = """
case when contact.deceased_on is not null then 'deceased'
     when contact.no_mail then 'no_mail'
     when not contact.has_email then 'no_address'
     when contact.address_bounced and contact.complained then 'complained'
     when contact.address_bounced then 'bounced' end
"""
"""Why a contact of `asked` gets no mail, a Skip; null where nothing is in the way."""

READERS: Final = f"""
left join contact on contact.id = asked.contact and {_UNMAILED}
"""
"""What the reason is read from; most contacts can be mailed, and joined to nothing."""


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


_UNREACHABLE_AMONG: Final = f"""
select coalesce(array_agg(id), '{{}}') from contact
where {_UNMAILED} and id = any(%(few)s)
"""  # noqa: S608 — only constants
_UNREACHABLE_BETWEEN: Final = f"""
select coalesce(array_agg(id), '{{}}') from contact
where {_UNMAILED} and id between %(first)s and %(last)s
"""  # noqa: S608 — only constants
