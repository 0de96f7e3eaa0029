"""The pages about outgoing mail: the list, one mail, and doing something about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from kring.accounts.actors import actor_of
from kring.accounts.models import User
from kring.actions import members
from kring.actions.erasing import erase_contact
from kring.actions.mails import cancel_mail
from kring.actions.undo import undo_change
from kring.mailing.models import OutgoingMail
from tests.outgoing import mail, sent
from tests.world import World

BUDGET = 8
LIST = "/uitgaande-mail/"


@pytest.fixture
def at_desk(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def as_reader(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture
def choir(world: World) -> int:
    return world.group("Koor")


def rows(client: Client, query: str = "") -> list[int]:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [row.mail.id for row in answer.context["rows"]]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_mail_the_list_says_how_there_comes_some(at_desk) -> None:
    assert "Er is nog geen mail uitgegaan" in page(at_desk, LIST)


def test_the_list_tells_to_whom_what_and_how_far(at_desk, world, choir) -> None:
    ada = world.contact("Ada")
    sent(ada, choir)
    mail(ada, choir, state="skipped", skip="no_address")
    mail(ada, choir, state="failed", answer="550 5.1.1 user unknown")
    shown = page(at_desk, LIST)
    for told in (
        "Ada",
        "Koor",
        "Welkom, Ans",
        "Welkom als coach",
        "Nieuw lid",
        "geen e-mailadres",
        "Dit e-mailadres bestaat niet.",
    ):
        assert told in shown, told


def test_a_test_mail_goes_to_who_asked_and_is_no_mail_to_the_contact(
    at_desk, world, choir
) -> None:
    ada = world.contact("Ada")
    test = sent(ada, choir, purpose="test", change=None, address="anna@kring.example")
    shown = page(at_desk, LIST)
    assert "anna@kring.example" in shown
    assert "zoals Ada hem leest" in shown
    assert rows(at_desk, f"?contact={ada}") == []
    assert rows(at_desk, "?doel=test") == [test.pk]
    assert "Met gegevens van" in page(at_desk, f"{LIST}{test.pk}/")
    for address in (f"/contacten/{ada}/", f"/contacten/{ada}/tijdlijn/"):
        assert "Welkom, Ans" not in page(at_desk, address), address


def test_a_test_mail_that_failed_is_no_failure_of_the_group(
    at_desk, world, choir
) -> None:
    facts = {"state": "failed", "purpose": "test", "change": None}
    sent(world.contact("Ada"), choir, **facts)
    assert "mislukt" not in page(at_desk, f"/groepen/{choir}/leden/")


def test_what_was_cancelled_says_by_whom_or_by_what(
    at_desk, staff, world, choir
) -> None:
    ada, ben, cas = world.reachable("Ada", "Ben", "Cas")
    world.welcoming("Band", welcome_delay_hours=2)
    for contact in (ada, ben):
        world.put(contact, "Band")
    undone = members.place([cas], world.group("Band"), by=world.by).change or 0
    stopped = cancel_mail(mail(ada, choir).pk, by=actor_of(staff)).change
    world.take(ben, "Band")
    undo_change(undone, by=world.by)
    told = {
        row.mail.contact: row.reason
        for row in at_desk.get(f"{LIST}?toestand=cancelled").context["rows"]
    }
    assert told == {
        ada: "door Anna Visser",
        ben: "vanwege: leden verwijderd",
        cas: "vanwege: ongedaan gemaakt",
    }
    of_ada = OutgoingMail.objects.get(contact=ada, state="cancelled")
    assert f"/wijzigingen/{stopped}/" in page(at_desk, f"{LIST}{of_ada.pk}/")


def test_what_waits_says_when_it_goes(at_desk, world, choir) -> None:
    later = datetime(2099, 5, 3, 12, tzinfo=UTC)
    mail(world.contact("Ada"), choir, attempts=2)
    OutgoingMail.objects.update(free_at=later)
    shown = page(at_desk, LIST)
    assert "2 keer geprobeerd, gaat weer vanaf 3 mei 2099" in shown


@pytest.mark.parametrize(
    "query", ["", "?toestand=sent", "?groep=1&op=2026-05-03", "?contact=1", "?voor=40"]
)
def test_the_list_takes_few_queries_whatever_its_length(
    at_desk, world, query, django_assert_max_num_queries
) -> None:
    people = world.contacts(*(f"Contact {number}" for number in range(12)))
    for place in range(70):
        sent(people[place % 12], world.group(f"Groep {place % 7}"))
    with django_assert_max_num_queries(BUDGET):
        page(at_desk, LIST + query)


def test_the_list_is_narrowed_by_each_filter_and_by_all(at_desk, world, choir) -> None:
    ada, ben = world.contacts("Ada", "Ben")
    day = datetime(2026, 5, 3, 12, tzinfo=UTC)
    first = sent(ada, choir, at=day).pk
    second = mail(ben, choir, state="skipped", skip="no_mail").pk
    third = mail(ada, world.group("Band")).pk
    fourth = sent(purpose="test", change=None).pk
    for query, found in {
        "?toestand=sent": [fourth, first],
        "?toestand=skipped&reden=no_mail": [second],
        "?toestand=skipped&reden=no_address": [],
        "?doel=test": [fourth],
        f"?groep={choir}": [second, first],
        f"?contact={ada}": [third, first],
        "?op=2026-05-03": [first],
        f"?toestand=sent&groep={choir}&contact={ada}&op=2026-05-03": [first],
    }.items():
        assert rows(at_desk, query) == found, query


def test_the_numbers_count_all_that_is_found_whatever_its_state(
    at_desk, world, choir
) -> None:
    for contact in world.contacts("Ada", "Ben"):
        sent(contact, choir)
        mail(contact, world.group("Band"))
    answer = at_desk.get(f"{LIST}?toestand=waiting&groep={choir}").context
    numbers = {one.label: one.count for one in answer["numbers"]}
    assert numbers == {
        "Wacht": 0,
        "Verstuurd": 2,
        "Mislukt": 0,
        "Overgeslagen": 0,
        "Geannuleerd": 0,
    }
    assert answer["total"] == 2


def test_pages_follow_each_other_and_lead_back(at_desk, world, choir) -> None:
    [ada] = world.contacts("Ada")
    made = [mail(ada, choir).pk for _ in range(70)][::-1]
    first = at_desk.get(f"{LIST}?toestand=waiting").context
    assert [row.mail.id for row in first["rows"]] == made[:50]
    assert "toestand=waiting" in first["next"]
    older = at_desk.get(LIST + first["next"]).context
    assert [row.mail.id for row in older["rows"]] == made[50:]
    assert rows(at_desk, older["previous"]) == made[:50]
    assert (first["previous"], older["next"]) == ("", "")


@pytest.mark.parametrize(
    "query",
    [
        "?toestand=x&reden=%00&doel=';--",
        "?groep=x&contact=-1&op=gisteren",
        "?voor=99999999999999999999&na=%00",
        "?op=0001-01-01",
        "?op=9999-12-31",
        "?groep=999999999999999999&contact=999999999999999999",
    ],
)
def test_nonsense_in_the_address_breaks_nothing(at_desk, world, choir, query) -> None:
    mail(world.contact("Ada"), choir)
    page(at_desk, LIST + query)


def test_a_mail_that_went_is_shown_as_it_went(at_desk, world, choir) -> None:
    went = sent(world.contact("Ada"), choir)
    shown = page(at_desk, f"{LIST}{went.pk}/")
    for told in ("Welkom, Ans", "ans@example.nl", "Beste Ans,", "250 2.0.0 OK", "Koor"):
        assert told in shown, told
    assert f'src="{LIST}{went.pk}/weergave/"' in shown


def test_numbers_in_the_answer_to_a_mail_that_went_mean_nothing(
    at_desk, world, choir
) -> None:
    went = sent(world.contact("Ada"), choir, answer="250 2.0.0 queued as 421")
    shown = page(at_desk, f"{LIST}{went.pk}/")
    assert "queued as 421" in shown
    assert "later nog eens" not in shown


def test_the_html_of_a_mail_is_fenced_in(at_desk, world, choir) -> None:
    went = sent(world.contact("Ada"), choir)
    answer = at_desk.get(f"{LIST}{went.pk}/weergave/")
    assert answer.content.decode() == went.html
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "sandbox", "form-action 'none'"):
        assert part in policy, part
    assert "script-src" not in policy
    assert "allow-" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_notice_is_read_by_whom_it_is_for_alone(at_desk, admin) -> None:
    """It may hold a link by which an administrator signs in."""
    told: dict[str, Any] = {
        "purpose": "notice",
        "change": None,
        "html": "<p>geheim</p>",
    }
    other = sent(address=admin.email, text="geheim", **told)
    own = sent(address="Anna@kring.example", text="geheim", **told)
    guest = sent(address="gast@example.nl", text="geheim", **told)
    assert "geheim" in page(at_desk, f"{LIST}{guest.pk}/")
    for part in ("", "weergave/"):
        assert "geheim" not in page(at_desk, f"{LIST}{other.pk}/{part}")
        assert "geheim" in page(at_desk, f"{LIST}{own.pk}/{part}")
    assert "geheim" not in page(at_desk, f"/postbus/{other.pk}/")


def test_what_stands_in_a_mail_is_text_on_the_page_around_it(
    at_desk, world, choir
) -> None:
    went = sent(
        world.contact("Ada"),
        choir,
        subject="<script>alert(1)</script>",
        text="<b>vet</b>",
        answer="<i>550</i>",
    )
    shown = page(at_desk, f"{LIST}{went.pk}/") + page(at_desk, LIST)
    for raw in ("<script>alert", "<b>vet", "<i>550"):
        assert raw not in shown, raw


def test_a_skipped_mail_says_why_and_what_to_do(at_desk, world, choir) -> None:
    skipped = mail(world.contact("Ada"), choir, state="skipped", skip="no_address")
    shown = page(at_desk, f"{LIST}{skipped.pk}/")
    assert "Waarom hij niet gaat" in shown
    assert shown.count("Vul er een in en verstuur") == 1
    assert "Onderwerp" not in shown


def test_of_who_was_erased_nothing_is_shown(at_desk, world, choir) -> None:
    ada = world.contact("Ada")
    went = sent(ada, choir)
    erase_contact(ada, by=world.by)
    for address in (LIST, f"{LIST}{went.pk}/"):
        shown = page(at_desk, address)
        assert "gewist contact" in shown
        assert "Ans" not in shown.replace("Anna Visser", "")


def test_cancelling_and_sending_again_are_buttons_of_staff(
    at_desk, as_reader, world, choir
) -> None:
    ada = world.contact("Ada")
    waits, went = mail(ada, choir).pk, sent(ada, choir).pk
    assert f"{LIST}{waits}/annuleren/" in page(at_desk, f"{LIST}{waits}/")
    assert f"{LIST}{went}/opnieuw/" in page(at_desk, f"{LIST}{went}/")
    for one in (waits, went):
        shown = page(as_reader, f"{LIST}{one}/")
        assert "/annuleren/" not in shown
        assert "/opnieuw/" not in shown


@pytest.mark.parametrize("deed", ["annuleren", "opnieuw"])
def test_a_reader_is_refused_and_nothing_happens_by_looking(
    at_desk, as_reader, world, choir, deed
) -> None:
    waits = mail(world.contact("Ada"), choir)
    assert as_reader.post(f"{LIST}{waits.pk}/{deed}/").status_code == 403
    assert as_reader.post(f"{LIST}{deed}/", {"aantal": 1}).status_code == 403
    assert at_desk.get(f"{LIST}{waits.pk}/{deed}/").status_code == 405
    at_desk.get(f"{LIST}{deed}/?toestand=waiting")
    assert OutgoingMail.objects.get().state == "waiting"


def test_a_mail_is_cancelled_and_then_cannot_be_again(at_desk, world, choir) -> None:
    waits = mail(world.contact("Ada"), choir)
    address = f"{LIST}{waits.pk}/annuleren/"
    answer = at_desk.post(address, follow=True)
    assert "Deze mail is geannuleerd" in answer.content.decode()
    answer = at_desk.post(address, follow=True)
    assert "er valt niets te annuleren" in answer.content.decode()


def test_sending_again_leads_to_the_new_mail_which_names_the_old(
    at_desk, world, choir
) -> None:
    went = sent(world.contact("Ada"), choir)
    answer = at_desk.post(f"{LIST}{went.pk}/opnieuw/", follow=True)
    again = OutgoingMail.objects.latest("pk")
    assert answer.redirect_chain == [(f"{LIST}{again.pk}/", 302)]
    assert f'href="{LIST}{went.pk}/"' in answer.content.decode()
    assert f'href="{LIST}{again.pk}/"' in page(at_desk, f"{LIST}{went.pk}/")


def test_sending_again_who_is_gone_is_refused_in_words(at_desk, choir) -> None:
    went = sent(4_711, choir)
    answer = at_desk.post(f"{LIST}{went.pk}/opnieuw/", follow=True)
    assert "het contact is gewist of is er niet meer" in answer.content.decode()


def test_a_mail_that_is_not_there_is_not_found(at_desk) -> None:
    assert at_desk.get(f"{LIST}1/").status_code == 404
    assert at_desk.get(f"{LIST}1/weergave/").status_code == 404
    assert at_desk.post(f"{LIST}1/opnieuw/").status_code == 404


def test_all_that_match_are_cancelled_by_their_exact_number(
    at_desk, world, choir
) -> None:
    for contact in world.contacts("Ada", "Ben", "Cas"):
        mail(contact, choir)
    other = mail(world.contact("Dan"), world.group("Band"))
    query = f"?toestand=waiting&groep={choir}"
    address = at_desk.get(LIST + query).context["together"]
    asking = at_desk.get(address)
    assert "3 mails annuleren?" in asking.content.decode()
    assert "Wacht · Koor" in asking.content.decode()
    form = {**asking.context["parts"], "aantal": asking.context["count"]}
    answer = at_desk.post(address, form, follow=True)
    assert "3 mails zijn geannuleerd." in answer.content.decode()
    assert OutgoingMail.objects.get(state="waiting") == other


def test_more_than_was_confirmed_is_refused_with_the_number(
    at_desk, world, choir
) -> None:
    for contact in world.contacts("Ada", "Ben"):
        mail(contact, choir)
    answer = at_desk.post(f"{LIST}annuleren/", {"aantal": "1"}, follow=True)
    assert "Het zijn inmiddels 2 mails" in answer.content.decode()
    assert OutgoingMail.objects.filter(state="waiting").count() == 2


@pytest.mark.parametrize("confirmed", ["", "x", "-1", "%00"])
def test_a_number_that_is_none_confirms_nothing(
    at_desk, world, choir, confirmed
) -> None:
    mail(world.contact("Ada"), choir)
    at_desk.post(f"{LIST}annuleren/", {"aantal": confirmed})
    assert OutgoingMail.objects.get().state == "waiting"


def test_all_that_failed_are_sent_again(at_desk, world, choir) -> None:
    for contact in world.contacts("Ada", "Ben"):
        mail(contact, choir, state="failed", answer="451 4.3.0 later")
    address = at_desk.get(f"{LIST}?toestand=failed").context["together"]
    asking = at_desk.get(address)
    form = {**asking.context["parts"], "aantal": asking.context["count"]}
    answer = at_desk.post(address, form, follow=True)
    assert "2 mails gaan opnieuw uit." in answer.content.decode()
    assert OutgoingMail.objects.filter(state="waiting").count() == 2
    nothing = page(at_desk, address)
    assert "Er valt niets opnieuw te versturen" in nothing


def test_together_is_offered_for_one_state_and_to_staff(
    at_desk, as_reader, world, choir
) -> None:
    mail(world.contact("Ada"), choir)
    assert at_desk.get(LIST).context["together"] == ""
    assert at_desk.get(f"{LIST}?toestand=sent").context["together"] == ""
    assert as_reader.get(f"{LIST}?toestand=waiting").context["together"] == ""
    assert at_desk.get(f"{LIST}?toestand=waiting").context["together"] != ""


def test_the_menu_leads_to_it(at_desk) -> None:
    shown = page(at_desk, LIST)
    assert f'<a href="{LIST}" aria-current="page">Uitgaande mail</a>' in shown
