"""Pages about mail templates."""

from __future__ import annotations
