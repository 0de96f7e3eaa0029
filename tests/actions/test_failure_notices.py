"""Who answers for mails that did not arrive is told so, once a day at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import User
from kring.actions.failure_notices import tell_of_failures
from kring.groups.models import Group
from kring.mailing.delivery import composed
from kring.mailing.models import OutgoingMail
from kring.outbox.models import State
from tests.mailing.mails import outgoing, person, template, to_groups, welcome
from tests.world import World

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def anna(db) -> User:
    return User.objects.create(
        email="anna@kring.example", name="Anna", staff_role="staff"
    )


def fail(world: World, count: int, *, at=NOW, group: str = "Koor") -> None:
    for number in range(count):
        name = f"Geheim{number}"
        contact = person(world, name, f"{name}@example.org")
        welcome(
            contact,
            world.group(group),
            state=State.FAILED,
            ended_at=at,
            answer=f"550 {name}",
        )


def answers_for(user: User, *groups: str) -> None:
    Group.objects.filter(name__in=groups).update(responsible=user)


def notices() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(purpose="notice").order_by("pk"))


def test_who_answers_for_a_group_is_told_how_many_failed_and_where(world, anna):
    fail(world, 2)
    fail(world, 1, group="Band")
    answers_for(anna, "Koor", "Band")
    tell_of_failures(now=NOW)
    [notice] = notices()
    assert notice.address == "anna@kring.example"
    assert notice.subject == "3 mails zijn niet aangekomen"
    assert "Koor: 2 mails" in notice.text
    assert "Band: 1 mail" in notice.text
    address = f"/uitgaande-mail/?toestand=failed&groep={world.group('Koor')}"
    assert address in notice.text
    assert composed([notice])[notice.pk].address == "anna@kring.example"


def test_the_notice_is_laid_out_as_all_mails_are(world, anna):
    fail(world, 1)
    answers_for(anna, "Koor")
    tell_of_failures(now=NOW)
    [notice] = notices()
    assert 'class="paper" style="max-width: 36rem' in notice.html
    assert "Bekijk of wijzig uw gegevens" not in notice.html


def test_the_notice_names_nobody(world, anna):
    fail(world, 2)
    answers_for(anna, "Koor")
    tell_of_failures(now=NOW)
    [notice] = notices()
    assert "Geheim" not in notice.text + notice.html + notice.subject


def test_there_is_one_notice_a_day(world, anna):
    fail(world, 1)
    answers_for(anna, "Koor")
    tell_of_failures(now=NOW)
    fail(world, 1, at=NOW + DAY / 2, group="Koor")
    tell_of_failures(now=NOW + DAY / 2)
    assert len(notices()) == 1
    tell_of_failures(now=NOW + DAY)
    assert len(notices()) == 2
    assert notices()[1].subject == "Een mail is niet aangekomen"
    tell_of_failures(now=NOW + 3 * DAY)
    assert len(notices()) == 2


def test_who_sent_a_mail_to_groups_is_told(world, anna):
    mailing = to_groups(world.group("Koor"), created_by=anna)
    contact = person(world, "Aalbers", "ans@example.org")
    outgoing(
        "mailing", contact=contact, mailing=mailing, state=State.FAILED, ended_at=NOW
    )
    tell_of_failures(now=NOW)
    [notice] = notices()
    assert "Nieuws: 1 mail" in notice.text
    assert f"mailing={mailing.pk}" in notice.text


def test_who_answers_for_nothing_is_not_told(world, anna):
    fail(world, 1)
    tell_of_failures(now=NOW)
    assert notices() == []


def test_who_left_the_staff_is_not_told(world, anna):
    fail(world, 1)
    answers_for(anna, "Koor")
    User.objects.update(staff_role="")
    tell_of_failures(now=NOW)
    assert notices() == []


def test_tests_and_notices_that_fail_tell_nobody(world, anna):
    world.group("Koor", responsible=anna.pk)
    for purpose in ("test", "notice"):
        outgoing(
            purpose,
            group=world.group("Koor"),
            template=template(purpose),
            address="anna@kring.example",
            state=State.FAILED,
            ended_at=NOW,
        )
    tell_of_failures(now=NOW)
    assert len(notices()) == 1


def test_what_failed_long_ago_is_not_told_at_first(world, anna):
    fail(world, 1, at=NOW - 8 * DAY)
    answers_for(anna, "Koor")
    tell_of_failures(now=NOW)
    assert notices() == []


def test_a_name_with_signs_stays_a_name(world, anna):
    fail(world, 1, group="A <b>&{{ c }}")
    answers_for(anna, "A <b>&{{ c }}")
    tell_of_failures(now=NOW)
    [notice] = notices()
    assert "A <b>&{{ c }}: 1 mail" in notice.text
    assert "A &lt;b&gt;&amp;{{ c }}: 1 mail" in notice.html
