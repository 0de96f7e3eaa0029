"""Loading the demo cooperative, and the people it is made of."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from django.utils.timezone import now

from kring.accounts.actors import OPERATOR, Actor
from kring.actions import groups, mailing_rounds
from kring.actions.delivering import deliver_some
from kring.actions.demo import loading, mails
from kring.actions.demo.loading import OtherDataError, load
from kring.actions.demo.mails import one_has_come_back
from kring.actions.demo.people import contact_at
from kring.config.environment import Encryption, MailServer
from kring.contacts import values
from kring.contacts.models import Contact, Kind, Representation
from kring.groups.models import Change, Group, Placement, Turn, TurningDay
from kring.groups.queries import counts_of, group_named, members_of
from kring.mailing.models import Mailing, OutgoingMail
from tests.world import World

CONTACTS = 60
PEOPLE = 300
"""So many that there is somebody of each sort to mail."""


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch, db):
    """The real hasher is slow on purpose; and small batches are many."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(loading, "BATCH", 25)


class InterruptionError(Exception):
    """Somebody pressed Ctrl-C."""


def interrupt(_count: int) -> None:
    raise InterruptionError


def state() -> tuple[object, ...]:
    """All that a load leaves behind."""
    counts = counts_of(Group.objects.values_list("pk", flat=True))
    return (
        sorted(Contact.objects.values_list("number", "sort_name")),
        sorted(counts.items()),
        Turn.objects.count(),
        Change.objects.count(),
    )


def members(name: str) -> set[int]:
    found = group_named(name)
    assert found is not None, name
    return set(members_of(found.pk))


def fates() -> Counter[tuple[str, str, str]]:
    mails = OutgoingMail.objects.values_list("purpose", "state", "skip")
    return Counter(mails)


def test_there_is_mail_of_every_kind_to_look_at():
    load(PEOPLE)
    mailing_rounds.settle_all()
    while OutgoingMail.objects.filter(state="waiting", free_at__lte=now()).exists():
        deliver_some()
    mailing_rounds.end_mailings()
    assert one_has_come_back(PEOPLE)
    [sent, draft] = Mailing.objects.order_by("pk")
    assert (sent.state, draft.state) == ("done", "draft")
    written = OutgoingMail.objects.filter(mailing=sent).count()
    assert fates() == {
        ("welcome", "sent", ""): 5,
        ("welcome", "failed", ""): 1,
        ("welcome", "waiting", ""): 2,
        ("welcome", "cancelled", ""): 1,
        ("welcome", "skipped", "no_address"): 1,
        ("welcome", "skipped", "no_mail"): 1,
        ("mailing", "sent", ""): written,
    }
    senders = set(OutgoingMail.objects.filter(state="sent").values_list("sender"))
    assert len(senders) == 2
    [failed] = OutgoingMail.objects.filter(state="failed")
    assert Contact.objects.get(pk=failed.contact or 0).address_bounced


def test_loading_again_mails_nobody_again():
    load(PEOPLE)
    before = fates()
    assert not one_has_come_back(PEOPLE)
    mails.mail_some(PEOPLE, by=OPERATOR)
    load(PEOPLE)
    assert fates() == before


def test_where_a_mail_server_is_set_up_nobody_is_mailed(settings):
    settings.KRING_MAIL_SERVER = MailServer("mail.example", 25, "", "", Encryption.NONE)
    load(CONTACTS)
    assert not OutgoingMail.objects.exists()
    assert not Mailing.objects.exists()
    assert one_has_come_back(CONTACTS)


def test_some_act_for_an_organisation():
    load(60)
    links = Representation.objects.order_by("person")
    assert [link.role for link in links] == ["Directeur", "Eigenaar", "Contactpersoon"]
    assert [link.on_portal for link in links] == [True, True, False]


def test_couples_share_a_home_and_a_mailbox():
    people = [contact_at(place) for place in range(500)]
    boxes = Counter(email for one in people for email in one.details.emails)
    shared = [box for box, readers in boxes.items() if readers > 1]
    assert len(shared) > 10
    for box in shared:
        one, other = (one.details for one in people if box in one.details.emails)
        assert one.addresses == other.addresses


def test_loading_again_changes_nothing():
    load(CONTACTS)
    before = state()
    assert load(CONTACTS) == CONTACTS
    assert state() == before


def test_every_bit_is_as_it_should_be(world: World):
    load(CONTACTS)
    assert world.faults() == []


