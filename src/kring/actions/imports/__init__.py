"""Importing contacts and memberships from files that spreadsheets make."""

from __future__ import annotations
