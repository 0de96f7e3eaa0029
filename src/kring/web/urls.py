"""Addresses of the staff's pages."""

from __future__ import annotations

from django.urls import include, path

from kring.web import health, language, looks, start
from kring.web.changes import change
from kring.web.changes import index as changes
from kring.web.contacts import (
    contact,
    erasing,
    erasure_requests,
    inviting,
    looking,
    merging,
    representing,
)
from kring.web.contacts import history as contact_history
from kring.web.contacts import index as contacts
from kring.web.mails import leaving, postbox, returned, templates, trying

urlpatterns = [
    path("", start.show, name="start"),
    path("taal/", language.choose, name="language"),
    path("huisstijl/<str:digest>.png", looks.logo, name="looks-logo"),
    path("huisstijl/<str:accent>.css", looks.colours, name="looks-colours"),
    path(
        "huisstijl/voorbeeld/<str:accent>.css",
        looks.colours_of_preview,
        name="looks-colours-preview",
    ),
    path("healthz", health.show, name="health"),
    path("", include("kring.web.sign_in.urls")),
    path("groepen/", include("kring.web.groups.urls")),
    path("contacten/", contacts.show, name="contacts"),
    path("contacten/wisverzoeken/", erasure_requests.show, name="erasure-requests"),
    path("contacten/<int:contact_id>/", contact.show, name="contact"),
    path(
        "contacten/<int:contact_id>/tijdlijn/",
        contact_history.show,
        name="contact-history",
    ),
    path("contacten/<int:contact_id>/plaatsen/", contact.place, name="contact-place"),
    path(
        "contacten/<int:contact_id>/verwijderen/",
        contact.remove,
        name="contact-remove",
    ),
    path(
        "contacten/<int:contact_id>/uitzondering-opheffen/",
        contact.unpin,
        name="contact-unpin",
    ),
    path(
        "contacten/<int:contact_id>/adres-werkt/",
        contact.address_works,
        name="contact-address-works",
    ),
    path(
        "contacten/<int:contact_id>/vertegenwoordiging/",
        representing.add,
        name="contact-link-add",
    ),
    path(
        "contacten/<int:contact_id>/vertegenwoordiging/<int:other_id>/",
        representing.change,
        name="contact-link",
    ),
    path(
        "contacten/<int:contact_id>/vertegenwoordiging/<int:other_id>/beeindigen/",
        representing.end,
        name="contact-link-end",
    ),
    path(
        "contacten/<int:contact_id>/vertegenwoordiging/<int:other_id>/verwijderen/",
        representing.remove,
        name="contact-link-remove",
    ),
    path(
        "contacten/<int:contact_id>/portaal-bekijken/",
        looking.begin,
        name="contact-look",
    ),
    path(
        "contacten/<int:contact_id>/uitnodigen/",
        inviting.invite,
        name="contact-invite",
    ),
    path(
        "contacten/<int:contact_id>/portaal-uitloggen/",
        inviting.sign_out,
        name="contact-sign-out",
    ),
    path("contacten/<int:contact_id>/wissen/", erasing.show, name="contact-erase"),
    path(
        "contacten/<int:contact_id>/wisverzoek-afwijzen/",
        erasure_requests.decline,
        name="erasure-decline",
    ),
    path("contacten/<int:contact_id>/samenvoegen/", merging.show, name="contact-merge"),
    path("wijzigingen/", changes.show, name="changes"),
    path("wijzigingen/<int:number>/", change.show, name="change"),
    path("wijzigingen/<int:number>/ongedaan-maken/", change.undo, name="change-undo"),
    path("mail-aan-groep/", include("kring.web.mailings.urls")),
    path("uitgaande-mail/", include("kring.web.mails.urls")),
    path("postbus/", postbox.show, name="postbox"),
    path("postbus/<int:mail_id>/", postbox.show, name="postbox-mail"),
    path("instellingen/", include("kring.web.settings.urls")),
    path("afmelden/<str:token>/", leaving.show, name="mail-leave"),
    path("mail-events/<str:provider>/", returned.receive, name="mail-events"),
    path("sjablonen/", templates.show, name="mail-templates"),
    path("sjablonen/nieuw/", templates.make, name="mail-template-new"),
    path("sjablonen/<int:template_id>/", templates.change, name="mail-template"),
    path(
        "sjablonen/<int:template_id>/kopie/",
        templates.copy,
        name="mail-template-copy",
    ),
    path(
        "sjablonen/<int:template_id>/voorbeeld/",
        trying.show,
        name="mail-template-preview",
    ),
    path(
        "sjablonen/<int:template_id>/weergave/",
        trying.letter,
        name="mail-template-letter",
    ),
    path(
        "sjablonen/<int:template_id>/proefmail/",
        trying.send,
        name="mail-template-test",
    ),
    path(
        "sjablonen/<int:template_id>/verwijderen/",
        templates.delete,
        name="mail-template-delete",
    ),
]
