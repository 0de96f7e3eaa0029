"""The form with the twelve settings refuses in words, and loses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kring.actions.groups import close_group, edit_group
from kring.groups.models import Group
from kring.groups.queries import group_named
from kring.groups.settings import settings_of
from tests.world import World

EMPTY = {"parts": [], "removed": [], "condition": "any", "count": "2"}


@pytest.fixture
def numbers(cooperative: World) -> dict[str, int]:
    """The groups by name, among which Actief is made of Leden."""
    cooperative.group("Actief", {"any": [{"group": "Leden"}]})
    cooperative.group("Gesloten groep", closed=True)
    names = ("Leden", "Vrijwilligers", "Oud-leden", "Actief", "Gesloten groep")
    return {name: cooperative.group(name) for name in names}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "Geef de groep een naam."),
        ({"name": "   "}, "name", "Geef de groep een naam."),
        ({"name": "leden"}, "name", "Er is al een groep"),
        ({"name": "x" * 201}, "name", "hooguit 200 tekens"),
        ({"name": "x" * 1_000_000}, "name", "hooguit 200 tekens"),
        ({"name": "a\0b"}, "name", "Null"),
        ({"description": "x" * 5_001}, "description", "hooguit 5000 tekens"),
        ({"starts_on": "31-02-2026"}, "starts_on", "geldige datum"),
        ({"ends_on": "gisteren"}, "ends_on", "geldige datum"),
        (
            {"starts_on": "2026-05-03", "ends_on": "2026-05-02"},
            "ends_on",
            "Datum gereed ligt voor de Startdatum",
        ),
        ({"responsible": "999"}, "responsible", "geldige keuze"),
        ({"neighbourhood_role": "baas"}, "neighbourhood_role", "geldige keuze"),
        ({"sends_mail": "on"}, "welcome_template", "Kies welke mail"),
        ({"sends_mail": "on", "welcome_template": "9"}, "welcome_template", "geldige"),
        ({"parts": ["999"]}, "parts", "bestaat niet"),
        ({"parts": ["x"]}, "parts", "geldige keuze"),
        ({"parts": ["9" * 30]}, "parts", "geldige keuze"),
        ({"parts": ["Gesloten groep"]}, "parts", "is gesloten"),
        ({"removed": ["Leden"]}, "parts", "Kies eerst"),
        ({"condition": "some"}, "condition", "geldige keuze"),
        (
            {"parts": ["Leden"], "condition": "at_least", "count": "2"},
            "count",
            "van 1 tot en met 1",
        ),
        (
            {"parts": ["Leden"], "condition": "at_least", "count": ""},
            "count",
            "van 1 tot en met 1",
        ),
    ],
)
def test_wrong_input_is_told_at_its_field_and_nothing_is_lost(
    at_desk, numbers, typed, field, said
):
    before = Group.objects.count()
    lists = {
        key: [numbers.get(one, one) for one in value]
        for key, value in typed.items()
        if isinstance(value, list)
    }
    sent = {**EMPTY, "name": "Nieuw", "description": "Blijft", **typed, **lists}
    answer = at_desk.post("/groepen/nieuw/", sent)
    form = answer.context["form"]
    assert said in str(form.errors[field])
    assert form["description"].value() == sent["description"]
    assert form["name"].value() == sent["name"]
    assert Group.objects.count() == before


def test_what_is_no_date_is_shown_as_it_was_typed(at_desk, db):
    sent = {**EMPTY, "name": "Nieuw", "starts_on": "31-02-2026"}
    page = at_desk.post("/groepen/nieuw/", sent).content.decode()
    assert 'value="31-02-2026"' in page


def test_ten_megabytes_are_too_much_text_and_change_nothing(at_desk, db):
    answer = at_desk.post("/groepen/nieuw/", {**EMPTY, "name": "x" * 10_000_000})
    assert answer.status_code == 400
    assert "Dit is te veel tekst" in answer.content.decode()
    assert not Group.objects.exists()


def test_a_loop_is_refused_with_its_path(at_desk, numbers):
    sent = {**EMPTY, "name": "Actief", "parts": [numbers["Actief"]]}
    address = f"/groepen/{numbers['Actief']}/instellingen/"
    page = at_desk.post(address, sent).content.decode()
    assert "Actief → Actief" in page


def test_a_derived_group_keeps_a_composition(at_desk, numbers):
    address = f"/groepen/{numbers['Actief']}/instellingen/"
    version = at_desk.get(address).context["shown"].group.version
    answer = at_desk.post(address, {**EMPTY, "name": "Actief", "version": version})
    assert "parts" in answer.context["form"].errors
    page = answer.content.decode()
    assert "Deze groep blijft samengesteld" in page
    assert "Laat leeg voor een statische groep" not in page


def test_a_static_group_gets_no_composition(at_desk, numbers):
    address = f"/groepen/{numbers['Leden']}/instellingen/"
    at_desk.post(address, {**EMPTY, "name": "Leden", "parts": [numbers["Actief"]]})
    assert Group.objects.get(pk=numbers["Leden"]).definition is None


def test_saving_untouched_changes_nothing(at_desk, world):
    nested = {"all": [{"group": "Leden"}, {"any": [{"group": "Oud-leden"}]}]}
    pair = {"any": [{"group": "Oud-leden"}, {"group": "Leden"}]}
    for name, definition in (("Genest", nested), ("Paar", pair)):
        group = Group.objects.get(pk=world.group(name, definition, portal_name="P"))
        address = f"/groepen/{group.pk}/instellingen/"
        form = at_desk.get(address).context["form"]
        sent = {field.html_name: field.value() for field in form}
        sent = {key: value for key, value in sent.items() if value not in (None, False)}
        sent["version"] = group.version
        assert at_desk.post(address, sent).status_code == 302, name
        after = Group.objects.get(pk=group.pk)
        assert settings_of(after) == settings_of(group), name


def test_what_someone_else_changed_meanwhile_is_not_overwritten_at_once(at_desk, world):
    group = Group.objects.get(pk=world.group("Zang"))
    address = f"/groepen/{group.pk}/instellingen/"
    mine = {**EMPTY, "name": "Mijn naam", "version": group.version}
    theirs = replace(settings_of(group), name="Hun naam")
    edit_group(group.pk, theirs, by=world.by)
    answer = at_desk.post(address, mine)
    page = answer.content.decode()
    assert "intussen gewijzigd" in page
    assert 'value="Mijn naam"' in page
    assert group_named("Hun naam") is not None
    version = answer.context["shown"].group.version
    assert at_desk.post(address, {**mine, "version": version}).status_code == 302
    assert group_named("Mijn naam") is not None


def test_the_preview_counts_and_writes_nothing(at_desk, numbers):
    query = "parts={Leden}&parts={Vrijwilligers}&condition=all&removed={Oud-leden}"
    page = at_desk.get("/groepen/voorbeeld/?" + query.format(**numbers))
    shown = page.context["preview"]
    assert (shown.counted.count, shown.sample) == (1, ["Ben"])
    assert [(part.name, part.count, part.alone) for part in shown.parts] == [
        ("Leden", 2, 0),
        ("Vrijwilligers", 2, 1),
        ("Oud-leden", 1, 0),
    ]
    assert page.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("query", ["", "parts=x", "parts=999", "group=x", "count=x"])
def test_the_preview_answers_nonsense_calmly(at_desk, db, query):
    assert at_desk.get(f"/groepen/voorbeeld/?{query}").status_code == 200


def test_the_preview_of_a_group_says_who_would_join_and_leave(at_desk, numbers):
    query = "group={Actief}&parts={Vrijwilligers}&condition=any".format(**numbers)
    counted = at_desk.get(f"/groepen/voorbeeld/?{query}").context["preview"].counted
    assert (counted.count, counted.joins, counted.leaves) == (2, 1, 1)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("group={Leden of}&parts={Actief}", "van zichzelf afhangen"),
        ("parts={Gesloten groep}", "is gesloten"),
        ("parts=999", "bestaat niet"),
        ("definition={{", "geen JSON"),
        ('definition={{"group": 999}}', "bestaat niet"),
        ("formula=alle", "geen veld"),
        ("formula=groep%23999", "bestaat niet"),
    ],
)
def test_the_preview_refuses_what_saving_would(
    at_desk, world, numbers, query, said
) -> None:
    leden = world.group("Leden of", {"any": [{"group": "Leden"}]})
    world.define("Actief", {"any": [{"group": "Leden of"}]})
    asked = query.format(**numbers, **{"Leden of": leden})
    page = at_desk.get(f"/groepen/voorbeeld/?condition=any&{asked}")
    assert page.context["preview"].counted is None
    assert said in page.context["preview"].problem


def test_a_loop_is_named_before_it_is_saved(at_desk, world, numbers):
    world.define("Actief", {"any": [{"group": "Leden"}]})
    world.group("Rond", {"any": [{"group": "Actief"}]})
    query = f"group={numbers['Actief']}&parts={world.group('Rond')}"
    page = at_desk.get(f"/groepen/voorbeeld/?{query}").content.decode()
    assert "Actief → Rond → Actief" in page


@pytest.mark.parametrize(
    "query",
    [
        'formula="Leden" en niet "Vrijwilligers"',
        'definition={{"base":{{"group":{Leden}}},"except":[{{"group":{Vrijwilligers}}}]}}',
    ],
)
def test_formulas_and_json_are_previewed_too(at_desk, numbers, query):
    page = at_desk.get(f"/groepen/voorbeeld/?{query.format(**numbers)}")
    shown = page.context["preview"]
    assert (shown.counted.count, shown.sample) == (1, ["Ada"])


def test_the_preview_tells_who_joins_and_who_leaves_by_name(at_desk, numbers):
    query = "group={Actief}&parts={Vrijwilligers}&condition=any".format(**numbers)
    shown = at_desk.get(f"/groepen/voorbeeld/?{query}").context["preview"]
    assert (shown.joining, shown.leaving) == (["Cas"], ["Ada"])


def test_a_closed_part_stays_where_it_stands(at_desk, numbers, world):
    group = world.group("Met oud", {"any": [{"group": "Vrijwilligers"}]})
    close_group(numbers["Vrijwilligers"], by=world.by)
    form = at_desk.get(f"/groepen/{group}/instellingen/").context["form"]
    names = [label for _value, label in form.fields["parts"].choices]
    assert "Vrijwilligers" in names
    assert "Gesloten groep" not in names


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30])
def test_without_a_readable_version_nothing_is_overwritten(at_desk, world, version):
    group = world.group("Koor")
    address = f"/groepen/{group}/instellingen/"
    page = at_desk.post(address, {"name": "Anders", "version": version})
    assert "intussen" in page.content.decode() or page.status_code == 200
    assert Group.objects.get(pk=group).name == "Koor"


def test_the_preview_of_a_wrong_number_stays_a_composite_group(at_desk, numbers):
    query = {"parts": [numbers["Leden"]], "condition": "at_least", "count": "9"}
    page = at_desk.get("/groepen/voorbeeld/", query).content.decode()
    assert "Dit wordt een samengestelde groep" in page
    assert "zelf toe" not in page


@pytest.mark.parametrize("name", ["rood\x1b[31m", "om\u202egekeerd", "bel\x07"])
def test_a_name_that_upsets_screens_is_refused(at_desk, db, name):
    page = at_desk.post("/groepen/nieuw/", {"name": name}).content.decode()
    assert not Group.objects.exists()
    assert "teken" in page
