"""Whether a target was met, and if not by how much it was missed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from kring.bench.racing import Limit, Ratio, Result, Role, Target, Trips

TIMES = "\N{MULTIPLICATION SIGN}"
NOTHING = "\N{EN DASH}"


class Outcome(StrEnum):
    MET = "met"
    MISSED = "missed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target in words, what was measured, and how it ended."""

    asked: str
    measured: str
    outcome: Outcome
    missed_by: float | None = None


def verdicts(result: Result, *, contacts: int) -> list[Verdict]:
    """One for each target that can be judged; the others are told as not asked."""
    return [_verdict(target, result, contacts) for target in result.targets]


def _verdict(target: Target, result: Result, contacts: int) -> Verdict:
    match target:
        case Ratio():
            return _of_ratio(target, result, contacts)
        case Limit():
            return _of_limit(target, result, contacts)
        case Trips(most, counted):
            asked, measured = f"≤ {most} round trips", f"{counted}"
            return _judged(asked, measured, counted / most)
        case _:
            assert_never(target)


def _of_ratio(target: Ratio, result: Result, contacts: int) -> Verdict:
    asked = _asked(target) + _where(target.at)
    kring, other = result.lap_of(Role.KRING), result.lap_of(target.beside)
    if kring is None or other is None:
        return Verdict(asked, NOTHING, Outcome.NOT_ASKED)
    if target.at_least is not None:
        measured = other.milliseconds / kring.milliseconds
        shortfall = target.at_least / measured
        if other.gave_up:
            return _beside_who_gave_up(asked, measured, shortfall)
    else:
        measured = kring.milliseconds / other.milliseconds
        shortfall = measured / (target.at_most or 1)
    if target.at and contacts not in target.at:
        return Verdict(asked, times(measured), Outcome.NOT_ASKED)
    return _judged(asked, times(measured), shortfall)


def _beside_who_gave_up(asked: str, measured: float, shortfall: float) -> Verdict:
    """It would have taken longer: what is enough is enough, the rest is unknown."""
    told = f"> {times(measured)}"
    outcome = Outcome.MET if shortfall <= 1 else Outcome.NOT_ASKED
    return Verdict(asked, told, outcome)


def _of_limit(target: Limit, result: Result, contacts: int) -> Verdict:
    asked = f"≤ {target.milliseconds:g} ms" + _where(target.at)
    kring = result.lap_of(Role.KRING)
    if kring is None:
        return Verdict(asked, NOTHING, Outcome.NOT_ASKED)
    measured = f"{milliseconds(kring.milliseconds)} ms"
    if target.at and contacts not in target.at:
        return Verdict(asked, measured, Outcome.NOT_ASKED)
    return _judged(asked, measured, kring.milliseconds / target.milliseconds)


def _judged(asked: str, measured: str, shortfall: float) -> Verdict:
    if shortfall <= 1:
        return Verdict(asked, measured, Outcome.MET)
    return Verdict(asked, measured, Outcome.MISSED, shortfall)


def _asked(target: Ratio) -> str:
    if target.at_least is not None:
        return f"≥ {target.at_least:g}{TIMES} faster than {target.beside}"
    return f"≤ {target.at_most:g}{TIMES} {target.beside}"


def _where(at: tuple[int, ...]) -> str:
    return f" at {' and '.join(f'{one:,}' for one in at)}" if at else ""


def times(ratio: float) -> str:
    return f"{TIMES}{ratio:,.0f}" if ratio >= 20 else f"{TIMES}{ratio:.2g}"  # noqa: PLR2004


def milliseconds(spent: float) -> str:
    """With as many digits as mean something."""
    if spent >= 100:  # noqa: PLR2004 — hundreds need no decimals
        return f"{spent:,.0f}"
    return f"{spent:.1f}" if spent >= 10 else f"{spent:.2f}"  # noqa: PLR2004
