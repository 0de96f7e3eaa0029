"""HTML as people read it without markup: links kept, lists readable."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

from kring.algebra.text import fold

_Given = dict[str, str | None]


def plain_text(html: str) -> str:
    """The HTML of a body as plain text."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


def is_empty(html: str) -> bool:
    """Whether a body that was sanitised says and shows nothing.

    Editors leave spaces that do not break behind, and characters without any width.
    """
    return "<img" not in html and not fold(unescape(_TAG.sub("", html)))


class _Writer(HTMLParser):
    """Writes what it is fed, a line for a block and an empty line between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.line = ""
        self.lists: list[int | None] = []
        self.quotes = 0
        self.links: list[tuple[str, int]] = []
        self.is_preformatted = False

    def text(self) -> str:
        self._end_line()
        whole = "\n".join(self.written)
        return re.sub(r"\n{3,}", "\n\n", whole).strip("\n")

    def handle_data(self, data: str) -> None:
        if self.is_preformatted:
            *lines, self.line = (self.line + data).split("\n")
            self.written += [self._quoted(line) for line in lines]
            return
        words = _SPACES.sub(" ", data)
        self.line += words.lstrip(" ") if self._begins() else words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BLOCKS:
            self._begin_block(tag, given)
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.line)))
        elif tag in ("td", "th"):
            self.line += "" if self._begins() else " | "
        else:
            self._mark_by_itself(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block(tag)
        elif tag == "a" and self.links:
            self._end_link(*self.links.pop())

    def _mark_by_itself(self, tag: str, given: _Given) -> None:
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._end_line()
            self.written += ["", self._quoted("-" * 24), ""]
        elif tag == "img":
            self.handle_data(given.get("alt") or "")

    def _begin_block(self, tag: str, given: _Given) -> None:
        if tag == "li":
            self._end_line()
            self.line = self._mark()
            return
        self._end_line()
        if tag in _APART and not self.lists:
            self.written.append("")
        if tag in ("ul", "ol"):
            self.lists.append(_number(given) if tag == "ol" else None)
        self.quotes += tag == "blockquote"
        self.is_preformatted = self.is_preformatted or tag == "pre"

    def _end_block(self, tag: str) -> None:
        self._end_line()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.quotes -= tag == "blockquote" and self.quotes > 0
        self.is_preformatted = self.is_preformatted and tag != "pre"
        if tag in _APART and not self.lists:
            self.written.append("")

    def _mark(self) -> str:
        """What a point of a list begins with."""
        indent = "  " * (len(self.lists) - 1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def _break(self) -> None:
        if self.line:
            self._end_line()
        else:
            self.written.append(self._quoted(""))

    def _end_link(self, address: str, begun: int) -> None:
        shown = self.line[begun:].strip()
        bare = address.removeprefix("mailto:").removeprefix("tel:")
        if bare and bare.rstrip("/") not in (shown, shown.rstrip("/")):
            self.line = f"{self.line.rstrip(' ')} ({bare})" if shown else bare

    def _begins(self) -> bool:
        return not self.line or self.line.endswith(" ")

    def _end_line(self) -> None:
        if self.line.strip():
            self.written.append(self._quoted(self.line.rstrip()))
        self.line = ""

    def _quoted(self, line: str) -> str:
        return f"{'> ' * self.quotes}{line}".rstrip() if self.quotes else line


def _number(given: _Given) -> int:
    start = given.get("start") or ""
    return int(start) if start.isascii() and start.isdigit() else 1


_TAG: Final = re.compile(r"<[^>]*>")
# Editors write every other space as one that does not break.
_SPACES: Final = re.compile(r"[ \t\n\r\f\u00a0]+")
_APART: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "blockquote", "pre", "table", "ul", "ol"}
)
_BLOCKS: Final = _APART | {"div", "li", "tr"}
