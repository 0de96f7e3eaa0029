"""The staff's door: pages."""

from __future__ import annotations
