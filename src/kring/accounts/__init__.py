"""Users, their staff role, and signing in."""

from __future__ import annotations
