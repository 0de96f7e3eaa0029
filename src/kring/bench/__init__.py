"""The benchmark: what Kring does, timed beside its peers and its floors."""

from __future__ import annotations
