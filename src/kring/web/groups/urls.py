"""Addresses of the pages about groups."""

from __future__ import annotations

from django.urls import path

from kring.web.groups import (
    adding,
    closing,
    composition,
    copying,
    deleting,
    examples,
    history,
    index,
    inviting,
    mail,
    members,
    new,
    overlap,
    pins,
    preview,
    settings,
    since,
    uses,
    why,
)

urlpatterns = [
    path("", index.show, name="groups"),
    path("nieuw/", new.show, name="group-new"),
    path("voorbeeld/", preview.show, name="group-preview"),
    path("overlap/", overlap.show, name="groups-overlap"),
    path("overlap/maken/", overlap.make, name="groups-overlap-make"),
    path("<int:group_id>/", members.show, name="group"),
    path("<int:group_id>/leden/", members.show, name="group-members"),
    path("<int:group_id>/leden/toevoegen/", adding.show, name="group-members-add"),
    path(
        "<int:group_id>/leden/verwijderen/",
        members.remove_chosen,
        name="group-members-remove",
    ),
    path("<int:group_id>/waarom/", why.choose, name="group-why"),
    path(
        "<int:group_id>/leden/<int:contact_id>/waarom/",
        why.show,
        name="group-member-why",
    ),
    path("<int:group_id>/uitnodigen/", inviting.show, name="group-invite"),
    path("<int:group_id>/uitzonderingen/", pins.show, name="group-pins"),
    path("<int:group_id>/uitzonderingen/opheffen/", pins.lift, name="group-pins-lift"),
    path("<int:group_id>/samenstelling/", composition.show, name="group-composition"),
    path("<int:group_id>/voorbeelden/", examples.show, name="group-examples"),
    path("<int:group_id>/voorbeelden/erbij/", examples.add, name="group-examples-add"),
    path(
        "<int:group_id>/voorbeelden/weg/",
        examples.remove,
        name="group-examples-remove",
    ),
    path(
        "<int:group_id>/voorbeelden/keuze/",
        examples.choose,
        name="group-examples-choose",
    ),
    path("<int:group_id>/instellingen/", settings.show, name="group-settings"),
    path("<int:group_id>/verloop/", history.show, name="group-history"),
    path("<int:group_id>/mail/", mail.show, name="group-mail"),
    path("<int:group_id>/leden/sinds/", since.restate, name="group-members-since"),
    path("<int:group_id>/gebruikt-door/", uses.show, name="group-uses"),
    path("<int:group_id>/sluiten/", closing.close, name="group-close"),
    path("<int:group_id>/heropenen/", closing.reopen, name="group-reopen"),
    path("<int:group_id>/kopieren/", copying.copy, name="group-copy"),
    path("<int:group_id>/vastleggen/", copying.freeze, name="group-freeze"),
    path("<int:group_id>/verwijderen/", deleting.show, name="group-delete"),
]
