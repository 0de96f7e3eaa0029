"""Whether every change of a model has its migration, in one row, without a database.

Called as `python -m tools.migrations` by make.
"""

from __future__ import annotations

import os
import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation


def missing_migrations() -> list[str]:
    """Say what the migrations to come would do, one sentence each."""
    migrations = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(
        migrations.project_state(), ProjectState.from_apps(apps)
    )
    changes = detector.changes(graph=migrations.graph)
    return [
        f"{label}: {operation.describe()}"
        for label, unwritten in changes.items()
        for migration in unwritten
        for operation in migration.operations
        if apps.get_app_config(label).name.startswith("kring.")
    ]


def side_by_side() -> list[str]:
    """The rooms of which two migrations follow the same one, and name both."""
    conflicts = MigrationLoader(None, ignore_no_migrations=True).detect_conflicts()
    return [
        f"{label}: {', '.join(sorted(names))}" for label, names in conflicts.items()
    ]


def _main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.config.settings")
    django.setup()
    for names in side_by_side():
        sys.exit(f"Let one of these migrations depend on the other: {names}")
    # Migrations hold the texts as they stand in the code.
    with translation.override(None):
        missing = missing_migrations()
    for sentence in missing:
        sys.stderr.write(f"No migration yet for {sentence}\n")
    if missing:
        sys.exit("Run .venv/bin/python -m django makemigrations.")


if __name__ == "__main__":
    _main()
