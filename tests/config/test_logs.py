"""The log: one line for each problem."""

from __future__ import annotations

import logging
import sys

from kring.config.logs import OneLine


def record_of(message: str, *, error: bool = False) -> logging.LogRecord:
    facts = sys.exc_info() if error else None
    return logging.LogRecord("kring", logging.ERROR, __file__, 1, message, None, facts)


def test_a_problem_is_one_line_with_its_way_through_the_code() -> None:
    try:
        raise ValueError("first\nsecond")  # noqa: TRY301 - one is wanted
    except ValueError:
        line = OneLine("%(message)s").format(record_of("Broken", error=True))
    assert line.startswith("Broken [ValueError: first second; test_logs.py:")
    assert "\n" not in line


def test_a_message_over_two_lines_becomes_one() -> None:
    assert OneLine("%(message)s").format(record_of("a\n  b")) == "a b"


def test_an_error_without_facts_adds_nothing() -> None:
    assert OneLine().formatException((None, None, None)) == ""
