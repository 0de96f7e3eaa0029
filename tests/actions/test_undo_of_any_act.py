"""Whatever was done is undone exactly, or refused with nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kring.actions import (
    contacts,
    examples,
    fields,
    groups,
    members,
    merging,
    representing,
    templates,
)
from kring.actions.errors import RefusedError
from kring.actions.templates import Attachment, TemplateTexts
from kring.actions.undo import undo_change
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    Everyone,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    Role,
)
from kring.contacts.details import Given
from kring.contacts.errors import UnreadableDetailsError
from kring.contacts.models import Contact, CustomField, Kind
from kring.contacts.representing import Represents, link_between
from kring.groups.models import Change, Example, Group
from kring.groups.settings import GroupSettings, settings_of
from kring.mailing.models import Template
from tests.undo import Truth, truth
from tests.world import World

WORLD = World()
BY = WORLD.by
DAYS = [None, date(2020, 1, 1), date(2024, 2, 29)]
CITIES = ["Delft", "Leiden", ""]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def some_contacts(draw: Draw) -> list[int]:
    known = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    return sorted(draw(st.sets(st.sampled_from(known), min_size=1, max_size=3)))


def a_group(draw: Draw) -> int:
    shown = Group.objects.filter(deleted_at__isnull=True).order_by("pk")
    return int(draw(st.sampled_from(list(shown.values_list("pk", flat=True)))))


def a_definition(draw: Draw) -> Expression:
    one, other = (GroupMembers(a_group(draw)) for _ in range(2))
    in_delft = WORLD.expression(IN_DELFT) or Everyone()
    leaves = [one, Everyone(), HasRole(Role.COACH), in_delft]
    whole = AnyOf((draw(st.sampled_from(leaves)), one))
    found: Expression = draw(
        st.sampled_from([AllOf((one, whole)), whole, Except(whole, (other,)), one])
    )
    return found


IN_DELFT = {"where": {"field": "city", "op": "is", "value": "Delft"}}


def place(draw: Draw) -> None:
    since = draw(st.sampled_from(DAYS))
    reason = draw(st.sampled_from(["", "zelf gevraagd"]))
    members.place(some_contacts(draw), a_group(draw), by=BY, since=since, reason=reason)


def remove(draw: Draw) -> None:
    members.remove(some_contacts(draw), a_group(draw), by=BY)


def unpin(draw: Draw) -> None:
    members.unpin(some_contacts(draw), a_group(draw), by=BY)


def add_contact(draw: Draw) -> None:
    given: Given = {"last_name": "Bos", "city": draw(st.sampled_from(CITIES))}
    contacts.create_contact(given, by=BY)


def edit_contact(draw: Draw) -> None:
    edits: list[Given] = [
        {"city": draw(st.sampled_from(CITIES))},
        {"number": draw(st.sampled_from(["7", "8"]))},
        {"first_name": "Ans", "emails": ("a@kring.example", "b@kring.example")},
        {"emails": (), "phones": ("+31612345678",)},
        {"fields": {"dak": draw(st.sampled_from(["plat", None]))}},
    ]
    contacts.edit_contact(some_contacts(draw)[0], draw(st.sampled_from(edits)), by=BY)


def merge(draw: Draw) -> None:
    known = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    merged, into = draw(st.sampled_from(known)), draw(st.sampled_from(known))
    merging.merge_contacts(merged, into=into, by=BY)


def change_a_link(draw: Draw) -> None:
    people = Contact.objects.order_by("pk").values_list("pk", flat=True)
    person = draw(st.sampled_from(list(people.filter(kind=Kind.PERSON))))
    organisation = draw(st.sampled_from(list(people.filter(kind=Kind.ORGANISATION))))
    agreed = Represents(
        role=draw(st.sampled_from(["", "penningmeester"])),
        first_day=draw(st.sampled_from(DAYS)),
        on_portal=draw(st.booleans()),
    )
    if link_between(person, organisation) is None:
        representing.add_representation(person, organisation, agreed, by=BY)
    elif draw(st.booleans()):
        representing.edit_representation(person, organisation, agreed, by=BY)
    else:
        representing.remove_representation(person, organisation, by=BY)


def expect_contact(draw: Draw) -> None:
    claim = draw(st.sampled_from([Example.Claim.IN, Example.Claim.OUT]))
    examples.expect_contact(some_contacts(draw)[0], a_group(draw), claim, by=BY)


def make_group(draw: Draw) -> None:
    name = f"Group {draw(st.integers(0, 5))}"
    definition = draw(st.sampled_from([None, a_definition(draw)]))
    groups.create_group(GroupSettings(name=name, definition=definition), by=BY)


def edit_group(draw: Draw) -> None:
    group = Group.objects.get(pk=a_group(draw))
    now = settings_of(group)
    edits: list[dict[str, Any]] = [
        {"name": f"Group {draw(st.integers(0, 5))}"},
        {"description": draw(st.sampled_from(["", "Zingt"]))},
        {"neighbourhood_role": draw(st.sampled_from(["", "coach"]))},
        {"closed": not now.closed},
        {"starts_on": draw(st.sampled_from(DAYS))},
    ]
    if group.is_derived:
        edits += [{"definition": a_definition(draw)}] * 3
    groups.edit_group(group.pk, replace(now, **draw(st.sampled_from(edits))), by=BY)


def delete_group(draw: Draw) -> None:
    groups.delete_group(a_group(draw), by=BY)


def change_a_template(draw: Draw) -> None:
    file = draw(st.sampled_from([b"", b"kaart", b"lijst"]))
    texts = TemplateTexts(
        name=draw(st.sampled_from(["Welkom", "Dag"])),
        subject="Hallo",
        body="Dag.",
        language=draw(st.sampled_from(["nl", "en"])),
        attachment=Attachment("blad.pdf", file) if file else None,
    )
    known = Template.objects.order_by("pk").first()
    if known is None or draw(st.booleans()):
        templates.create_template(texts, by=BY)
    elif draw(st.booleans()):
        templates.edit_template(known.pk, texts, by=BY)
    else:
        templates.delete_template(known.pk, by=BY)


def change_a_field(draw: Draw) -> None:
    label = draw(st.sampled_from(["Dak", "Soort dak"]))
    if not CustomField.objects.filter(code="dak").exists():
        fields.add_field(fields.NewField("dak", "text", label), by=BY)
    elif draw(st.booleans()):
        fields.edit_field("dak", by=BY, label=label)
    else:
        fields.delete_field("dak", by=BY)


def undo_something(draw: Draw) -> None:
    numbers = list(Change.objects.order_by("pk").values_list("pk", flat=True))
    undo_change(draw(st.sampled_from(numbers)), by=BY)


ACTS = (
    place,
    place,
    remove,
    unpin,
    add_contact,
    edit_contact,
    merge,
    change_a_link,
    change_a_link,
    expect_contact,
    make_group,
    edit_group,
    edit_group,
    delete_group,
    change_a_template,
    change_a_field,
    undo_something,
)
REFUSALS = (RefusedError, UnreadableDetailsError)


def a_start() -> None:
    for name in ("Bos", "Vos", "Das"):
        contacts.create_contact({"last_name": name, "city": "Delft"}, by=BY)
    for name in ("Bakkerij", "Slagerij"):
        contacts.create_contact({"kind": Kind.ORGANISATION, "name": name}, by=BY)
    for name in ("choir", "band"):
        WORLD.group(name)
    fields.add_field(fields.NewField("dak", "text", "Dak"), by=BY)
    WORLD.group("either", {"any": [{"group": "choir"}, {"group": "band"}]})
    WORLD.group("in Delft", {"all": [IN_DELFT, {"group": "either"}]})


def acted(act: Callable[[Draw], None], draw: Draw) -> int | None:
    """The change that an act made, if it changed anything."""
    last = _last_number()
    try:
        act(draw)
    except REFUSALS:
        return None
    return _last_number() if _last_number() != last else None


def _last_number() -> int:
    return Change.objects.latest("pk").pk


example_settings = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
@example_settings
@given(st.data(), st.lists(st.sampled_from(ACTS), min_size=3, max_size=12))
def test_what_was_done_last_is_undone_exactly_all_the_way_back(
    data: st.DataObject, acts: list[Callable[[Draw], None]]
) -> None:
    with transaction.atomic():
        a_start()
        done: list[tuple[Truth, int]] = []
        for act in acts:
            before = truth()
            number = acted(act, data.draw)
            if number is None:
                assert truth() == before
            elif truth() != before:
                done.append((before, number))
        for before, number in reversed(done):
            after = truth()
            undoing = undo_change(number, by=BY)
            assert truth() == before
            redoing = undo_change(undoing.change or 0, by=BY)
            assert truth() == after
            undo_change(redoing.change or 0, by=BY)
            assert truth() == before
        assert WORLD.faults() == []
        transaction.set_rollback(True)


@pytest.mark.django_db
@example_settings
@given(st.data(), st.lists(st.sampled_from(ACTS), min_size=6, max_size=14))
def test_undoing_whatever_was_done_earlier_is_exact_or_refused(
    data: st.DataObject, acts: list[Callable[[Draw], None]]
) -> None:
    with transaction.atomic():
        a_start()
        for act in acts:
            acted(act, data.draw)
        for number in Change.objects.order_by("pk").values_list("pk", flat=True):
            before = truth()
            try:
                undoing = undo_change(number, by=BY)
            except REFUSALS:
                assert truth() == before
                continue
            undo_change(undoing.change or 0, by=BY)
            assert truth() == before
        assert WORLD.faults() == []
        transaction.set_rollback(True)
