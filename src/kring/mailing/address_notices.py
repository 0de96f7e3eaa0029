"""What an address is told when how its contact signs in was changed."""

from __future__ import annotations

from enum import Enum, unique

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kring.cooperative.looks import cooperative_name
from kring.mailing.rendering import Rendered, inlined


@unique
class Happened(Enum):
    """What was changed, as the address that is told sees it."""

    ADDED = "added"
    NOT_FIRST = "not_first"
    REMOVED = "removed"
    PASSKEY = "passkey"


def address_notice(name: str, happened: Happened, *, language: str) -> Rendered:
    """It names the contact and no other address: who reads this may have left."""
    with translation.override(language):
        cooperative = cooperative_name()
        subject = _("How you sign in at %(cooperative)s was changed") % {
            "cooperative": cooperative
        }
        facts = {
            "subject": subject,
            "name": name,
            "cooperative": cooperative,
            "happened": happened.value,
        }
        return Rendered(
            subject,
            inlined(render_to_string("mailing/address_notice.html", facts)),
            render_to_string("mailing/address_notice.txt", facts).strip() + "\n",
        )
