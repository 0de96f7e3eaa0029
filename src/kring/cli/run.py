"""`kring migrate`, `kring serve` and `kring worker`: running Kring for real."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import suppress
from typing import Annotated

import psycopg
import typer
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from procrastinate.contrib.django import app as jobs_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from kring.actions import jobs
from kring.actions.tables import (
    TablesOutdatedError,
    require_current_tables,
    update_tables,
)
from kring.cli.frame import database_command
from kring.cli.ports import require_free
from kring.cli.site import load_site
from kring.cli.watch import stop_when_terminated, stop_without
from kring.database.errors import DatabaseError
from kring.database.server import ensure_running
from kring.ui.words import words_for

HOST = "127.0.0.1"
PORT = 8000
# Each thread may hold a connection, of which the embedded server has a hundred.
THREADS = 8
# Beside a long fill there is always a hand free to take over from dead workers.
JOBS_AT_ONCE = 4
PATIENCE = 10  # seconds
PAUSE = 2  # seconds

Port = Annotated[int, typer.Option(min=1, max=65_535, help=_("The port to listen at."))]
Owner = Annotated[int | None, typer.Option("--as-long-as", hidden=True)]


@database_command
def migrate() -> None:
    update_tables()
    typer.echo(_("The tables are up to date."))


@database_command
def serve(
    host: Annotated[str, typer.Option(help=_("The address to listen at."))] = HOST,
    port: Port = PORT,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help=_("How many processes answer."))
    ] = 2,
    owner: Owner = None,
) -> None:
    stop_when_terminated()
    require_free(host, port)
    require_current_tables()
    if owner is None:
        typer.echo(
            _("Kring is at http://%(host)s:%(port)s. Ctrl-C stops it.")
            % {"host": f"[{host}]" if ":" in host else host, "port": port}
        )
    else:
        stop_without(owner)
    # The processes that answer are copies of this one, and share no connection.
    connections.close_all()
    Granian(
        "kring",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    ).serve(target_loader=load_site)


@database_command
def worker(owner: Owner = None) -> None:
    stop_when_terminated()
    require_current_tables()
    if owner is None:
        typer.echo(_("The worker is at work. Ctrl-C stops it."))
    else:
        stop_without(owner)
    connections.close_all()
    with suppress(KeyboardInterrupt):
        while not _worked_until_asked_to_stop():
            time.sleep(PAUSE)
            _revive_database()


def _worked_until_asked_to_stop() -> bool:
    """False when it was the database that ended the work."""
    try:
        asyncio.run(_work())
    except asyncio.CancelledError:
        return True
    except (ConnectorException, psycopg.Error):
        return False
    return False


async def _work() -> None:
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if this is not None:
            loop.add_signal_handler(number, this.cancel)
    # Not replacing the app's own connector: what a job defers stays in the job's
    # transaction.
    app = jobs_app.with_connector(DjangoConnector().get_worker_connector())
    async with app.open_async():
        await app.run_worker_async(
            concurrency=JOBS_AT_ONCE,
            delete_jobs="successful",
            install_signal_handlers=False,
            stalled_worker_timeout=jobs.SILENCE.total_seconds(),
        )


def _revive_database() -> None:
    """An embedded server that was killed is started again by the worker."""
    if settings.DATABASE_IS_EMBEDDED:
        with suppress(DatabaseError):
            ensure_running(settings.KRING_DATA)


@words_for.register
def _tables_outdated(_error: TablesOutdatedError) -> str:
    return _(
        "The tables in the database are not those of this Kring: run “kring migrate”."
    )
