"""Where the bars and dots of an UpSet diagram stand: a column for each region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kring.groups.overlap import Overlap, Region

MOST_COLUMNS: Final = 24
LABELS: Final = 232
_COLUMN: Final = 30
_ROW: Final = 26
_BARS: Final = 150
_ABOVE: Final = 52
_LONGEST_NAME: Final = 30
_MOST_UPRIGHT: Final = 999


@dataclass(frozen=True, slots=True)
class Row:
    """A group: its name, and the middle of its line of dots."""

    name: str
    size: int
    y: int


@dataclass(frozen=True, slots=True)
class Column:
    """A region: its bar, its dots, and the line that joins them."""

    region: Region
    place: int
    x: int
    top: int
    height: int
    dots: tuple[int, ...]
    blanks: tuple[int, ...]

    @property
    def left(self) -> int:
        return self.x - 8

    @property
    def turn(self) -> str:
        """Where the number stands; a long one is turned, to fit above its bar."""
        turned = " rotate(-90)" if self.region.count > _MOST_UPRIGHT else ""
        return f"translate({self.x} {self.top - (6 if turned else 12)}){turned}"

    @property
    def anchor(self) -> str:
        return "start" if self.region.count > _MOST_UPRIGHT else "middle"


@dataclass(frozen=True, slots=True)
class Upset:
    """The drawing; `hidden` is how many smaller regions have no column."""

    width: int
    height: int
    base: int
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    hidden: int


def upset_of(overlap: Overlap, names: Mapping[int, str]) -> Upset:
    """The largest regions of an overlap, each as a bar above the groups it is in."""
    base = _ABOVE + _BARS
    lines = {
        group: base + 24 + place * _ROW for place, group in enumerate(overlap.groups)
    }
    shown = overlap.regions[:MOST_COLUMNS]
    return Upset(
        width=LABELS + _COLUMN * len(shown) + 16,
        height=base + 24 + _ROW * len(lines),
        base=base,
        rows=tuple(
            Row(_short(names[group]), overlap.sizes[group], y)
            for group, y in lines.items()
        ),
        columns=tuple(_columns(shown, lines, base)),
        hidden=len(overlap.regions) - len(shown),
    )


def _columns(
    shown: Sequence[Region], lines: Mapping[int, int], base: int
) -> Sequence[Column]:
    most = max((region.count for region in shown), default=1)
    columns = []
    for place, region in enumerate(shown, 1):
        height = max(1, round(_BARS * region.count / most))
        dots = tuple(lines[group] for group in region.groups)
        columns.append(
            Column(
                region=region,
                place=place,
                x=LABELS + _COLUMN * place - _COLUMN // 2,
                top=base - height,
                height=height,
                dots=tuple(sorted(dots)),
                blanks=tuple(y for y in lines.values() if y not in dots),
            )
        )
    return columns


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
