"""The app of the mailing room."""

from __future__ import annotations

from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "kring.mailing"
    default_auto_field = "django.db.models.BigAutoField"
