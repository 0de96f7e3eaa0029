"""A contact takes along what is kept of it, and asks to be erased."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import LastVisit, StaffRole, User
from kring.actions import erasing, fields, members, merging, representing, undo
from kring.actions.erasure_requests import (
    NoOpenRequestError,
    WhyDeclinedError,
    decline_request,
)
from kring.actions.restoring.errors import LastingChangeError
from kring.contacts.models import ErasureRequest, Kind
from kring.contacts.representing import Represents
from kring.groups.models import Change
from kring.mailing.models import OutgoingMail
from tests.clock import clock_at
from tests.mailing.mails import outgoing, person
from tests.portal.at_the_portal import ANS, a_passkey, ans, visitor_at
from tests.portal.test_on_behalf import acting, bakery
from tests.undo import truth
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}
DOWNLOAD = "/portaal/mijn-gegevens/downloaden/"
ERASE = "/portaal/mijn-gegevens/wissen/"


def downloaded(client) -> dict[str, Any]:
    answer = client.post(DOWNLOAD, {"form": "json"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    kept: dict[str, Any] = json.loads(answer.content)
    return kept


def page_downloaded(client) -> str:
    answer = client.post(DOWNLOAD, {"form": "html"})
    assert answer["Content-Disposition"].endswith('.html"')
    return " ".join(answer.content.decode().split())


@pytest.fixture
def staff(db) -> User:
    user = User(email="anna@kring.example", name="Anna Visser", staff_role="staff")
    user.set_unusable_password()
    user.save()
    return user


def by(user: User) -> Actor:
    return Actor(ActorKind.USER, user.pk, StaffRole.STAFF.value)


def a_long_life(world: World, staff: User) -> int:
    """Ans, of whom everything is kept that can be; in a world with others."""
    fields.add_field(fields.NewField("dak", "text", "Soort dak"), by=world.by)
    contact = ans(
        world,
        street="Markt",
        house_number="1",
        city="Delft",
        phone="+31612345678",
        date_of_birth=date(1971, 3, 2),
        fields={"dak": "plat"},
    )
    other = person(world, "Zwijger", "zw@example.org", first_name="Zeno")
    koor = world.group("Koor")
    with clock_at(date(2026, 1, 2)):
        members.place([contact, other], koor, by=by(staff), reason="Zingt graag")
    delft = {"where": {"field": "city", "op": "is", "value": "Delft"}}
    world.group("Delftenaren", delft)
    with clock_at(date(2026, 1, 3)):
        members.place([contact], world.group("Band"), by=by(staff))
    with clock_at(date(2026, 2, 3)):
        members.remove([contact], world.group("Band"), by=by(staff))
    members.remove(
        [contact],
        world.group("Iedereen", {"everyone": True}),
        by=by(staff),
        reason="Wil niet",
    )
    organisation = bakery(world)
    representing.add_representation(
        contact, organisation, Represents("penningmeester"), by=by(staff)
    )
    outgoing(
        "mailing",
        contact=contact,
        state="sent",
        address=ANS,
        subject="Zonnepanelen",
        text="Dag Ans, er is nieuws.",
    )
    outgoing("mailing", contact=other, state="sent", subject="Geheim", text="Dag Zeno")
    return contact


def test_everything_that_is_kept_is_taken_along(world, staff):
    contact = a_long_life(world, staff)
    kept = downloaded(visitor_at(contact))
    assert kept["contact"]["last_name"] == "Aalbers"
    assert kept["contact"]["date_of_birth"] == "1971-03-02"
    assert kept["contact"]["addresses"][0]["city"] == "Delft"
    assert kept["own_fields"] == [
        {"code": "dak", "label": "Soort dak", "type": "text", "value": "plat"}
    ]
    groups = {one["group"]: one for one in kept["groups"]}
    assert all(groups[name]["is_in"] for name in ("Koor", "Delftenaren"))
    assert "Zingt graag" in groups["Koor"]["why"][0]
    assert groups["Delftenaren"]["why"] == [
        "Ja: met woonplaats Delft (woonplaats: Delft)"
    ]
    assert groups["Band"]["is_in"] is False
    assert groups["Band"]["periods"] == [{"from": "2026-01-03", "until": "2026-02-03"}]


def test_what_was_agreed_and_said_is_taken_along_as_well(world, staff):
    contact = a_long_life(world, staff)
    client = visitor_at(contact)
    a_passkey(contact)
    LastVisit.objects.create(contact_id=contact, at=datetime(2026, 11, 20, tzinfo=UTC))
    kept = downloaded(client)
    by_hand = {one["group"]: one for one in kept["by_hand"]}
    assert by_hand["Iedereen"]["effect"] == "out"
    assert by_hand["Iedereen"]["reason"] == "Wil niet"
    assert kept["represents"][0]["organisation"] == "Bakkerij Jansen"
    assert kept["represents"][0]["role"] == "penningmeester"
    [mail] = kept["mails"]
    assert (mail["subject"], mail["text"]) == ("Zonnepanelen", "Dag Ans, er is nieuws.")
    assert kept["portal"]["signs_in_with"][0]["address"] == ANS
    assert len(kept["portal"]["signed_in"]) == 1
    assert [key["name"] for key in kept["portal"]["passkeys"]] == ["Telefoon"]
    assert kept["portal"]["last_visit"][:10] == "2026-11-20"
    assert "Contact toegevoegd" in {one["what"] for one in kept["changes"]}


@pytest.mark.parametrize("form", ["html", "json"])
def test_nothing_of_others_and_no_name_of_staff_is_in_it(world, staff, form):
    contact = a_long_life(world, staff)
    answer = visitor_at(contact).post(DOWNLOAD, {"form": form})
    text = answer.content.decode()
    for secret in ("Zwijger", "Zeno", "zw@example.org", "Geheim", "Anna", "anna@"):
        assert secret not in text
    assert "een medewerker van ons" in text


def test_the_page_reads_as_sentences(world, staff):
    page = page_downloaded(visitor_at(a_long_life(world, staff)))
    assert "van u bewaart" in page
    assert "Markt 1, Delft" in page
    assert "2 maart 1971" in page
    assert "Soort dak" in page
    assert "Erin van 3 januari 2026 tot 3 februari 2026." in page
    assert "Zonnepanelen" in page
    assert "er is nieuws" in page


def test_what_somebody_typed_is_no_markup(world):
    contact = ans(world, street="<b>Markt</b>")
    page = page_downloaded(visitor_at(contact))
    assert "&lt;b&gt;Markt" in page


def test_the_language_is_the_reader_s(world):
    client = visitor_at(ans(world))
    client.cookies["kring_language"] = "en"
    assert "Groups that you are in" in page_downloaded(client)


def test_numbers_of_before_a_merge_are_kept_too(world):
    double = person(world, "Aalberts", number="KR-7")
    contact = ans(world)
    merging.merge_contacts(double, into=contact, by=world.by)
    assert downloaded(visitor_at(contact))["former_numbers"] == ["KR-7"]


def test_for_an_organisation_nobody_else_is_named(world):
    contact, organisation, client = acting(world)
    other = person(world, "Zwijger", first_name="Zeno")
    representing.add_representation(
        other, organisation, Represents("geheim"), by=world.by
    )
    kept = downloaded(client)
    assert kept["contact"]["name"] == "Bakkerij Jansen"
    assert "Zeno" not in json.dumps(kept)
    assert Change.objects.latest("number").person_id == contact


def test_it_is_recorded_and_stands_in_the_timeline(client, world, staff):
    contact = ans(world)
    downloaded(visitor_at(contact))
    change = Change.objects.latest("number")
    assert (change.action, change.actor_kind) == ("data.download", "contact")
    with pytest.raises(LastingChangeError):
        undo.undo_change(change.pk, by=world.by)
    client.force_login(staff)
    page = client.get(f"/contacten/{contact}/tijdlijn/").content.decode()
    assert "Eigen gegevens gedownload" in page


def test_it_is_done_by_a_button_and_not_too_often(world):
    client = visitor_at(ans(world))
    assert client.get(DOWNLOAD).status_code == 405
    answers = [client.post(DOWNLOAD).status_code for _ in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[-1] == 429


def test_the_link_stands_on_every_page(world):
    client = visitor_at(ans(world))
    for path in ("/portaal/", "/portaal/gegevens/"):
        assert 'href="/portaal/mijn-gegevens/"' in client.get(path).content.decode()


# ---- asking to be erased


def asks_to_be_erased(client, **more: str):
    return client.post(ERASE, {"sure": "on", **more}, follow=True)


def admin() -> User:
    user = User(email="eva@kring.example", name="Eva", staff_role="admin")
    user.set_unusable_password()
    user.save()
    return user


def test_one_is_told_what_it_means_and_says_so_in_as_many_words(world):
    client = visitor_at(ans(world))
    page = client.get(ERASE).content.decode()
    assert "kan niet ongedaan worden gemaakt" in page
    refused = client.post(ERASE, {}).content.decode()
    assert "Er is nog niets gevraagd." in refused
    assert not ErasureRequest.objects.exists()


def test_a_request_is_kept_and_administrators_are_told_once(world):
    admin()
    contact = ans(world)
    client = visitor_at(contact)
    page = asks_to_be_erased(client, note="Ik verhuis").content.decode()
    assert "We hebben uw verzoek ontvangen." in page
    assert "Verzoek intrekken" in page
    asked = ErasureRequest.objects.get()
    assert (asked.contact_id, asked.state, asked.note) == (
        contact,
        "open",
        "Ik verhuis",
    )
    asks_to_be_erased(client)
    assert ErasureRequest.objects.count() == 1
    [notice] = OutgoingMail.objects.filter(purpose="notice")
    assert notice.address == "eva@kring.example"
    assert "/contacten/wisverzoeken/" in notice.text
    assert "Aalbers" not in notice.text + notice.subject + notice.html


def test_one_thinks_again(world):
    contact = ans(world)
    client = visitor_at(contact)
    asks_to_be_erased(client)
    page = client.post(f"{ERASE}intrekken/", follow=True).content.decode()
    assert "Er wordt niets gewist." in page
    assert ErasureRequest.objects.get().state == "withdrawn"
    again = client.post(f"{ERASE}intrekken/", follow=True).content.decode()
    assert "geen verzoek" in again
    asks_to_be_erased(client)
    assert [one.state for one in ErasureRequest.objects.order_by("pk")] == [
        "withdrawn",
        "open",
    ]


def test_staff_sees_who_asks(client, world, staff):
    contact = ans(world)
    client.force_login(staff)
    assert "vraagt om gewist" not in client.get("/contacten/").content.decode()
    asks_to_be_erased(visitor_at(contact), note="Ik <b>verhuis")
    assert "1 contact vraagt om gewist" in client.get("/contacten/").content.decode()
    listed = client.get("/contacten/wisverzoeken/").content.decode()
    assert "Ans Aalbers" in listed
    page = client.get(f"/contacten/{contact}/").content.decode()
    assert "Vraagt om gewist te worden" in page
    assert "Ik &lt;b&gt;verhuis" in page
    assert f"/contacten/{contact}/wissen/" in page


def test_staff_declines_with_a_reason_that_is_mailed(client, world, staff):
    contact = ans(world, no_mail=True)
    visitor = visitor_at(contact)
    asks_to_be_erased(visitor)
    client.force_login(staff)
    address = f"/contacten/{contact}/wisverzoek-afwijzen/"
    assert ANS in client.get(address).content.decode()
    assert "verplicht" in client.post(address, {"why": " "}).content.decode()
    client.post(address, {"why": "U bent nog lid."})
    asked = ErasureRequest.objects.get()
    assert (asked.state, asked.answer) == ("declined", "U bent nog lid.")
    mail = OutgoingMail.objects.get(purpose="answer")
    assert (mail.address, mail.contact) == (ANS, contact)
    assert "U bent nog lid." in mail.text
    assert "U bent nog lid." in mail.html
    page = visitor.get("/portaal/mijn-gegevens/").content.decode()
    assert "U bent nog lid." in page
    assert "Vraag om gewist te worden" in page
    assert client.get(address).status_code == 404


def test_who_may_only_look_declines_nothing(client, world):
    contact = ans(world)
    asks_to_be_erased(visitor_at(contact))
    reader = User.objects.create(email="lex@kring.example", staff_role="reader")
    client.force_login(reader)
    assert client.get("/contacten/wisverzoeken/").status_code == 200
    page = client.get(f"/contacten/{contact}/").content.decode()
    assert "wisverzoek-afwijzen" not in page
    address = f"/contacten/{contact}/wisverzoek-afwijzen/"
    assert client.post(address, {"why": "Nee"}).status_code == 403


def test_without_a_reason_or_a_request_nothing_is_declined(world):
    contact = ans(world)
    with pytest.raises(WhyDeclinedError):
        decline_request(contact, why=" ", by=world.by)
    with pytest.raises(NoOpenRequestError):
        decline_request(contact, why="Nee", by=world.by)


def test_to_erase_settles_it(client, world, staff):
    contact = ans(world)
    visitor = visitor_at(contact)
    asks_to_be_erased(visitor, note="Ans vraagt")
    erasing.erase_contact(contact, by=world.by)
    assert not ErasureRequest.objects.exists()
    assert visitor.get("/portaal/").status_code == 302


def test_erasing_forgets_what_was_answered(world):
    contact = ans(world)
    asks_to_be_erased(visitor_at(contact))
    decline_request(contact, why="Ans is nog lid", by=world.by)
    erasing.erase_contact(contact, by=world.by)
    mail = OutgoingMail.objects.get(purpose="answer")
    assert (mail.text, mail.html, mail.address) == ("", "", "")
    assert not Change.objects.filter(reason__contains="lid").exists()


def test_a_request_moves_with_a_merge_and_back(world):
    double, contact = ans(world), person(world, "Aalberts")
    asks_to_be_erased(visitor_at(double))
    before = truth()
    change = merging.merge_contacts(double, into=contact, by=world.by).change
    assert ErasureRequest.objects.get().contact_id == contact
    undo.undo_change(change, by=world.by)
    assert ErasureRequest.objects.get().contact_id == double
    assert truth() == before


def test_a_request_is_not_undone_by_staff(world):
    asks_to_be_erased(visitor_at(ans(world)))
    with pytest.raises(LastingChangeError):
        undo.undo_change(Change.objects.latest("number").pk, by=world.by)


def test_asking_and_withdrawing_goes_on_for_a_while_only(world):
    client = visitor_at(ans(world))
    answers = []
    for _ in range(7):
        answers.append(client.post(ERASE, {"sure": "on"}).status_code)
        client.post(f"{ERASE}intrekken/")
    assert answers == [302] * 5 + [429] * 2


def test_an_organisation_asks_by_whoever_acts_for_it(world):
    contact, organisation, client = acting(world)
    asks_to_be_erased(client)
    assert ErasureRequest.objects.get().contact_id == organisation
    assert Change.objects.latest("number").person_id == contact
    assert Kind(ErasureRequest.objects.get().contact.kind) is Kind.ORGANISATION
