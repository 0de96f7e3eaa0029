"""A contact says by the link in a mail that it may be the last."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.accounts.actors import THE_CONTACT
from kring.actions import members
from kring.actions.contacts import edit_contact
from kring.mailing.leaving import Leaving, leaving_of
from kring.mailing.models import OutgoingMail


def leave(mail: OutgoingMail) -> Leaving:
    """Take the reader out of what this mail was about; doing it twice changes nothing.

    Where the reader may not leave by itself, it gets no mail at all any more. Returns
    what was done.
    """
    leaving = leaving_of(mail)
    if leaving.reader is None or leaving.has_left:
        return leaving
    if not leaving.groups:
        return block_all_mail(mail)
    for group in leaving.groups:
        members.remove(
            [leaving.reader.contact],
            group.pk,
            by=THE_CONTACT,
            reason=_("By the link in a mail"),
        )
    return leaving


def block_all_mail(mail: OutgoingMail) -> Leaving:
    """Let the reader of this mail get none any more, of whatever kind."""
    leaving = leaving_of(mail)
    if leaving.reader is not None:
        edit_contact(leaving.reader.contact, {"no_mail": True}, by=THE_CONTACT)
    return leaving
