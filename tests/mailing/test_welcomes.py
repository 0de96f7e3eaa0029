"""Exactly one mail for each joining that calls for one, or a row that says why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pyroaring import BitMap

from kring.accounts.actors import CLOCK
from kring.actions import bulk, clock, groups, members
from kring.actions.acts import act
from kring.actions.bulk import edit_together
from kring.actions.checking import repair
from kring.actions.contacts import create_contact, edit_contact
from kring.actions.erasing import erase_contact
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.members import import_members
from kring.actions.mails import cancel_mail
from kring.actions.merging import merge_contacts
from kring.actions.templates import delete_template
from kring.actions.undo import undo_change
from kring.actions.welcoming import Confirmed, Welcome
from kring.groups.models import Change, Effect, Group
from kring.groups.refresh import stored_members
from kring.groups.settings import settings_of
from kring.mailing.models import OutgoingMail
from kring.mailing.welcomes import mails_to, would_be_mailed
from kring.outbox import queue
from tests.clock import clock_at
from tests.world import World

NEWSLETTER = {"where": {"field": "newsletter", "op": "is", "value": True}}
TOMORROW = timedelta(days=1)


def states_in(world: World, name: str) -> list[str]:
    return list(world.welcomes(name).values_list("state", flat=True))


# Every way in.


def test_who_is_placed_is_mailed_once(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.put(ada, "choir")
    [mail] = world.welcomes("choir")
    assert (mail.state, mail.contact, mail.skip) == ("waiting", ada, "")
    assert mail.change == Change.objects.get(action="members.place").number
    assert mail.template_id == world.template()


def test_many_are_placed_at_once(world: World) -> None:
    some = world.reachable("Ada", "Ben", "Cas")
    members.place(some, world.welcoming("choir"), by=world.by)
    assert world.mailed("choir") == some


def test_contacts_edited_together_are_mailed(world: World) -> None:
    some = world.reachable("Ada", "Ben")
    world.welcoming("readers", NEWSLETTER)
    edit_together(some, {"newsletter": True}, by=world.by)
    assert world.mailed("readers") == some


def test_an_edited_contact_is_mailed(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("readers", NEWSLETTER)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    assert world.mailed("readers") == [ada]


def test_a_new_contact_is_mailed(world: World) -> None:
    world.welcoming("all of us", {"everyone": True})
    assert world.reachable("Ada") == world.mailed("all of us")


def test_an_imported_contact_is_mailed(world: World, tmp_path) -> None:
    world.welcoming("readers", NEWSLETTER)
    file = tmp_path / "contacts.csv"
    file.write_text("last_name,email,newsletter\nAda,ada@example.org,ja\n")
    import_contacts(file, by=world.by)
    assert len(world.mailed("readers")) == 1


def test_an_imported_membership_is_mailed(world: World, tmp_path) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    file = tmp_path / "members.csv"
    file.write_text("group,number\nchoir,1\n")
    import_members(file, by=world.by)
    assert world.mailed("choir") == [ada]


def test_a_part_changed_three_levels_down_is_followed(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.group("choir")
    world.group("singers", {"group": "choir"})
    world.group("artists", {"group": "singers"})
    world.welcoming("friends", {"group": "artists"})
    world.put(ada, "choir")
    assert world.mailed("friends") == [ada]


def test_a_new_day_mails_whoever_it_lets_in(world: World) -> None:
    with clock_at(date(2026, 3, 1)) as now:
        ada = create_contact(
            {"last_name": "Ada", "email": "a@b.nl", "date_of_birth": date(2008, 3, 3)},
            by=world.by,
        )
        grown = {"where": {"field": "date_of_birth", "op": "age_at_least", "value": 18}}
        world.welcoming("grown-ups", grown)
        now.pass_days(2)
        clock.new_day()
        assert world.mailed("grown-ups") == [ada]


def test_who_is_first_on_a_new_day_decides_nothing_about_its_mails(
    world: World,
) -> None:
    with clock_at(date(2026, 3, 1)) as now:
        ada = create_contact(
            {"last_name": "Ada", "email": "a@b.nl", "date_of_birth": date(2008, 3, 3)},
            by=world.by,
        )
        grown = {"where": {"field": "date_of_birth", "op": "age_at_least", "value": 18}}
        world.welcoming("grown-ups", grown)
        now.pass_days(2)
        choir = world.group("choir")
        members.place([ada], choir, by=world.by, welcome=Welcome.SILENT)
        assert world.mailed("grown-ups") == [ada]


def test_who_is_pinned_in_is_mailed(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("readers", NEWSLETTER)
    world.put(ada, "readers")
    assert world.mailed("readers") == [ada]


def test_a_pin_that_ends_mails_whoever_comes_back(world: World) -> None:
    with clock_at(date(2026, 3, 1)) as now:
        [ada] = world.reachable("Ada")
        edit_contact(ada, {"newsletter": True}, by=world.by)
        readers = world.welcoming("readers", NEWSLETTER)
        members.remove([ada], readers, by=world.by, until=now.today + TOMORROW)
        now.pass_days(2)
        clock.new_day()
        assert world.mailed("readers") == [ada]


def test_a_lifted_opt_out_mails_whoever_comes_back(world: World) -> None:
    [ada] = world.reachable("Ada")
    edit_contact(ada, {"newsletter": True}, by=world.by)
    readers = world.welcoming("readers", NEWSLETTER)
    members.remove([ada], readers, by=world.by, reason="Does not want to")
    members.unpin([ada], readers, by=world.by)
    assert world.mailed("readers") == [ada]


def test_a_restated_date_mails_whoever_is_in_long_enough_by_it(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.put(ada, "choir")
    since = {"op": "at_least_days", "value": 30}
    world.welcoming("loyal", {"member": "choir", "since": since})
    long_ago = timezone.localdate() - timedelta(days=60)
    members.restate_since([ada], world.group("choir"), long_ago, by=world.by)
    assert world.mailed("loyal") == [ada]


def test_a_wave_through_several_groups_sends_the_mail_of_each_once(
    world: World,
) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.welcoming("singers", {"any": [{"group": "choir"}, {"group": "band"}]})
    world.welcoming("artists", {"all": [{"group": "choir"}, {"group": "singers"}]})
    world.put(ada, "choir")
    for name in ("choir", "singers", "artists"):
        assert world.mailed(name) == [ada]


def test_it_takes_as_many_questions_for_many_as_for_one(world: World) -> None:
    one, *others = world.reachable("Ada", "Ben", "Cas", "Dia")
    choir = world.welcoming("choir")
    counts = []
    for some in ([one], others):
        with CaptureQueriesContext(
            connection,
        ) as questions:
            members.place(some, choir, by=world.by)
        counts.append(len(questions))
    assert counts[0] == counts[1]
    assert world.mailed("choir") == [one, *others]


# What turned is what counts.


def test_coming_going_and_coming_within_one_act_is_one_joining(world: World) -> None:
    [ada] = world.reachable("Ada")
    readers = world.welcoming("readers", NEWSLETTER)
    with act("test", by=world.by) as this:
        this.hold([ada])
        for _ in range(2):
            members.put_placements(this, readers, [ada], effect=Effect.IN)
            members.lift_placements(this, readers, [ada])
        members.put_placements(this, readers, [ada], effect=Effect.IN)
    assert states_in(world, "readers") == ["waiting"]


def test_coming_and_going_within_one_act_is_none(world: World) -> None:
    [ada] = world.reachable("Ada")
    readers = world.welcoming("readers", NEWSLETTER)
    with act("test", by=world.by) as this:
        this.hold([ada])
        members.put_placements(this, readers, [ada], effect=Effect.IN)
        members.lift_placements(this, readers, [ada])
    assert not OutgoingMail.objects.exists()


# Who gets none, and why.


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"email": ""}, "no_address"),
        ({"no_mail": True}, "no_mail"),
        ({"deceased_on": date(2026, 1, 1)}, "deceased"),
    ],
)
def test_who_cannot_be_reached_is_skipped_with_the_reason(
    world: World, facts, reason
) -> None:
    [ada] = world.reachable("Ada")
    edit_contact(ada, facts, by=world.by)
    world.welcoming("choir")
    world.put(ada, "choir")
    assert world.skipped("choir") == {ada: reason}
    assert world.mailed("choir") == []


def test_only_the_first_time_unless_the_group_welcomes_every_time(
    world: World,
) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.welcoming("band", welcome_policy="every")
    for name in ("choir", "band"):
        for _ in range(2):
            world.put(ada, name)
            world.welcomes(name).filter(state="waiting").update(state="sent")
            world.take(ada, name)
    assert states_in(world, "choir") == ["sent", "skipped"]
    assert world.skipped("choir") == {ada: "welcomed"}
    assert states_in(world, "band") == ["sent", "sent"]


@pytest.mark.parametrize("state", ["sent", "failed"])
def test_a_mail_that_went_or_failed_has_welcomed(world: World, state: str) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.welcomes("choir").update(state=state)
    world.take(ada, "choir")
    world.put(ada, "choir")
    assert states_in(world, "choir") == [state, "skipped"]


def test_a_skip_for_no_address_welcomed_nobody(world: World) -> None:
    [ada] = world.contacts("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.take(ada, "choir")
    edit_contact(ada, {"email": "ada@example.org"}, by=world.by)
    world.put(ada, "choir")
    assert states_in(world, "choir") == ["skipped", "waiting"]


@pytest.mark.parametrize("way", ["closed", "silent", "without a mail"])
def test_some_groups_mail_nobody(world: World, way: str) -> None:
    [ada] = world.reachable("Ada")
    if way == "without a mail":
        world.group("readers", NEWSLETTER)
    else:
        world.welcoming("readers", NEWSLETTER, closed=way == "closed")
    welcome = Welcome.SILENT if way == "silent" else Welcome.DEFAULT
    edit_contact(ada, {"newsletter": True}, by=world.by, welcome=welcome)
    assert world.members("readers") == {ada}
    assert not OutgoingMail.objects.exists()


# Waiting, and not going after all.


def test_a_mail_waits_as_long_as_its_group_says(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir", welcome_delay_hours=48)
    world.put(ada, "choir")
    [mail] = world.welcomes("choir")
    assert mail.free_at - mail.made_at == timedelta(hours=48)


@pytest.mark.parametrize("few", [0, 1_000])
def test_whoever_leaves_before_the_mail_goes_gets_none(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("kring.mailing.welcomes._MOST_ASKED_ONE_BY_ONE", few)
    ada, ben = world.reachable("Ada", "Ben")
    choir, band = world.welcoming("choir"), world.welcoming("band")
    world.group("friends", {"group": "choir"})
    members.place([ada, ben], choir, by=world.by)
    members.place([ada], band, by=world.by)
    groups.close_group(choir, by=world.by)
    world.take(ada, "choir")
    assert states_in(world, "choir") == ["cancelled", "waiting"]
    assert world.mailed("band") == [ada]
    assert world.welcomes("choir").filter(ended_at__isnull=False).count() == 1


def test_of_many_who_leave_only_groups_where_mails_wait_are_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kring.mailing.welcomes._MOST_ASKED_ONE_BY_ONE", 0)
    [ada] = world.reachable("Ada")
    world.put(ada, "choir")
    with CaptureQueriesContext(connection) as asked:
        world.take(ada, "choir")
    of_mails = [one for one in asked if "outgoing_mail" in one["sql"]]
    assert len(of_mails) == 1


def test_a_mail_that_was_cancelled_welcomed_nobody(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.take(ada, "choir")
    world.put(ada, "choir")
    assert states_in(world, "choir") == ["cancelled", "waiting"]


def test_what_went_stays_gone_when_its_reader_leaves(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.welcomes("choir").update(state="sent")
    world.take(ada, "choir")
    assert states_in(world, "choir") == ["sent"]


def test_who_is_erased_gets_no_mail_that_waited(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    erase_contact(ada, by=world.by)
    assert world.skipped("choir") == {ada: "erased"}


def test_a_deleted_group_mails_nobody_any_more(world: World) -> None:
    [ada] = world.reachable("Ada")
    choir = world.welcoming("choir")
    world.put(ada, "choir")
    groups.delete_group(choir, by=world.by)
    assert OutgoingMail.objects.get().state == "cancelled"


# Silent acts.


def test_undoing_mails_nobody_and_takes_back_what_waits(world: World) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    choir = world.welcoming("choir", welcome_policy="every")
    placed = members.place([ada], choir, by=world.by).change
    world.put(ben, "choir")
    world.welcomes("choir").filter(contact=ben).update(state="sent")
    taken = members.remove([ben], choir, by=world.by).change
    assert placed is not None
    assert taken is not None
    undo_change(taken, by=world.by)
    undo_change(placed, by=world.by)
    assert world.members("choir") == {ben}
    assert states_in(world, "choir") == ["cancelled", "sent"]


def test_undoing_takes_back_what_waits_also_for_who_stays(world: World) -> None:
    """Ada is in the group for another reason by now; her mail was of the undone act."""
    [ada] = world.reachable("Ada")
    world.welcoming("friends", {"any": [{"group": "choir"}, {"group": "band"}]})
    placed = members.place([ada], world.group("choir"), by=world.by).change
    world.put(ada, "band")
    assert placed is not None
    undo_change(placed, by=world.by)
    assert world.members("friends") == {ada}
    assert states_in(world, "friends") == ["cancelled"]


def test_a_group_that_is_brought_back_mails_nobody(world: World) -> None:
    [ada] = world.reachable("Ada")
    choir = world.welcoming("choir")
    world.put(ada, "choir")
    world.welcomes("choir").update(state="sent")
    deleted = groups.delete_group(choir, by=world.by)
    undo_change(deleted, by=world.by)
    assert world.members("choir") == {ada}
    assert states_in(world, "choir") == ["sent"]


def test_a_contact_that_comes_back_mails_nobody(world: World) -> None:
    world.welcoming("all of us", {"everyone": True}, welcome_policy="every")
    world.reachable("Ada")
    world.welcomes("all of us").update(state="sent")
    made = Change.objects.get(action="contact.create").number
    undone = undo_change(made, by=world.by).change
    assert undone is not None
    undo_change(undone, by=world.by)
    assert states_in(world, "all of us") == ["sent"]


# What an act took back waits again when that act is undone: it is the same joining.


def undo_last(world: World) -> None:
    undo_change(Change.objects.latest("number").number, by=world.by)


@pytest.mark.parametrize("policy", ["first", "every"])
def test_a_removal_that_is_undone_lets_the_mail_wait_again(
    world: World, policy: str
) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir", welcome_policy=policy, welcome_delay_hours=48)
    world.put(ada, "choir")
    before = world.welcomes("choir").values().get()
    world.take(ada, "choir")
    assert states_in(world, "choir") == ["cancelled"]
    undo_last(world)
    assert world.welcomes("choir").values().get() == before
    # And so each time: it is one mail all along.
    undo_last(world)
    assert states_in(world, "choir") == ["cancelled"]
    undo_last(world)
    assert world.welcomes("choir").values().get() == before


def test_what_waits_again_has_a_job_that_sends_it(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.take(ada, "choir")
    ProcrastinateJob.objects.all().delete()
    undo_last(world)
    assert ProcrastinateJob.objects.filter(task_name="deliver").exists()


def test_a_joining_that_is_undone_and_done_again_mails_once(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("friends", {"any": [{"group": "choir"}, {"group": "band"}]})
    world.put(ada, "choir")
    placed = Change.objects.latest("number").number
    world.put(ada, "band")
    undone = undo_change(placed, by=world.by).change
    assert states_in(world, "friends") == ["cancelled"]
    assert undone is not None
    undo_change(undone, by=world.by)
    assert states_in(world, "friends") == ["waiting"]


def test_a_group_that_is_brought_back_lets_its_mails_wait_again(world: World) -> None:
    world.welcoming("choir")
    for one in world.reachable("Ada", "Ben", "Cas"):
        world.put(one, "choir")
    [mail, *_] = world.welcomes("choir")
    cancel_mail(mail.pk, by=world.by)
    groups.delete_group(world.group("choir"), by=world.by)
    undo_last(world)
    assert states_in(world, "choir") == ["cancelled", "waiting", "waiting"]


def test_the_steps_of_a_long_act_let_theirs_wait_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 1)
    world.welcoming("readers", NEWSLETTER)
    some = world.reachable("Ada", "Ben", "Cas")
    edit_together(some, {"newsletter": True}, by=world.by)
    edited = edit_together(some, {"newsletter": False}, by=world.by).change
    assert states_in(world, "readers") == ["cancelled"] * 3
    assert edited is not None
    undo_change(edited, by=world.by)
    assert states_in(world, "readers") == ["waiting"] * 3


def test_what_a_person_cancelled_stays_so(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    cancel_mail(world.welcomes("choir").get().pk, by=world.by)
    world.take(ada, "choir")
    undo_last(world)
    assert world.members("choir") == {ada}
    assert states_in(world, "choir") == ["cancelled"]


def test_only_what_that_very_change_took_back_waits_again(world: World) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    world.welcoming("readers", NEWSLETTER)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    edit_contact(ben, {"newsletter": True}, by=world.by)
    edit_contact(ben, {"newsletter": False}, by=world.by)
    edit_contact(ada, {"newsletter": False}, by=world.by)
    edit_contact(ada, {"city": "Delft"}, by=world.by)
    undo_last(world)
    assert states_in(world, "readers") == ["cancelled", "cancelled"]
    edits = Change.objects.filter(action="contact.edit").order_by("-number")
    undo_change(edits[1].number, by=world.by)
    assert states_in(world, "readers") == ["waiting", "cancelled"]


@pytest.mark.parametrize("policy", ["first", "every"])
@pytest.mark.parametrize("state", ["waiting", "sent"])
def test_who_was_mailed_for_a_later_joining_is_not_mailed_twice(
    world: World, policy: str, state: str
) -> None:
    [ada] = world.reachable("Ada")
    readers = world.welcoming("readers", NEWSLETTER, welcome_policy=policy)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    edit_contact(ada, {"newsletter": False}, by=world.by)
    edited = Change.objects.latest("number").number
    members.place([ada], readers, by=world.by)
    assert states_in(world, "readers") == ["cancelled", "waiting"]
    world.welcomes("readers").filter(state="waiting").update(state=state)
    undo_change(edited, by=world.by)
    assert states_in(world, "readers") == ["cancelled", state]


def test_who_is_kept_out_by_now_is_not_mailed(world: World) -> None:
    [ada] = world.reachable("Ada")
    readers = world.welcoming("readers", NEWSLETTER)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    edit_contact(ada, {"newsletter": False}, by=world.by)
    edited = Change.objects.latest("number").number
    members.remove([ada], readers, by=world.by)
    undo_change(edited, by=world.by)
    assert world.members("readers") == set()
    assert states_in(world, "readers") == ["cancelled"]


def test_what_went_while_it_was_cancelled_has_gone(world: World) -> None:
    [ada] = world.reachable("Ada")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.take(ada, "choir")
    queue.record_sent(world.welcomes("choir").get(), now=timezone.now(), answer="")
    undo_last(world)
    assert states_in(world, "choir") == ["sent"]


def test_a_mail_without_its_template_stays_cancelled(world: World) -> None:
    [ada] = world.reachable("Ada")
    choir = world.welcoming("choir")
    world.put(ada, "choir")
    taken = members.remove([ada], choir, by=world.by).change
    wanted = settings_of(Group.objects.get(pk=choir))
    groups.edit_group(choir, replace(wanted, welcome_template=None), by=world.by)
    delete_template(world.template(), by=world.by)
    assert taken is not None
    undo_change(taken, by=world.by)
    assert states_in(world, "choir") == ["cancelled"]


def test_undoing_a_merge_lets_nothing_wait_again(world: World) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    readers = world.welcoming("readers", NEWSLETTER)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    members.remove([ben], readers, by=world.by)
    merge_contacts(ada, into=ben, by=world.by)
    undo_last(world)
    assert world.members("readers") == {ada}
    assert world.mailed("readers") == []


def test_merging_mails_nobody(world: World) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    world.welcoming("choir")
    world.put(ada, "choir")
    world.welcomes("choir").update(state="sent")
    merge_contacts(ada, into=ben, by=world.by)
    [mail] = world.welcomes("choir")
    assert (mail.contact, mail.state) == (ben, "sent")


def test_what_waits_for_a_merged_contact_goes_to_the_one_it_became(
    world: World,
) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    world.welcoming("choir")
    world.welcoming("band")
    world.put(ada, "choir")
    members.place([ada, ben], world.group("band"), by=world.by)
    merge_contacts(ada, into=ben, by=world.by)
    assert world.mailed("choir") == [ben]
    assert world.mailed("band") == [ben]
    assert world.skipped("band") == {ben: "welcomed"}


def test_a_merged_contact_that_is_kept_out_gets_no_mail(world: World) -> None:
    ada, ben = world.reachable("Ada", "Ben")
    readers = world.welcoming("readers", NEWSLETTER)
    edit_contact(ada, {"newsletter": True}, by=world.by)
    members.remove([ben], readers, by=world.by)
    merge = merge_contacts(ada, into=ben, by=world.by)
    assert world.members("readers") == set()
    assert world.mailed("readers") == []
    assert OutgoingMail.objects.get().cancelled_by == merge.change


def test_repairing_mails_nobody(world: World) -> None:
    [ada] = world.reachable("Ada")
    choir = world.welcoming("choir", welcome_policy="every")
    world.put(ada, "choir")
    OutgoingMail.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from group_chunk where group_id = %s", [choir])
        cursor.execute("delete from turn")
    assert stored_members([choir], [0]) == {}
    repair(by=CLOCK)
    assert world.members("choir") == {ada}
    assert not OutgoingMail.objects.exists()


# What is told beforehand.


@pytest.fixture
def singers(world: World) -> list[int]:
    """Five singers: of these two are reachable, and one of them was welcomed before."""
    eva, fin, guy, ida = world.reachable("Eva", "Fin", "Guy", "Ida")
    edit_contact(fin, {"deceased_on": date(2020, 1, 1)}, by=world.by)
    edit_contact(guy, {"no_mail": True}, by=world.by)
    world.welcoming("artists", {"any": []})
    world.put(ida, "artists")
    world.welcomes("artists").update(state="sent")
    members.unpin([ida], world.group("artists"), by=world.by)
    some = [eva, fin, guy, ida, *world.contacts("Hub")]
    members.place(some, world.group("choir"), by=world.by)
    return some


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize(("policy", "mails"), [("first", 1), ("every", 2)])
def test_so_many_are_mailed_as_was_told(
    world: World, singers, monkeypatch, few, policy, mails
) -> None:
    monkeypatch.setattr("kring.mailing.reach._IDS_IN_A_QUESTION", few)
    artists = Group.objects.get(pk=world.group("artists"))
    wanted = replace(settings_of(artists), welcome_policy=policy)
    groups.edit_group(artists.pk, wanted, by=world.by)
    assert mails_to(BitMap(singers), artists.pk) == mails
    wanted = replace(wanted, definition=world.expression({"group": "choir"}))
    groups.edit_group(artists.pk, wanted, by=world.by, welcome=Confirmed(mails))
    assert len(world.mailed("artists")) == mails


@pytest.mark.parametrize("how", [{"closed": True}, {"welcome_template": None}])
def test_a_group_that_welcomes_nobody_mails_none(
    world: World, singers, how: dict[str, object]
) -> None:
    group = world.group("quiet", **{"welcome_template": world.template(), **how})
    assert mails_to(BitMap(singers), group) == 0


def test_nobody_is_mailed_where_nobody_joins(world: World) -> None:
    assert mails_to(BitMap(), world.welcoming("choir")) == 0


def test_a_group_that_does_not_exist_yet_welcomed_nobody(world, singers) -> None:
    assert would_be_mailed(BitMap(singers), group=None, policy="first") == 2
