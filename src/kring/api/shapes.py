"""Shapes that several requests and answers share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Generic, TypeVar

from ninja import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt
from pydantic_core import PydanticCustomError

from kring.contacts.errors import UnreadableValueError
from kring.contacts.values import read_date

Item = TypeVar("Item")

LARGEST_ID: Final = 2**31 - 1

Id = Annotated[StrictInt, Field(ge=1, le=LARGEST_ID)]
AddressId = Path[Annotated[int, Field(le=LARGEST_ID)]]
"""An id in an address; of another form, nothing is there."""
Json = dict[str, Any]


def _day(written: object) -> object:
    if written is None or isinstance(written, date):
        return written
    try:
        return read_date(written if isinstance(written, str) else "")
    except UnreadableValueError as error:
        code, words = "not_a_date", "Expected a date such as 2026-05-31."
        raise PydanticCustomError(code, words) from error


Day = Annotated[date, BeforeValidator(_day)]
"""A day, written 2026-05-31."""


class Asked(BaseModel):
    """A body of which every key is known."""

    model_config = ConfigDict(extra="forbid")


class Listed(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None
    total: int
