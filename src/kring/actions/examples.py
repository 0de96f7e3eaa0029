"""Examples kept with a group: what must be so, checked before a definition is saved."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import (
    DerivedGroupNeededError,
    ExamplesBlockError,
    ExamplesBrokenError,
    SizeNotPossibleError,
    UnknownChoiceError,
    UnknownContactsError,
    UnknownExampleError,
)
from kring.actions.members import Outcome, existing_group
from kring.algebra.expressions import Expression
from kring.groups import chunks
from kring.groups.examples import broken_among, examples_of
from kring.groups.history import Entry, Facts
from kring.groups.models import BrokenExamples, Example, Group
from kring.groups.settings import definition_of
from kring.groups.unsaved import would_be_members

LARGEST_SIZE = 2**31 - 1


class Despite(Enum):
    """What a definition may be saved in spite of."""

    NOTHING = "nothing"
    EXAMPLES = "examples"


def expect_contact(
    contact: int, group: int, claim: Example.Claim, *, by: Actor
) -> Outcome:
    """Keep that a contact belongs, or does not; in place of what was kept of it.

    Raises UnknownGroupsError, DerivedGroupNeededError, UnknownContactsError or
    NotAllowedError.
    """
    with act("example.add", by=by) as this:
        this.hold([contact])
        _derived(group)
        if contact not in this.everyone:
            raise UnknownContactsError([contact])
        before = Example.objects.filter(group=group, contact=contact).first()
        wanted = Example(group_id=group, contact_id=contact, claim=claim)
        _put(this, wanted, before)
        return _outcome(this)


def expect_size(
    group: int, *, at_least: int | None, at_most: int | None, by: Actor
) -> Outcome:
    """Keep how many members the group has; in place of what was kept of it.

    Raises UnknownGroupsError, DerivedGroupNeededError, SizeNotPossibleError or
    NotAllowedError.
    """
    with act("example.add", by=by) as this:
        _derived(group)
        _require_size(at_least, at_most)
        before = Example.objects.filter(group=group, claim=Example.Claim.SIZE).first()
        wanted = Example(
            group_id=group,
            claim=Example.Claim.SIZE,
            at_least=at_least,
            at_most=at_most,
        )
        _put(this, wanted, before)
        return _outcome(this)


def drop_example(example: int, group: int, *, by: Actor) -> Outcome:
    """Keep an example no longer.

    Raises UnknownGroupsError, UnknownExampleError or NotAllowedError.
    """
    with act("example.remove", by=by) as this:
        existing_group(group)
        found = Example.objects.filter(pk=example, group=group).first()
        if found is None:
            raise UnknownExampleError
        this.record(Entry("example", found.contact_id, group, before=facts_of(found)))
        found.delete()
        return _outcome(this)


def choose_for_broken_examples(group: int, how: str, *, by: Actor) -> Outcome:
    """Whether a definition that breaks an example is warned about, or refused.

    Raises UnknownGroupsError, DerivedGroupNeededError, UnknownChoiceError or
    NotAllowedError.
    """
    if how not in BrokenExamples.values:
        raise UnknownChoiceError("broken_examples")
    with act("example.choose", by=by) as this:
        found = _derived(group)
        if found.broken_examples != how:
            before = {"broken_examples": found.broken_examples}
            after = {"broken_examples": how}
            this.record(Entry("example", None, group, before, after))
            Group.objects.filter(pk=group).update(broken_examples=how)
        return _outcome(this)


def restore_example(
    this: Act, group: int, contact: int | None, facts: Mapping[str, Any] | None
) -> None:
    """Bring an example, or what broken ones do, to these facts: one part of an act."""
    if facts is not None and "broken_examples" in facts:
        found = Group.objects.get(pk=group)
        before = {"broken_examples": found.broken_examples}
        this.record(Entry("example", None, group, before, facts))
        Group.objects.filter(pk=group).update(**facts)
        return
    row = Example.objects.filter(group=group, contact=contact).first()
    standing = None if row is None else facts_of(row)
    this.record(Entry("example", contact, group, standing, facts))
    if row is not None:
        row.delete()
    if facts is not None:
        Example.objects.create(group_id=group, contact_id=contact, **facts)


def facts_of(example: Example) -> Facts:
    """An example as history keeps it."""
    return {
        "claim": str(example.claim),
        "at_least": example.at_least,
        "at_most": example.at_most,
    }


def require_examples(
    this: Act, group: Group, definition: Expression | None, despite: Despite
) -> None:
    """Refuse a new definition that breaks examples, judged for everyone.

    The act holds the graph. All contacts are held, so that who would belong stays as
    it was judged; an act that has changed something already can hold nothing more.
    Raises ExamplesBlockError, or ExamplesBrokenError where the group only warns.
    """
    if definition is None or definition == definition_of(group):
        return
    kept = examples_of(group.pk)
    if not kept or _is_accepted(group, despite):
        return
    if this.number is None:
        this.hold_chunks(chunks.all_chunks())
    members = would_be_members(definition, group.pk, today=this.today)
    broken = broken_among(members, kept)
    if not broken:
        return
    if group.broken_examples == BrokenExamples.BLOCK:
        raise ExamplesBlockError(group.name, broken)
    raise ExamplesBrokenError(group.name, broken)


def _is_accepted(group: Group, despite: Despite) -> bool:
    is_warning = group.broken_examples == BrokenExamples.WARN
    return is_warning and despite is Despite.EXAMPLES


def _derived(group: int) -> Group:
    found = existing_group(group)
    if not found.is_derived:
        raise DerivedGroupNeededError(found.name)
    return found


def _require_size(at_least: int | None, at_most: int | None) -> None:
    given = [bound for bound in (at_least, at_most) if bound is not None]
    if not given or given != sorted(given):
        raise SizeNotPossibleError
    if not all(0 <= bound <= LARGEST_SIZE for bound in given):
        raise SizeNotPossibleError


def _put(this: Act, wanted: Example, before: Example | None) -> None:
    standing = None if before is None else facts_of(before)
    if standing == facts_of(wanted):
        return
    this.record(
        Entry("example", wanted.contact_id, wanted.group_id, standing, facts_of(wanted))
    )
    if before is not None:
        before.delete()
    wanted.save()


def _outcome(this: Act) -> Outcome:
    """What an act did that recorded at most one thing."""
    count = len(this.entries)
    return Outcome(count, this.change if count else None)
