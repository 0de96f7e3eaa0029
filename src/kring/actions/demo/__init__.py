"""Energiecoöperatie De Kring: a cooperative that does not exist, to try Kring with."""

from __future__ import annotations
