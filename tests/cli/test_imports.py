"""The commands that import files say what became of every row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import translation
from typer.testing import CliRunner

from kring.actions.contacts import NumberNeededError, NumberTakenError
from kring.actions.fields import (
    ChoicesMissingError,
    ChoicesNotPossibleError,
    ChoiceTwiceError,
    FieldCodeTakenError,
    FieldCodeUnreadableError,
    UnknownFieldTypeError,
    UnknownPortalAccessError,
)
from kring.actions.imports import errors
from kring.cli import fields, imports
from kring.contacts.errors import ColumnProblem, Problem, UnreadableDetailsError
from kring.contacts.models import Contact, CustomField
from kring.ui.words import words_for
from tests.actions.imports.files import written
from tests.world import World

RUNNER = CliRunner()
PEOPLE = "number;last_name;email\n1;Loon;\n2;Berg;no address\n"


@pytest.fixture(autouse=True)
def in_english(db: None, settings: LazySettings) -> Iterator[None]:
    # The commands run in this process, on the connection of the test.
    settings.DATABASE_IS_EMBEDDED = False
    with translation.override("en"):
        yield


def run(*words: object) -> tuple[int, str]:
    """The exit code and what was printed."""
    result = RUNNER.invoke(imports.app, [str(word) for word in words])
    return result.exit_code, result.stdout + result.stderr


def test_an_import_tells_what_became_of_each_row(tmp_path: Path) -> None:
    code, printed = run("contacts", written(tmp_path, PEOPLE))
    assert code == 1
    assert "Line 3: email is not an e-mail address: “no address”." in printed
    assert "1 new, 0 changed, 0 unchanged, 1 refused." in printed
    assert Contact.objects.get().number == "1"


def test_an_import_without_refusals_ends_well(tmp_path: Path) -> None:
    assert run("contacts", written(tmp_path, "number;last_name\n1;Loon"))[0] == 0


def test_an_import_is_told_in_dutch_as_well(tmp_path: Path) -> None:
    with translation.override("nl"):
        printed = run("contacts", written(tmp_path, PEOPLE))[1]
    assert "Regel 3: email is geen e-mailadres" in printed
    assert "1 nieuw, 0 gewijzigd, 0 ongewijzigd, 1 geweigerd." in printed


def test_a_trial_says_so(tmp_path: Path) -> None:
    printed = run("contacts", written(tmp_path, PEOPLE), "--dry-run")[1]
    assert "nothing was written" in printed
    assert not Contact.objects.exists()


def test_an_import_answers_in_json(tmp_path: Path) -> None:
    code, printed = run("contacts", written(tmp_path, PEOPLE), "--json")
    answer = json.loads(printed)
    assert (code, answer["new"], answer["changed"], answer["unchanged"]) == (1, 1, 0, 0)
    assert answer["refused"] == [
        {"line": 3, "reason": "email is not an e-mail address: “no address”."}
    ]


def test_a_wrong_header_is_refused_in_one_sentence(tmp_path: Path) -> None:
    code, printed = run("contacts", written(tmp_path, "number;voornaam\n1;Ada"))
    assert code == 1
    assert "There is no column “voornaam”; did you mean first_name?" in printed
    assert "Traceback" not in printed


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    code, printed = run("contacts", tmp_path / "none.csv")
    assert code == 1
    assert "none.csv" in printed


def test_memberships_are_imported_and_groups_made(world: World, tmp_path: Path) -> None:
    run("contacts", written(tmp_path, "number;last_name\n1;Loon"))
    file = written(tmp_path, "group;number\nKoor;1")
    assert run("members", file)[0] == 1
    code, printed = run("members", file, "--create-groups")
    assert code == 0
    assert "New group: Koor" in printed
    assert world.names_in("Koor") == ["Loon"]


def test_a_field_is_added_and_its_column_imported(tmp_path: Path) -> None:
    added = RUNNER.invoke(
        fields.app,
        ["add", "thema", "--type", "choice", "--choice", "Zon", "--choice", "Wind"],
    )
    assert added.exit_code == 0
    assert "field:thema" in added.stdout
    assert CustomField.objects.get().choices == ["Zon", "Wind"]
    file = written(tmp_path, "number;last_name;field:thema\n1;Loon;wind\n2;Berg;Water")
    printed = run("contacts", file)[1]
    assert "field:thema cannot be “Water”. Choose from: Zon, Wind." in printed
    assert Contact.objects.get().fields == {"thema": "Wind"}


def test_a_field_that_makes_no_sense_is_refused() -> None:
    refused = RUNNER.invoke(fields.app, ["add", "thema", "--type", "choice"])
    assert refused.exit_code == 1
    assert "at least one choice" in refused.stderr


def test_fields_are_listed_and_told_in_json() -> None:
    words = ["add", "score", "--type", "number", "--label", "Score", "--json"]
    added = RUNNER.invoke(fields.app, words)
    assert json.loads(added.stdout) == {
        "code": "score",
        "label": "Score",
        "type": "number",
        "choices": [],
        "portal": "none",
    }
    listed = RUNNER.invoke(fields.app, ["list", "--json"])
    assert json.loads(listed.stdout) == [json.loads(added.stdout)]
    assert "Score" in RUNNER.invoke(fields.app, ["list"]).stdout


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (NumberTakenError("K-1", 1), "K-1"),
        (NumberNeededError(), "number"),
        (FieldCodeUnreadableError("Score!"), "Score!"),
        (FieldCodeTakenError("score"), "score"),
        (UnknownFieldTypeError("colour"), "colour"),
        (UnknownPortalAccessError("all"), "all"),
        (ChoicesMissingError(), "choice"),
        (ChoicesNotPossibleError("text"), "choices"),
        (ChoiceTwiceError("Zon"), "Zon"),
        (errors.FileMissingError("file.csv"), "file.csv"),
        (errors.FileUnreadableError("file.csv"), "file.csv"),
        (errors.FileEmptyError("file.csv"), "file.csv"),
        (errors.EncodingNotSupportedError("UTF-16"), "UTF-16"),
        (errors.UnknownColumnsError({"shoe": ""}, ["number"]), "shoe"),
        (errors.DoubleColumnsError(["city", "email"]), "city, email"),
        (errors.MissingColumnsError(["group"]), "group"),
        (errors.TooManyCellsError(7, 5), "7"),
        (errors.SeveralContactsError(["A", "B"]), "A, B"),
        (errors.UnknownNumberError("K-1"), "K-1"),
        (errors.CellMissingError("group"), "group"),
    ],
)
def test_every_refusal_is_a_sentence_with_its_fact(error: Exception, fact: str) -> None:
    sentence = words_for(error)
    assert fact in sentence
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_of_a_column_is_a_sentence(problem: Problem) -> None:
    error = UnreadableDetailsError((ColumnProblem("city", "x", problem, ("a",)),))
    assert "city" in words_for(error)
    assert str(problem.name) in str(error)


@pytest.mark.django_db(transaction=True)
def test_an_import_of_many_rows_stays_small(
    tmp_path: Path, child_environment: dict[str, str]
) -> None:
    rows = "\n".join(
        f"{n};Voornaam{n};Achternaam{n};n{n}@example.org;2611 AB;{n};Delft"
        for n in range(2_500)
    )
    columns = "number;first_name;last_name;email;postal_code;house_number;city"
    file = written(tmp_path, f"{columns}\n{rows}")
    peak = subprocess.run(
        [sys.executable, "-c", _PEAK_OF_IMPORT, str(file)],
        env=child_environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Contact.objects.count() == 2_500
    assert int(peak) < 250_000


_PEAK_OF_IMPORT = """
import re, resource, sys
from pathlib import Path
import django
django.setup()
from kring.accounts.actors import OPERATOR
from kring.actions.imports.contacts import import_contacts
import_contacts(Path(sys.argv[1]), by=OPERATOR)
# What getrusage tells on Linux may be the peak of the process that started this one.
status = Path("/proc/self/status")
if status.exists():
    print(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
