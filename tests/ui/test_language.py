from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("preferred", ["en-US,en;q=0.9", "de", ""])
def test_pages_are_dutch_whatever_a_browser_prefers(
    client: Client, db: None, preferred: str
) -> None:
    page = client.get("/inloggen/", headers={"accept-language": preferred})
    assert page.headers["Content-Language"] == "nl"
    assert "Wachtwoord" in page.content.decode()


def test_a_reader_chooses_a_language_and_keeps_it(client: Client, db: None) -> None:
    answer = client.post("/taal/", {"language": "en", "next": "/inloggen/"})
    assert answer.headers["Location"] == "/inloggen/"
    assert "Password" in client.get("/inloggen/").content.decode()


def test_a_language_is_not_chosen_by_looking_nor_leads_elsewhere(
    client: Client, db: None
) -> None:
    assert client.get("/taal/").status_code == 405
    answer = client.post("/taal/", {"language": "xx", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert "Wachtwoord" in client.get("/inloggen/").content.decode()
