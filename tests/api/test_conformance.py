"""Requests made up from the OpenAPI document are answered as the document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Program
from tools.openapi import FILE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 8


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A request doesn't close the connection that holds what the test made."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(json.loads(FILE.read_text("utf-8")))
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


@pytest.mark.parametrize("operation", list(operations()), ids=lambda one: one.label)
@pytest.mark.usefixtures("kept_connection")
def test_every_operation_answers_as_it_says(operation: Any, program: Program, world):
    ada = world.contact("Ada", groups=["Koor"])
    world.group("Volgt", {"group": world.group("Koor")})
    known = {"contact_id": ada, "group_id": world.group("Koor")}

    @seed(20261124)
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        case.path_parameters = {
            name: known.get(name, value)
            for name, value in (case.path_parameters or {}).items()
        }
        response = case.call(
            app=WSGIHandler(),
            headers={"Authorization": f"Bearer {program.secret}", "Host": "localhost"},
        )
        case.validate_response(response, checks=CHECKS)

    answers()
    assert world.faults() == []
