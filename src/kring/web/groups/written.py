"""Numbers of contacts and groups as they come in by an address or a form."""

from __future__ import annotations

from kring.web.written import is_number, number_in

__all__ = ["is_number", "number_in"]
