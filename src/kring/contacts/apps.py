"""The app of the contacts room."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "kring.contacts"
    default_auto_field = "django.db.models.BigAutoField"
