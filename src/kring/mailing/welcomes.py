"""Which joinings call for a mail: its row is made with the joining, or says why not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from secrets import token_hex
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef
from pyroaring import BitMap

from kring.database.arrays import as_array
from kring.groups.bitmaps import Turned, union
from kring.groups.models import Group, WelcomePolicy
from kring.groups.queries import members_among
from kring.mailing.models import OutgoingMail, Purpose
from kring.mailing.reach import READERS, REASON, unreachable
from kring.outbox.models import State


def queue_welcomes(turned: Turned, *, change: int, at: datetime) -> int:
    """Write a mail for everyone who joined an open group that welcomes.

    Whoever gets none has a row too, which says why. It takes the same number of
    statements whatever the number of contacts. Returns how many mails wait.
    """
    joined = {group: flip.joined for group, flip in turned.items() if flip.joined}
    welcoming = groups_that_welcome(joined)
    if not welcoming:
        return 0
    contacts: list[int] = []
    groups: list[int] = []
    for group in sorted(welcoming):
        contacts.extend(joined[group])
        groups.extend([group] * len(joined[group]))
    with connection.cursor() as cursor:
        cursor.execute(
            _QUEUE,
            {
                "contacts": as_array(contacts),
                "groups": as_array(groups),
                "welcoming": sorted(welcoming),
                "change": change,
                "at": at,
                # Quicker than keys that the server draws one by one.
                "seed": token_hex(),
            },
        )
        (waiting,) = cursor.fetchone()
        return int(waiting)


def groups_that_welcome(groups: Collection[int]) -> frozenset[int]:
    """Those among these groups that are open and mail whoever joins."""
    if not groups:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_WELCOMING, [list(groups)])
        return frozenset(group for (group,) in cursor.fetchall())


def cancel_for_those_who_left(turned: Turned, *, change: int, at: datetime) -> None:
    """A mail that waits for a joining which is undone meanwhile does not go."""
    left = {group: flip.left for group, flip in turned.items() if flip.left}
    if len(union(left.values())) > _MOST_ASKED_ONE_BY_ONE:
        left = {group: left[group] for group in _groups_with_mail_that_waits(left)}
    if not left:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_FOR, [as_array(union(left.values()))])
        gone = [
            mail
            for mail, contact, group in cursor.fetchall()
            if contact in left.get(group, ())
        ]
        if gone:
            cursor.execute(_CANCEL, {"mails": gone, "change": change, "at": at})


def _groups_with_mail_that_waits(groups: Collection[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS_WITH_MAIL_THAT_WAITS, [list(groups)])
        return sorted(group for (group,) in cursor.fetchall())


def cancel_mails_of(change: int, *, by: int, at: datetime) -> None:
    """The mails that wait because of a change, or of its steps, do not go.

    `by` is the change that undoes it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_OF, {"change": change, "by": by, "at": at})


def let_wait_again(change: int) -> int:
    """What a change cancelled waits again, for whoever is in the group by now.

    Except where the group has mailed them since, or the template is gone. Returns how
    many wait.
    """
    cancelled = OutgoingMail.objects.filter(
        cancelled_by=change, state=State.CANCELLED, template__isnull=False
    )
    mails = list(cancelled.values_list("pk", "contact", "group"))
    inside = members_among(
        {group or 0 for _, _, group in mails}, [contact or 0 for _, contact, _ in mails]
    )
    again = [
        mail for mail, contact, group in mails if (contact or 0) in inside[group or 0]
    ]
    since = OutgoingMail.objects.filter(
        purpose=Purpose.WELCOME,
        contact=OuterRef("contact"),
        group=OuterRef("group"),
        pk__gt=OuterRef("pk"),
        state__in=_COUNTING,
    )
    return cancelled.filter(~Exists(since), pk__in=again).update(
        state=State.WAITING, ended_at=None, cancelled_by=None
    )


def skip_doubled(merged: int, into: int, *, at: datetime) -> None:
    """Of two contacts that become one, one mail of a group goes, or has gone."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIP_DOUBLED, {"merged": merged, "into": into, "at": at})


def cancel_outside(
    inside: Collection[int], contact: int, *, change: int, at: datetime
) -> None:
    """What waits for a contact goes only where it is in the group."""
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_OUTSIDE, [at, change, contact, list(inside)])


def groups_that_would_mail(contact: int, groups: Collection[int]) -> frozenset[int]:
    """Those among these groups that would mail this contact if it joined them now."""
    if not groups or unreachable(BitMap([contact])):
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_WOULD_MAIL, {"contact": contact, "groups": list(groups)})
        return frozenset(group for (group,) in cursor.fetchall())


def mails_to(joining: BitMap, group: int) -> int:
    """How many of these contacts would get a mail if they joined the group now."""
    welcoming = Group.objects.filter(pk__in=groups_that_welcome([group]))
    for policy in welcoming.values_list("welcome_policy", flat=True):
        return would_be_mailed(joining, group=group, policy=policy)
    return 0


def would_be_mailed(joining: BitMap, *, group: int | None, policy: str) -> int:
    """The same of a group that welcomes by this policy; None does not exist yet."""
    if not joining:
        return 0
    reached = joining - unreachable(joining)
    if group is None or policy != WelcomePolicy.FIRST:
        return len(reached)
    return len(reached - _welcomed_in(group))


def _welcomed_in(group: int) -> BitMap:
    with connection.cursor() as cursor:
        cursor.execute(_WELCOMED, [group])
        return BitMap(cursor.fetchone()[0])


# Of more contacts than these, few mails wait for most groups that they leave.
_MOST_ASKED_ONE_BY_ONE: Final = 1_000

_WAITS: Final = "purpose = 'welcome' and state in ('waiting', 'held')"
# A mail that was skipped or cancelled welcomed nobody.
_COUNTING: Final = (State.WAITING, State.HELD, State.SENT, State.FAILED)
_COUNTS: Final = "state in ('waiting', 'held', 'sent', 'failed')"

_WELCOMING: Final = """
select id from "group"
where id = any(%s) and welcome_template_id is not null
  and closed_at is null and deleted_at is null
