"""Mails go through a real mail server, whatever it does to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from kring.actions import contacts, delivering
from kring.config.environment import Encryption, MailServer
from kring.mailing import mail_server, way_out
from kring.mailing.delivery import message_id
from kring.mailing.leaving_links import leaving_address
from kring.mailing.models import OutgoingMail, WayOut
from kring.outbox import queue
from kring.outbox.models import State
from tests.clock import clock_at
from tests.mailing.mails import outgoing, person, template, welcome
from tests.post_office import (
    DROP,
    HANG,
    HERE,
    PostOffice,
    a_server_that_says,
    certificate,
    free_port,
    post_office,
    refusing,
    signs_in,
    text_of,
    times,
)
from tests.world import World

KNOWN = {"EMAIL_HOST_USER": "kring", "EMAIL_HOST_PASSWORD": "geheim"}


@pytest.fixture(autouse=True)
def a_long_shift(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "SHIFT", timedelta(hours=1))
    settings.KRING_MAIL_RETRY_SECONDS = 60


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For servers that hang, who are waited for as short as can be."""
    for patience in ("PATIENCE_AT_FIRST", "PATIENCE", "PATIENCE_AT_LAST"):
        monkeypatch.setattr(mail_server, patience, 0.5)


@pytest.fixture
def office(settings) -> Iterator[PostOffice]:
    with post_office() as office:
        mail_to(settings, office.port)
        yield office


def mail_to(settings, port: int, **wanted: object) -> None:
    settings.KRING_MAIL_SERVER = MailServer(HERE, port, "", "", Encryption.NONE)
    settings.EMAIL_HOST = HERE
    settings.EMAIL_PORT = port
    for name, value in wanted.items():
        setattr(settings, name, value)


def mails(world: World, count: int) -> list[OutgoingMail]:
    """Mails that wait, each to a contact of its own."""
    made = []
    for number in range(count):
        contact = person(world, f"Lid{number}", f"lid{number}@example.org")
        world.put(contact, "Koor")
        made.append(welcome(contact, world.group("Koor")))
    return made


