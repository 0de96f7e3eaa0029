"""The command line's door."""

from __future__ import annotations
