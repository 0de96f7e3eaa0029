"""Pages about groups."""

from __future__ import annotations
