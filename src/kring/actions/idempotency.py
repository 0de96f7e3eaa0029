"""The same request, sent again, does its deed once and is answered as before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from kring.accounts.models import KeptAnswer
from kring.actions.errors import RefusedError

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(eq=False)
class KeyOfAnotherRequestError(RefusedError):
    """The key came with another request before."""

    key: str


@dataclass(eq=False)
class RequestUnderWayError(RefusedError):
    """The same request is being answered right now."""

    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request by its token, the key it came with, and what it asks in full."""

    token: int
    key: str
    request: bytes

    @property
    def digest(self) -> str:
        """The same for the same request."""
        return sha256(self.request).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered; `contact` is the one that the answer tells of."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    contact: int | None = None
    is_repeated: bool = False


def answered_once(asked: Asked, deed: Callable[[], Answer]) -> Answer:
    """Do the deed and keep its answer, in one transaction; or answer as before.

    What is refused changes nothing, so no answer is kept of it. Raises
    RequestUnderWayError, KeyOfAnotherRequestError, or what the deed raises.
    """
    with transaction.atomic():
        _hold(asked)
        _forget_what_is_old()
        kept = KeptAnswer.objects.filter(token=asked.token, key=asked.key).first()
        if kept is not None:
            return _repeated(kept, asked)
        answer = deed()
        _keep(asked, answer)
    return answer


def _hold(asked: Asked) -> None:
    """Keep others with this key out until the transaction ends, by not waiting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"kept_answer {asked.token} {asked.key}"],
        )
        [held] = cursor.fetchone()
    if not held:
        raise RequestUnderWayError(asked.key)


def _forget_what_is_old() -> None:
    KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def _repeated(kept: KeptAnswer, asked: Asked) -> Answer:
    if kept.request_digest != asked.digest:
        raise KeyOfAnotherRequestError(asked.key)
    return Answer(
        kept.status,
        bytes(kept.body),
        kept.headers,
        contact=kept.contact_id,
        is_repeated=True,
    )


def _keep(asked: Asked, answer: Answer) -> None:
    KeptAnswer.objects.create(
        token_id=asked.token,
        key=asked.key,
        request_digest=asked.digest,
        status=answer.status,
        headers=dict(answer.headers),
        body=answer.body,
        contact_id=answer.contact,
    )
