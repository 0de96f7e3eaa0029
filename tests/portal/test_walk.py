"""The portal's whole walk on a phone, with a real worker and a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.db import connection

from kring.accounts.models import StaffRole, User
from tests.browser import PHONE, Visitor
from tests.cli.processes import kring, wait_until
from tests.portal.at_the_portal import ANS, ans
from tests.post_office import HERE, PostOffice, post_office, text_of
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}
IN_DELFT = {"where": {"field": "city", "op": "is", "value": "Delft"}}
IN_THE_STREET = {"where": {"field": "street", "op": "is", "value": "Markt"}}


@pytest.fixture
def committed(transactional_db) -> Iterator[None]:
    """A database that the worker sees too; jobs are no table of Django's."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("delete from procrastinate_workers")


@pytest.fixture
def office(
    committed: None, child_environment: dict[str, str], kring_address: str
) -> Iterator[PostOffice]:
    """Takes what a worker sends, which is another process."""
    with post_office() as office:
        environment = {
            **child_environment,
            "KRING_BASE_URL": kring_address,
            # Codes are known again by the key that they were made with.
            "KRING_SECRET_KEY": str(settings.SECRET_KEY),
            "KRING_EMAIL_URL": f"smtp://{HERE}:{office.port}?tls=none",
        }
        with kring("worker", environment=environment):
            yield office


def mail_that(office: PostOffice, says: str) -> EmailMessage:
    """The mail to Ans with these words in its subject, once it has come."""
    found: list[EmailMessage] = []

    def has_come() -> bool:
        found[:] = [mail for mail in office.taken if says in str(mail["Subject"])]
        return bool(found)

    wait_until(has_come)
    assert ANS in str(found[-1]["To"])
    return found[-1]


def signs_in(visitor: Visitor, office: PostOffice) -> None:
    page = visitor.page
    page.get_by_label("Uw e-mailadres").fill(ANS)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Code").wait_for()
    [code] = re.findall(r"\b\d{6}\b", text_of(mail_that(office, "code")))
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Uw groepen").wait_for()


def staff_invites(visitor: Visitor, contact: int) -> None:
    """Somebody of the staff, who then signs out."""
    user = User(email="anna@kring.example", name="Anna", staff_role=StaffRole.STAFF)
    user.set_unusable_password()
    user.save()
    visitor.signs_in(user)
    visitor.goes_to(f"/contacten/{contact}/")
    page = visitor.page
    page.get_by_role("button", name="Uitnodigen voor het portaal").click()
    page.get_by_text("Uitgenodigd op").wait_for()
    page.context.clear_cookies()


def addresses_in(mail: EmailMessage) -> set[str]:
    """The links to sign in that a mail has."""
    found = re.findall(r"https?://\S+", text_of(mail))
    return {one.rstrip(">).") for one in found if "/portaal/" in one}


def test_an_invited_contact_signs_in_joins_is_mailed_leaves_and_stays_out(
    visitor: Visitor, world: World, office: PostOffice
):
    contact = ans(world, street="Markt", house_number="1", city="Delft")
    world.welcoming("Buurtfeest", **OPEN)
    world.group("Delftenaren", IN_DELFT, **OPEN)
    visitor.sees(width=PHONE)
    staff_invites(visitor, contact)
    [link] = addresses_in(mail_that(office, "Uw eigen pagina"))
    visitor.page.goto(link)
    assert visitor.page.get_by_label("Uw e-mailadres").input_value() == ANS
    signs_in(visitor, office)
    joins_and_leaves(visitor, world, office, contact)
    opts_out_and_stays_out(visitor, world, contact)
    assert world.faults() == []


def joins_and_leaves(
    visitor: Visitor, world: World, office: PostOffice, contact: int
) -> None:
    feast = visitor.page.get_by_role("listitem").filter(has_text="Buurtfeest")
    feast.get_by_role("button", name="Aanmelden").click()
    feast.get_by_text("U bent aangemeld voor").wait_for()
    assert world.members("Buurtfeest") == {contact}
    assert "Good to have you" in text_of(mail_that(office, "Welcome"))
    feast.get_by_role("button", name="Afmelden").click()
    feast.get_by_text("U bent afgemeld voor").wait_for()
    assert world.members("Buurtfeest") == set()


def opts_out_and_stays_out(visitor: Visitor, world: World, contact: int) -> None:
    assert world.members("Delftenaren") == {contact}
    delft = visitor.page.get_by_role("listitem").filter(has_text="Delftenaren")
    delft.get_by_role("button", name="Afmelden").click()
    delft.get_by_text("U bent afgemeld voor").wait_for()
    assert world.members("Delftenaren") == set()
    world.define("Delftenaren", {"any": [IN_DELFT, IN_THE_STREET]})
    assert world.members("Delftenaren") == set()
    visitor.goes_to("/portaal/")
    delft.get_by_text("U hebt zich afgemeld en blijft erbuiten").wait_for()
    visitor.finds_no_fault("portal-walk")
