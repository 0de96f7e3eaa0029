"""Addresses below /instellingen/."""

from __future__ import annotations

from django.urls import path

from kring.web.settings import looks, mailboxes

urlpatterns = [
    path("", mailboxes.show, name="settings"),
    path("huisstijl/", looks.show, name="looks"),
    path("huisstijl/voorbeeld/", looks.preview, name="looks-preview"),
    path("afzenders/nieuw/", mailboxes.make, name="mailbox-new"),
    path("afzenders/<int:mailbox_id>/", mailboxes.change, name="mailbox"),
    path(
        "afzenders/<int:mailbox_id>/verwijderen/",
        mailboxes.delete,
        name="mailbox-delete",
    ),
]
