"""What needs attention, in whole sentences."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.groups.lint import lint
from kring.ui.words_lint import short_words_for_finding, words_for_finding
from tests.world import World

PLAIN_QUOTES = {0x2018: "'", 0x2019: "'"}


def told(world: World, group: str) -> list[str]:
    found = lint(today=timezone.localdate())
    return [
        words_for_finding(finding, found).translate(PLAIN_QUOTES)
        for finding in found.of(world.group(group))
    ]


def test_every_finding_is_a_sentence_that_says_what_to_do(world: World) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    world.group("Oud", ends_on=yesterday)
    unused, without, past = told(world, "Oud")
    assert unused == "Niemand zit erin en niets gebruikt hem. Kan hij worden gesloten?"
    assert without.startswith("Niemand die kan inloggen is verantwoordelijk.")
    assert past.endswith("is voorbij. Sluit de groep of pas de datum aan.")


def test_parts_are_told_in_the_words_of_the_sentence(world: World) -> None:
    choir, band = {"group": "Koor"}, {"group": "Band"}
    world.contact("Ada", groups=["Koor", "Band"])
    never = {"base": band, "except": [band]}
    world.group("Tegen", {"any": [choir, {"all": [never, choir]}]})
    world.group("Dubbel", {"any": [choir, {"all": [choir, band]}]})
    world.group("Leeg", {"any": []})
    assert told(world, "Tegen")[0] == (
        "Niemand kan ooit aan dit onderdeel voldoen: in Band, behalve wie in Band zit."
    )
    assert told(world, "Dubbel")[0] == (
        "Dit onderdeel maakt geen verschil: in Koor én in Band."
    )
    assert told(world, "Leeg")[0] == (
        "Niemand kan hier ooit in zitten, want er wordt niemand gevraagd."
    )


def test_a_composition_that_asks_for_nobody_may_have_members_all_the_same(
    world: World,
) -> None:
    world.group("Leeg", {"any": []})
    world.contact("Ada", groups=["Leeg"])
    assert told(world, "Leeg")[0] == "De samenstelling vraagt niemand."


def test_groups_that_are_composed_alike_are_named_up_to_three(world: World) -> None:
    world.contact("Ada", groups=["Koor"])
    for name in ("A", "B"):
        world.group(name, {"group": "Koor"})
    assert told(world, "A")[0] == (
        "Deze groep is net zo samengesteld als 'B'. Is één genoeg?"
    )
    for name in ("C", "D", "E"):
        world.group(name, {"group": "Koor"})
    assert told(world, "A")[0] == (
        "Deze groep is net zo samengesteld als 'B', 'C', 'D' en nog 1 andere."
        " Is één genoeg?"
    )


def test_a_list_says_it_in_a_few_words(world: World) -> None:
    world.group("Nieuw")
    found = lint(today=timezone.localdate()).findings
    words = [short_words_for_finding(finding.kind) for finding in found]
    assert words == ["ongebruikt", "geen verantwoordelijke"]
