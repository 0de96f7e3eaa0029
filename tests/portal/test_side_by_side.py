"""Many contacts at once, and one who presses many times: nothing is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from kring.accounts.models import PortalSession, SignInCode, User
from kring.actions import own_groups, signing_in
from kring.groups.models import Change
from kring.mailing.models import OutgoingMail
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, ans, code_in, codes_sent
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
OPEN = {"visible_on_portal": True, "editable_on_portal": True}
MANY = 24
SIDES = 6


@pytest.fixture
def world(transactional_db) -> Iterator[World]:
    yield World()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def at_once(*deeds: Callable[[], object]) -> None:
    """Do them in threads that begin together."""
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def asks(address: str) -> UUID:
    """Ask for a code, which the worker sends."""
    key = signing_in.ask_for_code(address, language="nl")
    row = SignInCode.objects.get(key=key)
    signing_in.answer_who_asked(row.pk, now=timezone.now())
    return key


def walks(address: str, *groups: int) -> None:
    """Sign in by the code in the mail, join, and leave the last again."""
    key = asks(address)
    mail = OutgoingMail.objects.get(purpose="code", address=address)
    assert signing_in.sign_in(key, code_in(mail))
    session = PortalSession.objects.get(account__email=address)
    for group in groups:
        own_groups.join(session.contact_id or 0, group)
    own_groups.leave(session.contact_id or 0, groups[-1])


def test_many_who_sign_in_and_join_at_once_lose_nothing(world: World) -> None:
    addresses = [f"lid{number}@example.org" for number in range(MANY)]
    everybody = {person(world, f"Lid {one}", one) for one in addresses}
    groups = [world.welcoming("Koor", **OPEN), world.group("Band", **OPEN)]
    world.group("Samen", {"all": [{"group": "Koor"}, {"group": "Band"}]})
    sides = [addresses[side::SIDES] for side in range(SIDES)]

    def one_side(some: list[str]) -> None:
        for address in some:
            walks(address, *groups)

    at_once(*(partial(one_side, side) for side in sides))
    assert world.members("Koor") == everybody
    assert world.members("Band") == world.members("Samen") == set()
    assert sorted(world.mailed("Koor")) == sorted(everybody)
    assert User.objects.count() == PortalSession.objects.count() == MANY
    assert world.faults() == []


def test_of_many_who_enter_one_code_at_once_one_comes_in(world: World) -> None:
    ans(world)
    key = asks(ANS)
    code = code_in(codes_sent()[0])
    at_once(*[partial(signing_in.sign_in, key, code)] * SIDES)
    assert PortalSession.objects.count() == 1


def test_guessing_side_by_side_gives_no_more_tries(world: World) -> None:
    ans(world)
    key = asks(ANS)
    at_once(*[partial(signing_in.sign_in, key, "x")] * (2 * SIDES))
    assert SignInCode.objects.get().attempts == 5
    assert signing_in.sign_in(key, code_in(codes_sent()[0])) is None


def test_asking_many_times_at_once_makes_one_account_and_five_mails(
    world: World,
) -> None:
    ans(world)
    at_once(*[partial(asks, ANS)] * (2 * SIDES))
    assert User.objects.count() == 1
    assert len(codes_sent()) == 5


def test_who_presses_join_many_times_joins_once(world: World) -> None:
    contact = ans(world)
    koor = world.welcoming("Koor", **OPEN)
    changes = Change.objects.count()
    at_once(*[partial(own_groups.join, contact, koor)] * SIDES)
    assert Change.objects.count() == changes + 1
    assert world.mailed("Koor") == [contact]
    assert world.faults() == []