def test_derived_groups_have_the_members_that_set_theory_says():
    load(CONTACTS)
    members_or_volunteers = members("Leden") | members("Vrijwilligers")
    assert members("Leden of vrijwilligers, behalve oud-leden") == (
        members_or_volunteers - members("Oud-leden")
    )
    coaches = members("Coach - Energie") | members("Coach - Warmtepomp")
    assert members("Actieve coaches") == (
        coaches & members("Leden") & members("Vrijwilligers")
    )
    assert members("Uitnodiging ledenvergadering") == (
        ((members_or_volunteers - members("Oud-leden")) | members("Bestuur"))
        - kept_out_of("Uitnodiging ledenvergadering")
    )
    assert len(members("Alle contacten")) == CONTACTS
    in_delft = Contact.objects.filter(addresses__city="Delft")
    assert members("Wonen in Delft") == set(in_delft.values_list("pk", flat=True))


def kept_out_of(group: str) -> set[int]:
    pins = Placement.objects.filter(group__name=group, effect="out")
    return set(pins.values_list("contact", flat=True))


def test_some_groups_follow_the_calendar_and_some_have_exceptions():
    load(CONTACTS)
    assert TurningDay.objects.values("group").distinct().count() >= 4
    loyal = members("Trouwe leden")
    assert loyal
    assert loyal < members("Leden")
    pins = Placement.objects.exclude(group__kind="static")
    assert {pin.effect for pin in pins} == {"out"}
    assert [pin.until for pin in pins.order_by("until")][1] is None


def test_there_are_groups_of_every_kind_and_closed_ones():
    load(CONTACTS)
    kinds = list(Group.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "static": 17,
        "dynamic": 7,
        "composite": 14,
    }
    assert Group.objects.filter(closed_at__isnull=False).count() == 3
    assert Group.objects.filter(welcome_template__isnull=False).count() == 7


def test_an_interrupted_load_is_finished_and_doubles_nothing():
    with pytest.raises(InterruptionError):
        load(CONTACTS, advance=interrupt)
    assert 0 < Contact.objects.count() < CONTACTS
    # With the number it was begun with, whatever is asked now.
    assert load(CONTACTS + 1) == CONTACTS
    assert Contact.objects.count() == CONTACTS
    assert len(members("Alle contacten")) == CONTACTS
    assert len(members("Leden")) > CONTACTS / 2


def test_a_load_that_was_interrupted_at_its_end_does_nothing_twice(monkeypatch):
    def mail_and_be_interrupted(contacts: int, *, by: Actor) -> None:
        mails.mail_some(contacts, by=by)
        interrupt(0)

    with monkeypatch.context() as patched:
        patched.setattr(loading, "mail_some", mail_and_be_interrupted)
        with pytest.raises(InterruptionError):
            load(CONTACTS)
    placed, mailed = Placement.objects.count(), fates()
    turns = Turn.objects.count()
    load(CONTACTS)
    assert Placement.objects.count() == placed
    assert Turn.objects.count() == turns
    assert fates() == mailed


def test_what_was_changed_afterwards_stays_changed(world: World):
    load(CONTACTS)
    deleted = group_named("Uitnodiging warmteavond")
    assert deleted is not None
    groups.delete_group(deleted.pk, by=world.by)
    load(CONTACTS)
    assert group_named("Uitnodiging warmteavond") is None


def test_the_data_of_others_is_left_alone(world: World):
    world.contact("Ada")
    with pytest.raises(OtherDataError):
        load(CONTACTS)
    assert Contact.objects.count() == 1
    assert not Group.objects.exists()


def test_progress_is_told_for_every_contact():
    told: list[int] = []
    load(CONTACTS, advance=told.append)
    assert told == [25, 25, 10]


def test_the_people_are_the_same_ones_on_every_machine():
    """Where a newer Faker knows other names, this is to be renewed."""
    written = "\n".join(repr(contact_at(place)) for place in range(500))
    assert hashlib.sha256(written.encode()).hexdigest()[:16] == "c29f111635460a54"


def test_all_that_is_said_of_the_people_can_be_read_back():
    for place in range(500):
        details = contact_at(place).details
        for email in details.emails:
            assert values.read_email(email) == email
            assert email.rpartition("@")[2].startswith("example.")
        for phone in details.phones:
            assert values.read_phone(phone) == phone
            assert phone[5] == "1"  # no Dutch number begins so
        for address in details.addresses:
            assert values.read_postal_code(address.postal_code) == address.postal_code


def test_the_numbers_are_those_of_a_cooperative():
    people = [contact_at(place) for place in range(500)]
    in_group = {
        group: sum(group in one.groups for one in people)
        for group in ("Leden", "Vrijwilligers", "Bestuur", "Oud-leden")
    }
    assert 290 < in_group["Leden"] < 350
    assert 30 < in_group["Vrijwilligers"] < 60
    assert in_group["Bestuur"] == 7
    assert 20 < in_group["Oud-leden"] < 50
    organisations = [one for one in people if one.details.kind is Kind.ORGANISATION]
    assert len(organisations) == 41
