"""Templates are made, edited and deleted; and not deleted while used."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.actions import groups, templates
from kring.actions.errors import (
    NotAllowedError,
    TextTooLongError,
    UnknownContactsError,
    UnprintableTextError,
)
from kring.actions.templates import (
    Attachment,
    AttachmentTooLargeError,
    TemplateInUseError,
    TemplateNameTakenError,
    TemplateTextMissingError,
    TemplateTexts,
    UnknownLanguageError,
    UnknownTemplateError,
)
from kring.actions.undo import undo_change
from kring.groups.models import Change, ChangeEntry, Group
from kring.mailing.errors import UnknownMergeFieldError
from kring.mailing.models import OutgoingMail, Purpose, Template
from kring.outbox.models import State
from tests.undo import last_change
from tests.world import World

WELCOME = TemplateTexts("Welkom", "Welkom bij ons", "Fijn dat je er bent.")
WITH_FILE = replace(WELCOME, attachment=Attachment("kaart.pdf", b"kaart"))


def test_a_template_keeps_its_texts_tidied(world: World):
    texts = TemplateTexts("  Welkom\tbij ", " Hoi\n daar ", "\nEen\n\nTwee\n")
    made = templates.create_template(texts, by=world.by).template
    kept = templates.texts_of(Template.objects.get(pk=made.pk))
    assert kept == TemplateTexts("Welkom bij", "Hoi daar", "Een\n\nTwee")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\N{LINE SEPARATOR}"])
def test_a_subject_is_one_line_and_judged_as_it_is_kept(world: World, end: str):
    subject = f"{'a' * 100}{end * 50}{{{{ voor{end}naam }}}}"
    with pytest.raises(UnknownMergeFieldError) as caught:
        templates.create_template(replace(WELCOME, subject=subject), by=world.by)
    assert caught.value.field == "voor naam"
    subject = f"{'a' * 100}{end * 200}{'b' * 99}"
    made = templates.create_template(
        replace(WELCOME, subject=subject), by=world.by
    ).template
    kept = templates.texts_of(Template.objects.get(pk=made.pk))
    assert kept.subject == f"{'a' * 100} {'b' * 99}"


def test_a_text_is_as_long_as_it_is_kept(world: World):
    # Each of these signs is kept as five characters.
    with pytest.raises(TextTooLongError):
        templates.create_template(replace(WELCOME, body="&" * 20_001), by=world.by)
    templates.create_template(replace(WELCOME, body="&" * 20_000), by=world.by)


def test_a_template_gets_other_texts(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    other = TemplateTexts("WÉLKOM", "Hoi", "Daar ben je.")
    templates.edit_template(made.pk, other, by=world.by)
    assert templates.texts_of(Template.objects.get()) == other


def test_the_same_texts_leave_no_trace(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    templates.edit_template(made.pk, WELCOME, by=world.by)
    assert ChangeEntry.objects.filter(kind="template").count() == 1


def test_history_keeps_what_a_deleted_template_said(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    templates.delete_template(made.pk, by=world.by)
    assert not Template.objects.exists()
    last = ChangeEntry.objects.filter(kind="template").latest("pk")
    assert last.before
    assert last.before["body"] == WELCOME.body
    assert last.after is None


def test_a_template_that_welcomes_is_not_deleted(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    choir = world.group("choir", welcome_template=made.pk)
    with pytest.raises(TemplateInUseError) as refusal:
        templates.delete_template(made.pk, by=world.by)
    assert refusal.value.uses == {choir: "choir"}
    assert Template.objects.exists()


def test_a_deleted_group_holds_no_template_back(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    choir = world.group("choir", welcome_template=made.pk)
    groups.delete_group(choir, by=world.by)
    templates.delete_template(made.pk, by=world.by)
    assert Group.objects.get(pk=choir).welcome_template_id is None


def test_a_template_that_mails_wait_for_is_not_deleted(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    mail_a_test(world, made.pk)
    with pytest.raises(TemplateInUseError) as refusal:
        templates.delete_template(made.pk, by=world.by)
    assert (refusal.value.uses, refusal.value.waiting) == ({}, 1)


def test_mails_that_went_hold_no_template_back(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    mail_a_test(world, made.pk)
    OutgoingMail.objects.update(state=State.SENT)
    templates.delete_template(made.pk, by=world.by)
    assert OutgoingMail.objects.get().template is None


def test_a_test_mail_waits_for_whoever_asked(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    contact = mail_a_test(world, made.pk)
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.state) == (Purpose.TEST, State.WAITING)
    assert (mail.contact, mail.address) == (contact, "anna@kring.example")
    assert not Change.objects.filter(action="template.test").exists()


def test_a_test_mail_needs_a_template_and_a_contact(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    with pytest.raises(UnknownContactsError):
        templates.send_test(made.pk, contact=4711, group=None, to="a@b.nl", by=world.by)
    with pytest.raises(UnknownTemplateError):
        templates.send_test(4711, contact=1, group=None, to="a@b.nl", by=world.by)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\r\nBcc: x@kwaad.example", "a Bcc: x@kwaad.example"),
        ("C:\\folders\\kaart.pdf", "kaart.pdf"),
        ("../../kaart  van\tDelft.pdf", "kaart van Delft.pdf"),
    ],
)
def test_the_name_of_a_file_stands_on_one_line(world: World, name: str, kept: str):
    texts = replace(WELCOME, attachment=templates.Attachment(name, b"%PDF"))
    made = templates.create_template(texts, by=world.by).template
    assert made.attachment_name == kept


def test_a_copy_has_the_same_texts_and_a_name_of_its_own(world: World):
    made = templates.create_template(WITH_FILE, by=world.by).template
    copies = [
        templates.copy_template(made.pk, named="Welkom (kopie)", by=world.by)
        for _ in range(3)
    ]
    assert [templates.texts_of(copy.template) for copy in copies] == [
        replace(WITH_FILE, name=name)
        for name in ("Welkom (kopie)", "Welkom (kopie) 2", "Welkom (kopie) 3")
    ]


def test_an_attachment_is_kept_changed_and_taken_away(world: World):
    made = templates.create_template(WITH_FILE, by=world.by).template
    assert templates.texts_of(Template.objects.get()) == WITH_FILE
    other = replace(WITH_FILE, attachment=Attachment("b.txt", b"lijst"))
    templates.edit_template(made.pk, other, by=world.by)
    found = Template.objects.get()
    assert (found.attachment_name, found.attachment_type) == ("b.txt", "text/plain")
    templates.edit_template(made.pk, replace(other, attachment=None), by=world.by)
    assert not bytes(Template.objects.get().attachment)


def test_undo_brings_an_attachment_back(world: World):
    made = templates.create_template(WITH_FILE, by=world.by).template
    other = replace(WITH_FILE, attachment=Attachment("b.txt", b"lijst"))
    templates.edit_template(made.pk, other, by=world.by)
    changed = last_change()
    undo_change(changed, by=world.by)
    assert templates.texts_of(Template.objects.get()) == WITH_FILE
    undo_change(last_change(), by=world.by)
    assert templates.texts_of(Template.objects.get()) == other
    templates.delete_template(made.pk, by=world.by)
    undo_change(last_change(), by=world.by)
    assert templates.texts_of(Template.objects.get()) == other


def test_history_keeps_no_copy_of_a_file(world: World):
    templates.create_template(WITH_FILE, by=world.by)
    entry = ChangeEntry.objects.get(kind="template")
    assert entry.after
    assert entry.after["attachment"] == sha256(b"kaart").hexdigest()


def test_a_file_that_is_too_large_is_refused_with_the_limit(world: World):
    large = Attachment("a.bin", b"x" * (templates.LARGEST_ATTACHMENT + 1))
    with pytest.raises(AttachmentTooLargeError) as refusal:
        templates.create_template(replace(WELCOME, attachment=large), by=world.by)
    assert refusal.value.limit == templates.LARGEST_ATTACHMENT
    assert not Template.objects.exists()


def test_a_body_is_kept_sanitised(world: World):
    dirty = replace(WELCOME, body='<p onclick="1">Dag<script>2</script></p>')
    made = templates.create_template(dirty, by=world.by).template
    assert made.body == "<p>Dag</p>"


def test_a_text_with_an_unknown_field_is_not_kept(world: World):
    made = templates.create_template(WELCOME, by=world.by).template
    wrong = replace(WELCOME, body="<p>Dag {{ voornam }}</p>")
    with pytest.raises(UnknownMergeFieldError):
        templates.edit_template(made.pk, wrong, by=world.by)
    assert templates.texts_of(Template.objects.get()) == WELCOME


def mail_a_test(world: World, template: int) -> int:
    contact = world.contact("Ans")
    to = "anna@kring.example"
    templates.send_test(template, contact=contact, group=None, to=to, by=world.by)
    return contact


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        (TemplateTexts(" ", "Hoi", "Hallo"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "", "Hallo"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "Hoi", "\n"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "Hoi", "<p> <br></p>"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "Hoi", "<p>&nbsp;</p>"), TemplateTextMissingError),
        (TemplateTexts("Hoi", "H\0i", "Hallo"), UnprintableTextError),
        (TemplateTexts("Hoi", "Hoi", "Dag", "tlh"), UnknownLanguageError),
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
