"""Which contacts conditions are true for: one query answers them all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pyroaring import BitMap

from kring.algebra.expressions import SameAddress, Where


def matching(
    conditions: Collection[Where | SameAddress], *, among: BitMap, today: date
) -> dict[Where | SameAddress, BitMap]:
    """For each condition, the contacts among these that it is true for."""
    if not conditions:
        return {}
    raise NotImplementedError(conditions, among, today)
