"""Where the provider of the mail server tells which mails came back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from anymail.exceptions import AnymailConfigurationError
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kring.accounts.access import anyone_may
from kring.actions.bounces import Returned, note_returned

Raw = Mapping[str, Any]

_UNREADABLE: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AnymailConfigurationError,
)
_KEY: Final = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")

_VIEWS: Final[Mapping[str, type[AnymailBaseWebhookView]]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
    "sparkpost": SparkPostTrackingWebhookView,
}
"""The providers whose events the secret of the webhook alone guards."""

_IS_FOR_GOOD: Final[Mapping[str, Callable[[Raw], bool]]] = {
    "brevo": lambda raw: raw.get("event") in ("hard_bounce", "invalid_email"),
    "mailjet": lambda raw: raw.get("hard_bounce") is True,
    "postmark": lambda raw: raw.get("Type") == "HardBounce",
    "sparkpost": lambda raw: _bounce_class(raw) in ("10", "30", "90"),
}
"""What tells an address that will never work from a mailbox that is full today."""


# A program posts here, which knows a secret and no cookie.
@csrf_exempt
@anyone_may
@require_http_methods(["HEAD", "POST"])
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    secret = settings.KRING_MAIL_WEBHOOK_SECRET
    if not secret or provider not in _VIEWS:
        raise Http404
    if request.method == "HEAD":
        # Some providers look first whether anybody is there.
        return HttpResponse()
    reader = _VIEWS[provider](webhook_secret=secret)
    reader.run_validators(request)
    try:
        events = reader.parse_events(request)
        returned = list(_returned(provider, events))
    except _UNREADABLE:
        return HttpResponseBadRequest()
    note_returned(returned)
    return HttpResponse()


def _returned(
    provider: str, events: Iterable[AnymailTrackingEvent]
) -> Iterator[Returned]:
    """Those of the events that say that an address does not work."""
    for event in events:
        is_complaint = event.event_type == EventType.COMPLAINED
        if event.recipient and (is_complaint or _is_for_good(provider, event)):
            key = _KEY.match(event.message_id or "")
            yield Returned(
                address=event.recipient,
                told=_words_in(event),
                key=UUID(key[1]) if key else None,
                is_complaint=is_complaint,
            )


def _is_for_good(provider: str, event: AnymailTrackingEvent) -> bool:
    if event.event_type not in (EventType.BOUNCED, EventType.REJECTED):
        return False
    is_no_address = event.reject_reason == RejectReason.INVALID
    return is_no_address or (
        event.event_type == EventType.BOUNCED
        and _IS_FOR_GOOD[provider](event.esp_event)
    )


def _bounce_class(raw: Raw) -> str:
    inner: Raw = next(iter(raw["msys"].values()))
    return str(inner.get("bounce_class"))


def _words_in(event: AnymailTrackingEvent) -> str:
    """Why, in the words of the other side."""
    told = event.mta_response or event.description or ""
    return " ".join(str(told).split())[:500]
