"""Each mail as it goes now: to whom, from whom, what it says, with which headers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr, quote
from mimetypes import guess_type
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import prefetch_related_objects
from django.utils import timezone

from kring.cooperative.looks import looks
from kring.mailing.errors import UnusableTextError
from kring.mailing.invitations import (
    invitation_address,
    invitation_texts,
    language_for,
)
from kring.mailing.leaving_links import leaving_address
from kring.mailing.merge_fields import CATALOGUE
from kring.mailing.models import Mailing, OutgoingMail, Purpose, Skip
from kring.mailing.reasons import why
from kring.mailing.rendering import Rendered, Texts, rendered
from kring.mailing.situation import TO_AN_ADDRESS, Situation, situation_of, why_not
from kring.mailing.values import portal_address, values_of

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail as it goes now; where it does not, `skip` or `unusable` says why."""

    address: str = ""
    name: str = ""
    sender: str = ""
    subject: str = ""
    html: str = ""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachment: Attachment | None = None
    skip: Skip | None = None
    unusable: UnusableTextError | None = None

    @property
    def to(self) -> str:
        """The reader, as mail programs show one."""
        return in_header(self.name, self.address)


def composed(mails: Collection[OutgoingMail]) -> dict[int, Composed]:
    """Each of these mails as it goes now, or why it does not, by its id.

    All is asked anew: who the reader is, whether anything is in the way, and what the
    texts say to this reader.
    """
    mails = list(mails)
    prefetch_related_objects(
        mails, "template", "mailing__mailbox", "mailing__attachment"
    )
    situation = situation_of(mails)
    values = _values(mails, situation)
    return {
        mail.pk: _composed(mail, situation, values.get(mail.pk, _NO_VALUES))
        for mail in mails
    }


def message_of(one: Composed) -> EmailMultiAlternatives:
    """The mail for the wire: plain text, HTML beside it, and what goes along."""
    message = EmailMultiAlternatives(
        subject=one.subject,
        body=one.text,
        from_email=one.sender,
        to=[one.to],
        headers=dict(one.headers),
    )
    if one.html:
        message.attach_alternative(one.html, "text/html")
    if one.attachment is not None:
        file = one.attachment
        message.attach(file.name, file.content, file.type or None)
    return message


def in_header(name: str, address: str) -> str:
    """A name with an address; whatever the name holds, it stays a name."""
    tidy = " ".join("".join(filter(str.isprintable, name.replace("\n", " "))).split())
    return f'"{quote(tidy)}" <{address}>' if tidy else address


