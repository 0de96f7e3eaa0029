"""An address that does not work is marked, and is nobody's any more when it changes."""

from __future__ import annotations

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.actions import bounces, contacts, merging
from kring.actions.bounces import Returned
from kring.actions.errors import NotAllowedError, UnknownContactsError
from kring.actions.undo import undo_change
from kring.contacts.models import Contact
from kring.groups.models import Change
from kring.mailing.delivery import composed
from kring.mailing.models import OutgoingMail, Skip
from kring.outbox.models import State
from kring.ui.words_outgoing import skip_in_a_sentence
from tests.mailing.mails import person, welcome
from tests.world import World

GONE = Returned("ANS@example.org", "550 5.1.1 unknown user")


def is_marked(contact: int) -> bool:
    return Contact.objects.get(pk=contact).address_bounced


def a_mail_that_went(world: World, name: str = "Aalbers") -> OutgoingMail:
    ans = person(world, name, "ans@example.org")
    world.put(ans, "Koor")
    return welcome(ans, world.group("Koor"), state=State.SENT)


def test_a_hard_bounce_marks_the_address_and_the_mail(world: World):
    mail = a_mail_that_went(world)
    bounces.note_returned([GONE])
    assert is_marked(mail.contact or 0)
    kept = OutgoingMail.objects.get()
    assert kept.state == State.FAILED
    assert kept.answer == "De mail kwam terug: 550 5.1.1 unknown user"


def test_nothing_is_mailed_to_an_address_that_is_marked(world: World):
    mail = a_mail_that_went(world)
    bounces.note_returned([GONE])
    assert composed([mail])[mail.pk].skip is Skip.BOUNCED


def test_the_mail_that_the_provider_names_is_the_one_that_failed(world: World):
    mail = a_mail_that_went(world)
    later = welcome(
        mail.contact or 0, world.group("Koor"), state=State.SENT, change=999_999_998
    )
    bounces.note_returned([Returned("ans@example.org", "550", mail.key)])
    assert OutgoingMail.objects.get(pk=mail.pk).state == State.FAILED
    assert OutgoingMail.objects.get(pk=later.pk).state == State.SENT


UNWANTED = Returned("ans@example.org", is_complaint=True)


def test_a_complaint_marks_the_address_and_leaves_the_mail_sent(world: World):
    mail = a_mail_that_went(world)
    bounces.note_returned([UNWANTED])
    assert is_marked(mail.contact or 0)
    kept = OutgoingMail.objects.get()
    assert kept.state == State.SENT
    assert kept.answer == "De lezer heeft deze mail als ongewenst gemeld."


def test_a_complaint_is_told_as_what_it_is(world: World):
    mail = a_mail_that_went(world)
    bounces.note_returned([UNWANTED])
    assert composed([mail])[mail.pk].skip is Skip.COMPLAINED
    label = str(Skip.COMPLAINED.label)
    assert label == "heeft een mail als ongewenst gemeld"
    assert "ongewenst" in skip_in_a_sentence(Skip.COMPLAINED)


@pytest.mark.parametrize(
    ("told", "skip"),
    [([GONE, UNWANTED], Skip.COMPLAINED), ([UNWANTED, GONE], Skip.BOUNCED)],
)
def test_what_was_told_last_counts(world: World, told: list[Returned], skip: Skip):
    mail = a_mail_that_went(world)
    bounces.note_returned(told)
    assert composed([mail])[mail.pk].skip is skip


@pytest.mark.parametrize("way", ["another address", "staff says so"])
def test_a_complaint_is_over_with_the_mark(world: World, way: str):
    mail = a_mail_that_went(world)
    bounces.note_returned([UNWANTED])
    ans = mail.contact or 0
    if way == "staff says so":
        bounces.address_works(ans, by=world.by)
    else:
        contacts.edit_contact(ans, {"email": "new@example.org"}, by=world.by)
    found = Contact.objects.get(pk=ans)
    assert (found.address_bounced, found.complained) == (False, False)
    undo_change(Change.objects.latest("number").number, by=world.by)
    found = Contact.objects.get(pk=ans)
    assert (found.address_bounced, found.complained) == (True, True)


def test_a_complaint_goes_with_its_address_when_contacts_are_merged(world: World):
    kept, merged = person(world, "A"), person(world, "B", "ans@example.org")
    bounces.note_returned([UNWANTED])
    merging.merge_contacts(merged, into=kept, by=world.by)
    assert Contact.objects.get(pk=kept).complained


def test_everyone_at_the_address_is_marked_and_nobody_else(world: World):
    ans, anna = (person(world, name, "ans@example.org") for name in ("A", "B"))
    other = person(world, "C", "other@example.org")
    second = person(world, "D", "d@example.org")
    contacts.edit_contact(
        second, {"emails": ("d@example.org", "ans@example.org")}, by=world.by
    )
    bounces.note_returned([GONE])
    marked = [one for one in (ans, anna, other, second) if is_marked(one)]
    assert marked == [ans, anna]


def test_conditions_ask_for_it_and_groups_follow(world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    where = {"field": "address_bounced", "op": "is", "value": True}
    world.group("Onbereikbaar", {"where": where})
    assert world.members("Onbereikbaar") == set()
    bounces.note_returned([GONE])
    assert world.members("Onbereikbaar") == {ans}
    contacts.edit_contact(ans, {"email": "new@example.org"}, by=world.by)
    assert world.members("Onbereikbaar") == set()
    assert world.faults() == []


def test_the_same_address_once_more_stays_marked(world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    bounces.note_returned([GONE])
    same = {"email": "ans@example.org", "status": "lid"}
    contacts.edit_contact(ans, same, by=world.by)  # type: ignore[arg-type]
    assert is_marked(ans)


def test_telling_it_twice_is_one_change(world: World):
    person(world, "Aalbers", "ans@example.org")
    bounces.note_returned([GONE])
    changes = Change.objects.count()
    bounces.note_returned([GONE, Returned("nobody@example.org")])
    assert Change.objects.count() == changes


def test_staff_says_that_the_address_works_again(world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    bounces.note_returned([GONE])
    bounces.address_works(ans, by=world.by)
    assert not is_marked(ans)
    with pytest.raises(UnknownContactsError):
        bounces.address_works(4711, by=world.by)
    with pytest.raises(NotAllowedError):
        bounces.address_works(ans, by=Actor(ActorKind.USER, None, "reader"))


def test_undoing_a_new_address_brings_the_mark_back(world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    bounces.note_returned([GONE])
    contacts.edit_contact(ans, {"email": "new@example.org"}, by=world.by)
    undo_change(Change.objects.latest("number").number, by=world.by)
    assert is_marked(ans)


@pytest.mark.parametrize(
    ("own", "theirs", "is_marked_after"),
    [
        ("own@example.org", "ans@example.org", [False]),
        ("", "ans@example.org", [True]),
        ("ans@example.org", "own@example.org", [True]),
    ],
)
def test_of_merged_contacts_the_address_that_stays_counts(
    world: World, own: str, theirs: str, is_marked_after: list[bool]
):
    kept, merged = person(world, "A", own), person(world, "B", theirs)
    bounces.note_returned([GONE])
    merging.merge_contacts(merged, into=kept, by=world.by)
    assert [is_marked(kept)] == is_marked_after
