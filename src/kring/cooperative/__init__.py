"""The cooperative itself: what it is called, and how it looks and speaks."""

from __future__ import annotations
