"""Who may set senders up, whichever door they come through."""

from __future__ import annotations

import pytest

from kring.accounts.actors import OPERATOR, Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions.errors import NotAllowedError
from kring.actions.mailboxes import (
    UnknownSenderError,
    add_mailbox,
    delete_mailbox,
    edit_mailbox,
)
from kring.mailing.models import Mailbox

STAFF = Actor(ActorKind.USER, None, StaffRole.STAFF)

pytestmark = pytest.mark.django_db


def test_only_administrators_set_senders_up() -> None:
    box = Mailbox.objects.create(name="Koor", address="koor@example.org")
    with pytest.raises(NotAllowedError):
        add_mailbox("Bestuur", "bestuur@example.org", by=STAFF)
    with pytest.raises(NotAllowedError):
        edit_mailbox(box.pk, "Bestuur", "bestuur@example.org", by=STAFF)
    with pytest.raises(NotAllowedError):
        delete_mailbox(box.pk, by=STAFF)
    assert [str(one) for one in Mailbox.objects.all()] == ["Koor <koor@example.org>"]


def test_a_sender_that_is_gone_is_neither_changed_nor_deleted() -> None:
    with pytest.raises(UnknownSenderError):
        edit_mailbox(7, "Bestuur", "bestuur@example.org", by=OPERATOR)
    with pytest.raises(UnknownSenderError):
        delete_mailbox(7, by=OPERATOR)
