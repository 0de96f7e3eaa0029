"""Words for every refusal: what registers them is imported here."""

from __future__ import annotations

from kring.ui import (
    words_changes,
    words_contacts,
    words_data,
    words_database,
    words_definitions,
    words_examples,
    words_formulas,
    words_groups,
    words_looks,
    words_mailings,
    words_outgoing,
    words_portal,
    words_representing,
    words_senders,
    words_templates,
    words_tokens,
    words_users,
)
from kring.ui.wording import words_for

__all__ = [
    "words_changes",
    "words_contacts",
    "words_data",
    "words_database",
    "words_definitions",
    "words_examples",
    "words_for",
    "words_formulas",
    "words_groups",
    "words_looks",
    "words_mailings",
    "words_outgoing",
    "words_portal",
    "words_representing",
    "words_senders",
    "words_templates",
    "words_tokens",
    "words_users",
]
