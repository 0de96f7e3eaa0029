"""What is wrong with the database, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.database.errors import DatabaseError
from kring.ui.wording import words_for


@words_for.register
def _database(error: DatabaseError) -> str:
    # The sentences are marked for translation where the errors are defined.
    return _(error.sentence) % error.facts
