"""Goes on with mailings in small steps: `python -m tests.mailing_steps`."""

from __future__ import annotations

import django

django.setup()

from kring.actions import mailing_rounds  # noqa: E402 — Django comes first
from kring.mailing import frozen  # noqa: E402

if __name__ == "__main__":
    frozen.STEP = 1
    mailing_rounds.settle_all()
