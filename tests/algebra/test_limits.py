"""The limits that are published are the limits that hold."""

from __future__ import annotations

import re
from pathlib import Path

from kring.algebra import limits

PAGE = Path(__file__).parents[2] / "docs" / "algebra.md"
ROW = re.compile(r"^\| .+ \| ([\d,]+) \| `(\w+)` \|$", re.MULTILINE)


def test_the_page_about_the_algebra_lists_every_limit_as_it_is() -> None:
    chapter = PAGE.read_text(encoding="utf-8").partition("\n## Limits\n")[2]
    published = {
        name: int(said.replace(",", "")) for said, name in ROW.findall(chapter)
    }
    assert published == {
        name: limit for name, limit in vars(limits).items() if name.isupper()
    }
