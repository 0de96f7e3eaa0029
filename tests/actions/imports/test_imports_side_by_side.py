"""Two who import the same file at once make each contact once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kring.actions.checking import differences
from kring.contacts.models import Contact
from tests.actions.imports.files import written

_IMPORT = """
import sys
from pathlib import Path
import django
django.setup()
from kring.accounts.actors import OPERATOR
from kring.actions.imports.contacts import import_contacts
print(len(import_contacts(Path(sys.argv[1]), by=OPERATOR).refused))
"""


@pytest.mark.django_db(transaction=True)
def test_the_same_file_imported_at_once_makes_each_contact_once(
    tmp_path: Path, child_environment: dict[str, str]
) -> None:
    rows = "\n".join(f"Loon{n};loon{n}@example.org" for n in range(300))
    file = written(tmp_path, f"last_name;email\n{rows}")
    importers = [
        subprocess.Popen(
            [sys.executable, "-c", _IMPORT, str(file)],
            env=child_environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [importer.communicate()[0].strip() for importer in importers] == ["0", "0"]
    assert Contact.objects.count() == 300
    assert set(Contact.objects.values_list("number", flat=True)) == {
        str(number) for number in range(1, 301)
    }
    assert list(differences()) == []
