"""How figures, days and moments are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from kring.ui.templatetags.ui import day, mailbox, megabytes, moment, number


@pytest.mark.parametrize(
    ("language", "written"), [("nl", "1.204.000"), ("en", "1,204,000")]
)
def test_a_figure_has_a_point_between_thousands(language, written):
    with translation.override(language):
        assert number(1_204_000) == written


@pytest.mark.parametrize(
    ("language", "written"), [("nl", "3 mei 2026"), ("en", "3 May 2026")]
)
def test_a_day_is_written_out(language, written):
    with translation.override(language):
        assert day(date(2026, 5, 3)) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [(5 * 2**20, "5\xa0MB"), (5 * 2**20 + 1, "5,1\xa0MB"), (1, "0,1\xa0MB")],
)
def test_what_is_too_large_is_never_written_as_what_is_not(size, written):
    assert megabytes(size) == written


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        ('"Kring, De" <info@kring.example>', "Kring, De <info@kring.example>"),
        ("info@kring.example", "info@kring.example"),
        ("", ""),
    ],
)
def test_a_sender_is_written_without_quotes(kept, written):
    assert mailbox(kept) == written


def test_a_moment_is_told_in_the_cooperative_s_time_zone():
    late = datetime(2026, 5, 2, 22, 5, tzinfo=UTC)
    with translation.override("nl"):
        assert moment(late) == "3 mei 2026, 00:05"
        assert day(late) == "3 mei 2026"


def test_no_day_is_written_as_nothing():
    assert (day(None), moment(None)) == ("", "")
