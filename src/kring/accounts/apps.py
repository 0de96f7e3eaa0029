"""The app of the accounts room."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kring.accounts"
    default_auto_field = "django.db.models.BigAutoField"
