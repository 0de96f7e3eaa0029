"""Mails to groups, and people who can be reached, for tests."""

from __future__ import annotations

from collections import Counter

from kring.actions import mailing_rounds, mailings
from kring.actions.mailings import MailingWish
from kring.algebra.text import fold
from kring.contacts.models import Contact, EmailAddress
from kring.mailing.models import Household, Mailing, OutgoingMail
from tests.world import World

BODY = "<p>Beste {{ voornaam }}, er is nieuws.</p>"


def members(
    world: World, *names: str, group: str = "choir", reachable: bool = True
) -> list[int]:
    """Contacts in a group; each has an e-mail address, or none has."""
    ids = world.contacts(*names)
    for contact, name in zip(ids, names, strict=True):
        world.put(contact, group)
        if reachable:
            give_address(contact, f"{name.lower()}@kring.example")
    return ids


def give_address(contact: int, address: str, *, is_primary: bool = True) -> None:
    EmailAddress.objects.create(
        contact_id=contact,
        address=address,
        folded_address=fold(address),
        is_primary=is_primary,
    )
    Contact.objects.filter(pk=contact).update(has_email=is_primary)


def letter(
    world: World,
    *groups: str,
    minus: tuple[str, ...] = (),
    household: Household = Household.EACH,
    subject: str = "Nieuws",
) -> Mailing:
    """A draft for these groups."""
    wish = MailingWish(
        subject,
        BODY,
        groups=tuple(world.group(name) for name in groups),
        minus=tuple(world.group(name) for name in minus),
        household=household.value,
    )
    return mailings.create_mailing(wish, by=world.by)


def send(world: World, mailing: Mailing) -> None:
    """Send it to whoever it would go to now."""
    audience = mailing_rounds.require_sendable(mailing)
    mailing_rounds.send_mailing(
        mailing.pk, expected=len(audience.recipients), by=world.by
    )


def states(mailing: Mailing) -> dict[str, int]:
    """How many of its mails are in which state."""
    rows = OutgoingMail.objects.filter(mailing=mailing, purpose="mailing")
    return dict(Counter(rows.values_list("state", flat=True)))
