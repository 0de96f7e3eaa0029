"""Outgoing mail and its templates."""

from __future__ import annotations
