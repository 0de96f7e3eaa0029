"""Which address leads to which door."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("inloggen/", include("allauth.account.urls")),
]
