"""Mails come by the cooperative's own name, and in its colour."""

from __future__ import annotations

import pytest

from kring.accounts.actors import OPERATOR
from kring.actions.looks import edit_looks
from kring.cooperative import colours
from kring.cooperative.looks import Looks
from kring.mailing.delivery import composed, usual_sender
from tests.mailing.mails import person, welcome
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_name_stands_where_the_sender_has_none(settings):
    settings.DEFAULT_FROM_EMAIL = "kring@example.org"
    assert usual_sender() == "kring@example.org"
    edit_looks(Looks(name='Delft "Zon"'), by=OPERATOR)
    assert usual_sender() == '"Delft \\"Zon\\"" <kring@example.org>'
    settings.DEFAULT_FROM_EMAIL = "Ledenadministratie <kring@example.org>"
    assert usual_sender() == '"Ledenadministratie" <kring@example.org>'


def test_a_mail_says_by_whom_it_is_and_has_links_in_the_own_colour(world: World):
    bob = person(world, "Bakker", "bob@example.org")
    world.put(bob, "Koor")
    mail = welcome(bob, world.group("Koor"))
    before = composed([mail])[mail.pk].html
    assert colours.KRING_GREEN in before
    edit_looks(Looks(name="Delft & Zon", accent="#7a1f5c"), by=OPERATOR)
    after = composed([mail])[mail.pk].html
    assert "Delft &amp; Zon" in after
    assert "#7a1f5c" in after
    assert colours.dark("#7a1f5c").accent in after
    assert colours.KRING_GREEN not in after
