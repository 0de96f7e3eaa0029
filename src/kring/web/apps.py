"""The app of the web room."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kring.web"
    default_auto_field = "django.db.models.BigAutoField"
