"""What is done to the project itself: installing, checking, translating."""

from __future__ import annotations
