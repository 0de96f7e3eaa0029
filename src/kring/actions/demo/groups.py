"""The groups and fields of the demo cooperative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kring.actions.demo.people import DWELLINGS, INTERESTS
from kring.actions.fields import NewField

ADMIN: Final = "beheerder@dekring.example"
STAFF: Final = "medewerker@dekring.example"
READER: Final = "lezer@dekring.example"
COACHES: Final = "coaches@dekring.example"
"""The address of the sender that welcomes coaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGroup:
    """A group in which names stand for what they name.

    `definition` is JSON with names of groups; groups come after their parts.
    """

    name: str
    description: str
    definition: Mapping[str, object] | None = None
    responsible: str = STAFF
    welcome_template: str = ""
    welcome_delay_hours: int = 0
    welcome_mailbox: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    neighbourhood_role: str = ""
    closed: bool = False
    visible_on_portal: bool = False
    visible_at_contact: bool = True
    editable_on_portal: bool = False
    portal_name: str = ""


STATIC_GROUPS: Final[Sequence[DemoGroup]] = (
    DemoGroup(
        name="Leden",
        description="Wie lid is van de coöperatie en mag stemmen op de"
        " ledenvergadering.",
        responsible=ADMIN,
        welcome_template="Welkom als lid",
        starts_on=date(2012, 5, 1),
        visible_on_portal=True,
    ),
    DemoGroup(
        name="Oud-leden",
        description="Wie het lidmaatschap heeft opgezegd.",
        responsible=ADMIN,
        starts_on=date(2019, 1, 1),
    ),
    DemoGroup(
        name="Bestuur",
        description="Voorzitter, secretaris, penningmeester en de andere"
        " bestuursleden.",
        responsible=ADMIN,
        starts_on=date(2012, 5, 1),
        visible_on_portal=True,
    ),
    DemoGroup(
        name="Vrijwilligers",
        description="Wie af en toe of elke week een handje helpt.",
        welcome_template="Welkom als vrijwilliger",
        starts_on=date(2013, 9, 1),
        visible_on_portal=True,
        editable_on_portal=True,
    ),
    DemoGroup(
        name="Nieuwsbrief",
        description="Krijgt elke maand ons nieuws per e-mail.",
        welcome_template="Welkom bij de nieuwsbrief",
        starts_on=date(2016, 1, 1),
        visible_on_portal=True,
        editable_on_portal=True,
        portal_name="Onze nieuwsbrief",
    ),
    DemoGroup(
        name="Werkgroep Communicatie",
        description="Maakt de nieuwsbrief, de website en de folders.",
        starts_on=date(2020, 1, 1),
        visible_on_portal=True,
        editable_on_portal=True,
    ),
    DemoGroup(
        name="Coach - Energie",
        description="Gaat bij bewoners langs met advies over besparen en isoleren.",
        welcome_template="Welkom als coach",
        welcome_mailbox=COACHES,
        starts_on=date(2018, 1, 1),
        neighbourhood_role="coach",
    ),
    DemoGroup(
        name="Coach - Warmtepomp",
        description="Helpt bewoners bij het kiezen van een warmtepomp.",
        welcome_template="Welkom als coach",
        welcome_mailbox=COACHES,
        starts_on=date(2021, 1, 1),
        neighbourhood_role="coach",
    ),
    DemoGroup(
        name="Projectleiders Buurtaanpak",
        description="Leiden de buurtaanpak in een wijk.",
        responsible=ADMIN,
        starts_on=date(2022, 1, 1),
        neighbourhood_role="project_leader",
    ),
    DemoGroup(
        name="Installateurs",
        description="Bedrijven die onze leden zonnepanelen, isolatie of een warmtepomp"
        " aanbieden.",
        starts_on=date(2014, 1, 1),
        neighbourhood_role="external_party",
    ),
    DemoGroup(
        name="Partners",
        description="Scholen, verenigingen en woningcorporaties die met ons"
        " samenwerken.",
        starts_on=date(2014, 1, 1),
    ),
    DemoGroup(
        name="Collectief zonnedak deelnemers",
        description="Heeft zonnedelen in het collectieve zonnedak op de sporthal.",
        starts_on=date(2017, 4, 1),
        visible_on_portal=True,
        portal_name="Zonnedak De Sporthal",
    ),
    DemoGroup(
        name="Bewoners Wijk Noord",
        description="Woont in Wijk Noord en doet mee aan de buurtaanpak daar.",
        starts_on=date(2022, 9, 1),
    ),
    DemoGroup(
        name="Bewoners Tanthof",
        description="Woont in Tanthof en doet mee aan de buurtaanpak daar.",
        starts_on=date(2022, 9, 1),
    ),
    DemoGroup(
        name="Belangstelling warmtenet",
        description="Wil op de hoogte blijven van de plannen voor een warmtenet.",
        welcome_template="Belangstelling voor het warmtenet",
        welcome_delay_hours=24,
        starts_on=date(2025, 1, 15),
        visible_on_portal=True,
        editable_on_portal=True,
    ),
    DemoGroup(
        name="Isolatieactie 2024",
        description="Deed mee aan de gezamenlijke inkoop van isolatie.",
        starts_on=date(2024, 2, 1),
        ends_on=date(2024, 12, 31),
        closed=True,
    ),
    DemoGroup(
        name="Zonnepanelenactie 2023",
        description="Deed mee aan de gezamenlijke inkoop van zonnepanelen.",
        starts_on=date(2023, 3, 1),
        ends_on=date(2023, 11, 30),
        closed=True,
    ),
)
"""Their members are said at each contact, in `people`."""


