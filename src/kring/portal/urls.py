"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from kring.portal import details, groups, sign_in, who

urlpatterns = [
    path("", groups.show, name="portal"),
    path("inloggen/", sign_in.ask, name="portal-sign-in"),
    path("inloggen/code/", sign_in.enter, name="portal-code"),
    path("uitloggen/", sign_in.leave, name="portal-sign-out"),
    path("wie/", who.choose, name="portal-who"),
    path("gegevens/", details.show, name="portal-details"),
    path("groepen/<int:group_id>/aanmelden/", groups.join, name="portal-join"),
    path("groepen/<int:group_id>/afmelden/", groups.leave, name="portal-leave"),
    path("ongedaan-maken/<int:change>/", groups.undo, name="portal-undo"),
]
