"""What pages share: base templates, components, static files."""

from __future__ import annotations
