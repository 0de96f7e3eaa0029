"""Whatever is done in whatever order, on whatever day, all agrees with plain sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kring.actions import (
    bulk,
    clock,
    contacts,
    erasing,
    fills,
    groups,
    members,
    merging,
    undo,
)
from kring.actions.errors import (
    GroupClosedError,
    GroupInUseError,
    LoopError,
    RefusedError,
)
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import import_members
from kring.actions.welcoming import Confirmed, Welcome, Welcoming
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    MemberSince,
    Operator,
    Role,
    SinceOperator,
    Where,
)
from kring.algebra.graph import parts_of
from kring.algebra.sameness import different
from kring.algebra.walk import groups_named_in
from kring.contacts.details import Given
from kring.contacts.models import Contact, Kind
from kring.groups import past, queries
from kring.groups.explanation import explained
from kring.groups.member_pages import members_page
from kring.groups.models import Change, Fill, Group
from kring.groups.preview import preview_of
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import OutgoingMail
from tests.clock import clock_at
from tests.groups.plain import Key, Mail, Plain, Put
from tests.world import World

ROLES = ["", "", "coach", "external_party"]
START = date(2026, 3, 27)
STATUSES = ["", "Active", "áctive", "gone"]
WORLD = World()


def turning_eighteen(days: int) -> date:
    """A day of birth of someone who is eighteen so many days after the start."""
    born = START + timedelta(days=days)
    return born.replace(year=born.year - 18)


BIRTHS = [None, *(turning_eighteen(days) for days in range(-2, 9)), START]
CONDITIONS = [
    Where("newsletter", Operator.IS, value=True),
    Where("status", Operator.IS, "active"),
    Where("status", Operator.IS_NOT, "active"),
    Where("status", Operator.EMPTY),
    Where("date_of_birth", Operator.AGE_AT_LEAST, 18),
    Where("date_of_birth", Operator.AGE_BELOW, 18),
    Where("created_on", Operator.IN_LAST_DAYS, 1),
    Where("created_on", Operator.NOT_IN_LAST_DAYS, 2),
    Where("date_of_birth", Operator.IN_NEXT_DAYS, 1),
]
ADDRESSES = [(), ("one@example.org",), ("two@example.org",)]
POLICIES = ["", "first", "every"]
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "date_of_birth": st.sampled_from(BIRTHS),
        "emails": st.sampled_from(ADDRESSES),
        "no_mail": st.sampled_from([False, False, True]),
        "newsletter": st.booleans(),
        "status": st.sampled_from(STATUSES),
    },
)
LONG_ENOUGH = st.builds(
    lambda op, day, days: (
        (op, days) if op is SinceOperator.AT_LEAST_DAYS else (op, day)
    ),
    st.sampled_from(SinceOperator),
    st.integers(0, 5).map(lambda days: START + timedelta(days=days)),
    st.integers(0, 3),
)


@dataclass
class Said:
    """What one act changed in what somebody said; no number if it was several."""

    number: int | None
    action: str
    before: dict[Key, object]
    after: dict[Key, object]

    @property
    def is_plain(self) -> bool:
        """Whether it is about placements and facts alone."""
        kinds = {"fact", "placed", "closed"}
        if self.action == "contact.merge":
            kinds |= {"contact"}
        return {key[0] for key in self.after} <= kinds


@dataclass
class Handed:
    """Mails of a contact that was merged, which the kept one reads; or read."""

    merged: int
    into: int
    mails: list[Mail]
    back: bool = False


class Acts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.clock = clock_at(START)
        self.now = self.clock.__enter__()
        self.plain = Plain(today=START)
        self.made = 0
        self.folder = TemporaryDirectory()
        self.truth: dict[Key, object] = {}
        self.said: list[Said] = []
        self.seen = 0
        self.handing: Handed | None = None
        self.handed: dict[int, Handed] = {}

    def teardown(self) -> None:
        try:
            fills.finish_fills()
            assert WORLD.faults() == []
        finally:
            self.folder.cleanup()
            self.clock.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(given=st.lists(FACTS, min_size=1, max_size=3))
    def contacts_come(self, given: list[dict[str, Any]]) -> None:
        for facts in given:
            self.made += 1
            name: Given = {"kind": Kind.PERSON, "last_name": f"Somebody {self.made}"}
            name.update(cast(Given, facts))
            contact = contacts.create_contact(name, by=WORLD.by)
            self.plain.come(contact, facts)

    @precondition(lambda self: self.plain.facts)
    @rule(data=st.data(), facts=FACTS)
    def a_contact_is_edited(self, data: st.DataObject, facts: Any) -> None:
        contact = data.draw(self._contact())
        contacts.edit_contact(contact, facts, by=WORLD.by)
        self.plain.facts[contact] |= facts

    @precondition(lambda self: self.plain.facts)
    @rule(data=st.data(), facts=FACTS)
    def contacts_are_edited_together(self, data: st.DataObject, facts: Any) -> None:
        some = data.draw(self._contacts())
        bulk.edit_together(some, facts, by=WORLD.by)
        for contact in some:
            self.plain.facts[contact] |= facts

    @precondition(lambda self: self.plain.facts)
    @rule(data=st.data())
    def contacts_are_imported(self, data: st.DataObject) -> None:
        """One that is there is changed, and one with a number of its own is new."""
        known, status = data.draw(self._contact()), data.draw(st.sampled_from(STATUSES))
        self.made += 1
        new = f"I{self.made}"
        rows = [("number", "last_name", "status"), (new, "Imported", status)]
        rows.append((number_of(known), f"Changed {self.made}", "gone"))
        import_contacts(self._file(rows), by=WORLD.by)
        self.plain.facts[known]["status"] = "gone"
        contact = Contact.objects.get(number=new).pk
        self.plain.come(contact, {"status": status})

    @precondition(lambda self: self.plain.facts and self._open_statics())
    @rule(data=st.data())
    def memberships_are_imported(self, data: st.DataObject) -> None:
        group = data.draw(st.sampled_from(self._open_statics()))
        contact, since = data.draw(self._contact()), self._stated(data, group)
        name = Group.objects.get(pk=group).name
        row = (name, number_of(contact), since.isoformat() if since else "")
        import_members(self._file([("group", "number", "since"), row]), by=WORLD.by)
        stated = since or self._since(group, contact) or self.plain.today
        self.plain.placed[group, contact] = Put("in", stated)

    @precondition(lambda self: len(self.plain.facts) > 2)
    @rule(data=st.data())
    def a_contact_is_erased(self, data: st.DataObject) -> None:
        contact = data.draw(self._contact())
        erasing.erase_contact(contact, by=WORLD.by)
        for mail in self.plain.mails:
            if mail.contact == contact and mail.is_going:
                mail.state, mail.skip = "skipped", "erased"
        self.plain.forget([contact])

    @precondition(lambda self: len(self.plain.facts) > 2)
    @rule(data=st.data())
    def two_contacts_are_merged(self, data: st.DataObject) -> None:
        merged, into = data.draw(
            st.lists(self._contact(), min_size=2, max_size=2, unique=True)
        )
        merging.merge_contacts(merged, into=into, by=WORLD.by)
        self._take_over(merged, into)
        self._take_over_mails(merged, into)
        self.plain.forget([merged])
        self._settle_mails(merged, into)

    @precondition(lambda self: any(mail.is_going for mail in self.plain.mails))
    @rule()
    def mails_go(self) -> None:
        OutgoingMail.objects.filter(state="waiting").update(state="sent")
        for mail in self.plain.mails:
            mail.state = "sent" if mail.is_going else mail.state

    @precondition(lambda self: len(self.plain.facts) > 3)
    @rule()
    def a_new_chunk_begins(self) -> None:
        """The next contacts lie across the end of the chunk that gives out ids."""
        with connection.cursor() as cursor:
            cursor.execute(
                "update chunk set last_id = greatest(last_id, chunk * 65536 + 65533)"
                " where chunk = (select max(chunk) from chunk where chunk < 2)"
            )

    @rule(days=st.integers(1, 3), first=st.booleans(), data=st.data())
    def days_pass(self, days: int, first: bool, data: st.DataObject) -> None:  # noqa: FBT001
        """The clock is first in the new day, or else somebody who places."""
        fills.finish_fills()
        self.plain.judge()
        self.now.pass_days(days)
        self.plain.today = self.now.today
        self.plain.judge()
        if not first and self.plain.facts and self.plain.definitions:
            self._place(data)
        clock.new_day()

    @rule(data=st.data())
    def a_static_group_is_made(self, data: st.DataObject) -> None:
        self._made(data, None)

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data())
    def a_derived_group_is_made(self, data: st.DataObject) -> None:
        self._made(data, data.draw(self._expressions()))

    @precondition(lambda self: self._derived())
    @rule(data=st.data())
    def a_definition_is_changed(self, data: st.DataObject) -> None:
        group = data.draw(st.sampled_from(self._derived()))
        rule = data.draw(self._expressions())
        welcome: Welcoming = Welcome.DEFAULT
        if data.draw(st.booleans()):
            welcome = self._confirmed(group, rule)
        self._edited(group, welcome, definition=rule)

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data(), policy=st.sampled_from(POLICIES))
    def a_group_begins_or_ends_to_welcome(
        self, data: st.DataObject, policy: str
    ) -> None:
        self._edited(data.draw(self._groups()), **welcoming(policy))

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data())
    def a_role_is_changed(self, data: st.DataObject) -> None:
        group = data.draw(self._groups())
        self._edited(group, neighbourhood_role=data.draw(st.sampled_from(ROLES)))

    @precondition(lambda self: self.plain.facts and self.plain.definitions)
    @rule(data=st.data())
    def contacts_are_placed(self, data: st.DataObject) -> None:
        self._place(data)

    @precondition(lambda self: self.plain.facts and self.plain.definitions)
    @rule(data=st.data())
    def contacts_are_removed(self, data: st.DataObject) -> None:
        group, some = data.draw(self._groups()), data.draw(self._contacts())
        until = self._until(data, group)
        members.remove(some, group, by=WORLD.by, until=until)
        for contact in some:
            self.plain.placed.pop((group, contact), None)
            if self.plain.definitions[group] is not None:
                self.plain.placed[group, contact] = Put("out", self.plain.today, until)

    @precondition(lambda self: self.plain.facts and self._derived())
    @rule(data=st.data())
    def pins_are_lifted(self, data: st.DataObject) -> None:
        group = data.draw(st.sampled_from(self._derived()))
        some = data.draw(self._contacts())
        members.unpin(some, group, by=WORLD.by)
        for contact in some:
            self.plain.placed.pop((group, contact), None)

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data())
    def a_group_is_closed_or_reopened(self, data: st.DataObject) -> None:
        group = data.draw(self._groups())
        if group in self.plain.closed:
            groups.reopen_group(group, by=WORLD.by)
        else:
            groups.close_group(group, by=WORLD.by)
        self.plain.closed ^= {group}

    @precondition(lambda self: len(self.plain.definitions) > 2)
    @rule(data=st.data())
    def a_group_is_deleted_unless_it_is_used(self, data: st.DataObject) -> None:
        group = data.draw(self._groups())
        used = any(group in parts for parts in self.plain.edges().values())
        try:
            groups.delete_group(group, by=WORLD.by)
        except GroupInUseError:
            assert used
            return
        assert not used
        self.plain.definitions.pop(group)
        self.plain.roles.pop(group)
        self.plain.policies.pop(group, None)

    @precondition(lambda self: self._undoable())
    @rule(data=st.data())
    def an_act_is_undone(self, data: st.DataObject) -> None:
        said = data.draw(st.sampled_from(self._undoable()[-8:]))
        assert said.number is not None
        stands = {key: self.truth.get(key) for key in said.after}
        self._before_a_fill()
        try:
            undo.undo_change(said.number, by=WORLD.by)
        except RefusedError:
            assert not self._must_be_undoable(said)
        else:
            assert stands == said.after
            self.plain.say(said.before)
            self.plain.mailed = ()
            self.plain.cancel(lambda mail: mail.act == said.number)
            self._undo_handing(said.number)

    @precondition(lambda _: Fill.objects.exists())
    @rule()
    def a_fill_goes_on(self) -> None:
        fills.fill_next_chunk()

    @precondition(lambda self: self.plain.definitions and not Fill.objects.exists())
    @rule(data=st.data())
    def all_that_is_told_agrees(self, data: st.DataObject) -> None:
        """The list, the explanation, the preview and the past say the same."""
        now, group = self.plain.judge(), data.draw(self._groups())
        assert self._listed(group) == now[group]
        for contact in data.draw(st.sets(self._contact())) if self.plain.facts else ():
            told = explained(contact, group, today=self.plain.today)
            assert told.agrees
            assert told.belongs == (contact in now[group])
        self._preview_agrees(data.draw(self._expressions()), group, now[group])
        day = self.plain.today - timedelta(days=data.draw(st.integers(0, 9)))
        then = self.plain.on(day).get(group, frozenset())
        assert frozenset(past.members_on(group, day)) == then

    def what_was_said_is_noted(self) -> None:
        """An act that was one change may be undone later, by another rule."""
        now, then = self.plain.truth(), self.truth
        changed = [k for k in now.keys() | then.keys() if now.get(k) != then.get(k)]
        made = Change.objects.filter(part_of=None, number__gt=self.seen)
        acts = [change for change in made if change.action != "day.new"]
        number = acts[0].number if len(acts) == 1 else None
        if changed:
            before = {key: then.get(key) for key in changed}
            after = {key: now.get(key) for key in changed}
            self.said.append(Said(number, acts[0].action, before, after))
        if self.handing is not None and number is not None:
            self.handed[number] = self.handing
        self.handing = None
        self._judge(number)
        self.seen = max([self.seen, *(change.number for change in made)])
        self.truth = now

    @invariant()
    def stored_bits_are_what_plain_sets_say(self) -> None:
        self.what_was_said_is_noted()
        if Fill.objects.exists() and self.plain.today == START:
            return
        # On later days a fill left half-way would tell other days of joining.
        fills.finish_fills()
        expected = self.plain.known
        assert {g: frozenset(queries.members_of(g)) for g in expected} == expected
        counts = queries.counts_of(list(expected))
        assert counts == {group: len(bits) for group, bits in expected.items()}
        self._mails_are_what_plain_sets_say()

    def _mails_are_what_plain_sets_say(self) -> None:
        """Each joining that calls for a mail has one, or a row that says why not."""
        stored = OutgoingMail.objects.values_list("contact", "group", "state", "skip")
        mails = [(m.contact, m.group, m.state, m.skip) for m in self.plain.mails]
        assert sorted(stored) == sorted(mails)

    def _judge(self, act: int | None) -> None:
        self.plain.act = act
        self.plain.judge()
        self.plain.act = self.plain.mailed = None

    def _before_a_fill(self) -> None:
        """A fill that is superseded leaves open who would have joined by it.

        So what was mailed before is forgotten, and what it would mail.
        """
        if Fill.objects.exists():
            Fill.objects.update(welcomes=False)
            OutgoingMail.objects.all().delete()
            self.plain.mails.clear()

    def _confirmed(self, group: int, rule: Expression) -> Confirmed:
        """The number of mails that a new definition of a group would send."""
        fills.finish_fills()
        joining = self.plain.would_be(rule, of=group) - self.plain.known[group]
        return Confirmed(self.plain.would_mail(group, joining))

    def _undo_handing(self, number: int) -> None:
        """Who was merged reads its own mails again, or the kept one does once more."""
        handed = self.handed.get(number)
        if handed is None:
            return
        if handed.back:
            self._take_over_mails(handed.merged, handed.into)
        else:
            for mail in handed.mails:
                mail.contact = handed.merged
            self.handing = replace(handed, back=True)
        self._settle_mails(handed.merged, handed.into)

    def _settle_mails(self, *contacts: int) -> None:
        """What waits for these goes only where they are, and nobody is mailed."""
        self.plain.mailed = ()
        now = self.plain.judge()
        self.plain.cancel(
            lambda mail: (
                mail.contact in contacts and mail.contact not in now.get(mail.group, ())
            )
        )

    def _take_over_mails(self, merged: int, into: int) -> None:
        mails = self.plain.mails
        theirs = [mail for mail in mails if mail.contact == merged]
        self.handing = Handed(merged, into, theirs)
        has = {one.group for one in mails if one.contact == into and one.welcomes}
        for mail in theirs:
            mail.contact = into
            if mail.is_going and mail.group in has:
                mail.state, mail.skip = "skipped", "welcomed"

    def _place(self, data: st.DataObject) -> None:
        group, some = data.draw(self._groups()), data.draw(self._contacts())
        until, since = self._until(data, group), self._stated(data, group)
        try:
            members.place(some, group, by=WORLD.by, since=since, until=until)
        except GroupClosedError:
            assert group in self.plain.closed
            return
        for contact in some:
            stated = since or self._since(group, contact) or self.plain.today
            self.plain.placed[group, contact] = Put("in", stated, until)

    def _undoable(self) -> list[Said]:
        return [said for said in self.said if said.number is not None]

    def _must_be_undoable(self, said: Said) -> bool:
        """Facts and placements that nobody touched since, in groups that are open.

        A merge also while whoever was kept is still there.
        """
        later = self.said[self.said.index(said) + 1 :]
        gone = {"contact.erase", "contact.merge", "change.undo"}
        if said.action == "contact.merge" and gone & {one.action for one in later}:
            return False
        touched = {key for one in later for key in one.after}
        came_or_went = {key[1] for key in touched if key[0] == "contact"}
        groups_open = all(
            key[2] in self.plain.definitions and key[2] not in self.plain.closed
            for key in said.after
            if key[0] == "placed"
        )
        return (
            said.is_plain
            and said.action != "contact.erase"
            and touched.isdisjoint(said.after)
            and came_or_went.isdisjoint(contacts_in(said.after))
            and groups_open
        )

    def _file(self, rows: Sequence[tuple[str, ...]]) -> Path:
        file = Path(self.folder.name) / "import.csv"
        file.write_text("".join(";".join(row) + "\n" for row in rows))
        return file

    def _open_statics(self) -> list[int]:
        return sorted(
            self.plain.definitions.keys() - self._derived() - self.plain.closed
        )

    def _since(self, group: int, contact: int) -> date | None:
        old = self.plain.placed.get((group, contact))
        return old.since if old and self.plain.definitions[group] is None else None

    def _until(self, data: st.DataObject, group: int) -> date | None:
        if self.plain.definitions[group] is None or data.draw(st.booleans()):
            return None
        return self.plain.today + timedelta(days=data.draw(st.integers(0, 3)))

    def _stated(self, data: st.DataObject, group: int) -> date | None:
        if self.plain.definitions[group] is not None or data.draw(st.booleans()):
            return None
        return self.plain.today - timedelta(days=data.draw(st.integers(0, 3)))

    def _take_over(self, merged: int, into: int) -> None:
        """What merging does to facts and placements, told plainly."""
        kept, gone = self.plain.facts[into], self.plain.facts[merged]
        for name in ("date_of_birth", "status"):
            if not kept.get(name) and gone.get(name):
                kept[name] = gone[name]
        kept["no_mail"] = kept["no_mail"] or gone["no_mail"]
        kept["emails"] = tuple(dict.fromkeys((*kept["emails"], *gone["emails"])))
        for (group, contact), put in list(self.plain.placed.items()):
            if contact == merged:
                self.plain.placed[group, into] = self._merged_put(group, into, put)

    def _merged_put(self, group: int, into: int, put: Put) -> Put:
        old = self.plain.placed.get((group, into))
        if old is None or not self._counts(old):
            return put
        if not self._counts(put) or (old.effect, put.effect) == ("out", "in"):
            return old
        if (old.effect, put.effect) == ("in", "out"):
            return put
        return Put(old.effect, min(old.since, put.since), _longest(old, put))

    def _counts(self, put: Put) -> bool:
        return put.until is None or put.until >= self.plain.today

    def _listed(self, group: int) -> frozenset[int]:
        found: list[int] = []
        bits = queries.members_of(group)
        page = members_page(bits, size=2).page
        found += page.contacts
        while page.following:
            page = members_page(bits, beside=page.following, size=2).page
            found += page.contacts
        names = Contact.objects.in_bulk(found)
        assert found == sorted(found, key=lambda one: (names[one].sort_name, one))
        return frozenset(found)

    def _preview_agrees(
        self, rule: Expression, group: int, now: frozenset[int]
    ) -> None:
        of = None if self.plain.definitions[group] is None else group
        if of is not None and self._loops(of, rule, self.plain.roles[of]):
            return
        wanted = self.plain.would_be(rule, of=of)
        told = preview_of(rule, group=of, today=self.plain.today)
        assert told.count == len(wanted)
        before = now if of is not None else frozenset()
        assert (told.joins, told.leaves) == (len(wanted - before), len(before - wanted))

    def _made(self, data: st.DataObject, definition: Expression | None) -> None:
        self.made += 1
        role, policy = (data.draw(st.sampled_from(s)) for s in (ROLES, POLICIES))
        wanted = GroupSettings(
            name=f"Group {self.made}",
            definition=definition,
            neighbourhood_role=role,
            **welcoming(policy),
        )
        self._before_a_fill()
        self.plain.mailed = ()
        try:
            group = groups.create_group(wanted, by=WORLD.by)
        except GroupClosedError:
            assert self._names_a_closed_group(definition)
        except LoopError:
            assert self._loops(0, definition, role)
        else:
            assert not self._loops(0, definition, role)
            self.plain.definitions[group.pk] = definition
            self.plain.roles[group.pk] = role
            self.plain.set_policy(group.pk, policy)

    def _edited(
        self, group: int, welcome: Welcoming = Welcome.DEFAULT, **settings: Any
    ) -> None:
        before = settings_of(Group.objects.get(pk=group))
        wanted = replace(before, **settings)
        new = wanted.definition
        self._before_a_fill()
        self.plain.mailed = [group] if isinstance(welcome, Confirmed) else ()
        try:
            groups.edit_group(group, wanted, by=WORLD.by, welcome=welcome)
        except GroupClosedError:
            assert self._names_a_closed_group(new)
        except LoopError:
            assert self._loops(group, new, wanted.neighbourhood_role)
        else:
            assert not self._loops(group, new, wanted.neighbourhood_role)
            self.plain.definitions[group] = new
            self.plain.roles[group] = wanted.neighbourhood_role
            if wanted.welcome_template is None:
                self.plain.set_policy(group, "")
            else:
                self.plain.set_policy(group, wanted.welcome_policy)

    def _loops(self, group: int, definition: Expression | None, role: str) -> bool:
        """Whether the group would reach itself, by walking as a child would."""
        rules = {**self.plain.definitions, group: definition}
        roles = {**self.plain.roles, group: role}

        def giving(wanted: Role) -> list[int]:
            return [g for g, given in roles.items() if given == wanted.value]

        reached: set[int] = set()
        todo = [group]
        while todo:
            rule = rules[todo.pop()]
            parts = parts_of(rule, giving) if rule else frozenset()
            todo += parts - reached
            reached |= parts
        return group in reached

    def _names_a_closed_group(self, definition: Expression | None) -> bool:
        return definition is not None and not self.plain.closed.isdisjoint(
            groups_named_in(definition)
        )

    def _derived(self) -> list[int]:
        return [g for g, rule in self.plain.definitions.items() if rule is not None]

    def _groups(self) -> st.SearchStrategy[int]:
        return st.sampled_from(sorted(self.plain.definitions))

    def _contact(self) -> st.SearchStrategy[int]:
        return st.sampled_from(sorted(self.plain.facts))

    def _contacts(self) -> st.SearchStrategy[set[int]]:
        return st.sets(self._contact(), min_size=1)

    def _expressions(self) -> st.SearchStrategy[Expression]:
        leaves: st.SearchStrategy[Expression] = st.one_of(
            self._groups().map(GroupMembers),
            st.sampled_from([Everyone(), HasRole(Role.COACH)]),
            st.sampled_from(CONDITIONS),
            st.builds(
                lambda group, how: MemberSince(group, *how), self._groups(), LONG_ENOUGH
            ),
        )
        return st.recursive(leaves, _branches, max_leaves=6)


def welcoming(policy: str) -> dict[str, Any]:
    """The settings of a group that welcomes by this policy, or not."""
    template = WORLD.template() if policy else None
    return {"welcome_template": template, "welcome_policy": policy or "first"}


def contacts_in(said: Iterable[Key]) -> set[int]:
    """The contacts that these pieces of truth are about."""
    return {key[1] for key in said if key[0] in {"fact", "placed"}}


def number_of(contact: int) -> str:
    return Contact.objects.values_list("number", flat=True).get(pk=contact)


def _longest(one: Put, other: Put) -> date | None:
    if one.until is None or other.until is None:
        return None
    return max(one.until, other.until)


def _branches(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    some = st.lists(parts, min_size=1, max_size=3, unique=True).map(tuple)
    return st.one_of(
        some.map(AnyOf),
        some.map(AllOf),
        some.map(lambda found: AtLeast(min(2, len(different(found))), found)),
        st.builds(Except, parts, some),
    )


@pytest.mark.django_db
def test_any_order_of_acts_gives_the_bits_that_plain_sets_say() -> None:
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking forty acts takes minutes and rarely says more than they do.
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
