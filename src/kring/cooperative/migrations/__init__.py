"""Migrations of the cooperative's room."""

from __future__ import annotations
