"""Importing contacts: each row adds, edits or is refused, and twice is once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kring.accounts.actors import OPERATOR, Actor, ActorKind
from kring.accounts.models import StaffRole
from kring.actions.contacts import create_contact
from kring.actions.errors import NotAllowedError
from kring.actions.fields import NewField, add_field
from kring.actions.imports import contacts as importing
from kring.actions.imports import errors
from kring.actions.imports.contacts import import_contacts
from kring.actions.imports.rows import Report, Writing
from kring.contacts.details import ContactDetails, Given
from kring.contacts.models import Contact
from kring.contacts.records import details_of
from kring.groups.models import Change
from tests.actions.imports.files import counts, refusals, workbook, written
from tests.world import World

pytestmark = pytest.mark.django_db

PEOPLE = """
number;first_name;infix;last_name;email;phone;postal_code;house_number;city
1001;Zoë;van der;Brink;zoe@example.org;06-12345678;2611ab;3;Delft
1002;Ada;;Loon;;;;;Leiden
;Bram;;Berg;bram@example.org;;;;Gouda
;Cleo;;Dijk;;;2311 CD;8;Leiden
"""


def imported(folder: Path, text: str, *, writing: Writing = Writing.REAL) -> Report:
    return import_contacts(written(folder, text), by=OPERATOR, writing=writing)


def stored() -> dict[str, ContactDetails]:
    found = details_of(list(Contact.objects.values_list("pk", flat=True)))
    return {details.number: details for details in found.values()}


def test_a_file_of_a_spreadsheet_makes_contacts(tmp_path: Path) -> None:
    assert counts(imported(tmp_path, PEOPLE)) == (4, 0, 0, 0)
    zoe = stored()["1001"]
    assert (zoe.first_name, zoe.infix, zoe.last_name) == ("Zoë", "van der", "Brink")
    assert (zoe.emails, zoe.phones) == (("zoe@example.org",), ("+31612345678",))
    assert zoe.addresses[0].postal_code == "2611 AB"
    assert set(stored()) == {"1001", "1002", "1", "2"}


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, PEOPLE)
    before = (
        stored(),
        Change.objects.count(),
        set(Contact.objects.values_list("pk", "version", "updated_at")),
    )
    assert counts(imported(tmp_path, PEOPLE)) == (0, 0, 4, 0)
    after = (
        stored(),
        Change.objects.count(),
        set(Contact.objects.values_list("pk", "version", "updated_at")),
    )
    assert after == before


def test_a_file_in_batches_is_one_long_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    assert counts(imported(tmp_path, PEOPLE)) == (4, 0, 0, 0)
    [whole] = Change.objects.filter(part_of=None)
    assert Change.objects.filter(part_of=whole).count() == 2
    assert counts(imported(tmp_path, PEOPLE)) == (0, 0, 4, 0)
    assert Change.objects.count() == 3


def test_a_row_with_a_known_number_edits_that_contact(tmp_path: Path) -> None:
    imported(tmp_path, PEOPLE)
    report = imported(tmp_path, "number,city,status\n1001,Den Haag,lid\n1002,,\n")
    assert counts(report) == (0, 1, 1, 0)
    assert stored()["1001"].addresses[0].city == "Den Haag"
    assert stored()["1001"].addresses[0].house_number == "3"
    assert stored()["1002"].addresses[0].city == "Leiden"


def test_a_wrong_row_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    report = imported(
        tmp_path,
        """
        number;last_name;email;date_of_birth
        1;Loon;ada@example.org;3-2-1990
        2;Brink;no address;3-2-1990
        3;Berg;;30-02-1990
        4;;;
        5;Dijk;;
        6;Vos;;;;too much
        """,
    )
    assert counts(report) == (2, 0, 0, 4)
    assert refusals(report) == {
        3: "UnreadableDetailsError",
        4: "UnreadableDetailsError",
        5: "UnreadableDetailsError",
        7: "TooManyCellsError",
    }
    assert set(stored()) == {"1", "5"}


def test_a_wrong_header_refuses_the_whole_file(tmp_path: Path) -> None:
    with pytest.raises(errors.UnknownColumnsError):
        imported(tmp_path, "number;achternaam\n1;Loon")
    assert not Contact.objects.exists()


def test_a_row_without_number_is_who_has_the_same_name_and_email(
    tmp_path: Path, world: World
) -> None:
    create_contact(
        Given(number="B", first_name="Bram", last_name="Berg", email="B@example.org"),
        by=world.by,
    )
    create_contact(
        Given(number="C", first_name="Bram", last_name="Berg", email="c@example.org"),
        by=world.by,
    )
    report = imported(
        tmp_path, "first_name;last_name;email;status\nbram;BERG;b@example.org;lid"
    )
    assert counts(report) == (0, 1, 0, 0)
    assert (stored()["B"].status, stored()["C"].status) == ("lid", "")


def test_a_row_without_number_is_who_lives_behind_the_same_door(
    tmp_path: Path, world: World
) -> None:
    given = Given(number="C", last_name="Dijk", postal_code="2311 CD", house_number="8")
    create_contact(given, by=world.by)
    report = imported(
        tmp_path,
        "last_name;email;postal_code;house_number\nDijk;d@example.org;2311cd;8",
    )
    assert counts(report) == (0, 1, 0, 0)
    assert stored()["C"].emails == ("d@example.org",)


def test_a_row_without_number_that_may_be_several_is_refused(
    tmp_path: Path, world: World
) -> None:
    for number in ("A", "B"):
        given = Given(number=number, last_name="Loon", email="loon@example.org")
        create_contact(given, by=world.by)
    report = imported(tmp_path, "last_name;email\nLoon;loon@example.org")
    assert counts(report) == (0, 0, 0, 1)
    [refusal] = report.refused
    assert isinstance(refusal.error, errors.SeveralContactsError)
    assert refusal.error.numbers == ["A", "B"]


def test_another_name_at_the_same_email_is_someone_new(
    tmp_path: Path, world: World
) -> None:
    create_contact(Given(last_name="Loon", email="loon@example.org"), by=world.by)
    report = imported(tmp_path, "last_name;email\nBerg;loon@example.org")
    assert counts(report) == (1, 0, 0, 0)


def test_a_name_alone_is_the_same_one_again(tmp_path: Path) -> None:
    assert counts(imported(tmp_path, "last_name\nLoon")) == (1, 0, 0, 0)
    assert counts(imported(tmp_path, "last_name\nLoon")) == (0, 0, 1, 0)


def test_the_same_person_twice_in_a_file_is_one_contact(tmp_path: Path) -> None:
    text = """
    number;last_name;email;city
    ;Loon;loon@example.org;Delft
    ;Loon;loon@example.org;Leiden
    7;Berg;;Gouda
    7;Berg;berg@example.org;
    """
    assert counts(imported(tmp_path, text)) == (2, 2, 0, 0)
    assert stored()["1"].addresses[0].city == "Leiden"
    assert stored()["7"].emails == ("berg@example.org",)
    assert stored()["7"].addresses[0].city == "Gouda"
    before = Change.objects.count()
    assert counts(imported(tmp_path, text)) == (0, 0, 4, 0)
    assert Change.objects.count() == before


def test_an_automatic_number_leaves_free_what_the_file_brings(tmp_path: Path) -> None:
    imported(tmp_path, "number;last_name\n;Loon\n1;Berg\n2;Dijk")
    assert {number: one.last_name for number, one in stored().items()} == {
        "1": "Berg",
        "2": "Dijk",
        "3": "Loon",
    }


def test_an_interrupted_import_leaves_whole_batches_and_is_finished_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)

    def stop(seen: int, _total: int) -> None:
        if seen == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_contacts(written(tmp_path, PEOPLE), by=OPERATOR, progress=stop)
    assert set(stored()) == {"1001", "1002"}
    assert counts(imported(tmp_path, PEOPLE)) == (2, 0, 2, 0)


def test_a_trial_says_what_would_happen_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    text = """
    number;last_name;email
    ;Loon;loon@example.org
    5;Berg;
    5;Bergen;
    ;Loon;loon@example.org
    ;;
    x;;
    """
    report = imported(tmp_path, text, writing=Writing.DRY_RUN)
    assert counts(report) == (2, 1, 1, 1)
    assert not Contact.objects.exists()
    assert not Change.objects.exists()


def test_progress_is_told_with_the_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    told: list[tuple[int, int]] = []
    import_contacts(
        written(tmp_path, PEOPLE),
        by=OPERATOR,
        progress=lambda seen, total: told.append((seen, total)),
    )
    assert told == [(3, 4), (4, 4)]


def test_a_spreadsheet_with_real_dates_and_own_fields_is_imported(
    tmp_path: Path, world: World
) -> None:
    add_field(NewField("inleg", "money"), by=world.by)
    add_field(NewField("thema", "multiple_choice", "", ("Zon", "Wind")), by=world.by)
    path = workbook(
        tmp_path,
        [
            ["number", "last_name", "date_of_birth", "field:inleg", "field:thema"],
            [1001, "Loon", date(1990, 2, 3), 250.5, "wind, zon"],
        ],
    )
    assert counts(import_contacts(path, by=OPERATOR)) == (1, 0, 0, 0)
    loon = stored()["1001"]
    assert loon.date_of_birth == date(1990, 2, 3)
    assert loon.fields == {"inleg": "250.5", "thema": ["Zon", "Wind"]}


def test_imported_contacts_enter_the_groups_they_belong_to(
    tmp_path: Path, world: World
) -> None:
    world.group("all", {"everyone": True})
    imported(tmp_path, PEOPLE)
    assert len(world.members("all")) == 4
    assert world.faults() == []


def test_a_step_takes_the_same_queries_however_many_rows_it_has(
    tmp_path: Path, django_assert_max_num_queries
) -> None:
    rows = "\n".join(f"{n};Name {n};n{n}@example.org" for n in range(500))
    with django_assert_max_num_queries(45):
        imported(tmp_path, f"number;last_name;email\n{rows}")


def test_readers_import_nothing(tmp_path: Path) -> None:
    reader = Actor(ActorKind.USER, None, StaffRole.READER)
    with pytest.raises(NotAllowedError):
        import_contacts(written(tmp_path, PEOPLE), by=reader)


def test_a_contact_that_appears_while_locks_are_awaited_is_locked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(tmp_path, PEOPLE)
    seen = importing._lookalikes
    # The third time is the one that is locked by; then nobody had come yet.
    answers = iter([seen, seen, lambda _rows: set(), *[seen] * 3])

    def lookalikes(rows: list[importing.ReadRow]) -> set[int]:
        return next(answers)(rows)

    monkeypatch.setattr(importing, "_lookalikes", lookalikes)
    assert counts(imported(tmp_path, "number;status\n1001;lid")) == (0, 1, 0, 0)
    assert list(answers) == []
    assert stored()["1001"].status == "lid"
