"""Refusals about users, in Dutch."""

from __future__ import annotations

import pytest

from kring.actions import users
from kring.ui.words import words_for


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            users.EmailAddressUnreadableError("ans"),
            "is geen e-mailadres. Controleer de spelling.",
        ),
        (
            users.EmailAddressTakenError("ans@kring.example"),
            "Er logt al iemand in met ans@kring.example.",
        ),
        (
            users.PasswordTooWeakError(("Te kort.", "Te algemeen.")),
            "Te kort. Te algemeen.",
        ),
    ],
)
def test_a_refusal_is_a_sentence(error, words):
    assert words_for(error).endswith(words)
