"""Which address leads to which door."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("kring.api.urls")),
    path("portaal/", include("kring.portal.urls")),
    path("", include("kring.web.urls")),
]

handler400 = "kring.web.errors.unreadable"
handler403 = "kring.web.errors.refused"
handler404 = "kring.web.errors.not_found"
handler500 = "kring.web.errors.broken"