def usual_sender() -> str:
    """Who mails come from where nothing else is chosen, by the cooperative's name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return in_header(name or looks().name, address)


def message_id(mail: OutgoingMail) -> str:
    """The same whenever this mail is sent, so that a second copy is known for one."""
    host = urlsplit(settings.KRING_BASE_URL).hostname or "localhost"
    return f"<{mail.key}@{host}>"


def _composed(mail: OutgoingMail, situation: Situation, values: Values) -> Composed:
    skip = why_not(mail, situation)
    if skip is not None:
        return Composed(skip=skip)
    try:
        written = _written(mail, situation, values)
    except UnusableTextError as error:
        return Composed(unusable=error)
    name, address = _to(mail, situation)
    return Composed(
        address=address,
        name=name,
        sender=_sender(mail, situation),
        subject=written.subject,
        html=written.html,
        text=written.text,
        headers=_headers(mail, situation),
        attachment=_attachment(mail),
    )


def _written(mail: OutgoingMail, situation: Situation, values: Values) -> Rendered:
    texts = _texts(mail, situation)
    if texts is None:
        return Rendered(mail.subject, mail.html, mail.text)
    reason = why(mail, situation, language=texts.language)
    return rendered(
        texts,
        values,
        why=reason,
        portal=_portal(mail),
        leaving="" if mail.purpose in TO_AN_ADDRESS else leaving_address(mail),
    )


def _portal(mail: OutgoingMail) -> str:
    """The link to the portal below the text."""
    is_invitation = mail.purpose == Purpose.INVITE
    return invitation_address(mail) if is_invitation else portal_address()


def _texts(mail: OutgoingMail, situation: Situation) -> Texts | None:
    """The texts that a mail is made from; None where it has its own, made already."""
    if mail.purpose == Purpose.INVITE:
        reader = situation.reader_of(mail)
        return invitation_texts(
            mail, language=language_for(reader.language if reader else "")
        )
    source = mail.mailing or mail.template
    if source is None:
        return None
    return Texts(source.subject, source.body, source.language)


def _values(mails: Collection[OutgoingMail], situation: Situation) -> dict[int, Values]:
    """What the fields are for the reader of each mail."""
    alike: defaultdict[tuple[int | None, str], list[tuple[int, int]]] = defaultdict(
        list
    )
    for mail in mails:
        reader, texts = situation.reader_of(mail), _texts(mail, situation)
        if reader is not None and texts is not None:
            alike[mail.group, texts.language].append((mail.pk, reader.contact))
    found: dict[int, Values] = {}
    for (group, language), some in alike.items():
        contacts = {contact for _, contact in some}
        today = timezone.localdate()
        known = values_of(contacts, group=group, today=today, language=language)
        found |= {mail: known.get(contact, _NO_VALUES) for mail, contact in some}
    return found


def _to(mail: OutgoingMail, situation: Situation) -> tuple[str, str]:
    reader = situation.reader_of(mail)
    if mail.purpose in TO_AN_ADDRESS or reader is None:
        return "", mail.address
    return reader.name, reader.address


def _sender(mail: OutgoingMail, situation: Situation) -> str:
    if mail.sender and _texts(mail, situation) is None:
        return mail.sender
    group = situation.group_of(mail)
    mailbox = mail.mailing.mailbox if mail.mailing else None
    if mail.mailing is None and group is not None:
        mailbox = group.welcome_mailbox
    if mailbox is None:
        return usual_sender()
    return in_header(mailbox.name, mailbox.address)


def _headers(mail: OutgoingMail, situation: Situation) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(mail),
        # No machine answers: neither one that is on holiday nor a help desk.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    texts = _texts(mail, situation)
    if texts is not None:
        headers["Content-Language"] = texts.language
    answers_to = _answers_to(mail, situation)
    if answers_to:
        headers["Reply-To"] = answers_to
    if mail.purpose not in TO_AN_ADDRESS:
        headers |= _leaving(mail)
    return headers


def _answers_to(mail: OutgoingMail, situation: Situation) -> str:
    """Who answers for it, unless it comes from a mailbox that was chosen."""
    group = situation.group_of(mail)
    if mail.purpose != Purpose.WELCOME or group is None:
        return ""
    if group.welcome_mailbox is not None or group.responsible is None:
        return ""
    return in_header(str(group.responsible), group.responsible.email)


def _leaving(mail: OutgoingMail) -> dict[str, str]:
    address = leaving_address(mail)
    headers = {"List-Unsubscribe": f"<{address}>"}
    if address.startswith("https:"):
        # RFC 8058 asks for https where a mail program does it by itself.
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _attachment(mail: OutgoingMail) -> Attachment | None:
    if mail.mailing is not None:
        return _attachment_of(mail.mailing)
    template = mail.template
    if template is None or not template.attachment_name:
        return None
    content = bytes(template.attachment)
    return Attachment(template.attachment_name, template.attachment_type, content)


def _attachment_of(mailing: Mailing) -> Attachment | None:
    if mailing.attachment is None:
        return None
    name, content = mailing.attachment_name, bytes(mailing.attachment.content)
    return Attachment(name, guess_type(name)[0] or "", content)


_NO_VALUES: Final[Values] = {field.name: "" for field in CATALOGUE}
