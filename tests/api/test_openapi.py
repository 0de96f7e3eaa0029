"""The OpenAPI document and its page."""

from __future__ import annotations

import json

import pytest

from kring.accounts.models import User
from tests.api.conftest import Program, program_of
from tests.browser import Visitor
from tools.openapi import FILE, document


@pytest.mark.django_db
def test_the_document_is_as_it_was_agreed():
    """After a wanted change of the API: python -m tools.openapi."""
    assert json.loads(document()) == json.loads(FILE.read_text("utf-8"))


def test_every_operation_tells_its_refusals(stranger: Program):
    told = stranger.gets("/openapi.json").json()
    operations = [one for path in told["paths"].values() for one in path.values()]
    assert operations
    for operation in operations:
        assert (
            "application/problem+json" in operation["responses"]["default"]["content"]
        )
        assert operation["security"] == [{"Bearer": []}]


def test_a_page_shows_the_document_and_obeys_the_policy(visitor: Visitor, staff: User):
    """The visitor fails on anything that the browser complains about."""
    secret = program_of(staff).secret
    visitor.goes_to("/api/v1/docs")
    page = visitor.page
    page.get_by_role("heading", name="Kring").wait_for()
    page.get_by_role("button", name="Authorize").click()
    page.locator("input[aria-label='auth-bearer-value']").fill(secret)
    page.locator(".modal-btn.authorize").click()
    page.locator(".btn-done").click()
    page.locator("#operations-groups-list_groups .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(
        ".live-responses-table .response-col_status", has_text="200"
    ).wait_for()
