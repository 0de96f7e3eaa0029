"""Whether the disk of a data folder is full, when a server stops without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

# A server that cannot begin one more file of its journal stops.
JOURNAL_FILE = 16 * 1024 * 1024


def is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < JOURNAL_FILE
    except OSError:
        return False
