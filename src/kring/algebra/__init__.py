"""Who belongs to a group: the laws, in pure Python."""

from __future__ import annotations
