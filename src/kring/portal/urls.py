"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from kring.portal import (
    addresses,
    details,
    groups,
    looking,
    my_data,
    passkeys,
    sessions,
    sign_in,
    who,
)

urlpatterns = [
    path("", groups.show, name="portal"),
    path("inloggen/", sign_in.ask, name="portal-sign-in"),
    path("inloggen/code/", sign_in.enter, name="portal-code"),
    path(
        "inloggen/passkey/vraag/",
        passkeys.begin_signing_in,
        name="portal-passkey-ask",
    ),
    path("inloggen/passkey/", passkeys.sign_in, name="portal-passkey-sign-in"),
    path("passkeys/vraag/", passkeys.begin_adding, name="portal-passkey-new"),
    path("passkeys/", passkeys.add, name="portal-passkey-add"),
    path("passkeys/<int:passkey_id>/naam/", passkeys.name, name="portal-passkey-name"),
    path(
        "passkeys/<int:passkey_id>/weg/", passkeys.remove, name="portal-passkey-remove"
    ),
    path("uitnodiging/<str:token>/", sign_in.invited, name="portal-invited"),
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
    path("gegevens/e-mail/", addresses.show, name="portal-addresses"),
    path("gegevens/e-mail/nieuw/", addresses.ask, name="portal-address-new"),
    path("gegevens/e-mail/code/", addresses.prove, name="portal-address-code"),
    path("gegevens/e-mail/eerste/", addresses.make_first, name="portal-address-first"),
    path("gegevens/e-mail/weg/", addresses.remove, name="portal-address-remove"),
    path("ingelogd/", sessions.show, name="portal-sessions"),
    path("ingelogd/elders/", sessions.end_others, name="portal-sessions-end"),
    path("ingelogd/<int:session_id>/", sessions.end, name="portal-session-end"),
    path("groepen/<int:group_id>/aanmelden/", groups.join, name="portal-join"),
    path("groepen/<int:group_id>/afmelden/", groups.leave, name="portal-leave"),
    path("ongedaan-maken/<int:change>/", groups.undo, name="portal-undo"),
]
