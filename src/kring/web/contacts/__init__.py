"""Pages about contacts."""

from __future__ import annotations
