"""The mail that brings a code to sign in at the portal with."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kring.accounts import codes
from kring.cooperative.looks import cooperative_name
from kring.mailing.rendering import Rendered, inlined


def code_mail(code: str, *, language: str) -> Rendered:
    """The subject does not tell the code: lists of mails show it to staff."""
    with translation.override(language):
        cooperative = cooperative_name()
        subject = _("Your code to sign in at %(cooperative)s") % {
            "cooperative": cooperative
        }
        facts = {
            "subject": subject,
            "code": code,
            "minutes": int(codes.LASTS.total_seconds() // 60),
            "cooperative": cooperative,
        }
        return Rendered(
            subject,
            inlined(render_to_string("mailing/code.html", facts)),
            render_to_string("mailing/code.txt", facts).strip() + "\n",
        )
