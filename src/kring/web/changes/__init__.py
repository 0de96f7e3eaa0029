"""Pages about what was done, and undoing it."""

from __future__ import annotations
