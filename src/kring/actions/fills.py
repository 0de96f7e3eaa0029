"""Bringing groups to a new definition: at once in one chunk, else chunk by chunk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from procrastinate.contrib.django import app

from kring.accounts.actors import CLOCK
from kring.actions.acts import Act, act
from kring.actions.welcoming import Welcome, require_agreement
from kring.algebra.expressions import AnyOf
from kring.groups import chunks
from kring.groups.models import Fill, Group
from kring.groups.queries import members_of
from kring.groups.settings import definition_of
from kring.groups.unsaved import would_be_members
from kring.mailing.welcomes import groups_that_welcome, mails_to


def hold_for_fill(this: Act) -> None:
    """Hold what `begin_fill` turns at once; before the act changes anything."""
    numbers = chunks.all_chunks()
    if len(numbers) <= 1:
        this.hold_chunks(numbers)


def begin_fill(this: Act, groups: Collection[int]) -> None:
    """Judge these groups anew for everyone; the act holds the graph exclusively.

    `hold_for_fill` came before. Where all contacts lie in one chunk it is done here;
    elsewhere a fill is begun, which supersedes the rest of an earlier one, and
    `fill_next_chunk` goes on. Whether it mails was confirmed for the act, or not.
    """
    numbers = chunks.all_chunks()
    if len(numbers) <= 1:
        this.follow(groups, this.everyone)
        return
    welcomed = _welcomed_in_steps(this, groups)
    for group in groups:
        defaults = {
            "change_id": this.change,
            "next_chunk": 0,
            "welcomes": group in welcomed,
        }
        Fill.objects.update_or_create(group_id=group, defaults=defaults)
    # In the act's own transaction: no fill without its job, no job without its fill.
    fill.defer()


def _welcomed_in_steps(this: Act, groups: Collection[int]) -> Collection[int]:
    """The groups whose new members the steps will mail, which are counted now.

    Nobody else acts while the graph is held exclusively. Raises ManyMailsError.
    """
    if this.welcome is Welcome.SILENT or this.welcomed is None:
        return ()
    welcomed = groups_that_welcome(this.welcomed & frozenset(groups))
    mails = sum(_mails_of(Group.objects.get(pk=one), this.today) for one in welcomed)
    require_agreement(this.welcome, mails, by=this.occasion.by)
    this.welcome = Welcome.AGREED
    return welcomed


def _mails_of(group: Group, today: date) -> int:
    """How many would be mailed if everyone joined who belongs by the definition."""
    definition = definition_of(group) or AnyOf(())
    wanted = would_be_members(definition, group.pk, today=today)
    return mails_to(wanted - members_of(group.pk), group.pk)


# Without a lock of the queue: a job that waits for one is looked at again only after
# seconds. Two that come to one chunk wait for its row, and the later finds it done.
@app.task(name="fill")
def fill() -> None:
    """One chunk a job: a worker that is told to stop does so within a second."""
    if fill_next_chunk():
        fill.defer()


def fill_next_chunk() -> bool:
    """Fill the next chunk of whatever is furthest behind; False when nothing is.

    Each step is a transaction of its own: a killed worker leaves whole steps.
    """
    behind = Fill.objects.order_by("next_chunk", "group_id").first()
    if behind is None:
        return False
    with act("group.fill", by=CLOCK, part_of=behind.change_id) as step:
        step.hold_chunks([behind.next_chunk])
        step.steps = len(chunks.all_chunks())
        _fill(step, behind)
    return True


def finish_fills() -> None:
    """Fill until every group follows its definition everywhere."""
    while fill_next_chunk():
        pass


def _fill(step: Act, behind: Fill) -> None:
    """Judge what one change set filling and stands at this chunk, which is held."""
    due = Fill.objects.filter(change=behind.change_id, next_chunk=behind.next_chunk)
    rows = list(due.select_for_update().order_by("group_id"))
    groups = [row.group_id for row in rows]
    step.welcomed = frozenset(row.group_id for row in rows if row.welcomes)
    step.follow(groups, step.everyone)
    fills = Fill.objects.filter(group__in=groups)
    if behind.next_chunk == max(chunks.all_chunks()):
        fills.delete()
    else:
        fills.update(next_chunk=behind.next_chunk + 1)
