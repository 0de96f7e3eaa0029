"""Whether a contact has an e-mail address is kept with it, to be found quickly."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from kring.actions.contacts import create_contact, edit_contact
from kring.contacts.models import Contact
from tests.world import World

EMAILS = ("ada@kring.example",)


def having_email() -> set[int]:
    return set(Contact.objects.filter(has_email=True).values_list("pk", flat=True))


@pytest.mark.django_db
def test_it_is_kept_whatever_is_written(world: World) -> None:
    ada = create_contact({"last_name": "Bos", "emails": EMAILS}, by=world.by)
    ben = create_contact({"last_name": "Vos"}, by=world.by)
    assert having_email() == {ada}
    edit_contact(ben, {"emails": EMAILS}, by=world.by)
    edit_contact(ada, {"emails": ()}, by=world.by)
    assert having_email() == {ben}


@pytest.mark.django_db
def test_it_was_found_out_of_contacts_that_were_there_before(world: World) -> None:
    ada = create_contact({"last_name": "Bos", "emails": EMAILS}, by=world.by)
    create_contact({"last_name": "Vos"}, by=world.by)
    Contact.objects.update(has_email=False)
    migration = import_module("kring.contacts.migrations.0005_who_has_an_email_address")
    migration.find_out(apps, None)
    assert having_email() == {ada}
