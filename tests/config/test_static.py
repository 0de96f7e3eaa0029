"""Styles and scripts: kept for good under the name that changes with their content."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client, override_settings

from kring.config.static import NoStaticFileError

STYLE = "kring/kring.css"


def content_of(name: str) -> bytes:
    path = finders.find(name)
    assert path is not None
    return Path(path).read_bytes()


def test_a_page_names_a_file_by_its_content(client: Client) -> None:
    answer = client.get(static(STYLE))
    assert answer.status_code == 200
    assert answer.getvalue() == content_of(STYLE)
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_plain_name_is_asked_for_again_after_a_minute(client: Client) -> None:
    answer = client.get(f"/static/{STYLE}")
    assert answer.getvalue() == content_of(STYLE)
    assert answer.headers["Cache-Control"] == "max-age=60, public"


@override_settings(DEBUG=True)
def test_while_one_writes_the_files_they_have_their_plain_name() -> None:
    assert static(STYLE) == f"/static/{STYLE}"


def test_a_file_that_is_not_there_is_noticed() -> None:
    with pytest.raises(NoStaticFileError, match=r"kring/nothing\.css"):
        static("kring/nothing.css")
