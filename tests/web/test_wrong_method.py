from __future__ import annotations

from django.test import Client

from kring.accounts.models import User


def test_the_address_of_a_button_says_that_it_is_one(
    client: Client, staff: User
) -> None:
    client.force_login(staff)
    answer = client.get("/groepen/1/sluiten/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "Dit werkt alleen met een knop" in answer.content.decode()
