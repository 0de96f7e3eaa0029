"""Groups, who is in them, and how that changes."""

from __future__ import annotations
