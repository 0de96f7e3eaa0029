"""`kring bench`: what Kring does, timed beside its peers and its floors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kring.bench import report as reports
from kring.bench.running import WORKLOADS, Listener, Report, benchmark
from kring.bench.scratch import AnotherBenchError
from kring.cli.frame import database_command, errors_console, fail
from kring.cli.tables import console, print_json
from kring.cli.watch import stop_when_terminated
from kring.ui.words import words_for

CONTACTS = 10_000
MOST_CONTACTS = 5_000_000


@database_command
def bench(
    contacts: Annotated[
        int,
        typer.Option(min=100, max=MOST_CONTACTS, help=_("How many contacts.")),
    ] = CONTACTS,
    only: Annotated[
        str, typer.Option(help=_("Only these workloads, such as W1,W5."))
    ] = "",
    markdown: Annotated[
        Path | None,
        typer.Option(help=_("A document to put the table in, at its place.")),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON."))] = False,
) -> None:
    stop_when_terminated()
    chosen = _chosen(only)
    report = _with_progress(contacts, chosen)
    if markdown is not None:
        document = markdown.read_text("utf-8") if markdown.exists() else ""
        markdown.write_text(reports.placed_in(document, report), "utf-8")
    if as_json:
        print_json(reports.as_json(report))
        return
    console.print(reports.as_table(report))
    for fact in reports.facts(report):
        typer.echo(fact)


def _chosen(only: str) -> list[str]:
    wanted = [name.strip().upper() for name in only.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in WORKLOADS]
    if unknown:
        fail(
            _("There is no workload %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(WORKLOADS)}
        )
    return wanted or list(WORKLOADS)


def _with_progress(contacts: int, chosen: list[str]) -> Report:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=errors_console, transient=True) as progress:
        task = progress.add_task(_("Loading"), total=None)
        loaded = 0

        def tell(what: str) -> None:
            progress.update(task, description=what)

        def advance(count: int) -> None:
            nonlocal loaded
            loaded += count
            tell(_("%(count)s contacts loaded") % {"count": loaded})

        return benchmark(contacts, only=chosen, hears=Listener(tell, advance))


@words_for.register
def _another_bench(_error: AnotherBenchError) -> str:
    return _("Another benchmark runs beside this database: wait until it is done.")
