"""Demo sign-ins, whose passwords everybody knows, open nothing over a network."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from kring.accounts.locality import stays_local
from kring.accounts.models import StaffRole, User
from kring.actions.users import add_demo_user
from tests.accounts.passwords import PASSWORD

LOCAL = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def demo() -> User:
    return add_demo_user(
        "demo@kring.example", role=StaffRole.ADMIN, name="Demo", password=PASSWORD
    )


@pytest.fixture(autouse=True)
def served_at_a_public_name_as_well(settings):
    settings.ALLOWED_HOSTS = ["kring.example", "localhost", "127.0.0.1", "[::1]"]


def sign_in(client: Client, **where: Any):
    return client.post(
        "/inloggen/", {"login": "demo@kring.example", "password": PASSWORD}, **where
    )


@pytest.mark.usefixtures("demo")
def test_a_demo_user_signs_in_on_the_machine_itself(client):
    assert sign_in(client, **LOCAL).url == "/"


@pytest.mark.usefixtures("demo")
def test_a_demo_user_is_refused_at_a_public_name(client):
    refused = sign_in(client, HTTP_HOST="kring.example")
    assert refused.status_code == 403
    assert "alleen op de computer zelf" in refused.content.decode()
    assert client.get("/groepen/", **LOCAL).status_code == 302


def test_a_demo_session_opens_nothing_from_elsewhere(client, demo):
    client.force_login(demo)
    assert client.get("/groepen/", **LOCAL).status_code == 200
    assert client.get("/groepen/", HTTP_HOST="kring.example").status_code == 302


def test_other_users_sign_in_from_anywhere(client, ans):
    client.force_login(ans)
    assert client.get("/groepen/", HTTP_HOST="kring.example").status_code == 200


@pytest.mark.parametrize(
    ("host", "caller", "own_address", "local"),
    [
        ("localhost:8000", "127.0.0.1", "http://127.0.0.1:8000", True),
        ("127.0.0.1", "127.0.0.1", "http://localhost:8000", True),
        ("[::1]:8000", "::1", "http://[::1]:8000", True),
        ("kring.example", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("localhost", "192.0.2.7", "http://127.0.0.1:8000", False),
        ("localhost", "127.0.0.1", "https://kring.example", False),
        ("localhost", "", "http://127.0.0.1:8000", False),
    ],
)
def test_address_caller_and_server_must_all_be_of_this_machine(
    settings, host, caller, own_address, local
):
    settings.KRING_BASE_URL = own_address
    request = RequestFactory().get("/", HTTP_HOST=host, REMOTE_ADDR=caller)
    assert stays_local(request) is local
