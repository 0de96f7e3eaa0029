"""Where an act hands over what turned to whoever acts on it."""

from __future__ import annotations

from collections.abc import Callable

from kring.groups.bitmaps import Turned

Listener = Callable[[Turned, int], None]

LISTENERS: tuple[Listener, ...] = ()
"""Called by name, in this order, within the act's transaction."""


def follow_up(turned: Turned, *, change: int) -> None:
    """Give the bits that turned, and the number of their change, to each listener."""
    for listen in LISTENERS:
        listen(turned, change)
