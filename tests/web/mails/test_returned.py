"""Providers tell which mails came back; who does not know the secret tells nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client

from kring.contacts.models import Contact
from kring.mailing.models import OutgoingMail
from kring.outbox.models import State
from tests.mailing.mails import person, welcome
from tests.world import World

SECRET = "kring:0vCLK4mPqZ8sYw2e"  # noqa: S105 — known to this test alone

HARD: dict[str, Any] = {
    "postmark": {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 1,
        "MessageID": "00000000-0000-0000-0000-000000000000",
        "Description": "The server was unable to deliver your message",
        "Email": "ans@example.org",
        "BouncedAt": "2026-05-03T12:00:00Z",
    },
    "brevo": {
        "event": "hard_bounce",
        "email": "ans@example.org",
        "ts_epoch": 1777809600000,
        "message-id": "<x@relay.example>",
        "reason": "550 5.1.1 unknown",
    },
    "mailjet": {
        "event": "bounce",
        "email": "ans@example.org",
        "time": 1777809600,
        "hard_bounce": True,
        "error": "user unknown",
    },
    "sparkpost": [
        {
            "msys": {
                "message_event": {
                    "type": "bounce",
                    "bounce_class": "10",
                    "raw_rcpt_to": "ans@example.org",
                    "timestamp": "1777809600",
                    "raw_reason": "550 5.1.1 unknown",
                }
            }
        }
    ],
}


@pytest.fixture(autouse=True)
def secret(settings):
    settings.KRING_MAIL_WEBHOOK_SECRET = SECRET


def tell(client: Client, provider: str, events: object, secret: str = SECRET) -> int:
    content = events if isinstance(events, str) else json.dumps(events)
    answer = client.post(
        f"/mail-events/{provider}/",
        content,
        content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )
    return answer.status_code


def is_marked() -> bool:
    return Contact.objects.get().address_bounced


@pytest.mark.parametrize("provider", list(HARD))
def test_a_hard_bounce_marks_the_address(client: Client, world: World, provider: str):
    ans = person(world, "Aalbers", "ans@example.org")
    welcome(ans, world.group("Koor"), state=State.SENT)
    assert tell(client, provider, HARD[provider]) == 200
    assert is_marked()
    kept = OutgoingMail.objects.get()
    assert kept.state == State.FAILED
    assert kept.answer.startswith("De mail kwam terug: ")


@pytest.mark.parametrize(
    ("provider", "change"),
    [
        ("postmark", {"Type": "SoftBounce"}),
        ("postmark", {"RecordType": "Delivery"}),
        ("brevo", {"event": "soft_bounce"}),
        ("brevo", {"event": "delivered"}),
        ("mailjet", {"hard_bounce": False}),
        ("sparkpost", {"bounce_class": "22"}),
    ],
)
def test_a_mailbox_that_is_full_today_is_not_marked(
    client: Client, world: World, provider: str, change: dict[str, Any]
):
    person(world, "Aalbers", "ans@example.org")
    events = json.loads(json.dumps(HARD[provider]))
    if provider == "sparkpost":
        events[0]["msys"]["message_event"].update(change)
    else:
        events.update(change)
    assert tell(client, provider, events) == 200
    assert not is_marked()


def test_a_complaint_marks_the_address(client: Client, world: World):
    person(world, "Aalbers", "ans@example.org")
    complaint = {
        **HARD["postmark"],
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
    }
    assert tell(client, "postmark", complaint) == 200
    assert is_marked()


def test_the_mail_is_found_by_its_own_message_id(client: Client, world: World):
    ans = person(world, "Aalbers", "ans@example.org")
    first = welcome(ans, world.group("Koor"), state=State.SENT)
    welcome(ans, world.group("Koor"), state=State.SENT, change=999_999_998)
    named = {**HARD["brevo"], "message-id": f"<{first.key}@kring.example.org>"}
    tell(client, "brevo", named)
    assert [mail.pk for mail in OutgoingMail.objects.filter(state=State.FAILED)] == [
        first.pk
    ]


@pytest.mark.parametrize("wrong", ["kring:wrong", "", SECRET + "x"])
def test_who_does_not_know_the_secret_tells_nothing(
    client: Client, world: World, wrong: str
):
    person(world, "Aalbers", "ans@example.org")
    assert tell(client, "postmark", HARD["postmark"], wrong) == 400
    assert not is_marked()


def test_without_a_secret_nobody_is_there(client: Client, db, settings):
    settings.KRING_MAIL_WEBHOOK_SECRET = ""
    assert tell(client, "postmark", HARD["postmark"]) == 404


def test_an_unknown_provider_is_not_there(client: Client, db):
    assert tell(client, "pigeon", {}) == 404


def test_a_provider_may_look_first(client: Client, db):
    assert client.head("/mail-events/postmark/").status_code == 200
    assert client.get("/mail-events/postmark/").status_code == 405


@pytest.mark.parametrize(
    "nonsense", ["", "{", "[]", "null", "7", '"x"', "[[1]]", '{"RecordType": 7}']
)
@pytest.mark.parametrize("provider", list(HARD))
def test_nonsense_is_answered_calmly(client: Client, db, provider: str, nonsense: str):
    assert tell(client, provider, nonsense) in (200, 400)
