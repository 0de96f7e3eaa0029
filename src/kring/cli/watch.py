"""A process that ends when the one it belongs to is gone, however that ended."""

from __future__ import annotations

import os
import signal
import threading
import time


def stop_without(owner: int) -> None:
    """Ask this process to stop as soon as its parent is no longer `owner`."""
    threading.Thread(target=_watch, args=(owner,), daemon=True).start()


def stop_when_terminated() -> None:
    """Being asked to stop ends a command as Ctrl-C does: in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def finish_undisturbed() -> None:
    """From here on the process ends by itself; who is impatient can still kill it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _watch(owner: int) -> None:
    while os.getppid() == owner:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
