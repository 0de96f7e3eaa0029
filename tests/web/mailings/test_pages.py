"""The pages of mails to groups: writing, counting, looking, sending and stopping."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import User
from kring.actions import erasing, groups, mailing_rounds, mailings
from kring.actions.mailings import MailingWish, wish_of
from kring.actions.templates import Attachment, TemplateTexts, create_template
from kring.contacts.models import Contact
from kring.mailing import frozen
from kring.mailing.models import Household, Mailbox, Mailing, OutgoingMail, Template
from kring.outbox import queue
from kring.outbox.models import State
from tests.mailings import give_address, letter, members, send, states
from tests.world import World

BASE = "/mail-aan-groep/"


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def page(client: Client, address: str, **asked: Any) -> str:
    return client.get(address, asked).content.decode()


def typed(**more: Any) -> dict[str, Any]:
    return {
        "subject": "Nieuws",
        "body": "<p>Beste {{ voornaam }},</p>",
        "household": "each",
        "language": "nl",
        **more,
    }


def confirmed(client: Client, mailing: Mailing, expected: int) -> str:
    version = Mailing.objects.get(pk=mailing.pk).version
    answer = client.post(
        f"{BASE}{mailing.pk}/versturen/",
        {"expected": expected, "version": version},
        follow=True,
    )
    return answer.content.decode()


# ---- writing ------------------------------------------------------------------


def test_a_mail_is_written_and_changed(client: Client, world: World) -> None:
    choir, band = world.group("choir"), world.group("band")
    made = client.post(f"{BASE}nieuw/", typed(groups=[choir], minus=[band]))
    mailing = Mailing.objects.get()
    assert made["Location"] == f"{BASE}{mailing.pk}/"
    assert (mailing.groups, mailing.minus) == ([choir], [band])
    client.post(
        f"{BASE}{mailing.pk}/bewerken/",
        typed(subject="Ander", groups=[choir], version=mailing.version),
    )
    assert Mailing.objects.get().subject == "Ander"
    assert "Ander" in page(client, BASE)


def test_a_group_and_a_template_are_there_to_begin_with(
    client: Client, world: World
) -> None:
    choir = world.group("choir")
    template = Template.objects.create(
        name="Brief", folded_name="brief", subject="Uit de brief", body="<p>Hoi</p>"
    )
    begun = page(client, f"{BASE}nieuw/", groep=choir, sjabloon=template.pk)
    assert f'<option value="{choir}" selected' in begun
    assert "Uit de brief" in begun
    assert f"nieuw/?groep={choir}" in page(client, f"/groepen/{choir}/leden/")


def test_taking_a_template_over_saves_nothing_and_keeps_who_gets_it(
    client: Client, world: World
) -> None:
    choir = world.group("choir")
    template = Template.objects.create(
        name="Brief", folded_name="brief", subject="Uit de brief", body="<p>Hoi</p>"
    )
    posted = typed(groups=[choir], template=template.pk, take="1", household="once")
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert not Mailing.objects.exists()
    assert "Uit de brief" in answer
    assert f'<option value="{choir}" selected' in answer
    assert 'value="once"' in answer


def template_with_a_file(world: World, name: str = "Brief") -> Template:
    file = Attachment("Folder.pdf", b"%PDF-1.7")
    texts = TemplateTexts(name, "Uit de brief", "<p>Hoi</p>", attachment=file)
    return create_template(texts, by=world.by).template


def test_the_attachment_of_a_template_comes_along_and_is_taken_away(
    client: Client, world: World
) -> None:
    members(world, "Ada")
    choir, template = world.group("choir"), template_with_a_file(world)
    posted = typed(groups=[choir], template=template.pk, take="1")
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert "Deze bijlage niet meesturen" in answer
    assert template.attachment_digest in answer
    along = {"file": template.attachment_digest, "file_name": "Folder.pdf"}
    # Counting anew keeps it, and saves nothing.
    counted = client.post(f"{BASE}nieuw/", typed(groups=[choir], count="1", **along))
    assert "Deze bijlage niet meesturen" in counted.content.decode()
    client.post(f"{BASE}nieuw/", typed(groups=[choir], **along))
    mailing = Mailing.objects.get()
    assert mailing.attachment_id == template.attachment_digest
    assert "Met bijlage: Folder.pdf" in page(client, f"{BASE}{mailing.pk}/")
    assert "Folder.pdf" in page(client, f"{BASE}{mailing.pk}/voorbeeld/")
    assert "Deze bijlage niet meesturen" in page(
        client, f"{BASE}{mailing.pk}/bewerken/"
    )
    assert "Deze bijlage niet meesturen" in page(
        client, f"{BASE}nieuw/", van=mailing.pk
    )
    edited = typed(groups=[choir], version=mailing.version, without_file="on", **along)
    client.post(f"{BASE}{mailing.pk}/bewerken/", edited)
    assert Mailing.objects.get().attachment_id is None
    assert "Folder.pdf" not in page(client, f"{BASE}{mailing.pk}/")


def test_a_template_without_attachment_takes_the_place_of_one_with(
    client: Client, world: World
) -> None:
    template = template_with_a_file(world)
    along = {"file": template.attachment_digest, "file_name": "Folder.pdf"}
    posted = typed(template=world.template(), take="1", **along)
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert "Folder.pdf" not in answer


def test_a_file_that_is_made_up_is_refused(client: Client, world: World) -> None:
    posted = typed(file="0" * 64, file_name="x.pdf")
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert 'role="alert"' in answer
    assert not Mailing.objects.exists()


def test_a_mail_that_went_names_its_attachment(client: Client, world: World) -> None:
    members(world, "Ada")
    template = template_with_a_file(world)
    mailing = letter(world, "choir")
    wish = replace(
        wish_of(mailing),
        attachment=template.attachment_digest,
        attachment_name="Folder.pdf",
    )
    mailings.edit_mailing(mailing.pk, wish, by=world.by)
    send(world, mailing)
    mail = OutgoingMail.objects.get()
    assert "Folder.pdf" in page(client, f"/uitgaande-mail/{mail.pk}/")
    OutgoingMail.objects.update(state="sent", html="<p>Dag</p>", text="Dag")
    assert "Folder.pdf" in page(client, f"/uitgaande-mail/{mail.pk}/")


def test_a_new_mail_is_made_of_another(client: Client, world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir", subject="Van vroeger")
    send(world, mailing)
    begun = page(client, f"{BASE}nieuw/", van=mailing.pk)
    assert "Van vroeger" in begun
    assert f'<option value="{world.group("choir")}" selected' in begun


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": "x" * 201}, "te lang"),
        ({"body": "{{ voornam }}"}, "voornaam"),
        ({"subject": "{{ voornam }}"}, "voornaam"),
        ({"groups": ["77"]}, "bestaat"),
        ({"groups": ["x"]}, "x"),
        ({"household": "thrice"}, "thrice"),
        ({"language": "tlh"}, "tlh"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(
    client: Client, world: World, wrong: dict[str, Any], sentence: str
) -> None:
    posted = {**typed(subject="Getypt", body="<p>Ook getypt</p>"), **wrong}
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert not Mailing.objects.exists()
    assert sentence in answer
    assert posted["subject"] in answer


def test_of_two_who_edit_the_later_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    mailing = letter(world, "choir")
    address = f"{BASE}{mailing.pk}/bewerken/"
    seen = mailing.version
    client.post(address, typed(subject="Eerste", version=seen))
    answer = client.post(address, typed(subject="Tweede", version=seen))
    assert "Iemand anders heeft deze mail" in answer.content.decode()
    assert "Tweede" in answer.content.decode()
    assert Mailing.objects.get().subject == "Eerste"


def test_a_draft_names_the_group_that_was_deleted(client: Client, world: World) -> None:
    mailing = letter(world, "choir")
    groups.delete_group(world.group("choir"), by=world.by)
    for address in (f"{BASE}{mailing.pk}/", f"{BASE}{mailing.pk}/bewerken/"):
        assert "choir" in page(client, address)
        assert "verwijderd" in page(client, address)


def test_a_draft_is_deleted_and_comes_back(client: Client, world: World) -> None:
    mailing = letter(world, "choir")
    answer = client.post(f"{BASE}{mailing.pk}/verwijderen/", follow=True)
    assert not Mailing.objects.exists()
    assert "Ongedaan maken" in answer.content.decode()


def test_a_sender_is_chosen_where_there_are_several(
    client: Client, world: World
) -> None:
    assert "De gewone afzender" not in page(client, f"{BASE}nieuw/")
    box = Mailbox.objects.create(name="Bestuur", address="bestuur@kring.example")
    assert "De gewone afzender" in page(client, f"{BASE}nieuw/")
    client.post(f"{BASE}nieuw/", typed(mailbox=box.pk))
    assert wish_of(Mailing.objects.get()).mailbox == box.pk


# ---- counting -----------------------------------------------------------------


def test_the_number_is_exact_and_says_who_is_left_out(
    client: Client, world: World
) -> None:
    members(world, "Ada", "Ben")
    members(world, "Cas", reachable=False)
    [dia] = members(world, "Dia")
    Contact.objects.filter(pk=dia).update(no_mail=True)
    counted = page(client, f"{BASE}aantal/", groups=world.group("choir"))
    assert "<strong>2</strong> mensen krijgen deze mail" in counted
    assert "2 contacten in deze groepen krijgen hem niet" in counted
    assert "geen e-mailadres" in counted


def test_without_groups_nothing_is_counted_and_nonsense_is_said(
    client: Client, world: World
) -> None:
    assert "Kies groepen" in page(client, f"{BASE}aantal/")
    assert "Kies groepen" in page(client, f"{BASE}aantal/", groups="x")
    assert "bestaat" in page(client, f"{BASE}aantal/", groups="77")


def test_without_javascript_a_button_counts_and_saves_nothing(
    client: Client, world: World
) -> None:
    members(world, "Ada")
    posted = typed(groups=[world.group("choir")], count="1", subject="Half")
    answer = client.post(f"{BASE}nieuw/", posted).content.decode()
    assert "<strong>1</strong> persoon krijgt deze mail" in answer
    assert "Half" in answer
    assert not Mailing.objects.exists()


# ---- who gets it ----------------------------------------------------------------


def test_everyone_is_told_whether_they_get_it_and_why_not(
    client: Client, world: World
) -> None:
    ada, ben = members(world, "Ada", "Ben", reachable=False)
    give_address(ada, "thuis@kring.example")
    give_address(ben, "Thuis@kring.example")
    members(world, "Cas", reachable=False)
    mailing = letter(world, "choir", household=Household.ONCE)
    address = f"{BASE}{mailing.pk}/ontvangers/"
    assert "Ada" in page(client, address)
    assert "Ben" not in page(client, address)
    out = page(client, address, niet="1")
    assert "Ada krijgt hem" in out
    assert "Cas" in out
    assert "Ben" not in page(client, address, reden="no_address")
    assert "Ben" in page(client, address, reden="shared")
    assert "Ada" in page(client, address, reden="nonsense")


def test_recipients_are_searched_and_paged_by_key(client: Client, world: World) -> None:
    members(world, *[f"Lid{number:03}" for number in range(60)])
    mailing = letter(world, "choir")
    address = f"{BASE}{mailing.pk}/ontvangers/"
    first = page(client, address)
    assert "Lid000" in first
    assert "Lid059" not in first
    following = client.get(address).context["next"]
    assert "Lid059" in client.get(address + following).content.decode()
    found = page(client, address, zoek="lid05")
    assert "Lid055" in found
    assert "10 van de 60 gevonden" in found


def test_of_a_sent_mail_it_is_told_what_became_of_each(
    client: Client, world: World
) -> None:
    ada, _ben = members(world, "Ada", "Ben")
    members(world, "Cas", reachable=False)
    mailing = letter(world, "choir")
    send(world, mailing)
    mail = OutgoingMail.objects.get(contact=ada)
    queue.claim(mail, now=timezone.now())
    queue.record_ended(
        mail, State.SKIPPED, now=timezone.now(), answer="", skip="no_mail"
    )
    address = f"{BASE}{mailing.pk}/ontvangers/"
    shown = page(client, address)
    assert "overgeslagen" in shown
    assert "wil geen mail" in shown
    assert "Cas" in page(client, address, niet="1")
    mailings_page = page(client, f"{BASE}{mailing.pk}/")
    assert "overgeslagen" in mailings_page


def test_who_was_erased_counts_without_a_name(client: Client, world: World) -> None:
    ada, _ben = members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    erasing.erase_contact(ada, by=world.by)
    shown = page(client, f"{BASE}{mailing.pk}/ontvangers/")
    assert "1 gewist contact telt mee" in shown


# ---- preview and test --------------------------------------------------------------


def test_each_recipient_sees_their_own_mail(client: Client, world: World) -> None:
    ada, ben = members(world, "Ada", "Ben")
    Contact.objects.filter(pk=ada).update(first_name="Adaatje")
    mailing = letter(world, "choir")
    address = f"{BASE}{mailing.pk}/voorbeeld/"
    assert "ada@kring.example" in page(client, address)
    assert f"?contact={ben}" in page(client, address)
    second = page(client, address, contact=ben)
    assert "ben@kring.example" in second
    assert f"?contact={ada}" in second
    html = client.get(f"{address}{ada}/")
    assert "Beste Adaatje" in html.content.decode()
    assert "sandbox" in html["Content-Security-Policy"]
    assert "Adaatje" not in client.get(f"{address}{ben}/").content.decode()


def test_the_link_to_leave_is_shown_as_html_and_as_text(
    client: Client, world: World
) -> None:
    [ada] = members(world, "Ada")
    address = f"{BASE}{letter(world, 'choir').pk}/voorbeeld/"
    for shown in (page(client, address), page(client, f"{address}{ada}/")):
        assert "Afmelden voor mail" in shown
        assert "/afmelden/" in shown


def test_only_a_recipient_can_be_looked_at(client: Client, world: World) -> None:
    members(world, "Ada")
    [zoe] = members(world, "Zoe", group="band")
    mailing = letter(world, "choir")
    address = f"{BASE}{mailing.pk}/voorbeeld/"
    for stranger in (zoe, 10**17, 10**22):
        assert client.get(f"{address}{stranger}/").status_code == 404
        assert "ada@kring.example" in page(client, address, contact=stranger)
    assert "Geen van de ontvangers" in page(client, address, zoek="zoe")
    assert "ada@kring.example" in page(client, address, zoek="ada")


def test_a_test_mail_goes_to_oneself_alone(
    client: Client, world: World, staff: User
) -> None:
    [ada] = members(world, "Ada")
    mailing = letter(world, "choir")
    answer = client.post(
        f"{BASE}{mailing.pk}/proefmail/", {"contact": ada}, follow=True
    )
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.address, mail.contact) == ("test", staff.email, ada)
    assert staff.email in answer.content.decode()
    assert states(mailing) == {}


# ---- sending ---------------------------------------------------------------------


def test_sending_asks_with_the_number_and_sends(client: Client, world: World) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    assert "Verstuur aan 2 mensen" in page(client, f"{BASE}{mailing.pk}/versturen/")
    assert "De mail gaat naar 2 mensen" in confirmed(client, mailing, 2)
    assert states(mailing) == {"waiting": 2}


def test_another_number_by_then_is_asked_once_more(
    client: Client, world: World
) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    members(world, "Cas")
    answer = confirmed(client, mailing, 2)
    assert "inmiddels zouden 3 mensen de mail krijgen" in answer
    assert "Verstuur aan 3 mensen" in answer
    assert not OutgoingMail.objects.exists()
    confirmed(client, mailing, 3)
    assert states(mailing) == {"waiting": 3}


def test_a_number_that_is_no_number_sends_nothing(client: Client, world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    for nonsense in ("", "x", "-1", "9" * 40):
        client.post(
            f"{BASE}{mailing.pk}/versturen/",
            {"expected": nonsense, "version": mailing.version},
        )
    assert not OutgoingMail.objects.exists()


def test_a_text_that_changed_meanwhile_is_shown_before_it_goes(
    client: Client, world: World
) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    answer = client.post(
        f"{BASE}{mailing.pk}/versturen/", {"expected": 1, "version": 1}
    )
    assert "Kijk hem nog eens na" in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_what_cannot_be_sent_says_why(client: Client, world: World) -> None:
    world.group("choir")
    mailing = letter(world, "choir")
    shown = page(client, f"{BASE}{mailing.pk}/")
    assert "Er zit niemand in de groepen" in shown
    assert "versturen/" not in shown
    answer = client.get(f"{BASE}{mailing.pk}/versturen/", follow=True)
    assert "Er zit niemand in de groepen" in answer.content.decode()


def test_a_mail_is_scheduled_moved_and_taken_back(client: Client, world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    moment = (timezone.localtime() + timedelta(days=2)).replace(second=0, microsecond=0)
    posted = {"at": moment.strftime("%Y-%m-%dT%H:%M"), "version": mailing.version}
    answer = client.post(f"{BASE}{mailing.pk}/plannen/", posted, follow=True)
    assert "aan wie dan in de groepen zit" in answer.content.decode()
    kept = Mailing.objects.get()
    assert (kept.state, kept.scheduled_at) == ("scheduled", moment)
    assert "gepland" in page(client, BASE)
    client.post(f"{BASE}{mailing.pk}/niet-plannen/")
    assert Mailing.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2020-01-01T09:00", "is al voorbij"),
        ("3020-01-01T09:00", "meer dan een jaar"),
        ("", "Kies op welke dag"),
        ("morgen", "Kies een dag en een tijd"),
    ],
)
def test_a_moment_that_cannot_be_is_said(
    client: Client, world: World, at: str, sentence: str
) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    posted = {"at": at, "version": mailing.version}
    answer = client.post(f"{BASE}{mailing.pk}/plannen/", posted)
    assert sentence in answer.content.decode()
    assert Mailing.objects.get().state == "draft"


def test_what_did_not_go_when_it_should_says_so(client: Client, world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    at = timezone.now()
    Mailing.objects.update(state="scheduled", scheduled_at=at)
    groups.close_group(world.group("choir"), by=world.by)
    mailing_rounds.begin_due_mailings()
    assert "maar dat is niet gebeurd" in page(client, f"{BASE}{mailing.pk}/")
    assert "niet verstuurd zoals gepland" in page(client, BASE)


# ---- under way -------------------------------------------------------------------


def test_a_mail_is_paused_resumed_and_stopped(client: Client, world: World) -> None:
    members(world, "Ada", "Ben")
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.settle_all()
    address = f"{BASE}{mailing.pk}/"
    assert "Wordt verstuurd" in page(client, address)
    client.post(f"{address}pauzeren/")
    assert states(mailing) == {"held": 2}
    assert "Gepauzeerd" in page(client, address)
    client.post(f"{address}hervatten/")
    assert states(mailing) == {"waiting": 2}
    assert "2 mails die nog wachten" in page(client, f"{address}stoppen/")
    client.post(f"{address}stoppen/")
    mailing_rounds.settle_all()
    assert states(mailing) == {"cancelled": 2}
    assert "geannuleerd" not in page(client, BASE, toestand="cancelled")
    again = client.post(f"{address}pauzeren/", follow=True).content.decode()
    assert "De rest van deze mail is al gestopt" in again
    assert client.get(f"{address}stoppen/").status_code == 302


def test_progress_is_asked_again_while_it_moves_and_no_longer(
    client: Client, world: World
) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    send(world, mailing)
    mailing_rounds.settle_all()
    address = f"{BASE}{mailing.pk}/"
    moving = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every' in moving
    assert "<html" not in moving
    mail = OutgoingMail.objects.get()
    queue.record_sent(mail, now=timezone.now(), answer="")
    still = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in still
    assert "verstuurd" in page(client, BASE)


def test_what_is_not_written_yet_waits_as_well(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "STEP", 1)
    members(world, "Ada", "Ben", "Cas")
    mailing = letter(world, "choir")
    send(world, mailing)
    [shown] = client.get(BASE).context["rows"]
    assert (shown.progress.meant, shown.progress.waiting) == (3, 3)
    assert page(client, f"{BASE}{mailing.pk}/ontvangers/").count("wacht") == 3


# ---- who may -----------------------------------------------------------------------


def test_a_reader_looks_and_changes_nothing(
    client: Client, world: World, reader: User
) -> None:
    [ada] = members(world, "Ada")
    mailing = letter(world, "choir")
    client.force_login(reader)
    one = f"{BASE}{mailing.pk}/"
    for address in (BASE, one, f"{one}ontvangers/", f"{one}voorbeeld/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "versturen/" not in answer.content.decode()
    assert client.get(f"{one}voorbeeld/{ada}/").status_code == 200
    for address in ("versturen/", "bewerken/", "stoppen/"):
        assert client.get(one + address).status_code == 403
    assert client.get(f"{BASE}nieuw/").status_code == 403
    for address in (
        *("versturen/", "plannen/", "niet-plannen/", "verwijderen/", "proefmail/"),
        *("pauzeren/", "hervatten/", "stoppen/", "bewerken/"),
    ):
        assert client.post(one + address).status_code == 403
    assert Mailing.objects.get().state == "draft"


def test_nothing_changes_by_looking(client: Client, world: World) -> None:
    mailing = letter(world, "choir")
    for deed in (
        *("plannen/", "niet-plannen/", "verwijderen/", "proefmail/"),
        *("pauzeren/", "hervatten/"),
    ):
        assert client.get(f"{BASE}{mailing.pk}/{deed}").status_code == 405
    assert client.get(f"{BASE}77/").status_code == 404
    assert client.get(f"{BASE}77/voorbeeld/1/").status_code == 404


def test_what_was_sent_is_not_edited(client: Client, world: World) -> None:
    members(world, "Ada")
    mailing = letter(world, "choir")
    send(world, mailing)
    answer = client.get(f"{BASE}{mailing.pk}/bewerken/", follow=True)
    assert "al verstuurd" in answer.content.decode()
    client.post(f"{BASE}{mailing.pk}/verwijderen/")
    assert Mailing.objects.exists()


# ---- the list -----------------------------------------------------------------------


def test_the_list_takes_the_same_queries_whatever_its_length(
    client: Client, world: World, django_assert_max_num_queries
) -> None:
    members(world, "Ada")
    for _ in range(3):
        send(world, letter(world, "choir"))
        letter(world, "choir")
    with django_assert_max_num_queries(8):
        client.get(BASE)


def test_the_list_is_narrowed_by_state_and_paged(client: Client, world: World) -> None:
    members(world, "Ada")
    assert "nog geen mail aan een groep" in page(client, BASE)
    for number in range(52):
        letter(world, "choir", subject=f"Brief {number:02}")
    first = client.get(BASE)
    assert "Brief 51" in first.content.decode()
    assert "Brief 01" not in first.content.decode()
    assert "Brief 01" in client.get(BASE + first.context["next"]).content.decode()
    assert "Geen mail in deze toestand" in page(client, BASE, toestand="sending")
    assert "Brief 51" in page(client, BASE, toestand="nonsense", ouder="x")


def test_a_change_of_a_mail_is_told_in_words(client: Client, world: World) -> None:
    members(world, "Ada")
    world.group("Oud-leden")
    made = letter(world, "choir", minus=("Oud-leden",), household=Household.ONCE)
    told = page(client, f"/wijzigingen/{made.version}/")
    for words in ("Mail aan groep gemaakt", "choir", "Oud-leden", "per adres"):
        assert words in told
    moment = timezone.now() + timedelta(days=1)
    mailing_rounds.schedule_mailing(made.pk, at=moment, by=world.by)
    scheduled = page(client, f"/wijzigingen/{Mailing.objects.get().version}/")
    assert "gepland" in scheduled
    assert timezone.localtime(moment).strftime("%H:%M") in scheduled
    mailings.edit_mailing(made.pk, MailingWish("Ander", ""), by=world.by)
    edited = page(client, f"/wijzigingen/{Mailing.objects.get().version}/")
    assert "choir" in edited


def test_fields_of_the_group_are_filled_for_one_and_said_to_be_empty_for_more(
    client: Client, world: World
) -> None:
    [ada] = members(world, "Ada")
    world.put(ada, "band")
    text = "<p>Nieuws van {{ groep }} en {{ verantwoordelijke }}.</p>"
    wish = MailingWish("Nieuws", text, (world.group("choir"),))
    made = mailings.create_mailing(wish, by=world.by)
    address = f"{BASE}{made.pk}/"
    letter_to_ada = client.get(f"{address}voorbeeld/{ada}/").content.decode()
    assert "Nieuws van choir" in letter_to_ada
    assert "blijven leeg" not in page(client, address)
    send(world, made)
    assert OutgoingMail.objects.get().group == world.group("choir")
    both = (world.group("choir"), world.group("band"))
    other = mailings.create_mailing(MailingWish("Nieuws", text, both), by=world.by)
    told = page(client, f"{BASE}{other.pk}/")
    assert "blijven leeg" in told
    assert "{{ groep }}, {{ verantwoordelijke }}" in told
