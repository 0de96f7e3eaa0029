"""A bar for work that takes long, where a person is watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from kring.cli.frame import errors_console


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Told how much is done, of how much, it draws that on standard error."""
    with Progress(
        console=errors_console,
        transient=True,
        disable=not errors_console.is_terminal,
    ) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)
