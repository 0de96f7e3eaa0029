"""A process that uses a data folder until its input ends; a program of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kring.database.cluster import Durability
from kring.database.errors import DatabaseError
from kring.database.server import in_use


def main() -> None:
    try:
        with in_use(Path(os.environ["KRING_DATA"]), durability=Durability.NONE):
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.read()
    except DatabaseError as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
