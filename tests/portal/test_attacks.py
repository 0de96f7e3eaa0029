"""Every address of the portal is tried by whoever may not: nothing turns or leaks.

The addresses are those that Kring knows, so that a new one is tried as well; one with
a part that is not known here fails until it is said what to try.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from kring.accounts.access import (
    Anyone,
    EndsLooking,
    PortalAccount,
    PortalContact,
    access_of,
)
from kring.accounts.models import (
    AddressProof,
    Passkey,
    PortalLook,
    PortalSession,
    User,
)
from kring.accounts.visits import COOKIE
from kring.actions import contacts, groups, members, own_groups, representing
from kring.contacts.models import (
    Contact,
    EmailAddress,
    ErasureRequest,
    Kind,
    PhoneNumber,
    Representation,
)
from kring.contacts.representing import Represents
from kring.groups.models import Change, ChangeEntry, GroupChunk, Placement
from kring.mailing.models import OutgoingMail
from tests.mailing.mails import person
from tests.portal.at_the_portal import ANS, a_passkey, ans, visitor_at
from tests.world import World

OPEN = {"visible_on_portal": True, "editable_on_portal": True}
SECRETS = ("Verborgenkoor", "Geslotenkoor", "Verwijderdkoor", "Zwijger", "Wanbetaler")
OF_SOMEBODY = PortalAccount | PortalContact | EndsLooking
OF_ANYONE = {
    "portal-sign-in",
    "portal-code",
    "portal-invited",
    "portal-passkey-ask",
    "portal-passkey-sign-in",
}
"""The pages of the portal that are there for who has not signed in."""


POSTED = {
    "portal-undo",
    "portal-session-end",
    "portal-passkey-name",
    "portal-passkey-remove",
}
"""What has no page to look at."""


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def portal() -> list[URLPattern]:
    [door] = [
        entry
        for entry in get_resolver().url_patterns
        if isinstance(entry, URLResolver) and str(entry.pattern) == "portaal/"
    ]
    return list(patterns(door))


def name_of(pattern: URLPattern) -> str:
    assert pattern.name
    return pattern.name


NAMES = [name_of(pattern) for pattern in portal()]


@dataclass
class Scene:
    """Ans with what is hers to change, and all that is not."""

    world: World
    ans: int
    other: int
    own_groups: list[int]
    own_changes: list[int]
    forbidden_groups: dict[str, int]
    forbidden_changes: list[int]

    def addresses(self, name: str, *, forbidden: bool = False) -> list[str]:
        """Every address by this name, with each thing of Ans, or of nobody."""
        [pattern] = [one for one in portal() if one.name == name]
        known: dict[str, list[Any]] = {
            "group_id": [*self.forbidden_groups.values(), 0, 2**40]
            if forbidden
            else self.own_groups,
            "change": [*self.forbidden_changes, 0, 2**40]
            if forbidden
            else self.own_changes,
            "session_id": [*self.sessions_of(other=True), 0, 2**40]
            if forbidden
            else self.sessions_of(other=False),
            "passkey_id": [*self.passkeys_of(other=True), 0, 2**40]
            if forbidden
            else self.passkeys_of(other=False),
            "token": ["x", "0" * 32],
        }
        parts = list(pattern.pattern.converters)
        return [
            reverse(name, kwargs=dict(zip(parts, values, strict=True)))
            for values in product(*(known[part] for part in parts))
        ]

    def sessions_of(self, *, other: bool) -> list[int]:
        sessions = PortalSession.objects.exclude(contact=self.other)
        if other:
            sessions = PortalSession.objects.filter(contact=self.other)
        return list(sessions.values_list("pk", flat=True))

    def passkeys_of(self, *, other: bool) -> list[int]:
        whose = self.other if other else self.ans
        passkeys = Passkey.objects.filter(contact=whose)
        return list(passkeys.values_list("pk", flat=True))

    def truth(self) -> dict[str, list[Any]]:
        """All that an attack could turn."""
        tables = (
            Placement,
            Change,
            ChangeEntry,
            GroupChunk,
            Contact,
            EmailAddress,
            PhoneNumber,
            OutgoingMail,
            User,
            PortalSession,
            PortalLook,
            Representation,
            ErasureRequest,
            AddressProof,
            Passkey,
        )
        return {
            table.__name__: list(table._default_manager.order_by("pk").values())
            for table in tables
        }


@pytest.fixture
def scene(world: World) -> Scene:
    contact, other = ans(world), person(world, "Zwijger", "zw@example.org")
    mine = world.group("Koor", **OPEN)
    lively = world.welcoming("Band", **OPEN)
    derived = world.group("Iedereen", {"everyone": True}, **OPEN)
    world.put(other, "Koor")
    for whose, address in ((contact, ANS), (other, "zw@example.org")):
        visitor_at(whose, address)
        a_passkey(whose, address)
    own = [
        own_groups.join(contact, mine).change,
        own_groups.leave(contact, derived).change,
    ]
    return Scene(
        world,
        contact,
        other,
        [mine, lively, derived],
        [number for number in own if number],
        forbidden(world, contact, other),
        changes_of_others(world, contact, other, mine),
    )


def forbidden(world: World, contact: int, other: int) -> dict[str, int]:
    """Groups that Ans may not join or leave; she is in some and out of others."""
    made = {
        "hidden": world.group("Verborgenkoor", editable_on_portal=True),
        "hidden and in": world.group("Verborgenkoor 2", editable_on_portal=True),
        "closed": world.group("Geslotenkoor", **OPEN),
        "closed and in": world.group("Geslotenkoor 2", **OPEN),
        "deleted": world.group("Verwijderdkoor", **OPEN),
        "not editable": world.group("Bestuur", visible_on_portal=True),
        "not editable and in": world.group("Raad", visible_on_portal=True),
        "derived, and not hers": world.group(
            "Elders", {"where": {"field": "city", "op": "is", "value": "Ee"}}, **OPEN
        ),
        "derived, and kept out": world.group("Allen", {"everyone": True}, **OPEN),
        "derived, not editable": world.group(
            "Leden", {"everyone": True}, visible_on_portal=True
        ),
    }
    for name in ("hidden and in", "closed and in", "not editable and in"):
        members.place([contact], made[name], by=world.by)
    members.remove(
        [contact], made["derived, and kept out"], by=world.by, reason="Wanbetaler"
    )
    for name in ("closed", "closed and in"):
        groups.close_group(made[name], by=world.by)
    groups.delete_group(made["deleted"], by=world.by)
    return made


def changes_of_others(world: World, contact: int, other: int, group: int) -> list[int]:
    """By staff about Ans, by another about itself, and by Ans to what closed since."""
    toneel = world.group("Toneel", **OPEN)
    by_staff = members.place([contact], toneel, by=world.by).change
    by_other = own_groups.leave(other, group).change
    closing = world.group("Geslotenkoor 3", **OPEN)
    once_own = own_groups.join(contact, closing).change
    groups.close_group(closing, by=world.by)
    long_ago = own_groups.join(contact, world.group("Ooit", **OPEN)).change or 0
    Change.objects.filter(pk=long_ago).update(
        at=timezone.now() - timedelta(hours=1, seconds=1)
    )
    first = Change.objects.earliest("number").number
    found = [by_staff, by_other, once_own, long_ago, first]
    return [number for number in found if number]


def test_who_is_not_signed_in_finds_two_pages_alone():
    opened = {
        name_of(pattern)
        for pattern in portal()
        if not isinstance(access_of(pattern.callback), OF_SOMEBODY)
    }
    assert opened == OF_ANYONE
    assert all(
        isinstance(access_of(pattern.callback), Anyone)
        for pattern in portal()
        if pattern.name in OF_ANYONE
    )


def nobody(scene: Scene) -> Client:
    return Client()


def staff(scene: Scene) -> Client:
    """An administrator, whose contact Ans even is."""
    client = Client()
    User.objects.filter(email=ANS).update(staff_role="admin")
    client.force_login(User.objects.get(email=ANS))
    return client


def ended(scene: Scene) -> Client:
    client = visitor_at(scene.ans)
    PortalSession.objects.update(ends_at=timezone.now())
    return client


def made_up(scene: Scene) -> Client:
    client = visitor_at(scene.ans)
    client.cookies[COOKIE] = client.cookies[COOKIE].value[:-1] + "_"
    return client


def stranger_s_number(scene: Scene) -> Client:
    """Somebody whose session says Ans, whose address it is not."""
    person(scene.world, "Dekker", "dirk@example.org")
    return visitor_at(scene.ans, "dirk@example.org")


def closed_account(scene: Scene) -> Client:
    client = visitor_at(scene.ans)
    User.objects.filter(email=ANS).update(is_active=False)
    return client


@pytest.mark.parametrize("name", sorted(set(NAMES) - OF_ANYONE))
@pytest.mark.parametrize(
    "whoever",
    [nobody, staff, ended, made_up, stranger_s_number, closed_account],
    ids=lambda one: one.__name__,
)
def test_whoever_is_not_signed_in_as_ans_changes_and_reads_nothing(
    scene, name, whoever
):
    client = whoever(scene)
    before = scene.truth()
    for address, method in product(scene.addresses(name), ("get", "head", "post")):
        answer = getattr(client, method)(address, {"contact": str(scene.ans)})
        if whoever is stranger_s_number and name in {"portal-who", "portal-sign-out"}:
            # These are the stranger's own; what they tell is looked at below.
            assert answer.status_code in {200, 302, 404, 405}
        else:
            assert answer.status_code == 302, (method, address)
            assert answer["Location"].startswith(
                ("/portaal/inloggen/", "/portaal/wie/")
            )
        assert "Aalbers" not in answer.content.decode()
        assert "Koor" not in answer.content.decode()
    after = scene.truth()
    if whoever is stranger_s_number:
        before.pop("PortalSession"), after.pop("PortalSession")
    assert after == before


YESTERDAY = timedelta(days=-1)
LINKS: dict[str, dict[str, Any] | None] = {
    "ended": {"last_day": YESTERDAY, "on_portal": True},
    "yet to begin": {"first_day": timedelta(days=1), "on_portal": True},
    "without permission": {"on_portal": False},
    "there is none": None,
}


@pytest.mark.parametrize(
    "name", sorted(set(NAMES) - OF_ANYONE - {"portal-who", "portal-sign-out"})
)
@pytest.mark.parametrize("link", LINKS)
def test_who_may_not_act_for_an_organisation_changes_and_reads_nothing(
    scene, name, link
):
    client = acts_for_a_bakery(scene, LINKS[link])
    before = scene.truth()
    for address, method in product(scene.addresses(name), ("get", "head", "post")):
        answer = getattr(client, method)(address, {"contact": str(scene.ans)})
        assert answer.status_code == 302, (method, address)
        assert answer["Location"].startswith(("/portaal/inloggen/", "/portaal/wie/"))
    assert scene.truth() == before


def acts_for_a_bakery(scene: Scene, agreed: dict[str, Any] | None) -> Client:
    """Ans, whose session says that she acts for it, whatever is agreed."""
    given: Any = {"kind": Kind.ORGANISATION, "name": "Verborgenkoor Zang"}
    bakery = contacts.create_contact(given, by=scene.world.by)
    if agreed is not None:
        days: dict[str, Any] = {
            part: timezone.localdate() + one if isinstance(one, timedelta) else one
            for part, one in agreed.items()
        }
        representing.add_representation(
            scene.ans, bakery, Represents(**days), by=scene.world.by
        )
    client = visitor_at(scene.ans)
    PortalSession.objects.update(acts_for=bakery)
    return client


@pytest.mark.parametrize("name", NAMES)
def test_looking_changes_nothing(scene, name):
    client = visitor_at(scene.ans)
    before = scene.truth()
    for addresses in (scene.addresses(name), scene.addresses(name, forbidden=True)):
        for address in addresses:
            client.get(address, {"contact": scene.ans, "next": "/portaal/"})
            client.head(address)
    assert scene.truth() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_form_of_another_site_changes_nothing(scene, name):
    client = Client(enforce_csrf_checks=True)
    client.cookies = visitor_at(scene.ans).cookies
    before = scene.truth()
    for address in scene.addresses(name):
        answer = client.post(address, {"address": ANS, "contact": str(scene.ans)})
        assert answer.status_code == 403
        assert "verlopen" in answer.content.decode()
    assert scene.truth() == before


@pytest.mark.parametrize(
    "name",
    [
        name_of(one)
        for one in portal()
        if one.pattern.converters and one.name not in OF_ANYONE
    ],
)
def test_what_is_not_hers_to_change_stays_and_tells_nothing(scene, name):
    client = visitor_at(scene.ans)
    before = scene.truth()
    shown = {
        scene.forbidden_groups[one]
        for one in scene.forbidden_groups
        if not one.startswith(("hidden", "closed", "deleted"))
    }
    for address in scene.addresses(name, forbidden=True):
        for method in ("post", "get"):
            answer = getattr(client, method)(address)
            text = answer.content.decode()
            assert not any(secret in text for secret in SECRETS), address
            number = int(re.findall(r"/(\d+)/", address)[0])
            if name in POSTED:
                allowed = {404, 302} if method == "post" else {405}
            elif number in shown:
                allowed = {200} if method == "get" else {403, 302}
            else:
                allowed = {404}
            assert answer.status_code in allowed, (method, address)
    assert scene.truth() == before


def test_the_same_is_answered_of_what_is_hidden_and_what_never_was(scene):
    told = set()
    for number in (*scene.forbidden_groups.values(), 2**40):
        client = visitor_at(scene.ans)
        answer = client.post(f"/portaal/groepen/{number}/aanmelden/")
        if answer.status_code == 404:
            told.add(re.sub(r'value="\w+"|": "\w+"|/\d+/', "", answer.content.decode()))
    assert len(told) == 1


@pytest.mark.parametrize("name", NAMES)
def test_no_page_tells_of_others_or_of_what_is_hidden(scene, name):
    client = visitor_at(scene.ans)
    for address in scene.addresses(name):
        text = client.get(address).content.decode()
        assert not any(secret in text for secret in SECRETS), address


OTHERS = ("contact", "contact_id", "id", "number", "contacts", "by", "group", "pk")


@pytest.mark.parametrize("name", NAMES)
def test_whomever_a_form_names_only_ans_turns(scene, name):
    """Forms with another's number: what is done, is done to whoever is signed in."""
    client = visitor_at(scene.ans)
    numbers = Contact.objects.exclude(pk=scene.ans)
    others = list(numbers.order_by("pk").values())
    inside = scene.world.members("Koor") - {scene.ans}
    last = Change.objects.latest("number").number
    fields = dict.fromkeys(OTHERS, str(scene.other))
    for address in scene.addresses(name):
        client.post(address, {**fields, "address": ANS, "next": "/portaal/"})
    assert list(numbers.order_by("pk").values()) == others
    assert scene.world.members("Koor") - {scene.ans} == inside
    entries = ChangeEntry.objects.filter(change__gt=last)
    assert set(entries.values_list("contact", flat=True)) <= {scene.ans}
    assert scene.world.faults() == []


def test_a_cookie_of_the_staff_door_is_none_of_the_portal(scene):
    client = staff(scene)
    assert client.get("/groepen/").status_code in {200, 403}
    client.cookies[COOKIE] = client.cookies["sessionid"].value
    assert client.get("/portaal/").status_code == 302


def test_a_cookie_of_the_portal_is_none_of_the_staff_door(scene):
    User.objects.filter(email=ANS).delete()
    User.objects.create(email=ANS, staff_role="admin")
    client = visitor_at(scene.ans)
    client.cookies["sessionid"] = client.cookies[COOKIE].value
    assert client.get("/groepen/").status_code == 302
