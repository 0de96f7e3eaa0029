"""Invitations to the portal: whom they are for, what they say, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.signing import Signer
from django.db import connection, models
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from kring.contacts.models import Contact
from kring.cooperative.looks import cooperative_name
from kring.groups.bitmaps import union
from kring.mailing.mail_tokens import mail_with, token_of
from kring.mailing.models import OutgoingMail, Skip
from kring.mailing.reach import READERS, REASON
from kring.mailing.rendering import Texts
from kring.mailing.situation import in_the_way

_SIGNER: Final = Signer(salt="kring.mailing.invitations")


class Uninvited(models.TextChoices):
    """Why somebody who can be mailed is not invited."""

    ACCOUNT = "account", gettext_lazy("has a portal account already")
    INVITED = "invited", gettext_lazy("was invited before")
    TODAY = "today", gettext_lazy("was invited today already")


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether they are invited as well who have an account, or were invited before."""

    with_account: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Who gets an invitation, and for each reason who does not: a Skip or Uninvited."""

    recipients: BitMap
    left_out: Mapping[str, BitMap]

    @property
    def without(self) -> BitMap:
        return union(self.left_out.values())


def invited_among(contacts: BitMap, wish: Wish, *, today: date) -> Invited:
    """Who of these contacts is invited, and who is not and why; in one query."""
    asked: dict[str, Any] = {
        "contacts": list(contacts),
        "with_account": wish.with_account,
        "again": wish.again,
        "today": today,
    }
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, asked)
        found = {reason: BitMap(ids) for reason, ids in cursor.fetchall()}
    recipients = found.pop("", BitMap())
    order = (*Uninvited.values, *Skip.values)
    return Invited(recipients, {one: found[one] for one in order if one in found})


def why_not_invited(contact: Contact, address: str, *, today: date) -> str:
    """Why this contact, whose first address this is, gets none; empty: it may.

    As `invited_among` judges who is invited by name.
    """
    skip = in_the_way(contact, address)
    if skip is not None:
        return skip.value
    invited = contact.invited_on
    return Uninvited.TODAY.value if invited and invited >= today else ""


def reason_in_words(reason: str) -> str:
    """Why somebody is left out, as it follows the number of those who are."""
    known = Uninvited if reason in Uninvited.values else Skip
    return str(known(reason).label)


def invitation_address(mail: OutgoingMail) -> str:
    """Where the reader of this invitation begins: with its address filled in."""
    token = token_of(mail, signed_by=_SIGNER)
    return f"{settings.KRING_BASE_URL}/portaal/uitnodiging/{token}/"


def invited_at(token: str) -> str:
    """The address that the invitation with this link went to; empty where none did.

    It is the one that the mail went to, whatever the contact has by now: whoever
    holds the link knows that one.
    """
    mail = mail_with(token, signed_by=_SIGNER)
    return "" if mail is None else mail.address


def invitation_texts(mail: OutgoingMail, *, language: str) -> Texts:
    """What an invitation says, in this language, with its own link."""
    with translation.override(language):
        known = {"cooperative": cooperative_name()}
        return Texts(
            subject=_("Your own page at %(cooperative)s") % known,
            body=_body(known, invitation_address(mail)),
            language=language,
        )


def language_for(wanted: str) -> str:
    """The language among those of Kring in which somebody who reads this is mailed."""
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _body(known: dict[str, str], address: str) -> str:
    parts = (
        _(
            "%(cooperative)s has a page for you. There you see which groups you are"
            " in, you join and leave them, and you keep your details up to date."
        )
        % known,
        _(
            "You need no password. Your e-mail address is filled in already: you get"
            " a code by mail, and with that you sign in."
        ),
    )
    first, last = (format_html("<p>{}</p>", part) for part in parts)
    link = format_html(
        '<p><a href="{}"><strong>{}</strong></a></p>', address, _("Go to your page")
    )
    return f"<p>{{{{ aanhef }}}},</p>{first}{link}{last}"


_JUDGED: Final = f"""
with asked as (
    select person.id as contact, person.portal_since, person.invited_on
    from unnest(%(contacts)s::bigint[]) as member (id)
    join contact person on person.id = member.id
)
select coalesce(
    {REASON},
    case when asked.invited_on >= %(today)s then 'today'
         when asked.portal_since is not null and not %(with_account)s then 'account'
         when asked.invited_on is not null and not %(again)s then 'invited'
         else '' end) as reason,
    array_agg(asked.contact)
from asked {READERS} group by 1
"""  # noqa: S608 — only constants
