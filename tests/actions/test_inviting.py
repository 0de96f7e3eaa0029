"""Invitations to the portal: who gets one, who does not, and what is written of it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import LastVisit
from kring.actions import bounces, contacts, groups, inviting, merging, undo
from kring.actions.errors import NotAllowedError, RefusedError
from kring.actions.restoring.errors import LastingChangeError
from kring.actions.welcoming import Confirmed, Welcome
from kring.contacts.models import Contact
from kring.groups.models import Change
from kring.groups.queries import members_of
from kring.mailing.delivery import Composed, composed
from kring.mailing.invitations import Wish, invited_among, invited_at
from kring.mailing.models import OutgoingMail
from tests.clock import clock_at
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, ans, signs_in
from tests.world import World

TODAY = date(2026, 5, 3)


@pytest.fixture(autouse=True)
def at_noon():
    with clock_at(TODAY) as clock:
        yield clock


def invitations() -> list[int | None]:
    mails = OutgoingMail.objects.filter(purpose="invite").order_by("contact")
    return [mail.contact for mail in mails]


def a_group(world: World) -> dict[str, int]:
    """Two who can be invited, and one for each reason why not."""
    made = {
        "ans": ans(world),
        "bob": person(world, "Bakker", "bob@example.org"),
        "without address": person(world, "Cohen"),
        "no mail": person(world, "Dekker", "d@example.org", no_mail=True),
        "died": person(world, "Evers", "e@example.org", deceased_on=TODAY),
        "bounced": person(world, "Faber", "f@example.org"),
        "account": person(world, "Groen", "g@example.org"),
        "invited": person(world, "Haan", "h@example.org"),
    }
    bounces.note_returned([bounces.Returned("f@example.org")])
    Contact.objects.filter(pk=made["account"]).update(portal_since=TODAY)
    Contact.objects.filter(pk=made["invited"]).update(invited_on=date(2026, 4, 1))
    for contact in made.values():
        world.put(contact, "Koor")
    return made


def made_of(mail: OutgoingMail) -> Composed:
    return composed([mail])[mail.pk]


def judged(world: World, wish: Wish) -> tuple[set[int], dict[str, set[int]]]:
    found = invited_among(members_of(world.group("Koor")), wish, today=TODAY)
    return set(found.recipients), {one: set(who) for one, who in found.left_out.items()}


def test_who_is_left_out_is_told_with_the_reason(world: World):
    made = a_group(world)
    recipients, left_out = judged(world, Wish())
    assert recipients == {made["ans"], made["bob"]}
    assert left_out == {
        "account": {made["account"]},
        "invited": {made["invited"]},
        "no_address": {made["without address"]},
        "no_mail": {made["no mail"]},
        "deceased": {made["died"]},
        "bounced": {made["bounced"]},
    }


@pytest.mark.parametrize(
    ("wish", "more"),
    [
        (Wish(with_account=True), {"account"}),
        (Wish(again=True), {"invited"}),
        (Wish(with_account=True, again=True), {"account", "invited"}),
    ],
)
def test_who_has_an_account_or_was_invited_before_comes_along_when_asked(
    world: World, wish: Wish, more: set[str]
):
    made = a_group(world)
    recipients, _left_out = judged(world, wish)
    assert recipients == {made[one] for one in {"ans", "bob"} | more}


def test_a_group_is_invited_once(world: World):
    made = a_group(world)
    koor = world.group("Koor")
    outcome = inviting.invite_group(koor, Wish(), confirmed=2, by=world.by)
    assert outcome.count == 2
    assert invitations() == [made["ans"], made["bob"]]
    again = inviting.invite_group(koor, Wish(), confirmed=0, by=world.by)
    assert (again.count, again.change) == (0, None)
    _recipients, left_out = judged(world, Wish(again=True))
    assert left_out["today"] == {made["ans"], made["bob"]}
    assert world.faults() == []


def test_another_number_than_was_confirmed_invites_nobody(world: World):
    a_group(world)
    with pytest.raises(inviting.OtherNumberOfInvitationsError) as refusal:
        inviting.invite_group(world.group("Koor"), Wish(), confirmed=3, by=world.by)
    assert (refusal.value.count, refusal.value.confirmed) == (2, 3)
    assert invitations() == []


def test_a_closed_group_invites_nobody(world: World):
    a_group(world)
    groups.close_group(world.group("Koor"), by=world.by)
    with pytest.raises(RefusedError):
        inviting.invite_group(world.group("Koor"), Wish(), confirmed=2, by=world.by)
    assert invitations() == []


def test_more_than_a_batch_is_one_act_with_steps(world: World, monkeypatch):
    monkeypatch.setattr(inviting, "BATCH", 2)
    for number in range(5):
        world.put(person(world, f"Lid {number}", f"l{number}@example.org"), "Koor")
    outcome = inviting.invite_group(
        world.group("Koor"), Wish(), confirmed=5, by=world.by
    )
    assert outcome.count == len(invitations()) == 5
    assert Change.objects.filter(part_of=outcome.change).count() == 3
    assert world.faults() == []


def test_one_contact_is_invited_and_history_tells(world: World):
    contact = ans(world)
    outcome = inviting.invite(contact, by=world.by)
    assert Contact.objects.get(pk=contact).invited_on == TODAY
    [mail] = OutgoingMail.objects.filter(purpose="invite")
    assert (mail.contact, mail.change, mail.state) == (
        contact,
        outcome.change,
        "waiting",
    )
    change = Change.objects.get(pk=outcome.change or 0)
    assert change.action == "portal.invite"
    [entry] = change.entries.all()
    assert (entry.contact, entry.after) == (contact, {"invited_on": "2026-05-03"})


def test_one_is_invited_once_a_day_and_again_later(world: World, at_noon):
    contact = ans(world)
    inviting.invite(contact, by=world.by)
    with pytest.raises(inviting.NotInvitedError) as refusal:
        inviting.invite(contact, by=world.by)
    assert refusal.value.reason == "today"
    at_noon.pass_days(1)
    inviting.invite(contact, by=world.by)
    assert invitations() == [contact, contact]


@pytest.mark.parametrize("given", [{"no_mail": True}, {"deceased_on": TODAY}])
def test_who_is_not_mailed_is_not_invited(world: World, given):
    with pytest.raises(inviting.NotInvitedError):
        inviting.invite(ans(world, **given), by=world.by)
    assert invitations() == []


def test_a_reader_invites_nobody(world: World):
    reader = Actor(ActorKind.USER, None, "reader")
    with pytest.raises(NotAllowedError):
        inviting.invite(ans(world), by=reader)
    with pytest.raises(NotAllowedError):
        inviting.invite_group(world.group("Koor"), Wish(), confirmed=0, by=reader)


def test_an_invitation_is_not_undone(world: World):
    number = inviting.invite(ans(world), by=world.by).change or 0
    with pytest.raises(LastingChangeError):
        undo.undo_change(number, by=world.by)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("nl", "Uw eigen pagina bij De Kring", "Beste Ans"),
        ("en", "Your own page at De Kring", "Dear Ans"),
        ("de", "Uw eigen pagina bij De Kring", "Beste Ans"),
    ],
)
def test_the_mail_is_in_the_reader_s_language(world, language, subject, words):
    inviting.invite(ans(world, language=language), by=world.by)
    [mail] = OutgoingMail.objects.filter(purpose="invite")
    made = composed([mail])[mail.pk]
    assert (made.subject, made.address) == (subject, ANS)
    assert words in made.text
    assert "/portaal/uitnodiging/" in made.html
    assert "List-Unsubscribe" in made.headers


def test_who_wants_no_mail_by_the_time_it_goes_gets_none(world: World):
    contact = ans(world)
    inviting.invite(contact, by=world.by)
    contacts.edit_contact(contact, {"no_mail": True}, by=world.by)
    [mail] = OutgoingMail.objects.filter(purpose="invite")
    assert composed([mail])[mail.pk].skip == "no_mail"


def test_the_link_fills_in_the_address_that_it_was_mailed_to(world: World, client):
    contact = ans(world)
    inviting.invite(contact, by=world.by)
    [mail] = OutgoingMail.objects.filter(purpose="invite")
    [path] = set(re.findall(r"/portaal/uitnodiging/[\w:-]+/", made_of(mail).text))
    OutgoingMail.objects.filter(pk=mail.pk).update(address=ANS)
    contacts.edit_contact(contact, {"email": "nieuw@example.org"}, by=world.by)
    page = client.get(path).content.decode()
    assert f'value="{ANS}"' in page
    assert "nieuw@example.org" not in page


@pytest.mark.parametrize("token", ["x", "0" * 32, "a:b", "%00"])
def test_a_made_up_link_leads_to_an_empty_form(world: World, client, token: str):
    assert invited_at(token) == ""
    response = client.get(f"/portaal/uitnodiging/{token}/")
    assert response.status_code == 200
    assert response.context["form"]["address"].initial == ""


def test_groups_turn_when_somebody_is_invited_or_signs_in_first(world, client):
    asked = {"where": {"field": "invited_on", "op": "in_last_days", "value": 30}}
    has = {"where": {"field": "portal_since", "op": "not_empty"}}
    world.welcoming("Pas uitgenodigd", asked)
    world.group("Op het portaal", has)
    contact = ans(world)
    outcome = inviting.invite(contact, by=world.by)
    assert world.members("Pas uitgenodigd") == {contact}
    assert outcome.mails == 1
    assert world.members("Op het portaal") == set()
    signs_in(client)
    assert world.members("Op het portaal") == {contact}
    assert world.faults() == []


def test_many_welcomes_because_of_invitations_are_asked_about_first(
    world: World, monkeypatch
):
    monkeypatch.setattr("kring.algebra.limits.MAILS_UNASKED", 1)
    asked = {"where": {"field": "invited_on", "op": "not_empty"}}
    world.welcoming("Uitgenodigd", asked)
    for number in range(2):
        world.put(person(world, f"Lid {number}", f"l{number}@example.org"), "Koor")
    koor = world.group("Koor")
    with pytest.raises(RefusedError):
        inviting.invite_group(koor, Wish(), confirmed=2, by=world.by)
    assert invitations() == []
    inviting.invite_group(koor, Wish(), confirmed=2, by=world.by, welcome=Confirmed(2))
    assert len(invitations()) == len(world.mailed("Uitgenodigd")) == 2


def test_an_invitation_without_welcomes_goes_all_the_same(world: World):
    world.welcoming(
        "Uitgenodigd", {"where": {"field": "invited_on", "op": "not_empty"}}
    )
    contact = ans(world)
    inviting.invite(contact, by=world.by, welcome=Welcome.SILENT)
    assert invitations() == [contact]
    assert world.mailed("Uitgenodigd") == []


def test_signing_in_writes_the_first_day_and_the_last_time(world, client, at_noon):
    contact = ans(world)
    signs_in(client)
    assert Contact.objects.get(pk=contact).portal_since == TODAY
    changes = Change.objects.filter(action="portal.begin")
    assert [one.actor_kind for one in changes] == ["contact"]
    at_noon.pass_days(3)
    signs_in(client)
    assert Contact.objects.get(pk=contact).portal_since == TODAY
    assert LastVisit.objects.get(contact=contact).at == at_noon.now()
    assert changes.count() == 1


def test_of_a_household_only_who_one_is_has_an_account(world, client):
    contact, other = ans(world), person(world, "Bakker", ANS)
    signs_in(client)
    has = Contact.objects.filter(portal_since__isnull=False)
    assert not has.exists()
    client.post("/portaal/wie/", {"contact": other})
    assert [one.pk for one in has] == [other] != [contact]


def test_asking_for_a_code_makes_nobody_a_visitor(world, client):
    contact = ans(world)
    client.post("/portaal/inloggen/", {"address": ANS})
    assert Contact.objects.get(pk=contact).portal_since is None


def test_merged_contacts_have_the_first_day_and_the_last_visit(world, client, at_noon):
    kept, gone = ans(world), person(world, "Aalbers", "oud@example.org")
    signs_in(client, "oud@example.org")
    first = at_noon.now()
    at_noon.pass_days(2)
    signs_in(client)
    merge = merging.merge_contacts(gone, into=kept, by=world.by)
    assert Contact.objects.get(pk=kept).portal_since == TODAY
    assert LastVisit.objects.get().at == at_noon.now()
    undo.undo_change(merge.change, by=world.by)
    assert Contact.objects.get(pk=kept).portal_since == date(2026, 5, 5)
    assert LastVisit.objects.get(contact=gone).at == first
    assert world.faults() == []
