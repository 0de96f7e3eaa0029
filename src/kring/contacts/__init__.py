"""Contacts and their details, fields a condition may ask about, and search."""

from __future__ import annotations
