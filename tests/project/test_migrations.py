"""Every change of a model has its migration, and they come one after the other."""

from __future__ import annotations

from django.utils import translation

from tools.migrations import missing_migrations, side_by_side


def test_no_migration_is_missing() -> None:
    with translation.override(None):
        assert missing_migrations() == []


def test_no_two_migrations_follow_the_same_one() -> None:
    assert side_by_side() == []
