"""What fields become: for who has everything, for who has nothing, and for many."""

from __future__ import annotations

from datetime import date

import pytest

from kring.accounts.models import User
from kring.actions.acts import act
from kring.actions.contacts import add_contacts
from kring.contacts.details import AddressDetails, ContactDetails
from kring.contacts.models import Kind
from kring.mailing.merge_fields import CATALOGUE
from kring.mailing.rendering import Texts, rendered
from kring.mailing.values import values_of
from tests.world import World

TODAY = date(2026, 11, 27)
ANS = ContactDetails(
    number="17",
    kind=Kind.PERSON,
    first_name="Ans",
    infix="van der",
    last_name="Berg",
    date_of_birth=date(1980, 5, 3),
    emails=("ans@example.org", "ander@example.org"),
    phones=("+31612345678",),
    addresses=(
        AddressDetails(
            street="Dorpsstraat",
            house_number="12",
            house_number_addition="a",
            postal_code="2611 AB",
            city="Delft",
            neighbourhood="Wijk Noord",
        ),
    ),
)
ALL = {
    "aanhef": "Beste Ans",
    "voornaam": "Ans",
    "tussenvoegsel": "van der",
    "achternaam": "Berg",
    "naam": "Ans van der Berg",
    "organisatie": "",
    "nummer": "17",
    "email": "ans@example.org",
    "telefoon": "06 12345678",
    "geboortedatum": "3 mei 1980",
    "adres": "Dorpsstraat 12a",
    "straat": "Dorpsstraat",
    "huisnummer": "12",
    "toevoeging": "a",
    "postcode": "2611 AB",
    "woonplaats": "Delft",
    "buurt": "Wijk Noord",
    "groep": "Koor",
    "groep_omschrijving": "Wij zingen.",
    "verantwoordelijke": "Jan de Boer",
    "verantwoordelijke_email": "jan@example.org",
    "cooperatie": "Ons Vermogen",
    "portaal": "http://127.0.0.1:8000/portaal/",
    "datum": "27 november 2026",
    "datum_kort": "27-11-2026",
}


def add(world: World, details: ContactDetails) -> int:
    with act("test.contacts", by=world.by) as this:
        this.hold_last_chunk()
        [contact] = add_contacts(this, [details])
    return contact


@pytest.fixture
def koor(world: World, settings) -> int:
    settings.DEFAULT_FROM_EMAIL = "Ons Vermogen <info@example.org>"
    jan = User.objects.create(
        email="jan@example.org", name="Jan de Boer", staff_role="staff"
    )
    return world.group("Koor", description="Wij zingen.", responsible=jan.pk)


def test_every_field_is_found_for_who_has_everything(world: World, koor: int):
    ans = add(world, ANS)
    values = values_of([ans], group=koor, today=TODAY)[ans]
    listed = {f.name: values[f.name] for f in CATALOGUE if f.is_listed}
    assert listed == ALL
    assert values["achternaam_voor_link"] == "Berg"
    assert values["tussenvoegsel_voor_link"] == "van%20der"


def test_every_field_is_there_for_who_has_nothing(world: World):
    contact = world.contact("")
    values = values_of([contact], group=None, today=TODAY)[contact]
    assert values.keys() == {field.name for field in CATALOGUE}
    filled = {name for name, value in values.items() if value}
    about_all = {"aanhef", "cooperatie", "portaal", "datum", "datum_kort"}
    assert filled == about_all | {"nummer", "nummer_voor_link"}
    assert values["aanhef"] == "Geachte heer of mevrouw"


def test_an_organisation_has_its_own_name_and_no_first_name(world: World):
    baker = ContactDetails(number="8", kind=Kind.ORGANISATION, name="Bakkerij Vos")
    contact = add(world, baker)
    values = values_of([contact], group=None, today=TODAY)[contact]
    assert (values["naam"], values["organisatie"]) == ("Bakkerij Vos", "Bakkerij Vos")
    assert (values["voornaam"], values["aanhef"]) == ("", "Geachte heer of mevrouw")


def test_days_and_salutations_are_in_the_language_of_the_mail(world: World):
    ans = add(world, ANS)
    values = values_of([ans], group=None, today=TODAY, language="en")[ans]
    assert (values["aanhef"], values["datum"]) == ("Dear Ans", "27 November 2026")


def test_any_number_of_contacts_takes_five_queries(
    world: World, koor: int, django_assert_num_queries
):
    some = world.contacts(*(f"Lid {number}" for number in range(30)))
    with django_assert_num_queries(5):
        values = values_of([*some, 4711], group=koor, today=TODAY)
    assert values.keys() == set(some)


def test_nothing_of_another_contact_stands_in_a_mail(world: World, koor: int):
    """Each contact's every field is its own, or everybody's alike."""
    people = {
        add(world, _marked(f"q{sign}q", number)): f"q{sign}q"
        for number, sign in enumerate("abcdef")
    }
    everything = " ".join(f"{{{{ {field.name} }}}}" for field in CATALOGUE)
    texts = Texts("{{ naam }}", f"<p>{everything}</p>", "nl")
    for contact, values in values_of(people, group=koor, today=TODAY).items():
        made = rendered(texts, values, why="Daarom.", portal="https://x.example/")
        for other, mark in people.items():
            for part in (made.subject, made.html, made.text):
                assert (mark in part) == (other == contact)


def _marked(mark: str, number: int) -> ContactDetails:
    """A contact of whom every text holds this mark."""
    place = AddressDetails(
        street=mark,
        house_number=mark,
        house_number_addition=mark,
        postal_code="2611 AB",
        city=mark,
        neighbourhood=mark,
    )
    return ContactDetails(
        number=f"{mark}{number}",
        first_name=mark,
        infix=mark,
        last_name=mark,
        emails=(f"{mark}@example.org",),
        addresses=(place,),
    )
