"""`kring user add`: who signs in, and by which link."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from kring.accounts.models import User
from kring.cli.app import app


@pytest.fixture
def add(db, settings):
    """Runs the command in this process, on the connection of the test."""
    settings.DATABASE_IS_EMBEDDED = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return lambda *words, **more: CliRunner().invoke(
        app, ["user", "add", *words], **more
    )


def test_a_user_is_added_with_role_and_name(add):
    result = add("Ans@Kring.example", "--role", "staff", "--name", "Ans")
    assert result.exit_code == 0
    ans = User.objects.get()
    assert (ans.email, ans.staff_role, ans.name) == (
        "ans@kring.example",
        "staff",
        "Ans",
    )
    assert not ans.has_usable_password()


def test_the_link_that_is_printed_leads_to_setting_a_password(add, client):
    link = add("ans@kring.example", "--role", "admin").stdout.splitlines()[-1]
    path = link.removeprefix("http://127.0.0.1:8000")
    page = client.get(path, follow=True)
    assert page.status_code == 200
    assert 'type="password"' in page.content.decode()


def test_a_password_comes_from_standard_input(add):
    result = add(
        *("ans@kring.example", "--role", "reader", "--password-stdin"),
        input="paard batterij nietje\n",
    )
    assert result.exit_code == 0
    assert "http" not in result.stdout
    assert User.objects.get().check_password("paard batterij nietje")


def test_a_weak_password_adds_nobody(add):
    weak = add("a@b.example", "--role", "staff", "--password-stdin", input="kort\n")
    assert weak.exit_code == 1
    assert "te kort" in weak.stderr
    assert not User.objects.exists()


def test_an_address_signs_in_once(add):
    add("ans@kring.example", "--role", "staff")
    again = add("ANS@kring.example", "--role", "admin")
    assert again.exit_code == 1
    assert "ans@kring.example" in again.stderr
    assert User.objects.get().staff_role == "staff"


def test_what_is_no_address_is_refused(add):
    refused = add("ans", "--role", "staff")
    assert refused.exit_code == 1
    assert "ans" in refused.stderr


def test_an_unknown_role_is_misuse(add):
    assert add("ans@kring.example", "--role", "boss").exit_code == 2


def test_a_role_is_needed(add):
    assert add("ans@kring.example").exit_code == 2
