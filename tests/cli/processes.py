"""Real kring processes, and waiting for what they do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

PATIENCE = 120  # seconds: the machine may be busy


@dataclass
class Kring:
    """One process of kring, and what it has printed."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    printed: threading.Condition = field(default_factory=threading.Condition)

    def await_line(self, words: str) -> None:
        """Wait until it prints a line with these words."""
        with self.printed:
            found = self.printed.wait_for(
                lambda: any(words in line for line in self.lines) or self.has_ended,
                PATIENCE,
            )
        assert found, self.output
        assert not self.has_ended, self.output

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send the signal to this process alone; returns its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self.printed:
                self.lines.append(line)
                self.printed.notify_all()
        self.process.wait()
        with self.printed:
            self.printed.notify_all()


@contextmanager
def kring(*words: str, environment: Mapping[str, str]) -> Iterator[Kring]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kring", *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started = Kring(process)
    reader = threading.Thread(target=started.read)
    reader.start()
    try:
        yield started
    finally:
        if not started.has_ended:
            started.stop(signal.SIGTERM)
        reader.join()
        assert process.stdout
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def answer(port: int, path: str) -> tuple[int, str]:
    """The status and the text; status 0 when nobody answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (URLError, ConnectionError):
        return 0, ""


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)


def processes_naming(folder: Path) -> list[str]:
    """The commands and environments on this machine that name a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes()
            given = (process / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in told + given and process.name != str(os.getpid()):
            found.append(told.replace(b"\0", b" ").decode())
    return found
