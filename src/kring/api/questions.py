"""Who a definition would give, before it is saved, and how groups overlap."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["questions"])