"""
# Each part is worked out once, as a set: asked contact by contact, who was welcomed
# took half a minute for ten thousand while the table had no statistics.
_QUEUE: Final = f"""
with asked (contact, "group") as materialized (
    select * from unnest(%(contacts)s::bigint[], %(groups)s::bigint[])
), welcomed as materialized (
    select distinct contact, "group" from outgoing_mail
    where purpose = 'welcome' and {_COUNTS}
      and "group" = any(%(welcoming)s) and contact = any(%(contacts)s::bigint[])
), judged (contact, "group", template, delay, skip) as materialized (
    select asked.contact, asked."group", welcoming.welcome_template_id,
           welcoming.welcome_delay_hours,
           coalesce(
               {REASON},
               case when welcoming.welcome_policy = 'first'
                     and welcomed.contact is not null then 'welcomed' end,
               '')
    from asked
    join "group" welcoming on welcoming.id = asked."group"
    left join welcomed
      on welcomed.contact = asked.contact and welcomed."group" = asked."group"
    {READERS}
), made as (
    insert into outgoing_mail (
        purpose, contact, "group", change, template_id, key, state, skip, free_at,
        made_at, ended_at, attempts, answer, address, sender, subject, html, text)
    select 'welcome', contact, "group", %(change)s, template,
           md5(%(seed)s || "group" || ' ' || contact)::uuid,
           case skip when '' then 'waiting' else 'skipped' end, skip,
           %(at)s + make_interval(hours => delay), %(at)s,
           case skip when '' then null else %(at)s::timestamptz end,
           0, '', '', '', '', '', ''
    from judged order by "group", contact
    returning state
)
select count(*) from made where state = 'waiting'
"""  # noqa: S608 — only constants
# Of any purpose, so that the index of a group's mails answers alone.
_GROUPS_WITH_MAIL_THAT_WAITS: Final = """
select id from unnest(%s::bigint[]) asked (id)
where exists (
    select from outgoing_mail
    where "group" = asked.id and state in ('waiting', 'held'))
"""
_WAITING_FOR: Final = f"""
select id, contact, "group" from outgoing_mail
where contact = any(%s::bigint[]) and {_WAITS}
"""  # noqa: S608 — only constants
_CANCEL: Final = f"""
update outgoing_mail
set state = 'cancelled', ended_at = %(at)s, cancelled_by = %(change)s
where id = any(%(mails)s) and {_WAITS}
"""  # noqa: S608 — only constants
_CANCEL_OF: Final = f"""
with recursive steps (number) as (
    select %(change)s::bigint
  union all
    select change.number from steps join change on change.part_of_id = steps.number
)
update outgoing_mail
set state = 'cancelled', ended_at = %(at)s, cancelled_by = %(by)s
where {_WAITS} and change in (select number from steps)
"""  # noqa: S608 — only constants
_SKIP_DOUBLED: Final = f"""
update outgoing_mail mail
set state = 'skipped', skip = 'welcomed', ended_at = %(at)s
where {_WAITS} and mail.contact = %(merged)s and exists (
      select from outgoing_mail
      where purpose = 'welcome' and contact = %(into)s
        and "group" = mail."group" and {_COUNTS})
"""  # noqa: S608 — only constants
_CANCEL_OUTSIDE: Final = f"""
update outgoing_mail
set state = 'cancelled', ended_at = %s, cancelled_by = %s
where {_WAITS} and contact = %s and "group" <> all(%s::bigint[])
"""  # noqa: S608 — only constants
_WOULD_MAIL: Final = f"""
select id from "group" welcoming
where id = any(%(groups)s) and welcome_template_id is not null
  and closed_at is null and deleted_at is null
  and (welcome_policy <> 'first' or not exists (
      select from outgoing_mail
      where purpose = 'welcome' and contact = %(contact)s
        and "group" = welcoming.id and {_COUNTS}))
"""  # noqa: S608 — only constants
_WELCOMED: Final = f"""
select coalesce(array_agg(contact), '{{}}') from outgoing_mail
where "group" = %s and purpose = 'welcome' and {_COUNTS}
"""  # noqa: S608 — only constants
