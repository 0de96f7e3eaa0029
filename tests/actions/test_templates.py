"""Templates are made, edited and deleted; and not deleted while used."""

from __future__ import annotations

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.actions import groups, templates
from kring.actions.errors import (
    NotAllowedError,
    TextTooLongError,
    UnprintableTextError,
)
from kring.actions.templates import (
    TemplateInUseError,
    TemplateNameTakenError,
    TemplateTextMissingError,
    TemplateTexts,
    UnknownTemplateError,
)
from kring.groups.models import ChangeEntry, Group
from kring.mailing.models import Template
from tests.world import World

WELCOME = TemplateTexts("Welkom", "Welkom bij ons", "Fijn dat je er bent.")


def test_a_template_keeps_its_texts_tidied(world: World):
    texts = TemplateTexts("  Welkom\tbij ", " Hoi\n daar ", "\nEen\n\nTwee\n")
    made = templates.create_template(texts, by=world.by)
    kept = templates.texts_of(Template.objects.get(pk=made.pk))
    assert kept == TemplateTexts("Welkom bij", "Hoi daar", "Een\n\nTwee")


def test_a_template_gets_other_texts(world: World):
    made = templates.create_template(WELCOME, by=world.by)
    other = TemplateTexts("WÉLKOM", "Hoi", "Daar ben je.")
    templates.edit_template(made.pk, other, by=world.by)
    assert templates.texts_of(Template.objects.get()) == other


def test_the_same_texts_leave_no_trace(world: World):
    made = templates.create_template(WELCOME, by=world.by)
    templates.edit_template(made.pk, WELCOME, by=world.by)
    assert ChangeEntry.objects.filter(kind="template").count() == 1


def test_history_keeps_what_a_deleted_template_said(world: World):
    made = templates.create_template(WELCOME, by=world.by)
    templates.delete_template(made.pk, by=world.by)
    assert not Template.objects.exists()
    last = ChangeEntry.objects.filter(kind="template").latest("pk")
    assert last.before
    assert last.before["body"] == WELCOME.body
    assert last.after is None


def test_a_template_that_welcomes_is_not_deleted(world: World):
    made = templates.create_template(WELCOME, by=world.by)
    choir = world.group("choir", welcome_template=made.pk)
    with pytest.raises(TemplateInUseError) as refusal:
        templates.delete_template(made.pk, by=world.by)
    assert refusal.value.uses == {choir: "choir"}
    assert Template.objects.exists()


def test_a_deleted_group_holds_no_template_back(world: World):
    made = templates.create_template(WELCOME, by=world.by)
    choir = world.group("choir", welcome_template=made.pk)
    groups.delete_group(choir, by=world.by)
    templates.delete_template(made.pk, by=world.by)
    assert Group.objects.get(pk=choir).welcome_template_id is None


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        (TemplateTexts(" ", "Hoi", "Hallo"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "", "Hallo"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "Hoi", "\n"), TemplateTextMissingError),
        (TemplateTexts("a" * 201, "Hoi", "Hallo"), TextTooLongError),
        (TemplateTexts("Hoi", "Hoi", "Ha\0llo"), UnprintableTextError),
        (TemplateTexts("wélkom", "Hoi", "Hallo"), TemplateNameTakenError),
    ],
)
def test_texts_that_cannot_be_are_refused(world: World, texts, refusal):
    templates.create_template(WELCOME, by=world.by)
    with pytest.raises(refusal):
        templates.create_template(texts, by=world.by)
    assert Template.objects.count() == 1


def test_what_is_gone_is_neither_edited_nor_deleted(world: World):
    with pytest.raises(UnknownTemplateError):
        templates.edit_template(4711, WELCOME, by=world.by)
    with pytest.raises(UnknownTemplateError):
        templates.delete_template(4711, by=world.by)


def test_who_only_reads_makes_no_template(db):
    reader = Actor(ActorKind.USER, None, "reader")
    with pytest.raises(NotAllowedError):
        templates.create_template(WELCOME, by=reader)
