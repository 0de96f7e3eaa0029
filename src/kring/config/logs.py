"""How the log reads: one line for each problem."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

ErrorFacts = (
    tuple[type[BaseException], BaseException, TracebackType | None]
    | tuple[None, None, None]
)


class OneLine(logging.Formatter):
    """What went wrong behind the message, and the way to it in the code."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(super().format(record).split())

    def formatException(self, ei: ErrorFacts) -> str:  # noqa: N802 - logging's name
        kind, error, where = ei
        if kind is None:
            return ""
        way = " > ".join(
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
            for frame in traceback.extract_tb(where)
        )
        return f"[{kind.__name__}: {error}; {way}]"


def logging_for(*, formatter: str) -> dict[str, Any]:
    """Warnings of everything and news of our own, to the standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "one_line": {
                "()": "kring.config.logs.OneLine",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
            "with_traceback": {
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": formatter}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Django's own handlers would print each line a second time, or mail it.
            "django": {"handlers": [], "level": "WARNING"},
            "kring": {"level": "INFO"},
        },
    }
