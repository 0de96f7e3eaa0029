"""The app of the cooperative's room."""

from __future__ import annotations

from django.apps import AppConfig


class CooperativeConfig(AppConfig):
    name = "kring.cooperative"
    default_auto_field = "django.db.models.BigAutoField"
