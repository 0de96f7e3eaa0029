"""The app of the groups room."""

from __future__ import annotations

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "kring.groups"
    default_auto_field = "django.db.models.BigAutoField"