def now_is(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def time_passes() -> None:
    """Whatever waits for its moment may go now."""
    now = timezone.now()
    OutgoingMail.objects.filter(free_at__gt=now).update(free_at=now)
    WayOut.objects.update(resting_until=None)


def work_until_done() -> None:
    while OutgoingMail.objects.filter(state=State.WAITING).exists():
        time_passes()
        delivering.deliver_some()


def test_a_mail_that_waits_goes_and_is_kept_as_it_went(world: World, office):
    [mail] = mails(world, 1)
    delivering.deliver_some()
    [taken] = office.taken
    assert office.readers == ["lid0@example.org"]
    assert "Dag Lid0" in text_of(taken)
    kept = now_is(mail)
    assert (kept.state, kept.attempts) == (State.SENT, 1)
    assert kept.answer == ("De mailserver nam de mail aan: 250 2.0.0 OK queued as 1")
    assert (kept.address, kept.subject) == ("lid0@example.org", "Welkom bij Koor")
    assert "Dag Lid0" in kept.html
    assert kept.ended_at


def test_a_mail_keeps_the_link_to_leave_that_it_went_with(world: World, office):
    [mail] = mails(world, 1)
    delivering.deliver_some()
    link, kept, [taken] = leaving_address(mail), now_is(mail), office.taken
    assert taken["List-Unsubscribe"].split() == [f"<{link}>"]
    for kind, text in (("plain", kept.text), ("html", kept.html)):
        body = taken.get_body((kind,))
        assert body is not None
        assert link in text
        assert link in body.get_content()


def test_what_was_sent_is_not_sent_again(world: World, office):
    mails(world, 1)
    delivering.deliver_some()
    time_passes()
    delivering.deliver_some()
    assert len(office.taken) == 1


def test_many_mails_go_by_one_line(world: World, office):
    mails(world, 5)
    delivering.deliver_some()
    assert len(set(office.ids)) == 5
    assert office.lines == 1


def test_what_is_delayed_or_has_ended_does_not_go(world: World, office):
    later, *ended = mails(world, 5)
    OutgoingMail.objects.filter(pk=later.pk).update(
        free_at=timezone.now() + timedelta(hours=1)
    )
    states = [State.CANCELLED, State.HELD, State.FAILED, State.SENT]
    for mail, state in zip(ended, states, strict=True):
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    delivering.deliver_some()
    assert office.taken == []


def test_who_may_not_be_mailed_any_more_is_skipped_and_says_why(world: World, office):
    [mail] = mails(world, 1)
    contacts.edit_contact(mail.contact or 0, {"no_mail": True}, by=world.by)
    delivering.deliver_some()
    kept = now_is(mail)
    assert (kept.state, kept.skip) == (State.SKIPPED, "no_mail")
    assert office.taken == []


def test_a_text_that_cannot_be_read_fails_and_holds_nobody_up(world: World, office):
    broken, fine = mails(world, 2)
    unreadable = template("Kapot", body="{{ onbekend }}")
    OutgoingMail.objects.filter(pk=broken.pk).update(template=unreadable)
    delivering.deliver_some()
    assert now_is(broken).state == State.FAILED
    assert "niet kan lezen" in now_is(broken).answer
    assert now_is(fine).state == State.SENT


def test_a_mail_that_cannot_be_written_out_fails_and_holds_nobody_up(
    world: World, office
):
    broken, fine = mails(world, 2)
    unwritable = template("Kapot", attachment_name="a\r\nBcc: x", attachment=b"%PDF")
    OutgoingMail.objects.filter(pk=broken.pk).update(template=unwritable)
    delivering.deliver_some()
    assert now_is(broken).state == State.FAILED
    assert now_is(fine).state == State.SENT
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("MAIL", "neemt geen mail van deze afzender aan"),
        ("RCPT", "weigert dit adres"),
        ("DATA", "weigert deze mail"),
    ],
)
def test_a_refusal_for_good_stops_that_mail_alone(
    world: World, office, command: str, words: str
):
    first, second = mails(world, 2)
    office.answer = times(1, command, "550 5.1.1 nobody here")
    delivering.deliver_some()
    kept = now_is(first)
    assert kept.state == State.FAILED
    assert words in kept.answer
    assert "550 5.1.1 nobody here" in kept.answer
    assert now_is(second).state == State.SENT
    assert office.lines == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again_later(world: World, office, command: str):
    first, second = mails(world, 2)
    office.answer = times(1, command, "451 4.7.1 greylisted")
    before = timezone.now()
    delivering.deliver_some()
    kept = now_is(first)
    assert kept.state == State.WAITING
    assert kept.free_at >= before + timedelta(seconds=60)
    assert "later nog eens te proberen" in kept.answer
    assert "451 4.7.1 greylisted" in kept.answer
    assert now_is(second).state == State.SENT
    time_passes()
    delivering.deliver_some()
    assert now_is(first).state == State.SENT
    assert sorted(office.readers) == ["lid0@example.org", "lid1@example.org"]


def test_what_is_refused_for_now_all_day_fails(world: World, office):
    [mail] = mails(world, 1)
    office.answer = refusing("DATA", "451 4.3.0 not now")
    work_until_done()
    kept = now_is(mail)
    assert kept.state == State.FAILED
    assert "451 4.3.0 not now" in kept.answer
    assert kept.attempts == len(list(queue.pauses(timedelta(seconds=60)))) + 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("what", [DROP, HANG, "421 4.3.2 closing"])
def test_a_line_that_breaks_loses_nothing(
    world: World, office, command: str, what: str
):
    made = mails(world, 3)
    office.answer = times(1, command, what)
    delivering.deliver_some()
    assert now_is(made[0]).state == State.WAITING
    assert now_is(made[0]).answer.startswith("De mailserver ")
    work_until_done()
    assert sorted(office.readers) == [f"lid{number}@example.org" for number in range(3)]


def test_a_mail_that_breaks_every_line_holds_nobody_up(world: World, office):
    first, *others = mails(world, 3)
    office.answer = refusing("DATA", DROP, reader="lid0@example.org")
    work_until_done()
    assert now_is(first).state == State.FAILED
    assert {now_is(mail).state for mail in others} == {State.SENT}


def test_a_server_that_is_away_loses_nothing_and_gets_a_rest(world: World, settings):
    made = mails(world, 3)
    port = free_port()
    mail_to(settings, port)
    delivering.deliver_some()
    for mail in made:
        kept = now_is(mail)
        assert kept.state == State.WAITING
        assert kept.answer.startswith("De mailserver is niet bereikbaar.")
    with post_office(PostOffice(port=port)) as office:
        delivering.deliver_some()
        assert office.lines == 0
        time_passes()
        delivering.deliver_some()
        assert len(office.taken) == 3
    assert WayOut.objects.get().fault == ""


