"""Addresses of the pages about outgoing mail."""

from __future__ import annotations

from django.urls import path

from kring.web.mails import letters, mail, outgoing, together

urlpatterns = [
    path("", outgoing.show, name="outgoing-mails"),
    path("annuleren/", together.cancel, name="mails-cancel"),
    path("opnieuw/", together.resend, name="mails-resend"),
    path("<int:mail_id>/", mail.show, name="outgoing-mail"),
    path("<int:mail_id>/weergave/", letters.show, name="outgoing-mail-letter"),
    path("<int:mail_id>/annuleren/", mail.cancel, name="outgoing-mail-cancel"),
    path("<int:mail_id>/opnieuw/", mail.resend, name="outgoing-mail-resend"),
]
