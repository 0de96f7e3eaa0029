"""`kring token …`: what programs sign in with."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kring.accounts.models import StaffRole, Token, User
from kring.accounts.tokens import token_with_secret
from kring.cli.app import app


@pytest.fixture
def token(db, settings):
    """Runs the commands in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    User.objects.create(email="ans@kring.example", staff_role=StaffRole.STAFF)
    return lambda *words: CliRunner().invoke(app, ["token", *words])


def test_a_token_is_printed_once(token):
    result = token("add", "website", "--user", "Ans@kring.example")
    assert result.exit_code == 0
    secret = result.stdout.splitlines()[-1]
    found = token_with_secret(secret)
    assert found is not None
    assert (found.name, found.user.email) == ("website", "ans@kring.example")
    assert secret not in token("list").stdout


def test_a_token_is_given_as_json(token):
    told = json.loads(
        token("add", "site", "--user", "ans@kring.example", "--json").stdout
    )
    found = token_with_secret(told["token"])
    assert found is not None
    assert found.pk == told["number"]


def test_nobody_s_token_is_refused(token):
    result = token("add", "site", "--user", "bo@kring.example")
    assert result.exit_code == 1
    assert "bo@kring.example" in result.stderr


def test_who_may_nothing_gets_no_token(token):
    User.objects.update(staff_role="")
    result = token("add", "site", "--user", "ans@kring.example")
    assert result.exit_code == 1
    assert not Token.objects.exists()


@pytest.mark.parametrize("name", [" ", "a" * 1_000, "a\x07b"])
def test_a_name_that_cannot_be_kept_is_refused(token, name):
    result = token("add", name, "--user", "ans@kring.example")
    assert result.exit_code == 1
    assert not Token.objects.exists()


def test_tokens_are_listed_and_revoked(token):
    token("add", "site", "--user", "ans@kring.example")
    [row] = json.loads(token("list", "--json").stdout)
    assert (row["name"], row["last_used_at"], row["revoked_at"]) == ("site", None, None)
    assert "site" in token("list").stdout
    assert token("revoke", str(row["number"])).exit_code == 0
    assert json.loads(token("list", "--json").stdout)[0]["revoked_at"]
    assert token("revoke", str(row["number"])).exit_code == 1
