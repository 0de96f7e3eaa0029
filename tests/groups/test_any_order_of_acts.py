"""Whatever is done in whatever order, the stored bits are what plain sets say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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

from kring.actions import fills, groups, members
from kring.actions.errors import GroupClosedError, GroupInUseError, LoopError
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    Role,
)
from kring.algebra.graph import in_order, parts_of
from kring.algebra.sameness import different
from kring.algebra.semantics import effective
from kring.algebra.semantics import members as meaning_of
from kring.algebra.walk import groups_named_in
from kring.groups import queries
from kring.groups.models import Fill, Group
from kring.groups.settings import GroupSettings, settings_of
from tests.world import World

ROLES = ["", "", "coach", "external_party"]
WORLD = World()


class Plain:
    """The same world as plain sets, which the engine knows nothing of."""

    def __init__(self) -> None:
        self.contacts: set[int] = set()
        self.definitions: dict[int, Expression | None] = {}
        self.roles: dict[int, str] = {}
        self.closed: set[int] = set()
        self.placed: dict[tuple[int, int], str] = {}
        self.known: dict[int, frozenset[int]] = {}

    nobody: frozenset[int] = frozenset()

    @property
    def everyone(self) -> frozenset[int]:
        return frozenset(self.contacts)

    def members_of(self, group: int, /) -> frozenset[int]:
        return self.known[group]

    def matching(self, condition: object, /) -> frozenset[int]:
        raise AssertionError(condition)

    def member_since(self, membership: object, /) -> frozenset[int]:
        raise AssertionError(membership)

    def having_role(self, role: Role, /) -> frozenset[int]:
        return frozenset().union(*(self.known[g] for g in self.giving(role)))

    def giving(self, role: Role) -> list[int]:
        return [group for group, given in self.roles.items() if given == role.value]

    def judged(self) -> dict[int, frozenset[int]]:
        defined = {g: rule for g, rule in self.definitions.items() if rule is not None}
        edges = {g: parts_of(rule, self.giving) for g, rule in defined.items()}
        self.known = {}
        for group in in_order(self.definitions, edges):
            rule = self.definitions[group]
            self.known[group] = effective(
                meaning_of(rule, self) if rule else frozenset(),
                placed_in=self._placed(group, "in"),
                kept_out=self._placed(group, "out"),
            )
        return self.known

    def _placed(self, group: int, effect: str) -> frozenset[int]:
        return frozenset(
            contact
            for (where, contact), how in self.placed.items()
            if (where, how) == (group, effect)
        )


class Acts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.plain = Plain()
        self.made = 0

    def teardown(self) -> None:
        try:
            if not Fill.objects.exists():
                assert WORLD.faults() == []
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(count=st.integers(1, 4))
    def contacts_come(self, count: int) -> None:
        self.plain.contacts |= set(WORLD.contacts(*["Somebody"] * count))

    @precondition(lambda self: len(self.plain.contacts) > 3)
    @rule()
    def a_new_chunk_begins(self) -> None:
        """The next contacts lie across the end of the chunk that gives out ids."""
        with connection.cursor() as cursor:
            cursor.execute(
                "update chunk set last_id = greatest(last_id, chunk * 65536 + 65533)"
                " where chunk = (select max(chunk) from chunk where chunk < 2)"
            )

    @rule(data=st.data())
    def a_static_group_is_made(self, data: st.DataObject) -> None:
        self._made(None, data.draw(st.sampled_from(ROLES)))

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data())
    def a_derived_group_is_made(self, data: st.DataObject) -> None:
        self._made(data.draw(self._expressions()), data.draw(st.sampled_from(ROLES)))

    @precondition(lambda self: self._derived())
    @rule(data=st.data())
    def a_definition_is_changed(self, data: st.DataObject) -> None:
        group = data.draw(st.sampled_from(self._derived()))
        self._edited(group, definition=data.draw(self._expressions()))

    @precondition(lambda self: self.plain.definitions)
    @rule(data=st.data())
    def a_role_is_changed(self, data: st.DataObject) -> None:
        group = data.draw(self._groups())
        self._edited(group, neighbourhood_role=data.draw(st.sampled_from(ROLES)))

    @precondition(lambda self: self.plain.contacts and self.plain.definitions)
    @rule(data=st.data())
    def contacts_are_placed(self, data: st.DataObject) -> None:
        group, contacts = data.draw(self._groups()), data.draw(self._contacts())
        try:
            members.place(contacts, group, by=WORLD.by)
        except GroupClosedError:
            assert group in self.plain.closed
            return
        self.plain.placed |= {(group, contact): "in" for contact in contacts}

    @precondition(lambda self: self.plain.contacts and self.plain.definitions)
    @rule(data=st.data())
    def contacts_are_removed(self, data: st.DataObject) -> None:
        group, contacts = data.draw(self._groups()), data.draw(self._contacts())
        members.remove(contacts, group, by=WORLD.by)
        for contact in contacts:
            self.plain.placed.pop((group, contact), None)
            if self.plain.definitions[group] is not None:
                self.plain.placed[group, contact] = "out"

    @precondition(lambda self: self.plain.contacts and self._derived())
    @rule(data=st.data())
    def pins_are_lifted(self, data: st.DataObject) -> None:
        group = data.draw(st.sampled_from(self._derived()))
        contacts = data.draw(self._contacts())
        members.unpin(contacts, group, by=WORLD.by)
        for contact in contacts:
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
        used = any(
            rule and group in parts_of(rule, self.plain.giving)
            for rule in self.plain.definitions.values()
        )
        try:
            groups.delete_group(group, by=WORLD.by)
        except GroupInUseError:
            assert used
            return
        assert not used
        self.plain.definitions.pop(group)
        self.plain.roles.pop(group)

    @precondition(lambda _: Fill.objects.exists())
    @rule()
    def a_fill_goes_on(self) -> None:
        fills.fill_next_chunk()

    @invariant()
    def stored_bits_are_what_plain_sets_say(self) -> None:
        if Fill.objects.exists():
            return
        expected = self.plain.judged()
        assert {g: frozenset(queries.members_of(g)) for g in expected} == expected
        counts = queries.counts_of(list(expected))
        assert counts == {group: len(bits) for group, bits in expected.items()}

    def _made(self, definition: Expression | None, role: str) -> None:
        self.made += 1
        wanted = GroupSettings(
            name=f"Group {self.made}", definition=definition, neighbourhood_role=role
        )
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

    def _edited(self, group: int, **settings: Any) -> None:
        before = settings_of(Group.objects.get(pk=group))
        wanted = replace(before, **settings)
        new = wanted.definition
        try:
            groups.edit_group(group, wanted, by=WORLD.by)
        except GroupClosedError:
            assert self._names_a_closed_group(new)
        except LoopError:
            assert self._loops(group, new, wanted.neighbourhood_role)
        else:
            assert not self._loops(group, new, wanted.neighbourhood_role)
            self.plain.definitions[group] = new
            self.plain.roles[group] = wanted.neighbourhood_role

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

    def _contacts(self) -> st.SearchStrategy[set[int]]:
        return st.sets(st.sampled_from(sorted(self.plain.contacts)), min_size=1)

    def _expressions(self) -> st.SearchStrategy[Expression]:
        leaves: st.SearchStrategy[Expression] = st.one_of(
            self._groups().map(GroupMembers),
            st.sampled_from([Everyone(), HasRole(Role.COACH)]),
        )
        return st.recursive(leaves, _branches, max_leaves=6)


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
