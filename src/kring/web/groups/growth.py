"""The size of a group over time as a drawing: points, axes and words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kring.groups.past import Size

WIDTH, HEIGHT = 800, 180
_LEFT: Final = 60
_TOP: Final = 14
_BOTTOM: Final = 26


@dataclass(frozen=True, slots=True)
class Growth:
    """What the drawing needs; coordinates are those of its own grid."""

    line: str
    area: str
    first: Size
    last: Size
    most: Size
    base: int
    left: int = _LEFT
    top: int = _TOP
    width: int = WIDTH
    height: int = HEIGHT


def growth_of(sizes: Sequence[Size], *, today: date) -> Growth | None:
    """The drawing; None where the size changed on one day at most."""
    if not sizes or sizes[0].day == today:
        return None
    last = Size(today, sizes[-1].members)
    most = max(sizes, key=lambda size: size.members)
    span = max(1, (today - sizes[0].day).days)
    base = HEIGHT - _BOTTOM
    highest = max(1, most.members)

    def across(day: date) -> float:
        return _LEFT + (WIDTH - _LEFT - 4) * (day - sizes[0].day).days / span

    def up(members: int) -> float:
        return base - (base - _TOP) * members / highest

    steps = [f"M{across(sizes[0].day):.1f} {up(sizes[0].members):.1f}"]
    steps += [
        f"H{across(size.day):.1f}V{up(size.members):.1f}" for size in (*sizes[1:], last)
    ]
    line = "".join(steps)
    area = f"{line}V{base}H{_LEFT}Z"
    return Growth(line, area, sizes[0], last, most, base)