def test_the_rest_of_a_server_grows_up_to_a_quarter_of_an_hour(world, settings):
    mails(world, 1)
    mail_to(settings, free_port())
    rests = []
    for _ in range(8):
        before = timezone.now()
        delivering.deliver_some()
        until = WayOut.objects.get().resting_until
        assert until
        rests.append(round((until - before).total_seconds() / 60))
        WayOut.objects.update(resting_until=None)
    assert rests == [1, 2, 4, 8, 15, 15, 15, 15]


def test_what_waits_for_a_server_that_is_away_for_a_day_fails(world, settings):
    old, new = mails(world, 2)
    mail_to(settings, free_port())
    delivering.deliver_some()
    days_ago = timezone.now() - queue.GIVE_UP_AFTER
    WayOut.objects.update(faulty_since=days_ago)
    time_passes()
    OutgoingMail.objects.filter(pk=old.pk).update(free_at=days_ago)
    delivering.deliver_some()
    assert now_is(old).state == State.FAILED
    assert now_is(old).answer.startswith("De mailserver is niet bereikbaar.")
    assert now_is(new).state == State.WAITING


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (b"554 5.3.2 no service\r\n", "neemt op dit moment geen mail aan"),
        (b"421 4.3.2 too busy\r\n", "neemt op dit moment geen mail aan"),
        (None, "gaf niet op tijd antwoord"),
    ],
)
def test_a_server_that_turns_away_is_tried_again(
    world: World, settings, greeting: bytes | None, words: str
):
    [mail] = mails(world, 1)
    with a_server_that_says(greeting) as port:
        mail_to(settings, port)
        delivering.deliver_some()
    kept = now_is(mail)
    assert (kept.state, kept.attempts) == (State.WAITING, 0)
    assert words in kept.answer
    assert WayOut.objects.get().fault == kept.answer


def test_a_host_that_does_not_exist_is_a_fault_of_the_server(world, settings):
    [mail] = mails(world, 1)
    mail_to(settings, 25, EMAIL_HOST="mail.invalid")
    delivering.deliver_some()
    assert now_is(mail).state == State.WAITING
    assert "niet te vinden" in now_is(mail).answer


def test_mails_go_by_a_safe_line_with_user_and_password(
    world: World, settings, tmp_path, monkeypatch
):
    shown, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown))
    mails(world, 1)
    wanted = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": signs_in("kring", "geheim"),
        "auth_required": True,
    }
    with post_office(**wanted) as office:
        mail_to(settings, office.port, EMAIL_USE_TLS=True, **KNOWN)
        delivering.deliver_some()
        assert len(office.taken) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_loses_nothing(world: World, settings):
    [mail] = mails(world, 1)
    wanted = {
        "auth_require_tls": False,
        "authenticator": signs_in("kring", "geheim"),
        "auth_required": True,
    }
    with post_office(**wanted) as office:
        mail_to(settings, office.port, **KNOWN | {"EMAIL_HOST_PASSWORD": "mis"})
        delivering.deliver_some()
        assert now_is(mail).state == State.WAITING
        assert "laat Kring niet inloggen" in now_is(mail).answer
        time_passes()
        mail_to(settings, office.port, **KNOWN)
        delivering.deliver_some()
        assert len(office.taken) == 1


def test_a_server_that_asks_to_sign_in_loses_nothing(world: World, office):
    made = mails(world, 2)
    office.answer = refusing("MAIL", "530 5.7.0 Authentication required")
    delivering.deliver_some()
    assert {now_is(mail).state for mail in made} == {State.WAITING}
    assert "laat Kring niet inloggen" in now_is(made[1]).answer


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    world: World, settings, tmp_path
):
    _, context = certificate(tmp_path)
    [mail] = mails(world, 1)
    with post_office(tls_context=context) as office:
        mail_to(settings, office.port, EMAIL_USE_TLS=True)
        delivering.deliver_some()
    assert now_is(mail).state == State.WAITING
    assert "beveiligde verbinding" in now_is(mail).answer


def test_a_server_without_a_safe_line_gets_no_password(world: World, office, settings):
    [mail] = mails(world, 1)
    settings.EMAIL_USE_TLS = True
    delivering.deliver_some()
    assert now_is(mail).state == State.WAITING
    assert "beveiligde verbinding" in now_is(mail).answer


