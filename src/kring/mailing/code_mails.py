"""Mails that bring a code: to sign in at the portal, or to prove an address."""

from __future__ import annotations

from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kring.accounts import codes
from kring.cooperative.looks import cooperative_name
from kring.mailing.rendering import Rendered, inlined


def code_mail(code: str, *, language: str) -> Rendered:
    """The subject does not tell the code: lists of mails show it to staff."""
    with translation.override(language):
        subject = _("Your code to sign in at %(cooperative)s")
        return _made(subject, {"code": code, "signs_in": True})


def address_mail(code: str, *, language: str) -> Rendered:
    """The mail by which a contact proves that this address is its own."""
    with translation.override(language):
        subject = _("Your code to confirm your e-mail address at %(cooperative)s")
        return _made(subject, {"code": code, "signs_in": False})


def _made(subject: str, known: Mapping[str, object]) -> Rendered:
    cooperative = cooperative_name()
    facts = {
        "subject": subject % {"cooperative": cooperative},
        "minutes": int(codes.LASTS.total_seconds() // 60),
        "cooperative": cooperative,
        **known,
    }
    return Rendered(
        str(facts["subject"]),
        inlined(render_to_string("mailing/code.html", facts)),
        render_to_string("mailing/code.txt", facts).strip() + "\n",
    )
