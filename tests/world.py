"""A small world to tell tests in: contacts, groups and what is so, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kring.accounts.actors import OPERATOR, Actor
from kring.actions import groups, members
from kring.actions.acts import act
from kring.actions.checking import differences
from kring.actions.contacts import create_contact
from kring.actions.templates import TemplateTexts, create_template
from kring.algebra import codec
from kring.algebra.expressions import Expression
from kring.algebra.text import fold
from kring.contacts.catalogue import catalogue
from kring.contacts.models import Contact
from kring.groups import queries
from kring.groups.check import Difference
from kring.groups.models import Group
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import OutgoingMail
from kring.mailing.queries import template_named


class World:
    """Contacts and groups that were made through the real actions, by their names."""

    by: Actor = OPERATOR

    def contact(self, name: str, *, groups: Iterable[str] = ()) -> int:
        [contact] = self.contacts(name)
        for group in groups:
            members.place([contact], self.group(group), by=self.by)
        return contact

    def contacts(self, *names: str) -> list[int]:
        now = timezone.now()
        with act("test.contacts", by=self.by) as this:
            this.hold_last_chunk()
            ids = this.give_ids(len(names))
            Contact.objects.bulk_create(
                Contact(
                    id=contact,
                    number=f"T{contact}",
                    kind="person",
                    last_name=name,
                    folded_last_name=fold(name),
                    sort_name=fold(name),
                    search_text=fold(name),
                    created_at=now,
                    updated_at=now,
                )
                for contact, name in zip(ids, names, strict=True)
            )
            this.follow_contacts(ids)
        return ids

    def reachable(self, *names: str) -> list[int]:
        """Contacts with an e-mail address."""
        return [
            create_contact(
                {"last_name": name, "email": f"{fold(name)}@example.org"}, by=self.by
            )
            for name in names
        ]

    def welcoming(self, name: str, definition: object = None, **settings: Any) -> int:
        """A group that mails whoever joins it."""
        return self.group(
            name, definition, welcome_template=self.template(), **settings
        )

    def template(self) -> int:
        found = template_named("Welcome")
        texts = TemplateTexts("Welcome", "Welcome", "Good to have you")
        return (found or create_template(texts, by=self.by).template).pk

    def mailed(self, name: str) -> list[int]:
        """Who has a mail waiting because of joining this group."""
        waiting = self.welcomes(name).filter(state="waiting")
        return [mail.contact or 0 for mail in waiting]

    def skipped(self, name: str) -> dict[int, str]:
        """Who joined this group and gets no mail, and why."""
        skipped = self.welcomes(name).filter(state="skipped")
        return {mail.contact or 0: mail.skip for mail in skipped}

    def welcomes(self, name: str) -> QuerySet[OutgoingMail]:
        group = self.group(name)
        mails = OutgoingMail.objects.filter(purpose="welcome", group=group)
        return mails.order_by("contact", "pk")

    def group(self, name: str, definition: object = None, **settings: Any) -> int:
        """The group with this name; it is made if there is none."""
        found = queries.group_named(name)
        if found is not None:
            return found.pk
        wanted = GroupSettings(
            name=name, definition=self.expression(definition), **settings
        )
        return groups.create_group(wanted, by=self.by).pk

    def expression(self, definition: object) -> Expression | None:
        """A definition as JSON, in which names may stand for groups."""
        if definition is None:
            return None
        return codec.decode(self._numbered(definition), catalogue=catalogue())

    def define(self, name: str, definition: object) -> None:
        group = Group.objects.get(pk=self.group(name))
        wanted = replace(settings_of(group), definition=self.expression(definition))
        groups.edit_group(group.pk, wanted, by=self.by)

    def put(self, contact: int, group: str) -> None:
        members.place([contact], self.group(group), by=self.by)

    def take(self, contact: int, group: str) -> None:
        members.remove([contact], self.group(group), by=self.by)

    def members(self, group: str) -> set[int]:
        return set(queries.members_of(self.group(group)))

    def names_in(self, group: str) -> list[str]:
        found = Contact.objects.filter(id__in=self.members(group))
        return list(found.order_by("sort_name").values_list("last_name", flat=True))

    def faults(self) -> list[Difference]:
        """What `kring check` finds."""
        return list(differences())

    def _numbered(self, definition: object) -> object:
        if isinstance(definition, dict):
            return {
                key: self.group(value)
                if key in ("group", "member") and isinstance(value, str)
                else self._numbered(value)
                for key, value in definition.items()
            }
        if isinstance(definition, list):
            return [self._numbered(part) for part in definition]
        return definition
