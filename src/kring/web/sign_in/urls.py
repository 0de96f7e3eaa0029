"""Addresses for signing in and out; the names are the ones allauth asks for."""

from __future__ import annotations

from allauth.account import views
from django.urls import path, re_path

from kring.accounts.access import anyone_may
from kring.web.sign_in import forgotten

urlpatterns = [
    path("inloggen/", anyone_may(views.login), name="account_login"),
    path("uitloggen/", anyone_may(views.logout), name="account_logout"),
    path(
        "inloggen/gesloten/",
        anyone_may(views.account_inactive),
        name="account_inactive",
    ),
    path(
        "inloggen/wachtwoord-vergeten/",
        forgotten.show,
        name="account_reset_password",
    ),
    re_path(
        r"^inloggen/wachtwoord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anyone_may(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]
