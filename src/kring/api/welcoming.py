"""How a request says whether new members are mailed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from kring.actions import welcoming

Count = Annotated[StrictInt, Field(ge=0)]
Welcome = Annotated[
    Literal["default", "none"] | Count | None,
    Field(
        description="Whether whoever joins a group that welcomes is mailed. Absent or "
        "default: everyone, and refused with the number where that is many; a number: "
        "everyone, if they are exactly so many; none or 0: nobody."
    ),
]
WelcomeOfGroup = Annotated[
    Count | None,
    Field(
        description="How many new members of this group are mailed because of its "
        "definition; refused with the number if they are not so many. Absent or 0: "
        "nobody."
    ),
]


def welcome_in(written: str | int | None) -> welcoming.Welcoming:
    """What the request asks for."""
    match written:
        case None | "default":
            return welcoming.Welcome.DEFAULT
        case int() if written:
            return welcoming.Confirmed(written)
        case _:
            return welcoming.Welcome.SILENT
