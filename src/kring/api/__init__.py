"""The door for programs: JSON at /api/v1."""

from __future__ import annotations
