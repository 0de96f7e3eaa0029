"""The embedded PostgreSQL server: found, started, shared and stopped."""

from __future__ import annotations
