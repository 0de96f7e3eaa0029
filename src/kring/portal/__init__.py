"""The door of contacts: what they see and change of their own."""

from __future__ import annotations
