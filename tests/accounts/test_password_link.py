"""The link that sets a password: once, and within a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from kring.accounts.actors import OPERATOR
from kring.accounts.links import password_link
from kring.accounts.models import StaffRole, User
from kring.actions.users import add_user
from tests.accounts.passwords import PASSWORD


@pytest.fixture
def newcomer() -> User:
    return add_user("nieuw@kring.example", role=StaffRole.ADMIN, by=OPERATOR)


def follow(client, link: str, *passwords: str):
    """Open the link and, where it shows a form, fill it in."""
    page = client.get(urlsplit(link).path, follow=True)
    if "form" not in page.context:
        return page
    return client.post(
        page.request["PATH_INFO"],
        dict(zip(("password1", "password2"), passwords, strict=True)),
    )


def test_the_link_starts_with_the_address_of_this_kring(newcomer, settings):
    settings.KRING_BASE_URL = "https://kring.example/"
    assert password_link(newcomer).startswith("https://kring.example/inloggen/")


def test_following_the_link_sets_the_password_and_signs_in(client, newcomer):
    follow(client, password_link(newcomer), PASSWORD, PASSWORD)
    assert client.get("/groepen/").status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_a_used_link_no_longer_works(client, newcomer):
    link = password_link(newcomer)
    follow(client, link, PASSWORD, PASSWORD)
    client.logout()
    assert "werkt niet meer" in client.get(urlsplit(link).path).content.decode()


def test_a_link_of_yesterday_no_longer_works(client, newcomer, monkeypatch):
    link = password_link(newcomer)
    tomorrow = datetime.now() + timedelta(days=1, seconds=1)  # noqa: DTZ005  as Django
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: tomorrow)
    assert "werkt niet meer" in client.get(urlsplit(link).path).content.decode()


@pytest.mark.parametrize("path", ["0-x", "999-abc-def", "1-abc", "zzzzzzzzzzzzzz-a-b"])
def test_a_made_up_link_answers_like_an_old_one(client, path):
    page = client.get(f"/inloggen/wachtwoord/{path}/", follow=True)
    assert "werkt niet meer" in page.content.decode()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kort", "te kort"),
        ("welcome123", "te algemeen"),
        ("92837465019", "alleen cijfers"),
        ("nieuw@kring.example", "lijkt te veel"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(client, newcomer, password, reason):
    page = follow(client, password_link(newcomer), password, password)
    assert reason in page.content.decode()
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_a_mistyped_repetition_is_refused(client, newcomer):
    page = follow(client, password_link(newcomer), PASSWORD, PASSWORD + "!")
    assert page.status_code == 200
    newcomer.refresh_from_db()
    assert not newcomer.has_usable_password()


def test_a_new_password_ends_the_sessions_that_were_open(client, ans):
    client.force_login(ans)
    ans.set_password("een heel ander wachtwoord")
    ans.save()
    assert client.get("/groepen/").status_code == 302
