"""Kring served, at work, and watched: with real processes."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.job_context import JobContext

from kring.actions import clock, fills, jobs
from kring.groups.models import Fill
from tests.cli.processes import answer, free_port, kring, wait_until
from tests.world import World


def execute(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def committed(transactional_db):
    """A database that other processes see too; jobs are no table of Django's."""
    yield
    execute("delete from procrastinate_jobs")
    execute("delete from procrastinate_workers")


@pytest.fixture
def port(committed, child_environment):
    """Where a web server runs."""
    port = free_port()
    words = ("serve", "--port", str(port), "--workers", "1")
    with kring(*words, environment=child_environment) as server:
        server.await_line("Ctrl-C")
        wait_until(lambda: answer(port, "/inloggen/")[0] == 200)
        yield port, server


def spread(world: World) -> None:
    """Contacts on both sides of the end of a chunk."""
    world.contacts("Ada")
    execute("update chunk set last_id = 65535")
    world.contacts("Ben", "Cas")


def test_without_a_worker_kring_is_not_well(client, db):
    response = client.get("/healthz")
    assert response.status_code == 503
    found = json.loads(response.content)
    assert found["well"] is False
    assert "kring worker" in found["problems"]["worker"]


def test_with_a_worker_kring_is_well(client, db):
    execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    response = client.get("/healthz")
    assert response.status_code == 200
    assert json.loads(response.content) == {"well": True, "problems": {}}


def test_until_the_new_day_has_been_followed_kring_is_not_well(client, db):
    execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    World().contact("Ada")
    assert client.get("/healthz").status_code == 200
    execute("update chunk set day = day - 1")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert set(json.loads(response.content)["problems"]) == {"day"}
    clock.new_day()
    assert client.get("/healthz").status_code == 200


def test_a_worker_brings_groups_to_the_new_day(committed, child_environment):
    World().contact("Ada")
    execute("update chunk set day = day - 1")
    with kring("worker", environment=child_environment):
        wait_until(
            lambda: execute("select day from chunk") == [(timezone.localdate(),)]
        )


def test_a_worker_that_has_long_been_silent_is_none(client, db):
    execute(
        "insert into procrastinate_workers (last_heartbeat)"
        " values (now() - interval '31 seconds')"
    )
    assert client.get("/healthz").status_code == 503


def test_without_tables_the_database_is_not_well(client, db):
    execute("alter table procrastinate_workers rename to away")
    response = client.get("/healthz")
    assert response.status_code == 503
    assert set(json.loads(response.content)["problems"]) == {"database"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_asked_to_stop_leaves_nobody(port, number):
    number_of_port, server = port
    assert server.stop(number) == 0
    assert answer(number_of_port, "/inloggen/")[0] == 0
    assert "Traceback" not in server.output


def test_a_server_that_is_killed_leaves_nobody(port):
    number_of_port, server = port
    server.stop(signal.SIGKILL)
    wait_until(lambda: answer(number_of_port, "/inloggen/")[0] == 0)


def test_an_occupied_port_is_refused_in_a_sentence(child_environment, db):
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        words = ("serve", "--port", str(port))
        with kring(*words, environment=child_environment) as server:
            assert server.process.wait(120) == 1
    [sentence] = server.lines
    assert str(port) in sentence
    assert "--port" in sentence


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_without_tables_is_not_served(child_environment, db, command):
    parts = urlsplit(child_environment["DATABASE_URL"])
    empty = {"DATABASE_URL": urlunsplit(parts._replace(path="/postgres"))}
    with kring(command, environment={**child_environment, **empty}) as refused:
        assert refused.process.wait(120) == 1
    [sentence] = refused.lines
    assert "kring migrate" in sentence


def test_migrating_what_is_up_to_date_changes_nothing(child_environment, db):
    with kring("migrate", environment=child_environment) as migrate:
        assert migrate.process.wait(120) == 0
    assert migrate.lines == ["De tabellen zijn bijgewerkt.\n"]


@pytest.mark.usefixtures("committed")
def test_the_worker_fills_what_was_begun(child_environment):
    world = World()
    spread(world)
    world.group("all of us", {"everyone": True})
    assert world.members("all of us") == set()
    with kring("worker", environment=child_environment) as worker:
        wait_until(lambda: not Fill.objects.exists())
        assert jobs.a_worker_lives()
        assert worker.stop() == 0
        assert "Traceback" not in worker.output
    assert len(world.members("all of us")) == 3
    assert world.faults() == []
    assert not jobs.a_worker_lives()


@pytest.mark.usefixtures("committed")
def test_a_fill_and_its_job_begin_together_or_not_at_all():
    world = World()
    spread(world)
    with transaction.atomic():
        world.group("all of us", {"everyone": True})
        transaction.set_rollback(True)
    assert not Fill.objects.exists()
    assert execute("select count(*) from procrastinate_jobs") == [(0,)]


@pytest.mark.usefixtures("committed")
def test_a_killed_worker_s_job_is_taken_over():
    fills.fill.defer()
    execute("update procrastinate_jobs set status = 'doing'")
    # In a thread of its own: a browser test before it leaves a loop in this one.
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, take_over()).result()
    assert execute("select status from procrastinate_jobs") == [("todo",)]


async def take_over() -> None:
    app = jobs_app.with_connector(DjangoConnector().get_worker_connector())
    async with app.open_async():
        [job] = await app.job_manager.list_jobs_async()
        context = JobContext(
            app=app, job=job, start_timestamp=0, abort_reason=lambda: None
        )
        await jobs.take_over(context, timestamp=0)
