"""Two or three groups as circles, as large as the groups are and overlapping alike.

Of two groups every area is in proportion. Three circles cannot show every overlap:
their sizes and the overlap of each two are in proportion, and numbers are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import acos, cos, hypot, pi, sin, sqrt
from typing import Final

WIDTH: Final = 480
HEIGHT: Final = 320
_MARGIN: Final = 6
# A number needs so much room around it, in the units of the drawing.
_ROOM: Final = 13
_STEP: Final = 4
_HALVINGS: Final = 50

Counts = Mapping[frozenset[int], int]
"""How many are in exactly these of the groups, by their places."""


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float

    def edge_from(self, x: float, y: float) -> float:
        """How far a point is from the edge; below nought inside."""
        return hypot(x - self.x, y - self.y) - self.radius


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the number of a region stands."""

    x: float
    y: float
    region: frozenset[int]


@dataclass(frozen=True, slots=True)
class Euler:
    """The circles, by the place of their group, and where there is room for numbers."""

    circles: Mapping[int, Circle]
    spots: tuple[Spot, ...]


def euler_of(counts: Counts, groups: int) -> Euler | None:
    """None where circles tell nothing: of fewer than two groups that hold anybody."""
    sizes = {place: _together(counts, {place}) for place in range(groups)}
    drawn = [place for place, size in sizes.items() if size]
    if len(drawn) not in {2, 3}:
        return None
    radii = [sqrt(sizes[place] / pi) for place in drawn]
    apart = {
        (one, other): _distance(
            radii[one], radii[other], _together(counts, {drawn[one], drawn[other]})
        )
        for one, other in combinations(range(len(drawn)), 2)
    }
    circles = dict(zip(drawn, _fitted(_placed(radii, apart)), strict=True))
    return Euler(circles, tuple(_spots(circles)))


def _together(counts: Counts, places: set[int]) -> int:
    return sum(count for region, count in counts.items() if places <= region)


def _distance(one: float, other: float, overlap: int) -> float:
    """How far apart two circles are that overlap so much."""
    near, far = abs(one - other), one + other
    for _ in range(_HALVINGS):
        between = (near + far) / 2
        if _lens(one, other, between) > overlap:
            near = between
        else:
            far = between
    return far


def _lens(one: float, other: float, apart: float) -> float:
    """The area that two circles have in common."""
    if apart >= one + other:
        return 0
    if apart <= abs(one - other):
        return pi * min(one, other) ** 2
    return _segment(one, other, apart) + _segment(other, one, apart)


def _segment(one: float, other: float, apart: float) -> float:
    along = (apart**2 + one**2 - other**2) / (2 * apart)
    angle = acos(max(-1, min(1, along / one)))
    return one**2 * (angle - sin(2 * angle) / 2)


def _placed(
    radii: Sequence[float], apart: Mapping[tuple[int, int], float]
) -> list[Circle]:
    first = Circle(0, 0, radii[0])
    second = Circle(apart[0, 1], 0, radii[1])
    if len(radii) == 2:  # noqa: PLR2004 — two circles
        return [first, second]
    angle = _angle(apart[0, 1], apart[0, 2], apart[1, 2])
    x, y = apart[0, 2] * cos(angle), apart[0, 2] * sin(angle)
    return [first, second, Circle(x, y, radii[2])]


def _angle(one: float, other: float, opposite: float) -> float:
    """The angle between two sides of a triangle; flat where it cannot be closed."""
    if not one or not other:
        return 0
    return acos(max(-1, min(1, (one**2 + other**2 - opposite**2) / (2 * one * other))))


def _fitted(circles: Sequence[Circle]) -> list[Circle]:
    """Moved and enlarged to fill the drawing."""
    left = min(circle.x - circle.radius for circle in circles)
    right = max(circle.x + circle.radius for circle in circles)
    top = min(circle.y - circle.radius for circle in circles)
    bottom = max(circle.y + circle.radius for circle in circles)
    scale = min(
        (WIDTH - 2 * _MARGIN) / (right - left), (HEIGHT - 2 * _MARGIN) / (bottom - top)
    )
    x = (WIDTH - scale * (left + right)) / 2
    y = (HEIGHT - scale * (top + bottom)) / 2
    return [
        Circle(x + scale * one.x, y + scale * one.y, scale * one.radius)
        for one in circles
    ]


def _spots(circles: Mapping[int, Circle]) -> Iterator[Spot]:
    """Of each region that is drawn the point that is furthest from every edge."""
    best: dict[frozenset[int], tuple[float, float, float]] = {}
    for x, y in product(range(0, WIDTH, _STEP), range(0, HEIGHT, _STEP)):
        edges = {place: circle.edge_from(x, y) for place, circle in circles.items()}
        region = frozenset(place for place, edge in edges.items() if edge < 0)
        room = min(map(abs, edges.values()))
        if region and room > best.get(region, (_ROOM, 0, 0))[0]:
            best[region] = (room, x, y)
    for region, (_, across, down) in best.items():
        yield Spot(across, down, region)
