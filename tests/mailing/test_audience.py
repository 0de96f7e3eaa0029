"""Who gets a mail to groups is what plain sets say, and each contact is told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kring.actions import erasing, groups
from kring.contacts.models import Contact
from kring.mailing.audience import Addressed, Audience, audience_of, members_meant
from kring.mailing.models import Household, Skip
from tests.mailings import give_address
from tests.world import World

GROUPS = ("choir", "band", "theatre", "quiet")
ADDRESSES = ("an@kring.example", "AN@kring.example", "bo@kring.example", "")


@dataclass
class Person:
    address: str = ""
    no_mail: bool = False
    bounced: bool = False
    deceased: bool = False
    groups: frozenset[str] = frozenset()


@dataclass
class Told:
    """What plain sets say."""

    recipients: set[int] = field(default_factory=set)
    left_out: dict[Skip, set[int]] = field(default_factory=dict)

    def leave_out(self, contact: int, skip: Skip) -> None:
        self.left_out.setdefault(skip, set()).add(contact)


people = some.lists(
    some.builds(
        Person,
        address=some.sampled_from(ADDRESSES),
        no_mail=some.sampled_from([False, False, False, True]),
        bounced=some.sampled_from([False, False, False, True]),
        deceased=some.sampled_from([False, False, False, True]),
        groups=some.frozensets(some.sampled_from(GROUPS)),
    ),
    max_size=12,
)
chosen = some.lists(some.sampled_from(GROUPS), max_size=4)


def told_by_plain_sets(
    persons: dict[int, Person], plus: list[str], minus: list[str], household: Household
) -> Told:
    told, reached = Told(), set[str]()
    for contact, person in sorted(persons.items()):
        if not person.groups & set(plus) or person.groups & set(minus):
            continue
        address = person.address.lower()
        reason = why_not(person)
        if reason is None and household == Household.ONCE and address in reached:
            reason = Skip.SHARED
        if reason is not None:
            told.leave_out(contact, reason)
            continue
        told.recipients.add(contact)
        reached.add(address)
    return told


def why_not(person: Person) -> Skip | None:
    if person.deceased:
        return Skip.DECEASED
    if person.no_mail:
        return Skip.NO_MAIL
    if not person.address:
        return Skip.NO_ADDRESS
    return Skip.BOUNCED if person.bounced else None


def settled(world: World, persons: list[Person]) -> dict[int, Person]:
    """The persons as contacts, by their ids."""
    ids = world.contacts(*[f"Person {place}" for place in range(len(persons))])
    numbered = dict(zip(ids, persons, strict=True))
    for contact, person in numbered.items():
        Contact.objects.filter(pk=contact).update(
            no_mail=person.no_mail,
            address_bounced=person.bounced,
            deceased_on=date(2025, 1, 1) if person.deceased else None,
        )
        if person.address:
            give_address(contact, person.address)
        for group in person.groups:
            world.put(contact, group)
    return numbered


def as_told(audience: Audience) -> Told:
    left_out = {skip: set(contacts) for skip, contacts in audience.left_out.items()}
    return Told(set(audience.recipients), left_out)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    persons=people, plus=chosen, minus=chosen, household=some.sampled_from(Household)
)
def test_the_audience_is_what_plain_sets_say(
    world: World,
    persons: list[Person],
    plus: list[str],
    minus: list[str],
    household: Household,
) -> None:
    with transaction.atomic():
        numbered = settled(world, persons)
        audience = audience_of(
            Addressed(
                tuple(world.group(name) for name in plus),
                tuple(world.group(name) for name in minus),
                household,
            )
        )
        expected = told_by_plain_sets(numbered, plus, minus, household)
        assert as_told(audience) == expected
        assert len(audience.everyone) == len(audience.recipients) + sum(
            len(contacts) for contacts in audience.left_out.values()
        )
        transaction.set_rollback(True)


def test_a_composite_group_is_addressed_as_any_other(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    ben = world.contact("Ben", groups=["choir", "band"])
    only = {"base": {"group": "choir"}, "except": [{"group": "band"}]}
    both = world.group("not band", only)
    assert list(members_meant(Addressed((both,)))) == [ada]
    rest = Addressed((both, world.group("choir")), (both,))
    assert list(members_meant(rest)) == [ben]


def test_only_the_primary_address_counts(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    give_address(ada, "ada@work.example", is_primary=False)
    audience = audience_of(Addressed((world.group("choir"),)))
    assert as_told(audience).left_out == {Skip.NO_ADDRESS: {ada}}


def test_of_a_household_the_one_known_longest_gets_it(world: World) -> None:
    ada, ben, cas = (world.contact(name, groups=["choir"]) for name in "ABC")
    for contact in (cas, ben, ada):
        give_address(contact, "Thuis@kring.example")
    Contact.objects.filter(pk=ada).update(no_mail=True)
    audience = audience_of(Addressed((world.group("choir"),), (), Household.ONCE))
    assert as_told(audience) == Told({ben}, {Skip.NO_MAIL: {ada}, Skip.SHARED: {cas}})


def test_nobody_is_meant_by_no_groups_and_by_deleted_ones(world: World) -> None:
    world.contact("Ada", groups=["choir"])
    choir = world.group("choir")
    groups.delete_group(choir, by=world.by)
    for addressed in (Addressed(()), Addressed((choir,)), Addressed((), (choir,))):
        assert as_told(audience_of(addressed)) == Told()


def test_who_is_no_contact_any_more_is_said_to_be_erased(world: World) -> None:
    ada = world.contact("Ada", groups=["choir"])
    choir = world.group("choir")
    # As between the two queries: the bit was read, and then the contact erased.
    with connection.cursor() as cursor:
        cursor.execute("select members from group_chunk where group_id = %s", [choir])
        [before] = cursor.fetchone()
        erasing.erase_contact(ada, by=world.by)
        cursor.execute(
            "update group_chunk set members = %s where group_id = %s", [before, choir]
        )
    assert as_told(audience_of(Addressed((choir,)))).left_out == {Skip.ERASED: {ada}}


def test_an_audience_takes_two_queries(world: World, django_assert_num_queries):
    world.contact("Ada", groups=["choir", "band"])
    asked = Addressed((world.group("choir"), world.group("band")))
    with django_assert_num_queries(2):
        audience_of(asked)
