"""Migrations of the contacts room."""

from __future__ import annotations
