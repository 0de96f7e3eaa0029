"""Addresses below /instellingen/."""

from __future__ import annotations

from django.urls import path

from kring.web.settings import mailboxes

urlpatterns = [
    path("", mailboxes.show, name="settings"),
    path("afzenders/nieuw/", mailboxes.make, name="mailbox-new"),
    path("afzenders/<int:mailbox_id>/", mailboxes.change, name="mailbox"),
    path(
        "afzenders/<int:mailbox_id>/verwijderen/",
        mailboxes.delete,
        name="mailbox-delete",
    ),
]
