"""Rows that must reach someone outside: claimed, tried, tried again, given up."""

from __future__ import annotations
