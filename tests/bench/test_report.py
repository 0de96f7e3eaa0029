"""The report: as a table, as JSON and as Markdown, with a verdict a target."""

from __future__ import annotations

import io
import json
from functools import partial

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console
from typer.testing import CliRunner

from kring.bench import report as reports
from kring.bench.racing import Lap, Limit, Ratio, Result, Role, Target, Trips
from kring.bench.running import benchmark
from kring.bench.verdicts import TIMES, Outcome, Verdict, verdicts
from kring.cli import bench as command
from kring.cli.app import app
from tests.bench.conftest import ONCE, SMALL

pytestmark = pytest.mark.django_db(transaction=True)

LAPS = (Lap(Role.KRING, "ours", 2.0, 5), Lap(Role.P3, "theirs", 30.0, 5))


def outcome(target: Target) -> Verdict:
    result = Result("W1", "counting", LAPS, (target,))
    [verdict] = verdicts(result, contacts=1_000)
    return verdict


def test_a_target_that_is_reached_is_met():
    assert outcome(Ratio(Role.P3, at_least=15)).outcome is Outcome.MET
    assert outcome(Limit(2)).outcome is Outcome.MET
    assert outcome(Trips(3, 3)).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("target", "by"),
    [
        (Ratio(Role.P3, at_least=30), 2),
        (Limit(1), 2),
        (Trips(3, 6), 2),
        (Ratio(Role.P3, at_most=1 / 30), 2),
    ],
)
def test_a_target_that_is_missed_says_by_how_much(target, by):
    verdict = outcome(target)
    assert verdict.outcome is Outcome.MISSED
    assert verdict.missed_by == pytest.approx(by)


def test_a_target_of_another_size_is_told_but_not_judged():
    verdict = outcome(Ratio(Role.P3, at_least=30, at=(1_000_000,)))
    assert verdict.outcome is Outcome.NOT_ASKED
    assert "15" in verdict.measured


def test_beside_whoever_did_not_take_part_nothing_is_asked():
    assert outcome(Ratio(Role.P1, at_least=2)).outcome is Outcome.NOT_ASKED


def test_who_gave_up_would_have_taken_longer():
    gave_up = Lap(Role.P1, "objects", 60_000.0, 1, gave_up=True)

    def beside(at_least: float) -> Verdict:
        target = Ratio(Role.P1, at_least=at_least)
        result = Result("W10", "list", (LAPS[0], gave_up), (target,))
        [verdict] = verdicts(result, contacts=1_000)
        return verdict

    assert beside(100).outcome is Outcome.MET
    assert beside(100).measured == f"> {TIMES}30,000"
    assert beside(40_000).outcome is Outcome.NOT_ASKED


def test_the_json_holds_the_machine_and_every_result(report):
    text = json.dumps(reports.as_json(report), cls=DjangoJSONEncoder)
    told = json.loads(text)
    assert told["contacts"] == report.contacts
    assert told["machine"]["settings"]["synchronous_commit"] == "off"
    assert told["machine"]["cores"] > 0
    assert len(told["load_before"]) == len(told["load_after"]) == 3
    for result in told["results"]:
        assert result.keys() == {"workload", "work", "rows", "laps", "targets"}
        for lap in result["laps"]:
            assert lap.keys() == {"role", "way", "milliseconds", "runs", "gave_up"}
        for target in result["targets"]:
            assert target["outcome"] in {"met", "missed", "not asked"}


def test_the_table_has_a_row_for_each_piece_of_work(report):
    told = io.StringIO()
    Console(file=told, width=400).print(reports.as_table(report))
    for result in report.results:
        assert result.work in told.getvalue()


def test_the_markdown_is_a_table_with_as_many_cells_in_every_row(report):
    lines = reports.as_markdown(report).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == len(report.results) + 2
    assert {row.count("|") for row in rows} == {rows[0].count("|")}
    assert any("synchronous_commit off" in line for line in lines)


def test_a_table_takes_the_place_of_the_one_before(report):
    document = "# Fast\n\n<!-- bench 300 -->\nold\n<!-- end -->\n\nAnd so on.\n"
    placed = reports.placed_in(document, report)
    assert placed.startswith("# Fast\n\n<!-- bench 300 -->\n\n### 300 contacts")
    assert placed.endswith("<!-- end -->\n\nAnd so on.\n")
    assert "old" not in placed
    assert reports.placed_in(placed, report) == placed


@pytest.fixture
def kring(transactional_db, settings, monkeypatch):
    settings.DATABASE_IS_EMBEDDED = False
    monkeypatch.setattr(command, "stop_when_terminated", lambda: None)
    monkeypatch.setattr(
        command, "benchmark", partial(benchmark, pace=ONCE, shape=SMALL)
    )
    return lambda *words: CliRunner().invoke(app, ["bench", *words])


def test_the_command_prints_json_of_what_was_asked(kring, tmp_path):
    markdown = tmp_path / "table.md"
    result = kring(
        *("--contacts", "300", "--only", "w3", "--json"), "--markdown", str(markdown)
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {one["workload"] for one in told["results"]} == {"W3"}
    assert markdown.read_text("utf-8").startswith("<!-- bench 300 -->")


def test_the_command_prints_a_table(kring):
    result = kring("--contacts", "300", "--only", "W4")
    assert result.exit_code == 0, result.output
    assert "W4" in result.stdout
    assert "PostgreSQL" in result.stdout


def test_a_workload_that_does_not_exist_is_refused(kring):
    result = kring("--only", "W77")
    assert result.exit_code == 1
    assert "W77" in result.stderr
