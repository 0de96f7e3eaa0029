"""The mails of a group: its tab, and that some failed where people look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from kring.actions.groups import close_group
from kring.actions.mails import resend_mail
from tests.outgoing import mail, sent
from tests.world import World

LONG_AGO = timezone.now() - timedelta(days=40)


def tab(client: Client, group: int, query: str = ""):
    answer = client.get(f"/groepen/{group}/mail/{query}")
    assert answer.status_code == 200
    return answer


def test_the_tab_has_the_groups_mails_numbers_and_reasons(at_desk, cooperative):
    members, others = cooperative.group("Leden"), cooperative.group("Vrijwilligers")
    ada, ben = cooperative.contacts("Ada", "Ben")
    went = sent(ada, members)
    skips = [
        mail(ben, members, state="skipped", skip=skip)
        for skip in ("no_address", "no_mail", "no_address")
    ]
    sent(ada, others)
    context = tab(at_desk, members).context
    shown = [row.mail.id for row in context["rows"]]
    assert shown == [*(one.pk for one in skips[::-1]), went.pk]
    assert context["total"] == 4
    told = [(reason, count) for reason, count, _address in context["skips"]]
    assert told == [("geen e-mailadres", 2), ("wil geen mail", 1)]


def test_a_reason_leads_to_its_mails(at_desk, cooperative):
    members = cooperative.group("Leden")
    one = mail(cooperative.contact("Ada"), members, state="skipped", skip="no_mail")
    [(_reason, _count, address)] = tab(at_desk, members).context["skips"]
    rows = at_desk.get(address).context["rows"]
    assert [row.mail.id for row in rows] == [one.pk]


def test_the_tab_takes_few_queries(at_desk, cooperative, django_assert_max_num_queries):
    members = cooperative.group("Leden")
    for contact in cooperative.contacts(*(f"Contact {place}" for place in range(60))):
        mail(contact, members, state="skipped", skip="no_mail")
    with django_assert_max_num_queries(14):
        tab(at_desk, members)


def test_failures_show_on_every_page_of_the_group_until_they_are_sent_again(
    at_desk, cooperative
):
    members = cooperative.group("Leden")
    failed = mail(cooperative.contact("Ada"), members, state="failed")
    warning = "1 mail aan een lid is mislukt."
    for place in ("leden", "samenstelling", "mail"):
        page = at_desk.get(f"/groepen/{members}/{place}/").content.decode()
        assert warning in page, place
    resend_mail(failed.pk, by=cooperative.by)
    page = at_desk.get(f"/groepen/{members}/leden/").content.decode()
    assert warning not in page


def attention(client: Client) -> dict[str, str]:
    sections = client.get("/groepen/?gesloten=1").context["sections"]
    return {
        row["name"]: strip_tags(row["attention"])
        for section in sections
        for row in section.rows
    }


def test_the_list_of_groups_says_that_mails_failed(at_desk, cooperative, staff):
    members = cooperative.group("Leden")
    for contact in cooperative.contacts("Ada", "Ben"):
        mail(contact, members, state="failed")
    assert "2 mails mislukt" in attention(at_desk)["Leden"]
    assert "mislukt" not in attention(at_desk)["Vrijwilligers"]
    names = at_desk.get("/groepen/?aandacht=1").content.decode()
    assert "2 mails mislukt" in names


@pytest.mark.parametrize("at", [LONG_AGO])
def test_what_failed_long_ago_asks_for_nothing(at_desk, cooperative, at):
    members = cooperative.group("Leden")
    mail(cooperative.contact("Ada"), members, state="failed", at=at)
    assert "mislukt" not in attention(at_desk)["Leden"]


def test_a_closed_group_asks_for_nothing(at_desk, cooperative: World):
    members = cooperative.group("Leden")
    mail(cooperative.contact("Ada"), members, state="failed")
    close_group(members, by=cooperative.by)
    assert "mislukt" not in attention(at_desk)["Leden"]
