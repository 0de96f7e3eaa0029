"""The templates of mails are made, edited, tried out and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from mimetypes import guess_type
from typing import Any, Final
from uuid import uuid4

from django.conf import settings

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.delivering import deliver_soon
from kring.actions.errors import (
    ChangedMeanwhileError,
    RefusedError,
    UnknownContactsError,
    UnprintableTextError,
)
from kring.actions.naming import free_name
from kring.actions.requiring import require_text
from kring.algebra.text import fold, holds_unprintable
from kring.contacts.models import Contact
from kring.groups.history import Entry
from kring.groups.locks import Definitions
from kring.groups.models import Group
from kring.mailing.models import FormerAttachment, OutgoingMail, Purpose, Template
from kring.mailing.plain_text import is_empty
from kring.mailing.queries import template_named
from kring.mailing.rendering import Texts, check_texts, sanitised
from kring.outbox.models import GOING

LARGEST_ATTACHMENT: Final = 5 * 1024 * 1024
"""In bytes; on its way it is a third larger, and many mailboxes take ten megabytes."""

_LENGTHS: Final[Mapping[str, int]] = {"name": 200, "subject": 200, "body": 100_000}
_ATTACHMENT_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with each mail."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What its name says that it is."""
        return guess_type(self.name)[0] or "application/octet-stream"

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class TemplateTexts:
    """All that people write in a template, and what they add to it."""

    name: str
    subject: str
    body: str
    language: str = "nl"
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class TemplateOutcome:
    """A template as it is now, and the change that made it so (None: nothing did)."""

    template: Template
    change: int | None


@dataclass(eq=False)
class TemplateTextMissingError(RefusedError):
    """A name, subject or text is empty."""

    field: str


@dataclass(eq=False)
class TemplateNameTakenError(RefusedError):
    """Another template has this name, case and accents apart."""

    name: str


@dataclass(eq=False)
class UnknownTemplateError(RefusedError):
    """The template does not exist, or no longer."""

    template: int


@dataclass(eq=False)
class TemplateInUseError(RefusedError):
    """Groups welcome their members with it; `uses` are their names.

    `waiting` is how many mails that are made from it have yet to go.
    """

    name: str
    uses: Mapping[int, str]
    waiting: int = 0


@dataclass(eq=False)
class UnknownLanguageError(RefusedError):
    """Kring writes no mails in this language; `known` are those it does."""

    language: str
    known: tuple[str, ...]
    field: str = "language"


@dataclass(eq=False)
class AttachmentTooLargeError(RefusedError):
    """A file is larger than is kept; both in bytes."""

    size: int
    limit: int
    field: str = "attachment"


def create_template(texts: TemplateTexts, *, by: Actor) -> TemplateOutcome:
    """Make a template.

    Raises a RefusedError or an UnusableTextError that says what is wrong.
    """
    texts = _tidied(texts)
    # Held alone, so that nobody takes the same name at the same time.
    with act("template.create", by=by, graph=Definitions.EXCLUSIVE) as this:
        template = Template()
        _write(this, template, texts)
    return TemplateOutcome(template, this.number)


def copy_template(template: int, *, named: str, by: Actor) -> TemplateOutcome:
    """Make another template with the same texts; a number follows a name in use."""
    with act("template.create", by=by, graph=Definitions.EXCLUSIVE) as this:
        texts = texts_of(_existing(template))
        copy = Template()
        _write(this, copy, replace(texts, name=_free_name(named)))
    return TemplateOutcome(copy, this.number)


def edit_template(
    template: int,
    texts: TemplateTexts,
    *,
    by: Actor,
    seen: TemplateTexts | None = None,
) -> TemplateOutcome:
    """Give a template these texts; raises as `create_template` does.

    `seen` are those that the editor saw: ChangedMeanwhileError when it has others.
    """
    texts = _tidied(texts)
    with act("template.edit", by=by, graph=Definitions.EXCLUSIVE) as this:
        found = _existing(template)
        before = texts_of(found)
        _require_unchanged(before, seen)
        if texts != before:
            _write(this, found, texts)
    return TemplateOutcome(found, this.number)


def delete_template(
    template: int, *, by: Actor, seen: TemplateTexts | None = None
) -> int:
    """Take a template away; returns the number of the change.

    Raises TemplateInUseError while it is used.

    `seen` are the texts that whoever deletes saw, as in `edit_template`.
    """
    with act("template.delete", by=by, graph=Definitions.EXCLUSIVE) as this:
        found = _existing(template)
        _require_unchanged(texts_of(found), seen)
        _remove(this, found)
        return this.change


def send_test(
    template: int, *, contact: int, group: int | None, to: str, by: Actor
) -> None:
    """Mail to this address what a contact would get; it waits in the outbox.

    Raises UnknownTemplateError, UnknownContactsError or NotAllowedError.
    """
    with act("template.test", by=by) as this:
        found = _existing(template)
        if not Contact.objects.filter(pk=contact).exists():
            raise UnknownContactsError([contact])
        OutgoingMail.objects.create(
            purpose=Purpose.TEST,
            contact=contact,
            group=group,
            template=found,
            address=to,
            key=uuid4(),
            made_at=this.occasion.at,
            free_at=this.occasion.at,
        )
        deliver_soon()


def restore_template(this: Act, template: int, facts: Mapping[str, Any] | None) -> None:
    """Bring a template to these facts, or away, as one part of an act.

    The act holds the graph exclusively. Raises TemplateInUseError or
    TemplateNameTakenError.
    """
    found = Template.objects.filter(pk=template).first()
    if facts is None:
        _remove(this, found or _existing(template))
        return
    texts = TemplateTexts(
        name=facts["name"],
        subject=facts["subject"],
        body=facts["body"],
        language=facts.get("language", "nl"),
        attachment=_former_attachment(found, facts),
    )
    _write(this, found or Template(pk=template), texts)


