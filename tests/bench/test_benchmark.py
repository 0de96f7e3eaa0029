"""Every workload runs, and whoever answers what plain sets deny is refused."""

from __future__ import annotations

import pytest
from django.db import connection

from kring.bench import scratch
from kring.bench.racing import (
    Contender,
    Race,
    Role,
    TooLongError,
    WrongAnswerError,
    run,
)
from kring.bench.running import WORKLOADS, Listener, benchmark
from kring.bench.scratch import AnotherBenchError, bare_connection, scratch_database
from kring.groups import queries
from tests.bench.conftest import CONTACTS, ONCE

pytestmark = pytest.mark.django_db(transaction=True)


def databases_beside() -> list[str]:
    """The scratch databases that are there."""
    beside = scratch._beside(str(connection.settings_dict["NAME"]))
    with bare_connection() as bare:
        return scratch._left_behind(bare, beside)


def test_every_workload_is_run_with_all_who_take_part(report):
    assert {result.workload for result in report.results} == set(WORKLOADS)
    roles = {lap.role for result in report.results for lap in result.laps}
    assert roles == set(Role)
    for result in report.results:
        assert result.lap_of(Role.KRING) is not None, result.work
        assert all(lap.milliseconds > 0 for lap in result.laps)


def test_nothing_is_left_of_its_world(report):
    assert databases_beside() == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from contact")
        assert cursor.fetchone() == (0,)


def test_a_contender_that_answers_wrongly_is_refused_before_it_is_timed():
    right = Contender(Role.KRING, "right", lambda: 4)
    wrong = Contender(Role.P3, "wrong", lambda: 5)
    with pytest.raises(WrongAnswerError) as caught:
        run(Race("W1", "two and two", 4, [right, wrong]))
    assert str(caught.value) == ("two and two: P3 (wrong) answered 5, plain sets say 4")


def test_who_gives_up_is_timed_once_and_answers_nothing():
    tries: list[str] = []

    def give_up() -> int:
        tries.append("tried")
        raise TooLongError

    right = Contender(Role.KRING, "right", lambda: 4)
    slow = Contender(Role.P1, "slow", give_up)
    lap = run(Race("W1", "two and two", 4, [right, slow])).lap_of(Role.P1)
    assert lap is not None
    assert (lap.gave_up, lap.runs, tries) == (True, 1, ["tried"])


def test_a_wrong_count_of_kring_is_seen_and_the_database_is_dropped(monkeypatch):
    true_counts = queries.counts_of

    def one_more(groups):
        return {group: count + 1 for group, count in true_counts(groups).items()}

    monkeypatch.setattr(queries, "counts_of", one_more)
    with pytest.raises(WrongAnswerError, match="kring"):
        benchmark(CONTACTS, only=["W1"], pace=ONCE)
    assert databases_beside() == []


def test_a_member_too_many_in_the_database_is_seen(monkeypatch):
    true_members = queries.members_of

    def with_a_stranger(group):
        return true_members(group) | type(true_members(group))([CONTACTS + 1])

    monkeypatch.setattr(queries, "members_of", with_a_stranger)
    with pytest.raises(WrongAnswerError):
        benchmark(CONTACTS, only=["W1"], pace=ONCE)


def test_what_is_broken_off_leaves_no_database():
    def stop(_what: str) -> None:
        raise KeyboardInterrupt

    own = connection.settings_dict["NAME"]
    with pytest.raises(KeyboardInterrupt):
        benchmark(CONTACTS, only=["W1"], hears=Listener(tell=stop), pace=ONCE)
    assert databases_beside() == []
    assert connection.settings_dict["NAME"] == own


def test_two_benchmarks_beside_one_database_are_refused():
    with bare_connection() as other:
        other.execute("select pg_advisory_lock(%s)", [scratch._BENCHING])
        with pytest.raises(AnotherBenchError), scratch_database():
            pass
    assert databases_beside() == []


def test_what_a_killed_benchmark_left_is_dropped():
    left = scratch._beside(str(connection.settings_dict["NAME"])) + "0"
    with bare_connection() as bare:
        bare.execute(f'create database "{left}"')
    with scratch_database() as name:
        assert name != left
    assert databases_beside() == []
