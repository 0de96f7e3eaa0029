"""Many mails are asked about first, and changed definitions mail whom was agreed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kring.accounts.actors import CLOCK
from kring.actions import bulk, fills, groups, members
from kring.actions.bulk import edit_together
from kring.actions.contacts import create_contact, edit_contact
from kring.actions.errors import DelayNotPossibleError, ManyMailsError
from kring.actions.imports import contacts as importing_contacts
from kring.actions.imports import members as importing_members
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import UnknownGroups, import_members
from kring.actions.imports.rows import Writing
from kring.actions.undo import undo_change
from kring.actions.welcoming import Confirmed, Welcome
from kring.algebra import limits
from kring.groups.models import Change, Group
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import OutgoingMail
from tests.world import World

NEWSLETTER = {"where": {"field": "newsletter", "op": "is", "value": True}}


@pytest.fixture(autouse=True)
def two_mails_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILS_UNASKED", 2)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (members, bulk, importing_contacts, importing_members):
        monkeypatch.setattr(module, "BATCH", 2)


def spread(world: World) -> list[int]:
    """Four contacts on both sides of the end of a chunk."""
    first = world.reachable("Ada", "Ben")
    with connection.cursor() as cursor:
        cursor.execute("update chunk set last_id = 65535")
    return first + world.reachable("Cas", "Dia")


def edited(world: World, name: str, *, welcome: Any = Welcome.DEFAULT, **how: Any):
    group = Group.objects.get(pk=world.group(name))
    wanted = replace(settings_of(group), **how)
    return groups.edit_group(group.pk, wanted, by=world.by, welcome=welcome)


def contacts_file(folder: Path, *names: str) -> Path:
    file = folder / "contacts.csv"
    rows = "".join(f"{name},{name}@example.org,ja\n" for name in names)
    file.write_text("last_name,email,newsletter\n" + rows)
    return file


def members_file(folder: Path, *rows: tuple[str, int]) -> Path:
    file = folder / "members.csv"
    lines = "".join(f"{group},{number}\n" for group, number in rows)
    file.write_text("group,number\n" + lines)
    return file


# The threshold.


def test_few_mails_are_not_asked_about(world: World) -> None:
    some = world.reachable("Ada", "Ben")
    members.place(some, world.welcoming("choir"), by=world.by)
    assert world.mailed("choir") == some


def test_many_mails_change_nothing_until_their_number_is_confirmed(
    world: World,
) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    choir = world.welcoming("choir")
    for welcome in (Welcome.DEFAULT, Confirmed(2), Confirmed(4)):
        with pytest.raises(ManyMailsError) as refused:
            members.place(some, choir, by=world.by, welcome=welcome)
        assert refused.value.count == 3
        assert world.members("choir") == set()
    assert not Change.objects.filter(action="members.place").exists()
    members.place(some, choir, by=world.by, welcome=Confirmed(3))
    assert world.mailed("choir") == some


def test_a_few_mails_that_were_confirmed_are_as_many_too(world: World) -> None:
    [ada] = world.reachable("Ada")
    choir = world.welcoming("choir")
    with pytest.raises(ManyMailsError):
        members.place([ada], choir, by=world.by, welcome=Confirmed(2))
    members.place([ada], choir, by=world.by, welcome=Confirmed(1))
    assert members.place([ada], choir, by=world.by, welcome=Confirmed(1)).count == 0


def test_who_is_skipped_does_not_count(world: World) -> None:
    some = [*world.reachable("Ada", "Ben"), *world.contacts("Cas", "Dia")]
    members.place(some, world.welcoming("choir"), by=world.by)
    assert len(world.skipped("choir")) == 2


def test_the_mails_of_all_groups_count(world: World) -> None:
    some = world.reachable("Ada", "Ben")
    world.welcoming("choir")
    world.welcoming("singers", {"group": "choir"})
    with pytest.raises(ManyMailsError) as refused:
        members.place(some, world.group("choir"), by=world.by)
    assert refused.value.count == 4


def test_the_clock_is_not_asked(world: World) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    members.place(some, world.welcoming("choir"), by=CLOCK)
    assert world.mailed("choir") == some


def test_silence_asks_nothing(world: World) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    choir = world.welcoming("choir")
    members.place(some, choir, by=world.by, welcome=Welcome.SILENT)
    assert world.members("choir") == set(some)
    assert world.mailed("choir") == []


# Long acts, which are rehearsed.


def test_a_long_placing_is_counted_before_it_begins(
    world: World, small_batches
) -> None:
    some = world.reachable("Ada", "Ben", "Cas", "Dia", "Eva")
    choir = world.welcoming("choir")
    with pytest.raises(ManyMailsError) as refused:
        members.place(some, choir, by=world.by)
    assert refused.value.count == 5
    assert world.members("choir") == set()
    assert not Change.objects.filter(action="members.place").exists()
    done = members.place(some, choir, by=world.by, welcome=Confirmed(5))
    assert done.count == 5
    assert world.mailed("choir") == some


def test_a_long_placing_that_mails_nobody_is_not_rehearsed(
    world: World, small_batches, monkeypatch
) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    world.welcoming("band")
    choir = world.group("choir")
    monkeypatch.setattr("kring.actions.rehearsing._rehearsed", None)
    assert members.place(some, choir, by=world.by).count == 3


def test_a_long_placing_that_is_silent_is_not_rehearsed(
    world: World, small_batches, monkeypatch
) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    choir = world.welcoming("choir")
    monkeypatch.setattr("kring.actions.rehearsing._rehearsed", None)
    done = members.place(some, choir, by=world.by, welcome=Welcome.SILENT)
    assert done.count == 3
    assert world.mailed("choir") == []


def test_counts_of_a_rehearsal_are_forgotten(world: World, small_batches) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    asked = members.Asked(add=frozenset(some))
    choir = world.welcoming("choir")
    done = members.change_members(choir, asked, by=world.by, welcome=Confirmed(3))
    assert done.added == 3


def test_a_long_edit_is_counted_before_it_begins(world: World, small_batches) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    world.welcoming("readers", NEWSLETTER)
    given: Any = {"newsletter": True}
    with pytest.raises(ManyMailsError) as refused:
        edit_together(some, given, by=world.by)
    assert refused.value.count == 3
    assert world.members("readers") == set()
    done = edit_together(some, given, by=world.by, welcome=Confirmed(3))
    assert (done.changed, world.mailed("readers")) == (3, some)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("a", "b", "c", "a", "b")])
def test_an_import_of_contacts_is_counted_before_it_begins(
    world: World, small_batches, tmp_path, names
) -> None:
    """Rows further on that stand for the same contact count once."""
    world.welcoming("readers", NEWSLETTER)
    file = contacts_file(tmp_path, *names)
    with pytest.raises(ManyMailsError) as refused:
        import_contacts(file, by=world.by)
    assert refused.value.count == 3
    assert not Change.objects.filter(action="contacts.import").exists()
    import_contacts(file, by=world.by, welcome=Confirmed(3))
    assert len(world.mailed("readers")) == 3


def test_an_import_counts_contacts_that_are_there_too(
    world: World, small_batches, tmp_path
) -> None:
    ada, *_ = world.reachable("Ada", "Ben", "Cas")
    edit_contact(ada, {"newsletter": True}, by=world.by)
    world.welcoming("readers", NEWSLETTER)
    file = contacts_file(tmp_path, "Ada", "Ben", "Cas", "Dia")
    with pytest.raises(ManyMailsError) as refused:
        import_contacts(file, by=world.by)
    assert refused.value.count == 3


def test_an_import_of_members_is_counted_before_it_begins(
    world: World, small_batches, tmp_path
) -> None:
    world.reachable("Ada", "Ben", "Cas")
    world.welcoming("choir")
    rows = [("choir", 1), ("choir", 2), ("choir", 3), ("choir", 1), ("new", 1)]
    file = members_file(tmp_path, *rows)
    with pytest.raises(ManyMailsError) as refused:
        import_members(file, by=world.by, unknown=UnknownGroups.CREATE)
    assert refused.value.count == 3
    assert not Group.objects.filter(name="new").exists()
    import_members(
        file, by=world.by, unknown=UnknownGroups.CREATE, welcome=Confirmed(3)
    )
    assert len(world.mailed("choir")) == 3


def test_a_trial_of_an_import_asks_nothing(world: World, tmp_path) -> None:
    world.welcoming("readers", NEWSLETTER)
    file = contacts_file(tmp_path, "a", "b", "c")
    report = import_contacts(file, by=world.by, writing=Writing.DRY_RUN)
    assert report.seen == 3
    assert not OutgoingMail.objects.exists()


# Definitions and roles.


def test_a_first_fill_is_silent(world: World) -> None:
    world.reachable("Ada")
    world.welcoming("all of us", {"everyone": True})
    assert not OutgoingMail.objects.exists()


def test_a_changed_definition_is_silent_for_all_that_follows(world: World) -> None:
    world.reachable("Ada")
    world.welcoming("some", {"any": []})
    world.welcoming("again", {"group": "some"})
    world.define("some", {"everyone": True})
    assert len(world.members("again")) == 1
    assert not OutgoingMail.objects.exists()


def test_a_changed_role_is_silent(world: World) -> None:
    ada, _ben = world.reachable("Ada", "Ben")
    world.put(ada, "choir")
    world.welcoming("coaches", {"role": "coach"})
    edited(world, "choir", neighbourhood_role="coach")
    assert world.members("coaches") == {ada}
    assert not OutgoingMail.objects.exists()


def test_the_confirmed_new_members_of_the_group_itself_are_mailed_exactly_those(
    world: World,
) -> None:
    ada, ben, cas = world.reachable("Ada", "Ben", "Cas")
    members.place([ada, ben, cas], world.group("choir"), by=world.by)
    world.put(ada, "band")
    world.welcoming("some", {"group": "band"})
    world.welcoming("again", {"group": "some"})
    choir = world.expression({"group": "choir"})
    for welcome in (Confirmed(1), Confirmed(3)):
        with pytest.raises(ManyMailsError) as refused:
            edited(world, "some", definition=choir, welcome=welcome)
        assert refused.value.count == 2
    assert world.members("some") == {ada}
    edited(world, "some", definition=choir, welcome=Confirmed(2))
    assert world.mailed("some") == [ben, cas]
    assert world.members("again") == {ada, ben, cas}
    assert world.mailed("again") == []


def test_confirming_what_changes_no_definition_is_refused(world: World) -> None:
    world.welcoming("choir")
    with pytest.raises(ManyMailsError) as refused:
        edited(world, "choir", description="Sings", welcome=Confirmed(2))
    assert refused.value.count == 0


def test_a_fill_remembers_what_was_confirmed(world: World) -> None:
    some = spread(world)
    members.place(some, world.group("choir"), by=world.by)
    world.welcoming("some", {"any": []})
    world.welcoming("again", {"group": "some"})
    choir = world.expression({"group": "choir"})
    with pytest.raises(ManyMailsError) as refused:
        edited(world, "some", definition=choir, welcome=Confirmed(3))
    assert refused.value.count == 4
    fills.finish_fills()
    assert world.members("some") == set()
    edited(world, "some", definition=choir, welcome=Confirmed(4))
    assert not OutgoingMail.objects.exists()
    fills.fill_next_chunk()
    assert world.mailed("some") == some[:2]
    fills.finish_fills()
    assert world.mailed("some") == some
    assert world.members("again") == set(some)
    assert world.mailed("again") == []


def test_a_fill_that_was_not_confirmed_stays_silent(world: World) -> None:
    spread(world)
    world.welcoming("all of us", {"everyone": True})
    fills.finish_fills()
    assert len(world.members("all of us")) == 4
    assert not OutgoingMail.objects.exists()


def test_a_new_group_over_several_chunks_mails_whom_was_confirmed(
    world: World,
) -> None:
    some = spread(world)
    wanted = GroupSettings(
        name="all of us",
        definition=world.expression({"everyone": True}),
        welcome_template=world.template(),
    )
    groups.create_group(wanted, by=world.by, welcome=Confirmed(4))
    fills.finish_fills()
    assert world.mailed("all of us") == some


def test_who_joins_by_a_fill_is_no_joining_of_an_act_meanwhile(world: World) -> None:
    """The act comes to the last chunk before the fill does, and mails nobody for it."""
    *_, cas, dia = spread(world)
    members.place([cas], world.group("choir"), by=world.by)
    world.welcoming("some", {"any": []})
    world.define("some", {"any": [{"group": "choir"}, NEWSLETTER]})
    edit_contact(cas, {"newsletter": True}, by=world.by)
    edit_contact(dia, {"newsletter": True}, by=world.by)
    assert world.mailed("some") == [dia]
    fills.finish_fills()
    assert world.mailed("some") == [dia]
    assert world.members("some") == {cas, dia}
    assert world.faults() == []


def test_who_was_confirmed_is_mailed_also_when_an_act_comes_first(
    world: World,
) -> None:
    some = spread(world)
    members.place(some, world.group("choir"), by=world.by)
    world.welcoming("some", {"any": []})
    choir = world.expression({"group": "choir"})
    edited(world, "some", definition=choir, welcome=Confirmed(4))
    silent = members.place(
        [some[3]], world.group("band"), by=world.by, welcome=Welcome.SILENT
    )
    assert silent.change is not None
    undo_change(silent.change, by=world.by)
    assert world.mailed("some") == [some[3]]
    fills.finish_fills()
    assert world.mailed("some") == some
    assert world.faults() == []


def test_undoing_a_definition_takes_back_the_mails_of_its_steps(world: World) -> None:
    some = spread(world)
    members.place(some, world.group("choir"), by=world.by)
    world.welcoming("some", {"any": []})
    choir = world.expression({"group": "choir"})
    change = edited(world, "some", definition=choir, welcome=Confirmed(4)).version
    fills.finish_fills()
    undo_change(change, by=world.by)
    fills.finish_fills()
    assert world.mailed("some") == []
    assert world.welcomes("some").filter(state="cancelled").count() == 4


@pytest.mark.parametrize("hours", [-1, 8_761])
def test_a_delay_that_cannot_be_is_refused(world: World, hours: int) -> None:
    with pytest.raises(DelayNotPossibleError):
        world.welcoming("choir", welcome_delay_hours=hours)


def test_a_new_contact_may_be_told_to_be_silent(world: World) -> None:
    world.welcoming("all of us", {"everyone": True})
    create_contact(
        {"last_name": "Ada", "email": "a@b.nl"}, by=world.by, welcome=Welcome.SILENT
    )
    assert not OutgoingMail.objects.exists()