def test_no_more_mails_go_in_a_minute_than_is_set(world: World, office, settings):
    settings.KRING_MAIL_PER_MINUTE = 12
    mails(world, 5)
    delivering.deliver_some()
    assert len(office.taken) == 2
    now = timezone.now()
    moment = delivering.next_moment(now=now)
    assert moment
    assert timedelta(0) < moment - now <= timedelta(seconds=6)
    WayOut.objects.update(next_at=now - timedelta(minutes=1))
    delivering.deliver_some()
    assert len(office.taken) == 4


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When a turn was taken."""
    taken: list[datetime] = []
    take = way_out.take_turn

    def counted(*, now: datetime, per_minute: int) -> bool:
        is_taken = take(now=now, per_minute=per_minute)
        taken.extend([now] * is_taken)
        return is_taken

    monkeypatch.setattr(way_out, "take_turn", counted)
    return taken


def test_past_its_shift_a_job_takes_no_turn(
    world: World, office, turns: list[datetime], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivering, "SHIFT", timedelta(seconds=1))
    with clock_at(date(2026, 5, 3)) as clock:
        mails(world, 5)

        def slowly(command: str, _reader: str) -> None:
            if command == "TAKEN":
                clock.pass_time(timedelta(seconds=0.4))

        office.answer = slowly
        delivering.deliver_some()
        assert len(office.taken) == 3
        assert len(turns) == 3
        delivering.deliver_some()
    assert len(office.taken) == 5
    assert len(turns) == 5


def test_a_shift_begins_when_the_server_has_greeted(
    world: World, office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivering, "SHIFT", timedelta(seconds=1))
    greeted = mail_server.line
    with clock_at(date(2026, 5, 3)) as clock:
        mails(world, 2)

        @contextmanager
        def after_a_while() -> Iterator[mail_server.Send]:
            with greeted() as send:
                clock.pass_time(timedelta(seconds=6))
                yield send

        monkeypatch.setattr(delivering, "line", after_a_while)
        delivering.deliver_some()
    assert len(office.taken) == 2


def test_without_a_mail_server_mails_are_kept_here(world: World, settings):
    settings.KRING_MAIL_SERVER = None
    settings.KRING_MAIL_PER_MINUTE = 1
    made = mails(world, 3)
    delivering.deliver_some()
    for number, mail in enumerate(made):
        kept = now_is(mail)
        assert kept.state == State.SENT
        assert kept.answer == "Hier bewaard: er is geen mailserver ingesteld."
        assert kept.address == f"lid{number}@example.org"
        assert f"Dag Lid{number}" in kept.text


def test_a_mail_that_was_sent_and_not_recorded_goes_again_as_the_same_mail(
    world: World, office, monkeypatch
):
    [mail] = mails(world, 1)

    class KilledError(Exception):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as dying:
        dying.setattr(queue, "record_sent", die)
        with pytest.raises(KilledError):
            delivering.deliver_some()
    delivering.deliver_some()
    assert len(office.taken) == 1
    time_passes()
    delivering.deliver_some()
    assert len(office.taken) == 2
    assert len(set(office.ids)) == 1
    assert now_is(mail).state == State.SENT


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("what", [DROP, HANG])
def test_a_mail_that_was_taken_without_an_answer_goes_again_as_the_same_mail(
    world: World, office, what: str
):
    [mail] = mails(world, 1)
    office.answer = times(1, "TAKEN", what)
    delivering.deliver_some()
    assert now_is(mail).state == State.WAITING
    work_until_done()
    assert office.ids == [message_id(mail)] * 2
    assert (now_is(mail).state, now_is(mail).attempts) == (State.SENT, 2)


def test_a_notice_goes_to_its_address(world: World, office):
    outgoing("notice", address="anna@kring.example", subject="Let op", text="Kijk.\n")
    delivering.deliver_some()
    assert office.readers == ["anna@kring.example"]


def test_the_next_job_comes_when_there_is_something_to_do(world: World, settings):
    now = timezone.now()
    assert delivering.next_moment(now=now) is None
    [mail] = mails(world, 1)
    now = timezone.now()
    assert delivering.next_moment(now=now) == now
    for seconds, found in ((30, True), (90, False)):
        free_at = now + timedelta(seconds=seconds)
        OutgoingMail.objects.update(free_at=free_at)
        assert (delivering.next_moment(now=now) == free_at) is found
    mail_to(settings, free_port())
    settings.KRING_MAIL_RETRY_SECONDS = 10
    OutgoingMail.objects.update(free_at=now)
    delivering.deliver_some()
    assert delivering.next_moment(now=now) == WayOut.objects.get().resting_until
    assert now_is(mail).state == State.WAITING
