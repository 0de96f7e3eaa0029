"""Addresses of the pages about mails to groups."""

from __future__ import annotations

from django.urls import path

from kring.web.mailings import (
    composing,
    counting,
    index,
    mailing,
    preview,
    recipients,
    sending,
    under_way,
)

urlpatterns = [
    path("", index.show, name="mailings"),
    path("nieuw/", composing.make, name="mailing-new"),
    path("aantal/", counting.show, name="mailing-count"),
    path("<int:mailing_id>/", mailing.show, name="mailing"),
    path("<int:mailing_id>/bewerken/", composing.edit, name="mailing-edit"),
    path("<int:mailing_id>/verwijderen/", composing.delete, name="mailing-delete"),
    path("<int:mailing_id>/ontvangers/", recipients.show, name="mailing-recipients"),
    path("<int:mailing_id>/voorbeeld/", preview.show, name="mailing-preview"),
    path(
        "<int:mailing_id>/voorbeeld/<int:contact_id>/",
        preview.letter,
        name="mailing-letter",
    ),
    path("<int:mailing_id>/proefmail/", preview.send_test, name="mailing-test"),
    path("<int:mailing_id>/versturen/", sending.show, name="mailing-send"),
    path("<int:mailing_id>/plannen/", sending.schedule, name="mailing-schedule"),
    path(
        "<int:mailing_id>/niet-plannen/", sending.unschedule, name="mailing-unschedule"
    ),
    path("<int:mailing_id>/pauzeren/", under_way.pause, name="mailing-pause"),
    path("<int:mailing_id>/hervatten/", under_way.resume, name="mailing-resume"),
    path("<int:mailing_id>/stoppen/", under_way.stop, name="mailing-stop"),
]
