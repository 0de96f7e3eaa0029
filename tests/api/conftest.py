"""Programs that ask the API, each with the token of a user."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from kring.accounts.actors import OPERATOR
from kring.accounts.models import StaffRole, User
from kring.actions.tokens import add_token


@dataclass
class Program:
    """Asks the API; `said` is what it was told last."""

    secret: str = ""
    language: str = "en"
    client: Client = field(
        default_factory=lambda: Client(
            enforce_csrf_checks=True, raise_request_exception=False
        )
    )

    def asks(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = {"Accept-Language": self.language}
        if self.secret:
            sent["Authorization"] = f"Bearer {self.secret}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=sent,
        )

    def gets(self, path: str, **headers: str) -> Any:
        return self.asks("GET", path, **headers)

    def posts(self, path: str, body: object, **headers: str) -> Any:
        return self.asks("POST", path, body, **headers)

    def patches(self, path: str, body: object, **headers: str) -> Any:
        return self.asks("PATCH", path, body, **headers)

    def deletes(self, path: str, **headers: str) -> Any:
        return self.asks("DELETE", path, **headers)

    def tag_of(self, path: str) -> str:
        return str(self.gets(path)["ETag"])

    def items(self, path: str) -> list[dict[str, Any]]:
        return list(self.gets(path).json()["items"])


def refusal(response: Any) -> tuple[int, str]:
    """The status and the code of a problem that keeps to its form."""
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == response.status_code
    assert told["type"] == f"urn:kring:problem:{told['code']}"
    assert told["detail"]
    assert told["title"]
    return response.status_code, told["code"]


def _user(email: str, role: StaffRole) -> User:
    user = User(email=email, name=email, staff_role=role)
    user.set_unusable_password()
    user.save()
    return user


def program_of(user: User) -> Program:
    return Program(add_token("a program", user=user, by=OPERATOR).secret)


@pytest.fixture
def staff(db) -> User:
    return _user("anna@kring.example", StaffRole.STAFF)


@pytest.fixture
def program(staff: User) -> Program:
    """May change things."""
    return program_of(staff)


@pytest.fixture
def onlooker(db) -> Program:
    """May only look."""
    return program_of(_user("lex@kring.example", StaffRole.READER))


@pytest.fixture
def stranger(db) -> Program:
    """Brings no token."""
    return Program()
