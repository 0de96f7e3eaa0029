"""Every change of a model has its migration."""

from __future__ import annotations

from django.utils import translation

from tools.migrations import missing_migrations


def test_no_migration_is_missing() -> None:
    with translation.override(None):
        assert missing_migrations() == []