def facts_of(template: Template) -> dict[str, Any]:
    """A template as history keeps it: of its attachment the digest."""
    return {
        "template": template.pk,
        "name": template.name,
        "subject": template.subject,
        "body": template.body,
        "language": template.language,
        "attachment_name": template.attachment_name,
        "attachment": template.attachment_digest,
    }


def texts_of(template: Template) -> TemplateTexts:
    """What a template has now."""
    return TemplateTexts(
        name=template.name,
        subject=template.subject,
        body=template.body,
        language=template.language,
        attachment=_attachment_of(template),
    )


def _attachment_of(template: Template) -> Attachment | None:
    if not template.attachment_name:
        return None
    return Attachment(template.attachment_name, bytes(template.attachment))


def _former_attachment(
    found: Template | None, facts: Mapping[str, Any]
) -> Attachment | None:
    """The attachment that history names: what the template has, or had once."""
    digest = facts.get("attachment")
    if not digest:
        return None
    if found is not None and found.attachment_digest == digest:
        return Attachment(facts["attachment_name"], bytes(found.attachment))
    former = FormerAttachment.objects.get(pk=digest)
    return Attachment(facts["attachment_name"], bytes(former.content))


def _keep_attachment(template: Template) -> None:
    """So that undo finds it, whatever the template has from now on."""
    if template.attachment_digest:
        FormerAttachment.objects.get_or_create(
            pk=template.attachment_digest, defaults={"content": template.attachment}
        )


def _require_unchanged(now: TemplateTexts, seen: TemplateTexts | None) -> None:
    if seen not in (None, now):
        # A template has no version but its texts.
        raise ChangedMeanwhileError(version=0)


def _remove(this: Act, found: Template) -> None:
    users = Group.objects.filter(welcome_template=found)
    uses = dict(users.filter(deleted_at__isnull=True).values_list("pk", "name"))
    mails = OutgoingMail.objects.filter(template=found)
    waiting = mails.filter(state__in=GOING).count()
    if uses or waiting:
        raise TemplateInUseError(found.name, uses, waiting)
    # A deleted group that is brought back comes without it; mails keep what went.
    users.update(welcome_template=None)
    mails.update(template=None)
    _keep_attachment(found)
    this.record(Entry("template", before=facts_of(found)))
    found.delete()


def _existing(template: int) -> Template:
    found = Template.objects.filter(pk=template).first()
    if found is None:
        raise UnknownTemplateError(template)
    return found


def _free_name(named: str) -> str:
    return free_name(
        named,
        is_taken=lambda name: template_named(name) is not None,
        longest=_LENGTHS["name"],
    )


def _tidied(texts: TemplateTexts) -> TemplateTexts:
    """As it is kept; raises when a text cannot be kept, or cannot be mailed."""
    tidy = replace(
        texts,
        name=" ".join(texts.name.split()),
        subject=" ".join(texts.subject.split()),
        body=sanitised(texts.body.strip()),
        attachment=_tidied_attachment(texts.attachment),
    )
    for field, limit in _LENGTHS.items():
        require_text(field, getattr(tidy, field), limit=limit)
    if holds_unprintable(texts.body):
        # Of which sanitising takes out some without a word.
        raise UnprintableTextError("body")
    _require_all(tidy)
    if tidy.language not in dict(settings.LANGUAGES):
        raise UnknownLanguageError(tidy.language, tuple(dict(settings.LANGUAGES)))
    check_texts(Texts(tidy.subject, tidy.body, tidy.language))
    return tidy


def _require_all(texts: TemplateTexts) -> None:
    if not fold(texts.name):
        raise TemplateTextMissingError("name")
    if not texts.subject:
        raise TemplateTextMissingError("subject")
    if is_empty(texts.body):
        raise TemplateTextMissingError("body")


def _tidied_attachment(attachment: Attachment | None) -> Attachment | None:
    if attachment is None:
        return None
    size = len(attachment.content)
    if size > LARGEST_ATTACHMENT:
        raise AttachmentTooLargeError(size, LARGEST_ATTACHMENT)
    # Only the last part of a path, whichever system it comes from; on one line, as it
    # stands in the head of the mail.
    last = attachment.name.replace("\\", "/").rpartition("/")[2]
    name = " ".join(last.split())
    require_text("attachment", name, limit=_ATTACHMENT_NAME)
    return replace(attachment, name=name or attachment.digest[:8])


def _write(this: Act, template: Template, texts: TemplateTexts) -> None:
    other = template_named(texts.name)
    if other is not None and other.pk != template.pk:
        raise TemplateNameTakenError(other.name)
    is_new = not template.name
    before = None if is_new else facts_of(template)
    template.name, template.folded_name = texts.name, fold(texts.name)
    template.subject, template.body = texts.subject, texts.body
    template.language = texts.language
    _attach(template, texts.attachment)
    template.save()
    this.record(Entry("template", before=before, after=facts_of(template)))


def _attach(template: Template, attachment: Attachment | None) -> None:
    if attachment == _attachment_of(template):
        return
    _keep_attachment(template)
    template.attachment_name = attachment.name if attachment else ""
    template.attachment_type = attachment.media_type if attachment else ""
    template.attachment = attachment.content if attachment else b""
    template.attachment_digest = attachment.digest if attachment else ""
