"""Mails to groups go to exactly those who were counted, once, and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kring.accounts.models import User
from kring.actions import erasing, groups, mailing_rounds, mailings
from kring.actions.clock import new_day
from kring.actions.contacts import edit_contact
from kring.actions.errors import (
    ChangedMeanwhileError,
    GroupClosedError,
    GroupMailedSoonError,
)
from kring.actions.mailing_rounds import (
    AudienceChangedError,
    GroupsFillingError,
    MailingNotUnderWayError,
    MailingTextMissingError,
    MomentNotPossibleError,
    NobodyToMailError,
    NoGroupsChosenError,
)
from kring.actions.mailings import (
    GroupsGoneError,
    MailingGoneOutError,
    MailingWish,
    UnknownMailingError,
)
from kring.actions.merging import merge_contacts
from kring.contacts.models import Contact
from kring.groups.models import Change, Fill, Group
from kring.mailing import frozen
from kring.mailing.audience import Audience
from kring.mailing.frozen import frozen_audience
from kring.mailing.mailings import progress_of
from kring.mailing.models import Household, Mailing, MailingState, OutgoingMail, Skip
from kring.outbox import queue
from kring.outbox.models import State
from tests.clock import clock_at
from tests.mailings import give_address, letter, members, send, states
from tests.world import World

OF_AGE = {"field": "date_of_birth", "op": "age_at_least", "value": 18}


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frozen, "STEP", 2)


def state_of(mailing: Mailing) -> str:
    return Mailing.objects.get(pk=mailing.pk).state


def in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)


def test_each_who_is_meant_has_one_mail_that_waits_or_says_why_not(
    world: World,
) -> None:
    ada, ben = members(world, "Ada", "Ben")
    [cas] = members(world, "Cas", reachable=False)
    [dia] = members(world, "Dia")
    Contact.objects.filter(pk=dia).update(no_mail=True)
    mailing = letter(world, "choir")
    send(world, mailing)
    rows = OutgoingMail.objects.filter(mailing=mailing).order_by("contact")
    assert list(rows.values_list("contact", "state", "skip")) == [
        (ada, State.WAITING, ""),
        (ben, State.WAITING, ""),
        (cas, State.SKIPPED, Skip.NO_ADDRESS),
        (dia, State.SKIPPED, Skip.NO_MAIL),
    ]


def test_what_is_sent_is_said_with_the_names_and_numbers_of_then(world: World) -> None:
    ada, _ben = members(world, "Ada", "Ben")
    members(world, "Cas", group="band")
    world.put(ada, "band")
    mailing = letter(world, "choir", minus=("band",))
    send(world, mailing)
    groups.delete_group(world.group("choir"), by=world.by)
    groups.delete_group(world.group("band"), by=world.by)
    kept = Mailing.objects.get(pk=mailing.pk)
    told = [(one["name"], one["count"], one["minus"]) for one in kept.groups_as_sent]
    assert told == [("choir", 2, False), ("band", 2, True)]
    assert len(frozen_audience(mailing.pk).recipients) == 1
    assert states(mailing) == {"waiting": 1}


def test_the_audience_stays_as_it_was_when_it_was_sent(world: World) -> None:
    ada, ben = members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    world.take(ada, "choir")
    members(world, "Cas")
    mailing_rounds.settle_all()
    assert set(frozen_audience(mailing.pk).recipients) == {ada, ben}
    assert states(mailing) == {"waiting": 2}


def test_another_number_than_was_confirmed_is_asked_first(world: World) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    members(world, "Cas")
    with pytest.raises(AudienceChangedError) as caught:
        mailing_rounds.send_mailing(mailing.pk, expected=2, by=world.by)
    assert (caught.value.confirmed, caught.value.now) == (2, 3)
    assert not OutgoingMail.objects.exists()
    assert state_of(mailing) == MailingState.DRAFT


def test_a_text_that_was_changed_meanwhile_is_not_sent(world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    other = MailingWish("Ander", "Ander", (world.group("choir"),))
    mailings.edit_mailing(mailing.pk, other, by=world.by)
    with pytest.raises(ChangedMeanwhileError):
        mailing_rounds.send_mailing(
            mailing.pk, expected=1, by=world.by, version=mailing.version
        )


def test_what_was_sent_is_not_sent_again(world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    send(world, mailing)
    with pytest.raises(MailingGoneOutError):
        send(world, mailing)
    with pytest.raises(UnknownMailingError):
        mailing_rounds.send_mailing(77, expected=1, by=world.by)
    assert states(mailing) == {"waiting": 1}


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (MailingWish("", "Tekst", (1,)), MailingTextMissingError),
        (MailingWish("Nieuws", "<p> </p>", (1,)), MailingTextMissingError),
        (MailingWish("Nieuws", "&nbsp;", (1,)), MailingTextMissingError),
        (
            MailingWish("Nieuws", "<p>&nbsp;</p><p><br></p><div></div>", (1,)),
            MailingTextMissingError,
        ),
        (MailingWish("Nieuws", "Tekst"), NoGroupsChosenError),
        (MailingWish("Nieuws", "Tekst", (1,)), NobodyToMailError),
    ],
)
def test_what_is_unfinished_is_not_sent(
    world: World, wish: MailingWish, error: type[Exception]
) -> None:
    choir = (world.group("choir"),) if wish.groups else ()
    made = mailings.create_mailing(
        MailingWish(wish.subject, wish.body, choir), by=world.by
    )
    with pytest.raises(error):
        mailing_rounds.send_mailing(made.pk, expected=0, by=world.by)


def test_a_picture_alone_is_a_text(world: World) -> None:
    members(world, "Ada")
    picture = '<img src="https://kring.example/a.png" alt="Feest">'
    wish = MailingWish("Nieuws", picture, (world.group("choir"),))
    send(world, mailings.create_mailing(wish, by=world.by))
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_mailed_by_a_group_that_is_deleted_closed_or_filling(
    world: World,
) -> None:
    members(world, "Ada")
    members(world, "Ben", group="band")
    choir, band = world.group("choir"), world.group("band")
    mailing = letter(world, "choir", minus=("band",))
    change = Change.objects.latest("pk")
    filling = Fill.objects.create(group_id=choir, change=change)
    with pytest.raises(GroupsFillingError):
        send(world, mailing)
    filling.delete()
    groups.delete_group(band, by=world.by)
    with pytest.raises(GroupsGoneError):
        send(world, mailing)
    groups.close_group(choir, by=world.by)
    other = letter(world, "theatre")
    Mailing.objects.filter(pk=other.pk).update(groups=[choir])
    with pytest.raises(GroupClosedError):
        send(world, Mailing.objects.get(pk=other.pk))
    assert not OutgoingMail.objects.exists()


def test_once_a_household_is_frozen_too(world: World) -> None:
    ada, ben = members(world, "Ada", "Ben", reachable=False)
    give_address(ada, "thuis@kring.example")
    give_address(ben, "THUIS@kring.example")
    mailing = letter(world, "choir", household=Household.ONCE)
    send(world, mailing)
    rows = OutgoingMail.objects.order_by("contact").values_list("contact", "skip")
    assert list(rows) == [(ada, ""), (ben, Skip.SHARED)]


@pytest.mark.usefixtures("small_steps")
def test_a_large_audience_is_written_in_steps(world: World) -> None:
    ids = members(world, "A", "B", "C", "D", "E")
    mailing = letter(world, "choir")
    send(world, mailing)
    # What is quick is done at once; the rest is a job that was left in the same act.
    assert states(mailing) == {"waiting": 2}
    assert ProcrastinateJob.objects.filter(task_name="settle_mailings").exists()
    assert progress_of([mailing.pk])[mailing.pk].waiting == 5
    mailing_rounds.settle_mailings()
    assert states(mailing) == {"waiting": 4}
    mailing_rounds.settle_all()
    written = OutgoingMail.objects.filter(mailing=mailing)
    assert set(written.values_list("contact", flat=True)) == set(ids)
    assert written.count() == len(ids)
    assert not mailing_rounds.settle_next()


@pytest.mark.usefixtures("small_steps")
def test_who_was_erased_before_it_was_written_is_left_to_delivery(world: World) -> None:
    *_, last = members(world, "A", "B", "C")
    mailing = letter(world, "choir")
    send(world, mailing)
    erasing.erase_contact(last, by=world.by)
    mailing_rounds.settle_all()
    assert sum(states(mailing).values()) == 3


@pytest.mark.usefixtures("small_steps")
def test_who_was_merged_before_it_was_written_gets_it_once(world: World) -> None:
    ada, ben, cas, dia = members(world, "Ada", "Ben", "Cas", "Dia")
    [eva] = members(world, "Eva", group="band")
    mailing = letter(world, "choir")
    send(world, mailing)
    merge_contacts(dia, into=eva, by=world.by)
    merge_contacts(ada, into=ben, by=world.by)
    mailing_rounds.settle_all()
    first = OutgoingMail.objects.filter(mailing=mailing, resend_of=None)
    assert set(first.values_list("contact", flat=True)) == {ben, cas, eva}
    assert first.count() == 3
    assert progress_of([mailing.pk])[mailing.pk].waiting == 3


def test_a_pause_holds_what_waits_and_resuming_frees_it(world: World) -> None:
    members(world, "Ada", "Ben")
    members(world, "Cas", reachable=False)
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.pause_mailing(mailing.pk, by=world.by)
    assert states(mailing) == {"held": 2, "skipped": 1}
    assert state_of(mailing) == MailingState.PAUSED
    mailing_rounds.resume_mailing(mailing.pk, by=world.by)
    assert states(mailing) == {"waiting": 2, "skipped": 1}
    assert state_of(mailing) == MailingState.SENDING


@pytest.mark.usefixtures("small_steps")
def test_what_is_written_during_a_pause_is_held_at_once(world: World) -> None:
    members(world, "A", "B", "C", "D", "E")
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.pause_mailing(mailing.pk, by=world.by)
    assert states(mailing) == {"held": 2}
    mailing_rounds.settle_all()
    assert states(mailing) == {"held": 5}
    mailing_rounds.resume_mailing(mailing.pk, by=world.by)
    mailing_rounds.settle_all()
    assert states(mailing) == {"waiting": 5}


@pytest.mark.usefixtures("small_steps")
def test_the_rest_is_cancelled_and_everybody_still_has_one_mail(world: World) -> None:
    members(world, "A", "B", "C", "D", "E")
    mailing = letter(world, "choir")
    send(world, mailing)
    first = OutgoingMail.objects.order_by("pk")[0]
    queue.claim(first, now=timezone.now())
    mailing_rounds.cancel_mailing(mailing.pk, by=world.by)
    mailing_rounds.settle_all()
    assert states(mailing) == {"cancelled": 5}
    # What was on its way has gone, and that is what is told.
    queue.record_sent(first, now=timezone.now(), answer="250 OK")
    assert states(mailing) == {"cancelled": 4, "sent": 1}
    progress = progress_of([mailing.pk])[mailing.pk]
    assert (progress.sent, progress.cancelled, progress.waiting) == (1, 4, 0)


def test_what_a_worker_claimed_before_the_pause_goes_once(world: World) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    first, second = OutgoingMail.objects.order_by("pk")
    assert queue.claim(first, now=timezone.now())
    mailing_rounds.pause_mailing(mailing.pk, by=world.by)
    assert not queue.claim(second, now=timezone.now())
    queue.record_sent(first, now=timezone.now(), answer="250 OK")
    mailing_rounds.resume_mailing(mailing.pk, by=world.by)
    assert states(mailing) == {"sent": 1, "waiting": 1}


@pytest.mark.parametrize(
    ("deed", "state"),
    [
        (mailing_rounds.pause_mailing, "draft"),
        (mailing_rounds.pause_mailing, "paused"),
        (mailing_rounds.pause_mailing, "done"),
        (mailing_rounds.resume_mailing, "sending"),
        (mailing_rounds.resume_mailing, "cancelled"),
        (mailing_rounds.cancel_mailing, "scheduled"),
        (mailing_rounds.cancel_mailing, "done"),
    ],
)
def test_only_what_is_under_way_is_paused_resumed_or_stopped(
    world: World, deed, state: str
) -> None:
    mailing = letter(world, "choir")
    Mailing.objects.update(state=state)
    with pytest.raises(MailingNotUnderWayError):
        deed(mailing.pk, by=world.by)


def test_a_mailing_ends_when_nothing_waits_any_more(world: World) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.settle_all()
    first, second = OutgoingMail.objects.order_by("pk")
    queue.record_sent(first, now=timezone.now(), answer="")
    mailing_rounds.end_mailings()
    assert state_of(mailing) == MailingState.SENDING
    queue.claim(second, now=timezone.now())
    queue.record_ended(second, State.FAILED, now=timezone.now(), answer="550 No")
    mailing_rounds.end_mailings()
    assert state_of(mailing) == MailingState.DONE


def test_what_is_scheduled_goes_when_its_moment_has_come_to_who_is_in_then(
    world: World,
) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    mailing_rounds.look_after_mailings(0)
    assert state_of(mailing) == MailingState.SCHEDULED
    members(world, "Ben")
    Mailing.objects.update(scheduled_at=timezone.now())
    mailing_rounds.look_after_mailings(0)
    assert states(mailing) == {"waiting": 2}
    assert state_of(mailing) == MailingState.SENDING
    mailing_rounds.look_after_mailings(0)
    assert states(mailing) == {"waiting": 2}


def test_a_moment_is_changed_and_taken_back(world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    later = in_an_hour() + timedelta(days=1)
    mailing_rounds.schedule_mailing(mailing.pk, at=later, by=world.by)
    assert Mailing.objects.get().scheduled_at == later
    mailing_rounds.unschedule_mailing(mailing.pk, by=world.by)
    mailing_rounds.unschedule_mailing(mailing.pk, by=world.by)
    kept = Mailing.objects.get()
    assert (kept.state, kept.scheduled_at) == (MailingState.DRAFT, None)


@pytest.mark.parametrize("away", [timedelta(0), timedelta(days=-1), timedelta(400)])
def test_a_moment_that_cannot_be_is_refused(world: World, away: timedelta) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    with pytest.raises(MomentNotPossibleError):
        mailing_rounds.schedule_mailing(
            mailing.pk, at=timezone.now() + away, by=world.by
        )


def test_what_cannot_go_at_its_moment_is_a_draft_that_says_so(world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    groups.close_group(world.group("choir"), by=world.by)
    moment = timezone.now()
    Mailing.objects.update(scheduled_at=moment)
    mailing_rounds.begin_due_mailings()
    kept = Mailing.objects.get()
    assert (kept.state, kept.scheduled_at) == (MailingState.DRAFT, moment)
    assert not OutgoingMail.objects.exists()


def no_longer_readable(_world: World) -> None:
    Mailing.objects.filter(subject="Nieuws").update(body="<p>{{ voornam }}</p>")


def no_longer_closed(_world: World) -> None:
    Mailing.objects.filter(subject="Nieuws").update(body="<p>{% als voornaam %}</p>")


def emptied(_world: World) -> None:
    Mailing.objects.filter(subject="Nieuws").update(body="")


def for_no_group(_world: World) -> None:
    Mailing.objects.filter(subject="Nieuws").update(groups=[])


def for_groups_that_are_gone(world: World) -> None:
    Group.objects.filter(name="choir").update(deleted_at=timezone.now())


def for_unknown_groups(world: World) -> None:
    Mailing.objects.filter(subject="Nieuws").update(groups=[987_654])


def for_a_closed_group(world: World) -> None:
    groups.close_group(world.group("choir"), by=world.by)


def for_nobody(world: World) -> None:
    for one in world.members("choir"):
        world.take(one, "choir")


IN_THE_WAY = [
    (
        no_longer_readable,
        "Er staat \u2018voornam\u2019 in, en dat kan Kring niet lezen.",
    ),
    (
        no_longer_closed,
        "Er staat \u2018{% als voornaam %}\u2019 in, en dat kan Kring niet",
    ),
    (emptied, "Het onderwerp of de tekst is leeg."),
    (for_no_group, "Er zijn geen groepen gekozen die hem krijgen."),
    (for_groups_that_are_gone, "De groep \u2018choir\u2019 is verwijderd."),
    (for_unknown_groups, "op de pagina van de mail lees je wat"),
    (for_a_closed_group, "De groep \u2018choir\u2019 is gesloten"),
    (for_nobody, "Er is niemand over die de mail kan krijgen."),
]


def two_that_are_due(world: World, maker: User | None = None) -> tuple[Mailing, ...]:
    """The first for the choir, the second for the band."""
    members(world, "Ada")
    members(world, "Ben", group="band")
    pair = letter(world, "choir"), letter(world, "band", subject="Ander nieuws")
    Mailing.objects.update(
        state="scheduled", scheduled_at=timezone.now(), created_by=maker
    )
    return pair


def notices() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="notice"))


@pytest.fixture
def maker(db) -> User:
    return User.objects.create(email="anna@kring.example", staff_role="staff")


@pytest.mark.parametrize(("spoil", "why"), IN_THE_WAY)
def test_what_cannot_go_holds_up_no_other_and_its_maker_is_told_why(
    world: World, maker: User, spoil: Callable[[World], None], why: str
) -> None:
    bad, good = two_that_are_due(world, maker)
    at = Mailing.objects.get(pk=bad.pk).scheduled_at
    spoil(world)
    mailing_rounds.look_after_mailings(0)
    mailing_rounds.look_after_mailings(0)
    kept = Mailing.objects.get(pk=bad.pk)
    assert (kept.state, kept.scheduled_at) == (MailingState.DRAFT, at)
    assert states(good) == {"waiting": 1}
    [notice] = notices()
    assert notice.address == "anna@kring.example"
    assert notice.subject == "\u2018Nieuws\u2019 is niet verstuurd"
    assert why in " ".join(notice.text.split())
    assert f"/mail-aan-groep/{bad.pk}/" in notice.text
    assert why in " ".join(unescape(notice.html).split())


@pytest.mark.parametrize(
    "gone", [{"is_active": False}, {"staff_role": ""}], ids=["inactive", "no staff"]
)
def test_a_maker_who_left_is_not_told(
    world: World, maker: User, gone: dict[str, Any]
) -> None:
    bad, good = two_that_are_due(world, maker)
    User.objects.update(**gone)
    emptied(world)
    mailing_rounds.look_after_mailings(0)
    assert state_of(bad) == MailingState.DRAFT
    assert states(good) == {"waiting": 1}
    assert notices() == []


def test_what_nobody_expected_is_logged_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = two_that_are_due(world)
    judged = mailing_rounds.require_sendable

    def broken(mailing: Mailing) -> Audience:
        if mailing.pk == bad.pk:
            Mailing.objects.raw("select nonsense")[0]
        return judged(mailing)

    monkeypatch.setattr(mailing_rounds, "require_sendable", broken)
    mailing_rounds.look_after_mailings(0)
    assert state_of(bad) == MailingState.SCHEDULED
    assert states(good) == {"waiting": 1}
    [told] = caplog.records
    assert told.getMessage() == f"Mail to groups {bad.pk} could not be begun."
    assert told.exc_info
    # A fault of the moment is over the next time.
    monkeypatch.setattr(mailing_rounds, "require_sendable", judged)
    mailing_rounds.look_after_mailings(0)
    assert states(bad) == {"waiting": 1}


def test_what_was_deleted_meanwhile_is_no_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = two_that_are_due(world)

    def somebody_deletes() -> None:
        Mailing.objects.filter(pk=bad.pk).delete()
        new_day()

    monkeypatch.setattr(mailing_rounds, "new_day", somebody_deletes)
    mailing_rounds.look_after_mailings(0)
    assert states(good) == {"waiting": 1}
    assert caplog.records == []


def test_what_is_scheduled_waits_for_a_group_that_is_being_filled(world: World) -> None:
    members(world, "Ada")
    choir = world.group("choir")
    mailing = letter(world, "choir")
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    Mailing.objects.update(scheduled_at=timezone.now())
    filling = Fill.objects.create(group_id=choir, change=Change.objects.latest("pk"))
    mailing_rounds.begin_due_mailings()
    assert state_of(mailing) == MailingState.SCHEDULED
    filling.delete()
    mailing_rounds.begin_due_mailings()
    assert state_of(mailing) == MailingState.SENDING


def test_a_group_of_a_scheduled_mail_is_not_deleted(world: World) -> None:
    members(world, "Ada")
    world.group("band")
    mailing = letter(world, "choir", minus=("band",))
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    for name in ("choir", "band"):
        with pytest.raises(GroupMailedSoonError) as caught:
            groups.delete_group(world.group(name), by=world.by)
        assert caught.value.mails == ["Nieuws"]
    mailing_rounds.unschedule_mailing(mailing.pk, by=world.by)
    groups.delete_group(world.group("band"), by=world.by)
    assert Group.objects.get(name="band").deleted_at


def test_each_act_is_a_change(world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    mailing_rounds.schedule_mailing(mailing.pk, at=in_an_hour(), by=world.by)
    mailing_rounds.unschedule_mailing(mailing.pk, by=world.by)
    send(world, mailing)
    mailing_rounds.pause_mailing(mailing.pk, by=world.by)
    mailing_rounds.resume_mailing(mailing.pk, by=world.by)
    mailing_rounds.cancel_mailing(mailing.pk, by=world.by)
    acts = Change.objects.filter(action__startswith="mailing.").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        f"mailing.{deed}"
        for deed in (
            *("create", "schedule", "unschedule", "send"),
            *("pause", "resume", "cancel"),
        )
    ]
    sent = acts.get(action="mailing.send").entries.get()
    assert sent.after is not None
    assert (sent.after["state"], sent.after["recipients"]) == ("sending", 1)


def test_a_new_day_is_begun_before_anyone_is_counted(world: World) -> None:
    with clock_at(date(2026, 3, 1)) as clock:
        members(world, "Ada")
        world.group("adults", {"where": OF_AGE})
        [ada] = world.members("choir")
        edit_contact(ada, {"date_of_birth": date(2008, 3, 2)}, by=world.by)
        assert world.members("adults") == set()
        mailing = letter(world, "adults")
        clock.pass_days(1)
        mailing_rounds.send_mailing(mailing.pk, expected=1, by=world.by)
        assert states(mailing) == {"waiting": 1}
