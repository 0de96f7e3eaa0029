"""A password that is good enough."""

from __future__ import annotations

PASSWORD = "paard batterij nietje"  # noqa: S105  it opens nothing but tests
