"""Taking a person out of what history remembers: totals stay, words go."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from kring.algebra.text import fold
from kring.groups.bitmaps import chunk_of
from kring.groups.history import Facts

ERASED: Final[Facts] = {"erased": True}
"""What stands in an entry in place of facts about a contact that was erased."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What tells of a contact where people typed it; case and accents don't matter."""

    sure: Collection[str]
    """Means this contact wherever it stands: a full name, an e-mail address."""
    likely: Collection[str]
    """Means this contact where an act concerned it: a last name, an address."""


def blank(contacts: Collection[int], *, texts: Texts, change: int) -> None:
    """Blank all entries about these contacts, and the reasons that tell of them.

    While one of them was merged into another contact, that one had its details: what
    is kept of it from that time is blanked as well.

    A reason goes when its change was about nobody else, or when it holds one of the
    texts. `change` is the one that erases.
    """
    ids = list(contacts)
    told = _reasons_telling(ids, texts, change)
    with connection.cursor() as cursor:
        cursor.execute(_BLANK_OTHER_SIDES, [ids])
        cursor.execute(_BLANK_ENTRIES, [ids])
        if told:
            reasons: dict[str, Any] = {
                "changes": list(told),
                "reasons": list(set(told.values())),
            }
            cursor.execute(_BLANK_COPIES_BEFORE, reasons)
            cursor.execute(_BLANK_COPIES_AFTER, reasons)
            cursor.execute(_BLANK_PLACEMENTS, reasons)
            cursor.execute(_BLANK_REASONS, reasons)


def known_facts(contacts: Collection[int]) -> list[dict[str, Any]]:
    """All that history remembers of the details of these contacts."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_FACTS, [list(contacts)])
        return [
            json.loads(facts) for row in cursor.fetchall() for facts in row if facts
        ]


def _reasons_telling(contacts: list[int], texts: Texts, change: int) -> dict[int, str]:
    """The changes whose reason must go, with that reason."""
    asked: dict[str, Any] = {
        "contacts": contacts,
        "chunks": [chunk_of(contact) for contact in contacts],
        "change": change,
    }
    surely = _words(texts.sure)
    likely = _words([*texts.sure, *texts.likely])
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, asked)
        return {
            number: reason
            for number, reason, is_concerned, is_theirs_alone in cursor.fetchall()
            if is_theirs_alone
            or (likely if is_concerned else surely).search(fold(reason))
        }


def _words(texts: Collection[str]) -> re.Pattern[str]:
    """Finds one of the texts, as whole words; nothing where there are none."""
    folded = [re.escape(fold(text)) for text in texts if fold(text)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(folded) or '(?!)'})(?!\w)")


_KNOWN_FACTS: Final = """
select before::text, after::text from change_entry
where contact = any(%s) and kind in ('contact', 'merge')
"""

# From a merge until it was undone, entries about the one tell of the other.
_BLANK_ENTRIES: Final = """
with recursive telling (contact, first, last) as (
    select contact, 0::bigint, 9223372036854775807
    from unnest(%s::bigint[]) as erased (contact)
  union
    select (merge.after ->> 'into')::bigint, merge.change_id, (
        select min(undoing.change_id) from change_entry undoing
        where undoing.contact = merge.contact and undoing.kind = 'former'
          and undoing.change_id > merge.change_id)
    from telling join change_entry merge on merge.contact = telling.contact
      and merge.change_id between telling.first and telling.last
    where merge.kind = 'former' and merge.after ? 'into'
)
update change_entry set
    before = case when before is null then null else '{"erased": true}'::jsonb end,
    after = case when after is null then null else '{"erased": true}'::jsonb end
from telling
where change_entry.contact = telling.contact
  and (telling.first = 0 or (
    kind in ('contact', 'represents', 'represented')
    and change_id between telling.first and telling.last))
"""

# A link between two contacts is told at either of them.
_BLANK_OTHER_SIDES: Final = """
with told as (
    select change_id, contact, coalesce(after, before) as facts from change_entry
    where contact = any(%s) and kind in ('represents', 'represented')
)
update change_entry set
    before = case when before is null then null else '{"erased": true}'::jsonb end,
    after = case when after is null then null else '{"erased": true}'::jsonb end
from told
where change_entry.change_id = told.change_id
  and kind in ('represents', 'represented')
  and change_entry.contact = (
    coalesce(told.facts ->> 'organisation', told.facts ->> 'person'))::bigint
  and told.contact = (coalesce(
    coalesce(after, before) ->> 'organisation',
    coalesce(after, before) ->> 'person'))::bigint
"""

_REASONS: Final = """
with theirs (number) as (
    select change_id from change_entry where contact = any(%(contacts)s)
), steps (number) as (
    select number from theirs
  union
    select change_id from turn where contact = any(%(contacts)s)
  union
    select change_id from group_delta where chunk = any(%(chunks)s)
  union
    select %(change)s
), concerned (number) as (
    select number from steps
  union
    select part_of_id from steps join change using (number)
)
select number, reason, number in (select number from concerned),
    number in (select number from theirs) and not exists (
        select from change_entry other
        where other.change_id = number
          and (other.contact is null or other.contact <> all(%(contacts)s)))
from change where reason <> ''
"""

# The reason of an act is kept with the placements it made, also those of others.
_BLANK_COPIES_BEFORE: Final = """
update change_entry set before = jsonb_set(before, '{reason}', '""')
where before ->> 'reason' = any(%(reasons)s) and (contact, "group") in (
    select contact, "group" from change_entry where change_id = any(%(changes)s))
"""
_BLANK_COPIES_AFTER: Final = """
update change_entry set after = jsonb_set(after, '{reason}', '""')
where after ->> 'reason' = any(%(reasons)s) and change_id = any(%(changes)s)
"""
_BLANK_PLACEMENTS: Final = """
update placement set reason = ''
where reason = any(%(reasons)s) and (contact_id, group_id) in (
    select contact, "group" from change_entry where change_id = any(%(changes)s))
"""
_BLANK_REASONS: Final = """
update change set reason = '' where number = any(%(changes)s)
"""
