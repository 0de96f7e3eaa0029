"""Putting truth back as it was before a change, where nothing stands in the way."""

from __future__ import annotations
