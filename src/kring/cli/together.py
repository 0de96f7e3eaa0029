"""Processes that run together: when one ends, or somebody asks, all of them stop."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from kring.cli.watch import finish_undisturbed

PATIENCE = 15  # seconds

Child = subprocess.Popen[bytes]


@contextmanager
def running(
    commands: Iterable[Sequence[str]], *, environment: Mapping[str, str]
) -> Iterator[list[Child]]:
    """These kring commands, for as long as the block; killing this one ends them too.

    A Ctrl-C at the terminal reaches only this process, which stops them in order.
    """
    children: list[Child] = []
    try:
        for words in commands:
            children.append(_started(words, environment))  # noqa: PERF401 — must stop
        yield children
    finally:
        finish_undisturbed()
        _stop(children)


def wait_for_an_end(children: Sequence[Child]) -> None:
    while all_run(children):
        time.sleep(0.5)


def all_run(children: Iterable[Child]) -> bool:
    return all(child.poll() is None for child in children)


def _started(words: Sequence[str], environment: Mapping[str, str]) -> Child:
    command = [sys.executable, "-m", "kring", *words, "--as-long-as", str(os.getpid())]
    return subprocess.Popen(  # noqa: S603 — our own command
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
