"""Kring knows who belongs to which group."""

from __future__ import annotations

__version__ = "0.1.0"
