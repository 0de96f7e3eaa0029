"""What is mailed about a contact that asks to be erased."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kring.contacts.models import ErasureRequest
from kring.cooperative.looks import cooperative_name
from kring.mailing.rendering import Rendered, inlined


def notice_of_request() -> Rendered:
    """What administrators read; it names no contact."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("A contact asks to be erased")
        address = f"{settings.KRING_BASE_URL}/contacten/wisverzoeken/"
        return _rendered("erasure_notice", {"subject": subject, "address": address})


def answer_to(request: ErasureRequest) -> Rendered:
    """What the contact reads of a request that was declined."""
    with translation.override(request.language):
        cooperative = cooperative_name()
        subject = _("Your request to be erased at %(cooperative)s") % {
            "cooperative": cooperative
        }
        facts = {
            "subject": subject,
            "day": date_format(timezone.localtime(request.asked_at), "j F Y"),
            "why": request.answer,
            "cooperative": cooperative,
        }
        return _rendered("erasure_declined", facts)


def _rendered(name: str, facts: dict[str, str]) -> Rendered:
    return Rendered(
        facts["subject"],
        inlined(render_to_string(f"mailing/{name}.html", facts)),
        render_to_string(f"mailing/{name}.txt", facts).strip() + "\n",
    )
