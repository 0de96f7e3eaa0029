"""Contenders do the same work in turns: first checked against the truth, then timed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from statistics import median
from time import perf_counter
from typing import Any, Final

Tell = Callable[[str], object]
"""Hears what is being done."""

PATIENCE: Final = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """How often each contender is timed, unless it takes longer than PATIENCE.

    Quick ones more often, up to `most`, for as many seconds as `worthwhile` says.
    """

    fewest: int = 5
    most: int = 31
    worthwhile: float = 1.5


CALM: Final = Pace()


class TooLongError(Exception):
    """A contender gave up: the work was not done in the time that it was given."""


class Role(StrEnum):
    """Whom a contender stands for."""

    KRING = "kring"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    SQL = "all SQL"
    FLOOR = "floor"
    WITHOUT = "without mail"


@dataclass(eq=False)
class WrongAnswerError(Exception):
    """A contender answered what plain sets deny; nothing was timed."""

    race: str
    contender: str
    expected: str
    answered: str

    def __str__(self) -> str:
        return (
            f"{self.race}: {self.contender} answered {self.answered},"
            f" plain sets say {self.expected}"
        )


def _nothing() -> None:
    pass


def _as_it_is(answer: Any) -> Any:  # noqa: ANN401 — whatever was answered
    return answer


@dataclass(frozen=True, slots=True)
class Contender:
    """Someone's way to do the work.

    `run` alone is timed. `told` makes of its answer what is compared with the truth;
    `before` and `after` put everything back for the next one.
    """

    role: Role
    way: str
    run: Callable[[], Any]
    told: Callable[[Any], object] = _as_it_is
    before: Callable[[], None] = _nothing
    after: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class Lap:
    """How long a contender took, in milliseconds: the median of so many runs.

    Who gave up would have taken longer than that.
    """

    role: Role
    way: str
    milliseconds: float
    runs: int
    gave_up: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """What is asked of Kring beside another: at least, or at most, so many times.

    `at` are the numbers of contacts for which it is asked; empty means all.
    """

    beside: Role
    at_least: float | None = None
    at_most: float | None = None
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """What Kring may take, in milliseconds."""

    milliseconds: float
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Trips:
    """How often Kring may ask the database something."""

    most: int
    counted: int


Target = Ratio | Limit | Trips


@dataclass(frozen=True, slots=True)
class Race:
    """One piece of work, its truth, and who does it; `rows` are those it brings in."""

    workload: str
    work: str
    truth: object
    contenders: Sequence[Contender]
    targets: Sequence[Target] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A race that was run."""

    workload: str
    work: str
    laps: tuple[Lap, ...] = ()
    targets: tuple[Target, ...] = ()
    rows: int = 0

    def lap_of(self, role: Role) -> Lap | None:
        """The quickest of those who stand for the role."""
        alike = [lap for lap in self.laps if lap.role is role]
        return min(alike, key=lambda lap: lap.milliseconds, default=None)


@dataclass(slots=True)
class _Runner:
    contender: Contender
    times: list[float] = field(default_factory=list)
    wanted: int = 1
    gave_up: bool = False

    def run(self, told: Callable[[Any], object] = _as_it_is) -> object:
        """What is `told` of the answer, before everything is put back."""
        self.contender.before()
        gc.collect(1)
        begun = perf_counter()
        try:
            answer = self.contender.run()
            self.times.append(perf_counter() - begun)
            return told(answer)
        finally:
            self.contender.after()

    def try_once(self) -> object:
        """What is compared with the truth, or None when it gives up."""
        begun = perf_counter()
        try:
            return self.run(self.contender.told)
        except TooLongError:
            self.times.append(perf_counter() - begun)
            self.gave_up = True
            return None

    def lap(self) -> Lap:
        spent = median(self.times) * 1_000
        who = self.contender
        return Lap(who.role, who.way, spent, len(self.times), self.gave_up)


def run(race: Race, tell: Tell = lambda _: None, pace: Pace = CALM) -> Result:
    """Check everyone's answer against the truth, then time them in turns.

    Raises WrongAnswerError.
    """
    runners = [_Runner(contender) for contender in race.contenders]
    for runner in runners:
        tell(f"{race.workload} {race.work}: {runner.contender.role}")
        _check(race, runner, pace)
    rounds = max(runner.wanted for runner in runners)
    for turn in range(rounds):
        for runner in runners:
            if _takes_part(runner.wanted, turn, rounds):
                runner.run()
    laps = tuple(runner.lap() for runner in runners)
    return Result(race.workload, race.work, laps, tuple(race.targets), race.rows)


def _check(race: Race, runner: _Runner, pace: Pace) -> None:
    """The first run is for the answer; it only counts where there are few others."""
    answered = runner.try_once()
    if not runner.gave_up and answered != race.truth:
        raise WrongAnswerError(
            race.work,
            f"{runner.contender.role} ({runner.contender.way})",
            _short(race.truth),
            _short(answered),
        )
    [took] = runner.times
    if took > PATIENCE or runner.gave_up:
        runner.wanted = 0
        return
    runner.times.clear()
    often = ceil(pace.worthwhile / max(took, 1e-9))
    runner.wanted = max(pace.fewest, min(pace.most, often))


def _takes_part(wanted: int, turn: int, rounds: int) -> bool:
    """Whoever runs less often is spread over all rounds."""
    return (turn + 1) * wanted // rounds > turn * wanted // rounds


def _short(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 120 else f"{text[:117]}…"  # noqa: PLR2004 — one line
