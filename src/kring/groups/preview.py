"""Who a definition would give, before it is saved; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.db import connection
from pyroaring import BitMap

from kring.algebra import codec
from kring.algebra.expressions import Expression, GroupId
from kring.algebra.semantics import members
from kring.groups.contributions import Influence, contributions
from kring.groups.examples import BrokenExample, broken_among, examples_of
from kring.groups.models import Group
from kring.groups.paging import page_of
from kring.groups.queries import members_of
from kring.groups.refresh import Sight
from kring.groups.unsaved import NO_PINS, Pins, pins_of, sight_of

_SAMPLE = 3

# Up to here an array of ids is the quicker question, beyond it a range of ids.
_IDS_IN_A_QUESTION = 2_000


class Welcome(Enum):
    """Whether whoever joins the group is welcomed by mail."""

    SENT = "sent"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class PartCount:
    """An outermost part of a definition: how many are in it.

    `alone` is how many belong only through it (ADDS), or how many only it keeps
    out: who is not in it (NARROWS), or who is (REMOVES).
    """

    definition: Expression
    influence: Influence
    count: int
    alone: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How many members a definition would give, and how that differs from now.

    `mails` is how many of who joins would have a welcome coming: they can be reached
    by mail, and the group welcomes. Of all who belong, join and leave some are
    named, first by name. `broken` are the group's examples that would not hold.
    """

    count: int
    joins: int
    leaves: int
    mails: int
    parts: tuple[PartCount, ...]
    sample: tuple[int, ...]
    joining: tuple[int, ...]
    leaving: tuple[int, ...]
    broken: tuple[BrokenExample, ...] = ()


def preview_of(
    definition: Expression,
    *,
    group: GroupId | None,
    today: date,
    welcome: Welcome | None = None,
) -> Preview:
    """What the definition gives today; for a group that exists its pins count too.

    `welcome` is what a form says that is not saved; None is what the group does.
    """
    sight = sight_of(definition, today=today)
    pins = NO_PINS if group is None else pins_of(group, today=today)
    before = BitMap() if group is None else members_of(group)
    after = pins.over(members(definition, sight))
    joining, leaving = after - before, before - after
    return Preview(
        count=len(after),
        joins=len(joining),
        leaves=len(leaving),
        mails=_mails(joining, welcome or _welcome_of(group)),
        parts=tuple(_counted(definition, sight, pins)),
        sample=_first_by_name(after),
        joining=_first_by_name(joining),
        leaving=_first_by_name(leaving),
        broken=() if group is None else broken_among(after, examples_of(group)),
    )


def preview_as_json(preview: Preview) -> dict[str, object]:
    """The preview at the doors that speak JSON; contacts by their ids."""
    return {
        "count": preview.count,
        "joins": preview.joins,
        "leaves": preview.leaves,
        "mails": preview.mails,
        "sample": list(preview.sample),
        "parts": [
            {
                "definition": codec.encode(part.definition),
                "count": part.count,
                "effect": part.influence.value,
                "alone": part.alone,
            }
            for part in preview.parts
        ],
    }


def _counted(definition: Expression, sight: Sight, pins: Pins) -> Iterator[PartCount]:
    """Who is pinned belongs or not whatever the parts say."""
    for one in contributions(definition, sight):
        alone = len(one.alone - pins.decided)
        yield PartCount(one.part, one.influence, len(one.members), alone)


def _welcome_of(group: GroupId | None) -> Welcome:
    if group is None:
        return Welcome.NOT_SENT
    welcoming = Group.objects.filter(
        pk=group, welcome_template__isnull=False, closed_at__isnull=True
    )
    return Welcome.SENT if welcoming.exists() else Welcome.NOT_SENT


def _mails(joining: BitMap, welcome: Welcome) -> int:
    if not joining or welcome is Welcome.NOT_SENT:
        return 0
    return _reachable_by_mail(joining)


def _reachable_by_mail(contacts: BitMap) -> int:
    """How many have an e-mail address, did not block mail, and are alive."""
    is_few = len(contacts) <= _IDS_IN_A_QUESTION
    asked: dict[str, Any] = {
        "few": list(contacts) if is_few else [],
        "first": contacts.min(),
        "last": contacts.max(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_REACH_AMONG if is_few else _OUT_OF_REACH_BETWEEN, asked)
        return len(contacts - BitMap(cursor.fetchone()[0]))


def _first_by_name(contacts: BitMap) -> tuple[int, ...]:
    return page_of(contacts, size=_SAMPLE).contacts


# Those out of reach are the fewer, so they are the ones that are read; in two
# questions, which scan faster than one with "or".
_OUT_OF_REACH_AMONG = """
select coalesce(array_agg(id), '{}') from (
    select id from contact
    where id = any(%(few)s)
      and (no_mail or address_bounced or deceased_on is not null)
  union all
    select id from contact where id = any(%(few)s) and not exists (
        select from email_address where contact_id = contact.id)
) unreachable
"""
_OUT_OF_REACH_BETWEEN = """
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
