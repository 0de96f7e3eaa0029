"""The server outlives whoever is killed, and is itself started again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest

from kring.database import binaries, process
from kring.database.account import server_account
from kring.database.errors import StartFailedError, StopFailedError
from kring.database.location import cluster_folder, socket_files
from kring.database.server import connect, ensure_running, in_use, stop_if_unused
from tests.database.processes import (
    answer_to,
    execute,
    leave,
    open_folder,
    runs,
    server_number,
    use_in_other_process,
    wait_until_ready,
)

FORK = multiprocessing.get_context("fork")


def test_the_server_stays_for_a_process_that_still_uses_it(data: Path) -> None:
    with open_folder(data):
        other = use_in_other_process(data)
        wait_until_ready(other)
    assert answer_to("SELECT 1", data) == 1
    leave(other)
    assert not runs(data)


def test_processes_that_start_at_once_share_one_server(fresh: Path) -> None:
    starters = [use_in_other_process(fresh) for _ in range(4)]
    for starter in starters:
        wait_until_ready(starter)
    assert answer_to("SELECT 1", fresh) == 1
    for starter in starters:
        leave(starter)
    assert not runs(fresh)


def test_a_killed_process_leaves_the_server_to_the_next_who_stops_it(
    data: Path,
) -> None:
    killed = use_in_other_process(data)
    wait_until_ready(killed)
    number = server_number(data)
    kill(killed)
    with open_folder(data):
        assert server_number(data) == number
    assert not runs(data)


def test_a_process_that_is_killed_does_not_keep_the_server(data: Path) -> None:
    with open_folder(data):
        killed = use_in_other_process(data)
        wait_until_ready(killed)
        kill(killed)
    assert not runs(data)


def test_a_server_that_nobody_uses_any_more_can_be_stopped(data: Path) -> None:
    killed = use_in_other_process(data)
    wait_until_ready(killed)
    assert not stop_if_unused(data)
    kill(killed)
    assert stop_if_unused(data)
    assert not runs(data)


def test_a_killed_server_is_started_again_with_all_that_was_saved(data: Path) -> None:
    with in_use(data):
        execute("CREATE TABLE survivor AS SELECT 42 AS answer", data)
        os.kill(server_number(data), signal.SIGKILL)
        with open_folder(data):
            assert answer_to("SELECT answer FROM survivor", data) == 42
    assert not runs(data)


def test_a_process_starts_the_server_that_was_killed_under_it(data: Path) -> None:
    with open_folder(data):
        os.kill(server_number(data), signal.SIGKILL)
        ensure_running(data)
        assert answer_to("SELECT 1", data) == 1


def test_a_killed_server_whose_connections_are_still_open_is_started_again(
    data: Path,
) -> None:
    with open_folder(data) as facts, closing(connect(facts)):
        os.kill(server_number(data), signal.SIGKILL)
        ensure_running(data)
        assert answer_to("SELECT 1", data) == 1


def test_a_killed_servers_last_work_is_waited_for(data: Path) -> None:
    with open_folder(data) as facts, closing(connect(facts)) as connection:
        keep_busy(connection)
        os.kill(server_number(data), signal.SIGKILL)
        ensure_running(data)
        assert answer_to("SELECT 1", data) == 1


def test_a_killed_servers_work_that_does_not_end_is_named(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ORPHAN_PATIENCE", 0)
    with open_folder(copied) as facts, closing(connect(facts)) as connection:
        number = keep_busy(connection)
        os.kill(server_number(copied), signal.SIGKILL)
        with pytest.raises(StartFailedError, match="pre-existing shared memory"):
            ensure_running(copied)
        os.kill(number, signal.SIGKILL)


def test_a_server_that_does_not_stop_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 1)
    with open_folder(data):
        number = server_number(data)
        os.kill(number, signal.SIGSTOP)
        with pytest.raises(StopFailedError, match="does not shut down"):
            process.stop(data, server_account(), binaries.runnable_by_server_user())
        os.kill(number, signal.SIGCONT)


def test_leaving_after_the_server_was_killed_takes_what_it_left(data: Path) -> None:
    with open_folder(data):
        os.kill(server_number(data), signal.SIGKILL)
    assert not runs(data)
    assert not any(path.exists() for path in socket_files(data))


def test_a_number_that_another_program_has_by_now_is_no_server(data: Path) -> None:
    with open_folder(data), bystander() as number:
        give_number(data, to=number)
        with open_folder(data):
            assert server_number(data) != number


def test_a_number_that_nobody_has_is_no_server(data: Path) -> None:
    with open_folder(data):
        give_number(data, to=2**22 - 1)
        with open_folder(data):
            assert answer_to("SELECT 1", data) == 1


def test_the_number_of_another_folders_server_is_no_server_here(
    data: Path, shared_data: Path
) -> None:
    with open_folder(data):
        give_number(data, to=server_number(shared_data))
        with open_folder(data):
            assert answer_to("SELECT 1", data) == 1
        assert answer_to("SELECT 1", shared_data) == 1


def test_a_number_file_that_was_half_written_stops_nobody(data: Path) -> None:
    with open_folder(data):
        os.kill(server_number(data), signal.SIGKILL)
        (cluster_folder(data) / "postmaster.pid").write_text("")
        with open_folder(data):
            assert answer_to("SELECT 1", data) == 1


def test_a_forked_child_keeps_the_server_for_itself(data: Path) -> None:
    here, there = FORK.Pipe()
    with open_folder(data):
        child = FORK.Process(target=stay, args=[there])
        child.start()
        here.recv()
    assert answer_to("SELECT 1", data) == 1
    here.send("leave")
    child.join()
    assert stop_if_unused(data)


def test_a_forked_child_that_leaves_does_not_stop_its_parents_server(
    data: Path,
) -> None:
    with open_folder(data):
        child = FORK.Process(target=int)
        child.start()
        child.join()
        assert not stop_if_unused(data)
        assert answer_to("SELECT 1", data) == 1


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@contextmanager
def bystander() -> Iterator[int]:
    """A process of the user who runs the servers, for nobody else counts."""
    account = server_account()
    program = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=account.uid)
    yield program.pid
    program.communicate()
    assert program.returncode == 0


def keep_busy(connection: psycopg.Connection) -> int:
    """Work that looks at nothing else for a while; the process that does it."""
    connection.pgconn.send_query(b"SELECT sum(n) FROM generate_series(1, 4000000) n")
    return connection.info.backend_pid


def give_number(data: Path, *, to: int) -> None:
    """Kill the server, and let what it left name another process."""
    killed = server_number(data)
    os.kill(killed, signal.SIGKILL)
    _socket, socket_lock = socket_files(data)
    for path in (cluster_folder(data) / "postmaster.pid", socket_lock):
        path.write_text(path.read_text().replace(str(killed), str(to), 1))


def stay(pipe: Connection) -> None:
    pipe.send("here")
    pipe.recv()
