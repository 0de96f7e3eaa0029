"""The command `kring`: sets Django up, then opens the command line's door."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.config.settings")
    from kring.cli.app import run

    sys.exit(run())


if __name__ == "__main__":
    main()
