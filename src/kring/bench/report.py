"""The report: as a table, as JSON, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table

from kring.bench.racing import CALM, Lap, Result, Role
from kring.bench.running import Report
from kring.bench.verdicts import TIMES, Outcome, Verdict, milliseconds, verdicts

_COLUMNS = ("", "Work", "Kring, ms", "Peers and floor, ms", "Target", "Verdict")


def as_table(report: Report) -> Table:
    """For a terminal."""
    table = Table(*_COLUMNS, box=box.SIMPLE_HEAD, title=heading(report))
    for row in _rows(report):
        table.add_row(*row)
    return table


def as_markdown(report: Report) -> str:
    """The heading, the machine and the table, for documents."""
    lines = [f"### {heading(report)}", "", *_machine_lines(report), ""]
    lines += [_line(_COLUMNS), _line("---" for _ in _COLUMNS)]
    lines += [
        _line(cell.replace("\n", "<br>") for cell in row) for row in _rows(report)
    ]
    return "\n".join(lines) + "\n"


def placed_in(document: str, report: Report) -> str:
    """The document with this report's table in the place that is kept for its size.

    The place is between two comments; a document without it gets it at its end.
    """
    begin, end = f"<!-- bench {report.contacts} -->", "<!-- end -->"
    table = f"{begin}\n\n{as_markdown(report)}\n{end}"
    before, found, rest = document.partition(begin)
    if not found:
        return f"{document.rstrip()}\n\n{table}\n".lstrip()
    return before + table + rest.partition(end)[2]


def as_json(report: Report) -> dict[str, Any]:
    """Everything, with the verdicts."""
    return {
        "contacts": report.contacts,
        "begun_at": report.begun_at,
        "machine": asdict(report.machine),
        "load_before": report.load_before,
        "load_after": report.load_after,
        "loading_seconds": round(report.loading_seconds, 3),
        "results": [
            {
                "workload": result.workload,
                "work": result.work,
                "rows": result.rows,
                "laps": [asdict(lap) for lap in result.laps],
                "targets": [
                    asdict(verdict)
                    for verdict in verdicts(result, contacts=report.contacts)
                ],
            }
            for result in report.results
        ],
    }


def heading(report: Report) -> str:
    return f"{report.contacts:,} contacts"


def facts(report: Report) -> list[str]:
    """The machine and its load, a sentence each."""
    machine = report.machine
    settings = ", ".join(f"{name} {value}" for name, value in machine.settings.items())
    loads = [
        " ".join(f"{one:.2f}" for one in load)
        for load in (report.load_before, report.load_after)
    ]
    hardware = (
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gigabytes} GB,"
        f" {machine.system}"
    )
    software = f"PostgreSQL {machine.postgresql}, Python {machine.python}; {settings}"
    circumstances = (
        f"Load average before {loads[0]}, after {loads[1]};"
        f" measured on {report.begun_at:%Y-%m-%d};"
        f" the world was loaded in {report.loading_seconds:.0f} s"
    )
    return [hardware, software, circumstances]


def _machine_lines(report: Report) -> list[str]:
    return [f"- {fact}" for fact in facts(report)]


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for result in report.results:
        judged = verdicts(result, contacts=report.contacts)
        yield (
            result.workload,
            result.work,
            "\n".join(_own(result)),
            "\n".join(_others(result)),
            "\n".join(verdict.asked for verdict in judged),
            "\n".join(map(_told, judged)),
        )


def _own(result: Result) -> Iterator[str]:
    kring = result.lap_of(Role.KRING)
    if kring is not None:
        yield milliseconds(kring.milliseconds)
        if result.rows:
            yield f"{result.rows / kring.milliseconds * 1_000:,.0f} rows/s"


def _others(result: Result) -> Iterator[str]:
    kring = result.lap_of(Role.KRING)
    for lap in result.laps:
        if lap.role is not Role.KRING:
            yield f"{lap.role} {lap.way}: {_time(lap)}{_beside(lap, kring)}"


def _time(lap: Lap) -> str:
    spent = milliseconds(lap.milliseconds)
    if lap.gave_up:
        return f"given up after {spent}"
    few = f" ({lap.runs} run)" if lap.runs < CALM.fewest else ""
    return spent + few


def _beside(lap: Lap, kring: Lap | None) -> str:
    if kring is None:
        return ""
    ratio = lap.milliseconds / kring.milliseconds
    shown = f"{ratio:,.0f}" if ratio >= 20 else f"{ratio:.2g}"  # noqa: PLR2004
    return f" ({'> ' if lap.gave_up else ''}{TIMES}{shown})"


def _told(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.MET:
            return f"met: {verdict.measured}"
        case Outcome.MISSED:
            return f"missed: {verdict.measured}, by {TIMES}{verdict.missed_by:.2f}"
        case Outcome.NOT_ASKED:
            return f"not asked: {verdict.measured}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
