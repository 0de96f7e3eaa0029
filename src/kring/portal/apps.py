"""The app of the portal room."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kring.portal"
    default_auto_field = "django.db.models.BigAutoField"
