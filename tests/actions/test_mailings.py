"""Mails to groups are drafted, edited by several people, and deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.actions import groups, mailings
from kring.actions.errors import (
    ChangedMeanwhileError,
    GroupClosedError,
    NotAllowedError,
    TextTooLongError,
    UnknownChoiceError,
    UnknownContactsError,
    UnknownGroupsError,
    UnprintableTextError,
)
from kring.actions.mailings import (
    GroupsGoneError,
    MailingGoneOutError,
    MailingWish,
    UnknownMailingError,
)
from kring.actions.restoring.errors import StandsInTheWayError
from kring.actions.templates import (
    Attachment,
    TemplateTexts,
    create_template,
    delete_template,
    edit_template,
)
from kring.actions.undo import undo_change
from kring.groups.models import Change, ChangeEntry
from kring.mailing.delivery import composed
from kring.mailing.errors import UnknownMergeFieldError
from kring.mailing.models import Mailbox, Mailing, MailingState, OutgoingMail
from tests.mailing.mails import outgoing
from tests.world import World

LETTER = MailingWish("Nieuws", "<p>Beste {{ voornaam }},</p>")


def test_a_draft_keeps_what_was_decided_tidied(world: World) -> None:
    choir, band = world.group("choir"), world.group("band")
    wish = MailingWish(
        "  Nieuws\n van  ons ",
        "<p onclick='x()'>Hoi</p><script>y()</script>",
        groups=(choir, choir),
        minus=(band,),
        household="once",
        language="en",
    )
    made = mailings.create_mailing(wish, by=world.by)
    kept = mailings.wish_of(Mailing.objects.get(pk=made.pk))
    expected = MailingWish(
        "Nieuws van ons", "<p>Hoi</p>", (choir,), (band,), "once", "en"
    )
    assert kept == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\N{LINE SEPARATOR}"])
def test_a_subject_is_one_line_and_judged_as_it_is_kept(world: World, end: str) -> None:
    wrong = replace(LETTER, subject=f"Nieuws {{{{ voor{end}naam }}}}")
    with pytest.raises(UnknownMergeFieldError) as caught:
        mailings.create_mailing(wrong, by=world.by)
    assert caught.value.field == "voor naam"
    wish = replace(LETTER, subject=f"{'a' * 100}{end * 200}{'b' * 99}")
    made = mailings.create_mailing(wish, by=world.by)
    kept = Mailing.objects.get(pk=made.pk).subject
    assert kept == f"{'a' * 100} {'b' * 99}"


FLYER = Attachment("Folder (één mei).pdf", b"%PDF-1.7 een")


def with_the_flyer(world: World) -> tuple[Mailing, int]:
    """A draft that was begun from a template with a file, and the template."""
    texts = TemplateTexts("Brief", "Nieuws", "<p>Dag</p>", attachment=FLYER)
    template = create_template(texts, by=world.by).template
    wish = replace(LETTER, attachment_name=FLYER.name, attachment=FLYER.digest)
    return mailings.create_mailing(wish, by=world.by), template.pk


def goes_along(world: World, mailing: Mailing) -> Any:
    """The file that a reader of this mail would get."""
    [ada] = world.reachable("Ada")
    mail = outgoing("mailing", contact=ada, mailing=Mailing.objects.get(pk=mailing.pk))
    found = composed([mail])[mail.pk].attachment
    return found and (found.name, found.type, found.content)


def test_a_file_of_a_template_goes_along_whatever_becomes_of_the_template(
    world: World,
) -> None:
    made, template = with_the_flyer(world)
    other = Attachment("Ander.pdf", b"%PDF-1.7 ander")
    texts = TemplateTexts("Brief", "Nieuws", "<p>Dag</p>", attachment=other)
    edit_template(template, texts, by=world.by)
    delete_template(template, by=world.by)
    told = ("Folder (één mei).pdf", "application/pdf", FLYER.content)
    assert goes_along(world, made) == told


def test_a_file_is_taken_away_and_comes_back_by_undo(world: World) -> None:
    made, _ = with_the_flyer(world)
    without = replace(mailings.wish_of(made), attachment="")
    edited = mailings.edit_mailing(made.pk, without, by=world.by)
    assert (edited.attachment_name, edited.attachment_id) == ("", None)
    undo_change(Change.objects.latest("number").number, by=world.by)
    assert mailings.wish_of(Mailing.objects.get()).attachment == FLYER.digest
    mailings.delete_mailing(made.pk, by=world.by)
    undo_change(Change.objects.latest("number").number, by=world.by)
    assert goes_along(world, made)[2] == FLYER.content


def test_a_file_that_nobody_has_does_not_go_along(world: World) -> None:
    wish = replace(LETTER, attachment_name="x.pdf", attachment="0" * 64)
    with pytest.raises(UnknownChoiceError):
        mailings.create_mailing(wish, by=world.by)
    assert not Mailing.objects.exists()


def test_the_name_of_a_file_is_one_line(world: World) -> None:
    made, _ = with_the_flyer(world)
    wish = mailings.wish_of(made)
    for name, kept in ((" a\r\n b.pdf", "a b.pdf"), (" ", FLYER.digest[:8])):
        named = replace(wish, attachment_name=name)
        edited = mailings.edit_mailing(made.pk, named, by=world.by)
        assert edited.attachment_name == kept


def test_a_draft_may_be_unfinished(world: World) -> None:
    made = mailings.create_mailing(MailingWish("", ""), by=world.by)
    assert Mailing.objects.get(pk=made.pk).state == MailingState.DRAFT


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"subject": "x" * 201}, TextTooLongError),
        ({"body": "x" * 100_001}, TextTooLongError),
        ({"subject": "Ho\0i"}, UnprintableTextError),
        ({"body": "{{ voornam }}"}, UnknownMergeFieldError),
        ({"subject": "{{ voornam }}"}, UnknownMergeFieldError),
        ({"household": "thrice"}, UnknownChoiceError),
        ({"language": "tlh"}, UnknownChoiceError),
        ({"mailbox": 77}, UnknownChoiceError),
        ({"groups": (77,)}, UnknownGroupsError),
        ({"minus": (77,)}, UnknownGroupsError),
    ],
)
def test_what_cannot_be_kept_is_refused(
    world: World, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        mailings.create_mailing(replace(LETTER, **wrong), by=world.by)
    assert not Mailing.objects.exists()


def test_an_unknown_field_comes_with_the_one_that_was_meant(world: World) -> None:
    with pytest.raises(UnknownMergeFieldError) as caught:
        mailings.create_mailing(replace(LETTER, body="{{ voornam }}"), by=world.by)
    assert caught.value.suggestion == "voornaam"


def test_a_deleted_or_closed_group_is_not_chosen(world: World) -> None:
    choir, band = world.group("choir"), world.group("band")
    groups.close_group(choir, by=world.by)
    groups.delete_group(band, by=world.by)
    with pytest.raises(GroupClosedError):
        mailings.create_mailing(replace(LETTER, groups=(choir,)), by=world.by)
    with pytest.raises(GroupsGoneError) as caught:
        mailings.create_mailing(replace(LETTER, minus=(band,)), by=world.by)
    assert caught.value.names == ["band"]
    mailings.create_mailing(replace(LETTER, minus=(choir,)), by=world.by)


def test_a_draft_of_a_deleted_group_can_still_be_written(world: World) -> None:
    choir = world.group("choir")
    made = mailings.create_mailing(replace(LETTER, groups=(choir,)), by=world.by)
    groups.delete_group(choir, by=world.by)
    wish = replace(LETTER, subject="Ander", groups=(choir,))
    mailings.edit_mailing(made.pk, wish, by=world.by)
    assert Mailing.objects.get().subject == "Ander"


def test_of_two_who_edit_the_later_is_told(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    seen = made.version
    mailings.edit_mailing(
        made.pk, replace(LETTER, subject="Een"), by=world.by, version=seen
    )
    with pytest.raises(ChangedMeanwhileError):
        mailings.edit_mailing(
            made.pk, replace(LETTER, subject="Twee"), by=world.by, version=seen
        )
    assert Mailing.objects.get().subject == "Een"


def test_the_same_draft_leaves_no_trace(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    mailings.edit_mailing(made.pk, LETTER, by=world.by, version=made.version)
    assert Change.objects.filter(action__startswith="mailing").count() == 1


def test_history_keeps_what_a_deleted_draft_said(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    mailings.delete_mailing(made.pk, by=world.by, version=made.version)
    assert not Mailing.objects.exists()
    last = ChangeEntry.objects.filter(kind="mailing").latest("pk")
    assert last.before is not None
    assert last.before["body"] == LETTER.body
    assert last.after is None


def test_what_does_not_exist_is_neither_edited_nor_deleted(world: World) -> None:
    with pytest.raises(UnknownMailingError):
        mailings.edit_mailing(77, LETTER, by=world.by)
    with pytest.raises(UnknownMailingError):
        mailings.delete_mailing(77, by=world.by)


@pytest.mark.parametrize("state", ["sending", "paused", "done", "cancelled"])
def test_what_has_gone_is_neither_edited_nor_deleted(world: World, state: str) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    Mailing.objects.update(state=state)
    with pytest.raises(MailingGoneOutError):
        mailings.edit_mailing(made.pk, replace(LETTER, subject="X"), by=world.by)
    with pytest.raises(MailingGoneOutError):
        mailings.delete_mailing(made.pk, by=world.by)


def test_a_reader_writes_no_mail(world: World) -> None:
    reader = Actor(ActorKind.USER, None, "reader")
    with pytest.raises(NotAllowedError):
        mailings.create_mailing(LETTER, by=reader)


def test_a_deleted_draft_comes_back_by_undo(world: World) -> None:
    choir = world.group("choir")
    made = mailings.create_mailing(replace(LETTER, groups=(choir,)), by=world.by)
    before = mailings.facts_of(made)
    mailings.send_test(made.pk, contact=a_contact(world), to="a@x.example", by=world.by)
    number = mailings.delete_mailing(made.pk, by=world.by)
    assert OutgoingMail.objects.get().state == "cancelled"
    undo_change(number, by=world.by)
    assert mailings.facts_of(Mailing.objects.get(pk=made.pk)) == before


def test_undoing_an_edit_keeps_what_was_edited_after_it(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    first = mailings.edit_mailing(
        made.pk, replace(LETTER, subject="Ander"), by=world.by
    )
    number = first.version
    later = replace(LETTER, subject="Ander", household="once")
    mailings.edit_mailing(made.pk, later, by=world.by)
    undo_change(number, by=world.by)
    kept = Mailing.objects.get()
    assert (kept.subject, kept.household) == (LETTER.subject, "once")


def test_a_draft_that_nobody_touched_goes_by_undo(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    undo_change(made.version, by=world.by)
    assert not Mailing.objects.exists()


def test_what_was_sent_is_not_undone(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    edited = mailings.edit_mailing(made.pk, replace(LETTER, subject="X"), by=world.by)
    Mailing.objects.update(state="sending")
    with pytest.raises(StandsInTheWayError):
        undo_change(made.version, by=world.by)
    with pytest.raises(MailingGoneOutError):
        undo_change(edited.version, by=world.by)
    assert Mailing.objects.get().subject == "X"


def test_a_draft_comes_back_without_a_sender_that_is_gone(world: World) -> None:
    box = Mailbox.objects.create(name="Bestuur", address="bestuur@kring.example")
    made = mailings.create_mailing(replace(LETTER, mailbox=box.pk), by=world.by)
    number = mailings.delete_mailing(made.pk, by=world.by)
    box.delete()
    undo_change(number, by=world.by)
    assert Mailing.objects.get().mailbox is None


def test_a_test_mail_waits_for_whoever_asked(world: World) -> None:
    made = mailings.create_mailing(LETTER, by=world.by)
    ada = a_contact(world)
    mailings.send_test(made.pk, contact=ada, to="anna@kring.example", by=world.by)
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.contact, mail.mailing) == ("test", ada, made)
    assert (mail.address, mail.state) == ("anna@kring.example", "waiting")
    with pytest.raises(UnknownContactsError):
        mailings.send_test(made.pk, contact=77, to="a@kring.example", by=world.by)


def a_contact(world: World) -> int:
    return world.contact("Ada")
