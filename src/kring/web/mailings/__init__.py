"""Pages about mails to groups."""

from __future__ import annotations
