"""The app of the ui room."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "kring.ui"
    default_auto_field = "django.db.models.BigAutoField"
