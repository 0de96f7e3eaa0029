"""Mails to groups are written, edited and deleted; who gets them is judged here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.conf import settings

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.delivering import deliver_soon
from kring.actions.errors import (
    ChangedMeanwhileError,
    GroupClosedError,
    RefusedError,
    UnknownChoiceError,
    UnknownContactsError,
    UnknownGroupsError,
)
from kring.actions.requiring import require_text
from kring.contacts.models import Contact
from kring.groups.history import Entry, Facts
from kring.groups.models import Group
from kring.mailing.mailings import group_about
from kring.mailing.models import (
    FormerAttachment,
    Household,
    Mailbox,
    Mailing,
    MailingState,
    OutgoingMail,
    Purpose,
    Template,
)
from kring.mailing.rendering import Texts, check_texts, sanitised
from kring.outbox.models import State

_LENGTHS: Final[Mapping[str, int]] = {
    "subject": 200,
    "body": 100_000,
    "attachment_name": 200,
}
_CHANGEABLE: Final = frozenset({MailingState.DRAFT, MailingState.SCHEDULED})


@dataclass(frozen=True, slots=True)
class MailingWish:
    """All that people decide about a mail to groups before it goes."""

    subject: str
    body: str
    groups: tuple[int, ...] = ()
    minus: tuple[int, ...] = ()
    household: str = Household.EACH.value
    language: str = "nl"
    mailbox: int | None = None
    attachment_name: str = ""
    attachment: str = ""
    """The digest of a file that a template has, or that is kept already."""


@dataclass(eq=False)
class UnknownMailingError(RefusedError):
    """The mail to groups does not exist, or no longer."""

    mailing: int


@dataclass(eq=False)
class MailingGoneOutError(RefusedError):
    """What was sent, or stopped, is neither edited, deleted nor sent again."""

    subject: str


@dataclass(eq=False)
class GroupsGoneError(RefusedError):
    """Groups that the mail names were deleted; `names` is what they were called."""

    names: Sequence[str]


def create_mailing(wish: MailingWish, *, by: Actor) -> Mailing:
    """Keep a draft; raises a RefusedError that says what is wrong with it."""
    wish = _tidied(wish)
    with act("mailing.create", by=by) as this:
        _check(wish, before=None)
        mailing = Mailing(created_at=this.occasion.at, created_by_id=by.user_id)
        _write(this, mailing, wish, before=None)
    return mailing


def edit_mailing(
    mailing: int, wish: MailingWish, *, by: Actor, version: int | None = None
) -> Mailing:
    """Change a draft, or what is scheduled and has not gone.

    `version` is the one that the editor saw: ChangedMeanwhileError when it has
    another. Raises another RefusedError that says what is wrong.
    """
    wish = _tidied(wish)
    with act("mailing.edit", by=by) as this:
        found = changeable_mailing(mailing, version=version)
        before = wish_of(found)
        if wish != before:
            _check(wish, before=before)
            _write(this, found, wish, before=facts_of(found))
    return found


def delete_mailing(mailing: int, *, by: Actor, version: int | None = None) -> int:
    """Take a draft away; returns the number of the change."""
    with act("mailing.delete", by=by) as this:
        _remove(this, changeable_mailing(mailing, version=version))
        return this.change


def send_test(mailing: int, *, contact: int, to: str, by: Actor) -> None:
    """Mail to this address what a contact would get; it waits in the outbox.

    Raises UnknownMailingError, UnknownContactsError or a text's UnusableTextError.
    """
    with act("mailing.test", by=by) as this:
        found = held_mailing(mailing)
        check_texts(Texts(found.subject, found.body, found.language))
        if not Contact.objects.filter(pk=contact).exists():
            raise UnknownContactsError([contact])
        OutgoingMail.objects.create(
            purpose=Purpose.TEST,
            contact=contact,
            group=group_about(found),
            mailing=found,
            address=to,
            key=uuid4(),
            made_at=this.occasion.at,
            free_at=this.occasion.at,
        )
        deliver_soon()


def restore_mailing(this: Act, mailing: int, facts: Mapping[str, Any] | None) -> None:
    """Bring a draft to these facts, or away, as one part of an act.

    Raises MailingGoneOutError: what was sent stays as it went.
    """
    found = Mailing.objects.filter(pk=mailing).first()
    if found is not None:
        found = changeable_mailing(mailing)
    if facts is None:
        _remove(this, found or held_mailing(mailing))
        return
    before = None if found is None else facts_of(found)
    made = Mailing(
        pk=mailing, created_at=this.occasion.at, created_by_id=this.occasion.by.user_id
    )
    _write(this, found or made, _wish_from(facts), before=before)


def changeable_mailing(mailing: int, *, version: int | None = None) -> Mailing:
    """A draft, or what is scheduled, which this transaction holds from here on.

    Raises UnknownMailingError, MailingGoneOutError or ChangedMeanwhileError.
    """
    found = held_mailing(mailing)
    if found.state not in _CHANGEABLE:
        raise MailingGoneOutError(found.subject)
    if version not in (None, found.version):
        raise ChangedMeanwhileError(found.version)
    return found


def held_mailing(mailing: int) -> Mailing:
    """The mailing, locked; raises UnknownMailingError."""
    found = Mailing.objects.select_for_update().filter(pk=mailing).first()
    if found is None:
        raise UnknownMailingError(mailing)
    return found


def require_groups(groups: Collection[int], minus: Collection[int]) -> None:
    """Refuse what would mail others than is said: a deleted group has no members.

    A closed group mails nobody; as one that is left out it may stay. Raises
    UnknownGroupsError, GroupsGoneError or GroupClosedError.
    """
    named = {*groups, *minus}
    found = {group.pk: group for group in Group.objects.filter(pk__in=named)}
    if len(found) < len(named):
        raise UnknownGroupsError(sorted(named - found.keys()))
    gone = [found[one].name for one in sorted(named) if found[one].deleted_at]
    if gone:
        raise GroupsGoneError(gone)
    for one in groups:
        if found[one].is_closed:
            raise GroupClosedError(one, found[one].name)


def wish_of(mailing: Mailing) -> MailingWish:
    """What was decided about a mail to groups."""
    return MailingWish(
        subject=mailing.subject,
        body=mailing.body,
        groups=tuple(mailing.groups),
        minus=tuple(mailing.minus),
        household=mailing.household,
        language=mailing.language,
        mailbox=mailing.mailbox_id,
        attachment_name=mailing.attachment_name,
        attachment=mailing.attachment_id or "",
    )


def _remove(this: Act, mailing: Mailing) -> None:
    _part_with_tests(mailing, at=this.occasion.at)
    this.record(Entry("mailing", before=facts_of(mailing)))
    mailing.delete()


def _wish_from(facts: Mapping[str, Any]) -> MailingWish:
    """As history keeps it; a sender that is there no more gives way to the usual."""
    box = facts["mailbox"]
    is_there = Mailbox.objects.filter(pk=box).exists()
    return MailingWish(
        subject=facts["subject"],
        body=facts["body"],
        groups=tuple(facts["groups"]),
        minus=tuple(facts["minus"]),
        household=facts["household"],
        language=facts["language"],
        mailbox=box if is_there else None,
        attachment_name=facts.get("attachment_name", ""),
        attachment=facts.get("attachment", ""),
    )


def _part_with_tests(mailing: Mailing, *, at: datetime) -> None:
    """Test mails stay as they went; those that wait do not go any more."""
    tests = OutgoingMail.objects.filter(mailing=mailing)
    tests.filter(state=State.WAITING).update(state=State.CANCELLED, ended_at=at)
    tests.update(mailing=None)


def facts_of(mailing: Mailing) -> dict[str, Any]:
    """A mail to groups as history keeps it."""
    return {
        "mailing": mailing.pk,
        **asdict(wish_of(mailing)),
        "state": mailing.state,
        "scheduled_at": mailing.scheduled_at,
    }


def _tidied(wish: MailingWish) -> MailingWish:
    """With sanitised text, and each group once; a file has a name."""
    name = " ".join(wish.attachment_name.split()) or wish.attachment[:8]
    return replace(
        wish,
        attachment_name=name if wish.attachment else "",
        subject=" ".join(wish.subject.split()),
        body=sanitised(wish.body).strip(),
        groups=tuple(dict.fromkeys(wish.groups)),
        minus=tuple(dict.fromkeys(wish.minus)),
    )


def _check(wish: MailingWish, *, before: MailingWish | None) -> None:
    """Refuse what cannot be kept; a draft may be unfinished."""
    for field, limit in _LENGTHS.items():
        require_text(field, getattr(wish, field), limit=limit)
    _check_choices(wish)
    check_texts(Texts(wish.subject, wish.body, wish.language))
    if before is None or _whom(wish) != _whom(before):
        require_groups(wish.groups, wish.minus)


def _whom(wish: MailingWish) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(wish.groups), frozenset(wish.minus)


def _check_choices(wish: MailingWish) -> None:
    known = {
        "household": wish.household in Household.values,
        "language": wish.language in dict(settings.LANGUAGES),
        "mailbox": wish.mailbox is None
        or Mailbox.objects.filter(pk=wish.mailbox).exists(),
    }
    for field, is_known in known.items():
        if not is_known:
            raise UnknownChoiceError(field)


def _write(
    this: Act, mailing: Mailing, wish: MailingWish, *, before: Facts | None
) -> None:
    mailing.subject, mailing.body = wish.subject, wish.body
    mailing.groups, mailing.minus = list(wish.groups), list(wish.minus)
    mailing.household, mailing.language = wish.household, wish.language
    mailing.mailbox_id = wish.mailbox
    mailing.attachment_name = wish.attachment_name
    mailing.attachment_id = _kept_file(wish.attachment)
    mailing.version = this.change
    mailing.save()
    this.record(Entry("mailing", before=before, after=facts_of(mailing)))


def _kept_file(digest: str) -> str | None:
    """A file that a template has is kept by itself, whatever becomes of the template.

    Raises UnknownChoiceError.
    """
    if not digest:
        return None
    if not FormerAttachment.objects.filter(pk=digest).exists():
        template = Template.objects.filter(attachment_digest=digest).first()
        if template is None:
            raise UnknownChoiceError("attachment")
        FormerAttachment.objects.bulk_create(
            [FormerAttachment(digest=digest, content=template.attachment)],
            ignore_conflicts=True,
        )
    return digest
