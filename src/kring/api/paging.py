"""Lists come a page at a time, in order of id; a cursor leads to the next page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal, TypeVar

from django.core import signing
from django.http import HttpRequest
from pydantic import AfterValidator, BaseModel, Field

from kring.algebra.text import holds_unprintable
from kring.api.answers import ApiResponse, answered
from kring.api.errors import UnknownParameterError, UnreadableCursorError
from kring.contacts.queries import sort_name_of
from kring.groups.paging import Key

Row = TypeVar("Row")

LARGEST_PAGE: Final = 1000

_SALT: Final = "kring.api.cursor"
_PLACE: Final = frozenset({"limit", "cursor"})


def _printable(text: str) -> str:
    if holds_unprintable(text):
        raise ValueError("unprintable")
    return text


Text = Annotated[str, AfterValidator(_printable)]
"""A text that a database can be asked about."""


class Listing(BaseModel):
    """Which page of a list is asked for."""

    limit: Annotated[
        int, Field(ge=1, le=LARGEST_PAGE, description="How many items at most.")
    ] = 100
    cursor: Annotated[
        str,
        Field(description="The `next_cursor` of the page before; empty: the first."),
    ] = ""


Order = Annotated[
    Literal["id", "name"],
    Field(description="By name, who is renamed meanwhile may be missed or come twice."),
]


@dataclass(frozen=True, slots=True)
class Start:
    """After which id a page begins, and what cursors to the next one are made of."""

    after: int
    limit: int
    question: str

    @property
    def key(self) -> Key | None:
        """The place by name after which a page begins; None: at the beginning.

        Raises UnreadableCursorError when whoever stood there is gone.
        """
        if not self.after:
            return None
        name = sort_name_of(self.after)
        if name is None:
            raise UnreadableCursorError
        return Key(name, self.after)

    def page(
        self,
        rows: Sequence[Row],
        *,
        key: Callable[[Row], int],
        shown: Callable[[Sequence[Row]], Sequence[object]],
        total: int,
        more: Mapping[str, object] | None = None,
    ) -> ApiResponse:
        """The page of these rows, of which there is one more when a page follows."""
        here = rows[: self.limit]
        is_last = len(rows) <= self.limit
        following = None if is_last else self._cursor(key(here[-1]))
        page = {"items": shown(here), "next_cursor": following, "total": total}
        return answered({**page, **(more or {})})

    def _cursor(self, after: int) -> str:
        return signing.dumps([after, self.question], salt=_SALT)


def start_of(request: HttpRequest, listing: Listing) -> Start:
    """Where the page begins; raises UnreadableCursorError or UnknownParameterError."""
    require_known_parameters(request, listing)
    question = _question(request)
    if not listing.cursor:
        return Start(0, listing.limit, question)
    try:
        after, of_question = signing.loads(listing.cursor, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise UnreadableCursorError from error
    if of_question != question:
        raise UnreadableCursorError
    return Start(after, listing.limit, question)


def require_known_parameters(request: HttpRequest, known: BaseModel) -> None:
    """A mistyped filter would give more than was asked for."""
    names = list(type(known).model_fields)
    unknown = sorted(set(request.GET) - set(names))
    if unknown:
        raise UnknownParameterError(unknown, names)


def _question(request: HttpRequest) -> str:
    """The same for all pages of one list."""
    asked = sorted(
        (name, values) for name, values in request.GET.lists() if name not in _PLACE
    )
    return sha256(repr((request.path, asked)).encode()).hexdigest()[:16]
