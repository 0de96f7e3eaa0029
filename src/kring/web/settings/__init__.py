"""Pages for administrators: what is set up for the whole cooperative."""

from __future__ import annotations
