"""What was measured on: the machine, its load, and the settings that matter."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection

_SETTINGS: Final = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "work_mem",
    "max_parallel_workers_per_gather",
    "jit",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine in words and numbers."""

    system: str
    processor: str
    cores: int
    memory_gigabytes: float
    python: str
    postgresql: str
    settings: dict[str, str]


def this_machine() -> Machine:
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=_processor(),
        cores=os.cpu_count() or 0,
        memory_gigabytes=_memory(),
        python=platform.python_version(),
        postgresql=_shown("server_version"),
        settings={name: _shown(name) for name in _SETTINGS},
    )


def load_average() -> tuple[float, float, float]:
    """Over one, five and fifteen minutes: a quiet machine shows less than one."""
    return os.getloadavg()


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        found = re.search(r"^model name\s*: (.*)$", facts.read_text(), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def _memory() -> float:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return round(pages / 2**30, 1)


def _shown(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting(%s)", [name])
        [value] = cursor.fetchone()
    return str(value)
