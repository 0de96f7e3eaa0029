"""Signing in and out, and what a stranger may learn from it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kring.accounts.models import User
from tests.accounts.passwords import PASSWORD


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/inloggen/", {"login": email, "password": password, **more})


@pytest.mark.usefixtures("ans")
def test_the_right_password_opens_the_first_page(client):
    assert sign_in(client, "ans@kring.example", PASSWORD).url == "/"


@pytest.mark.usefixtures("ans")
def test_the_address_may_be_typed_in_capitals(client):
    assert sign_in(client, "Ans@Kring.example", PASSWORD).url == "/"


def test_one_lands_on_the_page_one_wanted(client, ans):
    response = sign_in(client, ans.email, PASSWORD, next="/contacten/")
    assert response.url == "/contacten/"


@pytest.mark.parametrize(
    "elsewhere", ["https://elders.example/", "//elders.example/", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(client, ans, elsewhere):
    assert sign_in(client, ans.email, PASSWORD, next=elsewhere).url == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, ans):
    wrong = sign_in(client, ans.email, "iets anders")
    unknown = sign_in(client, "bob@kring.example", "iets anders")
    assert without_what_differs(wrong) == without_what_differs(unknown)


def without_what_differs(response) -> str:
    page = response.content.decode()
    page = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|CSRFToken\": \"\w+", "", page)
    return re.sub(r'value="[^"]*@kring.example"', "", page)


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, ans):
    for _ in range(5):
        sign_in(client, ans.email, "iets anders")
    refused = sign_in(client, ans.email, PASSWORD)
    assert refused.status_code == 200
    assert client.get("/groepen/").status_code == 302


def test_thirty_attempts_a_minute_from_one_place_is_enough(client):
    for number in range(30):
        sign_in(client, f"bob{number}@kring.example", "iets anders")
    refused = sign_in(client, "bob@kring.example", "iets anders")
    assert refused.status_code == 429
    assert "Te veel pogingen" in refused.content.decode()


def test_a_closed_account_says_so_to_whoever_knows_its_password(client, ans):
    User.objects.update(is_active=False)
    response = client.post(
        "/inloggen/", {"login": ans.email, "password": PASSWORD}, follow=True
    )
    assert "Dit account is gesloten" in response.content.decode()


def test_signing_out_takes_a_post(client, ans):
    client.force_login(ans)
    client.get("/uitloggen/")
    assert client.get("/groepen/").status_code == 200
    client.post("/uitloggen/")
    assert client.get("/groepen/").status_code == 302


def test_nobody_can_make_an_account_for_oneself(client):
    page = client.get("/inloggen/").content.decode()
    assert "signup" not in page
    assert client.get("/inloggen/signup/").status_code == 404


def test_a_forgotten_password_is_asked_of_an_administrator(client):
    assert "beheerder" in client.get("/inloggen/wachtwoord-vergeten/").content.decode()
