"""How the tables of this room came to be."""

from __future__ import annotations