def _group(name: str) -> Mapping[str, object]:
    return {"group": name}


DERIVED_GROUPS: Final[Sequence[DemoGroup]] = (
    DemoGroup(
        name="Leden of vrijwilligers",
        description="Iedereen die bij de coöperatie hoort.",
        definition={"any": [_group("Leden"), _group("Vrijwilligers")]},
    ),
    DemoGroup(
        name="Leden of vrijwilligers, behalve oud-leden",
        description="Wie we aanspreken als lid of vrijwilliger, zonder wie heeft"
        " opgezegd.",
        definition={
            "base": _group("Leden of vrijwilligers"),
            "except": [_group("Oud-leden")],
        },
    ),
    DemoGroup(
        name="Alle coaches",
        description="Energiecoaches en warmtepompcoaches samen.",
        definition={"any": [_group("Coach - Energie"), _group("Coach - Warmtepomp")]},
    ),
    DemoGroup(
        name="Actieve coaches",
        description="Coaches die ook lid en vrijwilliger zijn.",
        definition={
            "all": [_group("Alle coaches"), _group("Leden"), _group("Vrijwilligers")]
        },
    ),
    DemoGroup(
        name="Betrokken bewoners",
        description="Doet op minstens twee manieren mee.",
        definition={
            "at_least": 2,
            "of": [
                _group("Leden"),
                _group("Vrijwilligers"),
                _group("Collectief zonnedak deelnemers"),
                _group("Belangstelling warmtenet"),
            ],
        },
    ),
    DemoGroup(
        name="Buurtaanpak - Bewoners",
        description="Bewoners van alle wijken met een buurtaanpak.",
        definition={"any": [_group("Bewoners Wijk Noord"), _group("Bewoners Tanthof")]},
    ),
    DemoGroup(
        name="Buurtaanpak - Leden",
        description="Leden die in een wijk met een buurtaanpak wonen.",
        definition={"all": [_group("Buurtaanpak - Bewoners"), _group("Leden")]},
    ),
    DemoGroup(
        name="Buurtaanpak - Nog te benaderen",
        description="Bewoners in de buurtaanpak die niet zelf coach zijn en geen lid.",
        definition={
            "base": _group("Buurtaanpak - Bewoners"),
            "except": [{"role": "coach"}, _group("Leden")],
        },
    ),
    DemoGroup(
        name="Uitnodiging ledenvergadering",
        description="Leden en vrijwilligers, zonder oud-leden, en altijd het bestuur.",
        responsible=ADMIN,
        definition={
            "any": [
                _group("Leden of vrijwilligers, behalve oud-leden"),
                _group("Bestuur"),
            ]
        },
    ),
    DemoGroup(
        name="Uitnodiging warmteavond",
        description="Betrokken bewoners uit de buurtaanpak, zonder de coaches die de"
        " avond verzorgen.",
        definition={
            "base": {
                "all": [
                    _group("Buurtaanpak - Bewoners"),
                    {
                        "any": [
                            _group("Betrokken bewoners"),
                            _group("Belangstelling warmtenet"),
                        ]
                    },
                ]
            },
            "except": [_group("Actieve coaches"), _group("Bestuur")],
        },
    ),
    DemoGroup(
        name="Deelnemers eerdere acties",
        description="Deed mee aan de acties van 2023 of 2024.",
        definition={
            "any": [_group("Isolatieactie 2024"), _group("Zonnepanelenactie 2023")]
        },
        closed=True,
        ends_on=date(2025, 3, 31),
    ),
    DemoGroup(
        name="Alle contacten",
        description="Iedereen die we kennen.",
        responsible=ADMIN,
        definition={"everyone": True},
        visible_at_contact=False,
    ),
    DemoGroup(
        name="Wonen in Delft",
        description="Iedereen met een adres in Delft.",
        definition={"where": {"field": "city", "op": "is", "value": "Delft"}},
    ),
    DemoGroup(
        name="Wil meer weten over warmtepompen",
        description="Heeft bij interesses een warmtepomp gekozen.",
        definition={
            "where": {"field": "field:interesses", "op": "is", "value": "Warmtepomp"}
        },
    ),
    DemoGroup(
        name="Geboren voor 1960",
        description="Krijgt de uitnodigingen ook per post.",
        definition={
            "where": {"field": "date_of_birth", "op": "<", "value": "1960-01-01"}
        },
        visible_at_contact=False,
    ),
    DemoGroup(
        name="65 jaar en ouder",
        description="Krijgt een uitnodiging voor de middagen over veilig verwarmen.",
        definition={
            "where": {"field": "date_of_birth", "op": "age_at_least", "value": 65}
        },
        visible_at_contact=False,
    ),
    DemoGroup(
        name="Jonger dan 28",
        description="Wordt gevraagd voor de jongerenraad.",
        definition={
            "where": {"field": "date_of_birth", "op": "age_below", "value": 28}
        },
        visible_at_contact=False,
    ),
    DemoGroup(
        name="Nieuwe leden",
        description="Het afgelopen jaar lid geworden.",
        definition={
            "where": {"field": "field:lid_sinds", "op": "in_last_days", "value": 365}
        },
    ),
    DemoGroup(
        name="Trouwe leden",
        description="Al minstens vijf jaar lid.",
        definition={
            "base": {
                "member": "Leden",
                "since": {"op": "at_least_days", "value": 1826},
            },
            "except": [_group("Oud-leden")],
        },
    ),
    DemoGroup(
        name="Uitnodiging warmtepompcursus",
        description="Leden in Delft die meer willen weten over warmtepompen.",
        welcome_template="Uitnodiging warmtepompcursus",
        definition={
            "all": [
                _group("Leden"),
                _group("Wonen in Delft"),
                _group("Wil meer weten over warmtepompen"),
            ]
        },
    ),
    DemoGroup(
        name="Contacten zonder lidmaatschap",
        description="Iedereen die geen lid is.",
        definition={"base": {"everyone": True}, "except": [_group("Leden")]},
    ),
)


@dataclass(frozen=True, slots=True)
class DemoPin:
    """Somebody by number who is kept out of a derived group, for so many days."""

    number: str
    group: str
    reason: str
    days: int | None = None


PINS: Final[Sequence[DemoPin]] = (
    DemoPin("2", "Uitnodiging ledenvergadering", "Wil alleen de notulen ontvangen"),
    DemoPin("8", "65 jaar en ouder", "Verblijft in het buitenland", days=90),
)

FIELDS: Final[Sequence[NewField]] = (
    NewField("woningtype", "choice", "Woningtype", DWELLINGS, "edit"),
    NewField("koopwoning", "boolean", "Koopwoning", (), "edit"),
    NewField("interesses", "multiple_choice", "Interesses", INTERESTS, "edit"),
    NewField("lid_sinds", "date", "Lid sinds", (), "read"),
    NewField("inleg", "money", "Inleg", (), "read"),
    NewField("zonnedelen", "number", "Zonnedelen", (), "read"),
)
