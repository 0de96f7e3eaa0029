"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from kring.portal import details, groups, looking, my_data, sign_in, who

urlpatterns = [
    path("", groups.show, name="portal"),
    path("inloggen/", sign_in.ask, name="portal-sign-in"),
    path("inloggen/code/", sign_in.enter, name="portal-code"),
    path("uitloggen/", sign_in.leave, name="portal-sign-out"),
    path("bekijken/stoppen/", looking.end, name="portal-look-end"),
    path("wie/", who.choose, name="portal-who"),
    path("gegevens/", details.show, name="portal-details"),
    path("mijn-gegevens/", my_data.show, name="portal-data"),
    path("mijn-gegevens/downloaden/", my_data.download, name="portal-download"),
    path("mijn-gegevens/wissen/", my_data.erase, name="portal-erasure"),
    path(
        "mijn-gegevens/wissen/intrekken/",
        my_data.withdraw,
        name="portal-erasure-withdraw",
    ),
    path("groepen/<int:group_id>/aanmelden/", groups.join, name="portal-join"),
    path("groepen/<int:group_id>/afmelden/", groups.leave, name="portal-leave"),
    path("ongedaan-maken/<int:change>/", groups.undo, name="portal-undo"),
]
