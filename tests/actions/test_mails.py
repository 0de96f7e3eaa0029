"""Mails that wait are cancelled, what has ended is sent once more; by whom may."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions import mails
from kring.actions.errors import NotAllowedError
from kring.actions.mails import (
    MailEndedError,
    MailStillGoesError,
    MoreMailsError,
    NoReaderError,
    UnknownMailError,
    cancel_mail,
    cancel_mails,
    resend_mail,
    resend_mails,
)
from kring.groups.models import Change, ChangeEntry
from kring.mailing.models import OutgoingMail
from kring.mailing.outgoing import AskedMails
from tests.outgoing import mail, mailing, sent, template
from tests.world import World

READER = Actor(ActorKind.USER, None, StaffRole.READER)
ENDED = ("sent", "failed", "skipped", "cancelled")


def states() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_what_waits_is_cancelled_and_written_down(world: World, state) -> None:
    ada, choir = world.contact("Ada"), world.group("Koor")
    waiting = mail(ada, choir, state=state)
    outcome = cancel_mail(waiting.pk, by=world.by)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert waiting.ended_at is not None
    entry = ChangeEntry.objects.get(change=outcome.change)
    assert (entry.contact, entry.group) == (ada, choir)
    assert Change.objects.get(pk=outcome.change or 0).action == "mail.cancel"


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_is_not_cancelled(world: World, state) -> None:
    skip = "no_address" if state == "skipped" else ""
    ended = mail(world.contact("Ada"), world.group("Koor"), state=state, skip=skip)
    with pytest.raises(MailEndedError):
        cancel_mail(ended.pk, by=world.by)
    assert states() == [state]


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_goes_once_more_as_a_mail_of_its_own(world: World, state):
    skip = "no_address" if state == "skipped" else ""
    ada, choir = world.contact("Ada"), world.group("Koor")
    first = mail(ada, choir, state=state, skip=skip, answer="zo ging het")
    again = OutgoingMail.objects.get(pk=resend_mail(first.pk, by=world.by))
    assert (again.state, again.attempts, again.skip) == ("waiting", 0, "")
    assert (again.contact, again.group, again.change) == (ada, choir, first.change)
    assert (again.template, again.resend_of) == (first.template, first)
    assert again.key != first.key
    first.refresh_from_db()
    assert (first.state, first.answer) == (state, "zo ging het")


def test_of_a_joining_there_is_one_mail_that_is_no_resend(world: World) -> None:
    first = sent(world.contact("Ada"), world.group("Koor"))
    resend_mail(first.pk, by=world.by)
    originals = OutgoingMail.objects.filter(change=first.change, resend_of=None)
    assert originals.get() == first


def test_a_mail_of_a_mailing_goes_once_more(world: World) -> None:
    first = sent(
        world.contact("Ada"), purpose="mailing", mailing=mailing(), change=None
    )
    again = OutgoingMail.objects.get(pk=resend_mail(first.pk, by=world.by))
    assert again.mailing == first.mailing
    assert again.subject == ""


def test_what_has_no_template_goes_as_it_went(world: World) -> None:
    first = sent(purpose="notice")
    again = OutgoingMail.objects.get(pk=resend_mail(first.pk, by=world.by))
    assert (again.address, again.subject) == (first.address, first.subject)
    assert (again.html, again.text) == (first.html, first.text)


@pytest.mark.parametrize("state", ["waiting", "held"])
def test_what_still_goes_is_not_sent_again(world: World, state) -> None:
    waiting = mail(world.contact("Ada"), world.group("Koor"), state=state)
    with pytest.raises(MailStillGoesError):
        resend_mail(waiting.pk, by=world.by)


def test_who_presses_twice_sends_it_again_once(world: World) -> None:
    first = sent(world.contact("Ada"), world.group("Koor"))
    resend_mail(first.pk, by=world.by)
    with pytest.raises(MailStillGoesError):
        resend_mail(first.pk, by=world.by)
    assert states() == ["sent", "waiting"]


def test_nothing_is_sent_to_who_is_no_longer_there(world: World) -> None:
    gone = sent(4_711, world.group("Koor"))
    with pytest.raises(NoReaderError):
        resend_mail(gone.pk, by=world.by)
    assert resend_mails(AskedMails(state="sent"), confirmed=1, by=world.by).count == 0


def test_a_mail_that_is_not_there_is_refused(world: World) -> None:
    for deed in (cancel_mail, resend_mail):
        with pytest.raises(UnknownMailError):
            deed(1, by=world.by)


@pytest.mark.parametrize("deed", [cancel_mail, resend_mail])
def test_a_reader_does_nothing_to_a_mail(world: World, deed) -> None:
    one = mail(world.contact("Ada"), world.group("Koor"))
    with pytest.raises(NotAllowedError):
        deed(one.pk, by=READER)
    assert states() == ["waiting"]


@pytest.mark.parametrize("deed", [cancel_mails, resend_mails])
def test_a_reader_does_nothing_to_many_mails(world: World, deed) -> None:
    mail(world.contact("Ada"), world.group("Koor"))
    with pytest.raises(NotAllowedError):
        deed(AskedMails(), confirmed=1, by=READER)
    assert states() == ["waiting"]


def test_all_that_match_are_cancelled_and_nothing_else(world: World) -> None:
    choir, band = world.group("Koor"), world.group("Band")
    people = world.contacts("Ada", "Ben", "Cas")
    for contact in people:
        mail(contact, choir)
    mail(people[0], band)
    sent(people[1], choir)
    outcome = cancel_mails(AskedMails(group=choir), confirmed=3, by=world.by)
    assert outcome.count == 3
    assert states() == ["cancelled"] * 3 + ["waiting", "sent"]


def test_never_more_than_was_confirmed(world: World) -> None:
    choir = world.group("Koor")
    for contact in world.contacts("Ada", "Ben", "Cas"):
        mail(contact, choir)
    with pytest.raises(MoreMailsError) as refusal:
        cancel_mails(AskedMails(group=choir), confirmed=2, by=world.by)
    assert (refusal.value.count, refusal.value.confirmed) == (3, 2)
    assert states() == ["waiting"] * 3


def test_what_was_made_after_the_number_was_seen_is_left_alone(world: World) -> None:
    choir = world.group("Koor")
    first, second = (mail(one, choir) for one in world.contacts("Ada", "Ben"))
    asked = AskedMails(group=choir, until=first.pk)
    assert cancel_mails(asked, confirmed=1, by=world.by).count == 1
    second.refresh_from_db()
    assert second.state == "waiting"


def test_what_went_meanwhile_is_not_cancelled(world: World) -> None:
    choir = world.group("Koor")
    for contact in world.contacts("Ada", "Ben"):
        mail(contact, choir)
    OutgoingMail.objects.filter(pk=OutgoingMail.objects.latest("pk").pk).update(
        state="sent"
    )
    assert cancel_mails(AskedMails(), confirmed=2, by=world.by).count == 1
    assert states() == ["cancelled", "sent"]


def test_all_that_failed_go_once_more_and_a_second_time_nothing(world: World) -> None:
    choir = world.group("Koor")
    for contact in world.contacts("Ada", "Ben"):
        mail(contact, choir, state="failed", answer="451 later")
    asked = AskedMails(state="failed", group=choir)
    assert resend_mails(asked, confirmed=2, by=world.by).count == 2
    assert resend_mails(asked, confirmed=2, by=world.by).count == 0
    assert states() == ["failed", "failed", "waiting", "waiting"]


def test_many_mails_are_done_in_steps_of_one_act(world: World, monkeypatch) -> None:
    monkeypatch.setattr(mails, "BATCH", 2)
    choir = world.group("Koor")
    for contact in world.contacts(*"ABCDE"):
        mail(contact, choir)
    outcome = cancel_mails(AskedMails(), confirmed=5, by=world.by)
    assert outcome.count == 5
    assert Change.objects.filter(part_of=outcome.change).count() == 3
    assert states() == ["cancelled"] * 5


def test_doing_nothing_leaves_no_trace(world: World) -> None:
    before = Change.objects.count()
    assert cancel_mails(AskedMails(), confirmed=9, by=world.by).change is None
    assert Change.objects.count() == before


_DEEDS = st.lists(
    st.tuples(st.sampled_from(["cancel", "resend", "send", "fail"]), st.integers(0, 5)),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=_DEEDS)
def test_whatever_is_done_a_joining_has_one_mail_and_what_ended_stays(
    world: World, deeds
) -> None:
    first = mail(world.contact("Ada"), world.group("Koor"))
    mails_of_joining = OutgoingMail.objects.filter(change=first.change).order_by("pk")
    ended: dict[int, str] = {}
    for deed, place in deeds:
        found = list(mails_of_joining.all())
        chosen = found[place % len(found)]
        _do(deed, chosen, world)
        for one in OutgoingMail.objects.filter(pk__in=ended):
            assert one.state == ended[one.pk]
        ended |= dict(
            mails_of_joining.exclude(state="waiting").values_list("pk", "state")
        )
    assert mails_of_joining.get(resend_of=None) == first
    waiting = mails_of_joining.filter(state="waiting")
    assert len({one.resend_of_id for one in waiting}) == waiting.count()
    keys = mails_of_joining.values_list("key", flat=True)
    assert len(set(keys)) == len(keys)


def _do(deed: str, chosen: OutgoingMail, world: World) -> None:
    try:
        if deed in {"send", "fail"}:
            state = {"send": "sent", "fail": "failed"}[deed]
            waiting = OutgoingMail.objects.filter(pk=chosen.pk, state="waiting")
            waiting.update(state=state)
        elif deed == "cancel":
            cancel_mail(chosen.pk, by=world.by)
        else:
            resend_mail(chosen.pk, by=world.by)
    except (MailEndedError, MailStillGoesError):
        pass


def test_a_template_stays_the_templates_own(world: World) -> None:
    first = sent(world.contact("Ada"), world.group("Koor"))
    again = OutgoingMail.objects.get(pk=resend_mail(first.pk, by=world.by))
    assert again.template == template()
    assert (again.subject, again.html, again.text, again.address) == ("", "", "", "")
