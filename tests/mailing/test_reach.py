"""Why somebody gets no mail is the same in Python, which sends, and in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
from django.db import connection
from pyroaring import BitMap

from kring.actions import members
from kring.contacts.models import Contact
from kring.mailing import reach
from kring.mailing.audience import Addressed, audience_of
from kring.mailing.models import OutgoingMail, Skip
from kring.mailing.situation import situation_of, why_not
from tests.mailing.mails import outgoing, to_groups
from tests.mailings import give_address
from tests.world import World


@dataclass(frozen=True)
class Facts:
    """All that can be in the way of a mail to somebody, in each combination."""

    has_died: bool
    wants_none: bool
    has_address: bool
    bounced: bool
    complained: bool

    @property
    def skip(self) -> Skip | None:
        """What is told of it: what is true for ever goes before what can be mended."""
        if self.has_died:
            return Skip.DECEASED
        if self.wants_none:
            return Skip.NO_MAIL
        if not self.has_address:
            return Skip.NO_ADDRESS
        if not self.bounced:
            return None
        return Skip.COMPLAINED if self.complained else Skip.BOUNCED


ALL = [Facts(*facts) for facts in product([False, True], repeat=5)]


@pytest.fixture
def people(world: World) -> dict[int, Facts]:
    """One contact for each combination; none is in a group yet."""
    contacts = world.contacts(*(f"Lid{number}" for number in range(len(ALL))))
    found = dict(zip(contacts, ALL, strict=True))
    for contact, facts in found.items():
        Contact.objects.filter(pk=contact).update(
            deceased_on=date(2026, 5, 3) if facts.has_died else None,
            no_mail=facts.wants_none,
            address_bounced=facts.bounced,
            complained=facts.complained,
        )
        if facts.has_address:
            give_address(contact, f"lid{contact}@kring.example")
    return found


def told(people: dict[int, Facts]) -> dict[int, Skip | None]:
    return {contact: facts.skip for contact, facts in people.items()}


def test_there_is_a_reason_for_each_but_for_who_is_mailed(
    people: dict[int, Facts],
) -> None:
    skips = list(told(people).values())
    counts = {skip: skips.count(skip) for skip in {*skips}}
    assert counts == {
        Skip.DECEASED: 16,
        Skip.NO_MAIL: 8,
        Skip.NO_ADDRESS: 4,
        Skip.BOUNCED: 1,
        Skip.COMPLAINED: 1,
        # A complaint of an address that works by now is over.
        None: 2,
    }


@pytest.mark.parametrize("purpose", ["welcome", "mailing"])
def test_what_goes_is_judged_so_when_it_goes(
    world: World, people: dict[int, Facts], purpose: str
) -> None:
    group = world.group("choir")
    members.place(list(people), group, by=world.by)
    mailing = to_groups(group) if purpose == "mailing" else None
    mails = [
        outgoing(purpose, contact=contact, group=group, mailing=mailing)
        for contact in people
    ]
    situation = situation_of(mails)
    found = {mail.contact: why_not(mail, situation) for mail in mails}
    assert found == told(people)


def test_sql_gives_the_same_reason(people: dict[int, Facts]) -> None:
    question = f"""
        select asked.contact, {reach.REASON}
        from unnest(%s::bigint[]) as asked (contact) {reach.READERS}
    """  # noqa: S608 — only constants
    with connection.cursor() as cursor:
        cursor.execute(question, [list(people)])
        assert dict(cursor.fetchall()) == told(people)


def test_the_audience_of_a_mail_to_groups_is_judged_so(
    world: World, people: dict[int, Facts]
) -> None:
    group = world.group("choir")
    members.place(list(people), group, by=world.by)
    audience = audience_of(Addressed((group,)))
    found: dict[int, Skip | None] = dict.fromkeys(audience.recipients)
    for skip, some in audience.left_out.items():
        found |= dict.fromkeys(some, skip)
    assert found == told(people)


def test_whoever_joins_is_judged_so(world: World, people: dict[int, Facts]) -> None:
    group = world.welcoming("choir")
    members.place(list(people), group, by=world.by)
    rows = OutgoingMail.objects.values_list("contact", "state", "skip")
    assert sorted(rows) == [
        (contact, "skipped" if skip else "waiting", skip or "")
        for contact, skip in sorted(told(people).items())
    ]


@pytest.mark.parametrize("most", [2_000, 0], ids=["by their ids", "by a range of ids"])
def test_who_cannot_be_reached_is_counted_so(
    people: dict[int, Facts], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(reach, "_IDS_IN_A_QUESTION", most)
    unreachable = {contact for contact, skip in told(people).items() if skip}
    assert reach.unreachable(BitMap(people)) == BitMap(unreachable)
