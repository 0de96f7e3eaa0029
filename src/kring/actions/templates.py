"""The templates of mails are made, edited and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.errors import (
    ChangedMeanwhileError,
    RefusedError,
    TextTooLongError,
    UnprintableTextError,
)
from kring.algebra.text import fold, holds_unprintable
from kring.groups.history import Entry
from kring.groups.locks import Definitions
from kring.groups.models import Group
from kring.mailing.models import Template
from kring.mailing.queries import template_named

_LENGTHS: Final[Mapping[str, int]] = {"name": 200, "subject": 200, "body": 100_000}


@dataclass(frozen=True, slots=True)
class TemplateTexts:
    """All that people write in a template."""

    name: str
    subject: str
    body: str


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
    """Groups welcome their members with it; `uses` are their names."""

    name: str
    uses: Mapping[int, str]


def create_template(texts: TemplateTexts, *, by: Actor) -> Template:
    """Make a template; raises a RefusedError that says what is wrong with the texts."""
    texts = _tidied(texts)
    # Held alone, so that nobody takes the same name at the same time.
    with act("template.create", by=by, graph=Definitions.EXCLUSIVE) as this:
        template = Template()
        _write(this, template, texts, before=None)
    return template


def edit_template(
    template: int,
    texts: TemplateTexts,
    *,
    by: Actor,
    seen: TemplateTexts | None = None,
) -> Template:
    """Give a template these texts; raises a RefusedError that says what is wrong.

    `seen` are those that the editor saw: ChangedMeanwhileError when it has others.
    """
    texts = _tidied(texts)
    with act("template.edit", by=by, graph=Definitions.EXCLUSIVE) as this:
        found = _existing(template)
        before = texts_of(found)
        _require_unchanged(before, seen)
        if texts != before:
            _write(this, found, texts, before=before)
    return found


def delete_template(
    template: int, *, by: Actor, seen: TemplateTexts | None = None
) -> None:
    """Take a template away; TemplateInUseError while a group welcomes with it.

    `seen` are the texts that whoever deletes saw, as in `edit_template`.
    """
    with act("template.delete", by=by, graph=Definitions.EXCLUSIVE) as this:
        found = _existing(template)
        _require_unchanged(texts_of(found), seen)
        _remove(this, found)


def restore_template(this: Act, template: int, facts: Mapping[str, Any] | None) -> None:
    """Bring a template to these facts, or away, as one part of an act.

    The act holds the graph exclusively. Raises TemplateInUseError or
    TemplateNameTakenError.
    """
    found = Template.objects.filter(pk=template).first()
    if facts is None:
        _remove(this, found or _existing(template))
        return
    texts = TemplateTexts(facts["name"], facts["subject"], facts["body"])
    before = texts_of(found) if found is not None else None
    _write(this, found or Template(pk=template), texts, before=before)


def facts_of(template: Template) -> dict[str, Any]:
    """A template as history keeps it."""
    return _facts(template.pk, texts_of(template))


def texts_of(template: Template) -> TemplateTexts:
    """The texts that a template has now."""
    return TemplateTexts(template.name, template.subject, template.body)


def _require_unchanged(now: TemplateTexts, seen: TemplateTexts | None) -> None:
    if seen not in (None, now):
        # A template has no version but its texts.
        raise ChangedMeanwhileError(version=0)


def _remove(this: Act, found: Template) -> None:
    users = Group.objects.filter(welcome_template=found)
    uses = dict(users.filter(deleted_at__isnull=True).values_list("pk", "name"))
    if uses:
        raise TemplateInUseError(found.name, uses)
    # A deleted group that is brought back comes without it.
    users.update(welcome_template=None)
    this.record(Entry("template", before=facts_of(found)))
    found.delete()


def _existing(template: int) -> Template:
    found = Template.objects.filter(pk=template).first()
    if found is None:
        raise UnknownTemplateError(template)
    return found


def _tidied(texts: TemplateTexts) -> TemplateTexts:
    """With one space between words; raises when a text cannot be kept."""
    tidy = replace(
        texts,
        name=" ".join(texts.name.split()),
        subject=" ".join(texts.subject.split()),
        body=texts.body.strip(),
    )
    for field, limit in _LENGTHS.items():
        _check(field, getattr(tidy, field), limit)
    return tidy


def _check(field: str, text: str, limit: int) -> None:
    if not text or (field == "name" and not fold(text)):
        raise TemplateTextMissingError(field)
    if len(text) > limit:
        raise TextTooLongError(field, len(text), limit)
    if holds_unprintable(text):
        raise UnprintableTextError(field)


def _write(
    this: Act, template: Template, texts: TemplateTexts, *, before: TemplateTexts | None
) -> None:
    other = template_named(texts.name)
    if other is not None and other.pk != template.pk:
        raise TemplateNameTakenError(other.name)
    template.name, template.folded_name = texts.name, fold(texts.name)
    template.subject, template.body = texts.subject, texts.body
    template.save()
    this.record(
        Entry(
            "template",
            before=_facts(template.pk, before) if before is not None else None,
            after=_facts(template.pk, texts),
        )
    )


def _facts(template: int, texts: TemplateTexts) -> dict[str, Any]:
    return {"template": template, **asdict(texts)}
