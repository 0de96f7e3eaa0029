"""Every change to the world: one function is one story."""

from __future__ import annotations
