"""The texts of a mail become the mail: checked, filled in, laid out and made plain.

Jinja compiles and fills in; what it is given are pieces that were read, never text to
be read again, so that nothing in a text or in a value is obeyed but known fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import nh3
from css_inline import CSSInliner
from django.template.loader import render_to_string
from django.utils import translation
from jinja2 import Template as Engine
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kring.mailing.errors import UnusableTextError
from kring.mailing.merge_fields import CATALOGUE, About
from kring.mailing.plain_text import plain_text
from kring.mailing.reading import Choice, Field, Piece, Words, fields_in, read


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a mail as they are kept: a line, HTML, and their language."""

    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as it goes to one reader."""

    subject: str
    html: str
    text: str


def rendered(
    texts: Texts, values: Mapping[str, str], *, why: str, portal: str, leaving: str = ""
) -> Rendered:
    """The mail that these texts make with these values.

    `why` is the sentence that says why one gets it; `portal` is the link below it, and
    `leaving` the one by which its reader gets no more, where there is one. Raises what
    `check_texts` raises.
    """
    known = {field.name: str(values.get(field.name, "")) for field in CATALOGUE}
    subject = _one_line(_subject(texts.subject).render(known))
    body = sanitised(_body(texts.body).render(known))
    facts = {
        "subject": subject,
        "body": body,
        "why": why,
        "portal": portal,
        "leaving": leaving,
    }
    with translation.override(texts.language):
        html = render_to_string("mailing/mail.html", facts)
        text = render_to_string("mailing/mail.txt", {**facts, "body": plain_text(body)})
    return Rendered(subject, inlined(html), text.strip() + "\n")


def inlined(html: str) -> str:
    """The styles at each element as well, since many mail programs drop the others."""
    return _INLINER.inline(html)


def check_texts(texts: Texts) -> None:
    """Raise an UnusableTextError for the first thing in each text that cannot be read.

    UnknownMergeFieldError for a field that does not exist, UnreadableTemplateError
    for anything else between braces.
    """
    wrong = list(_wrong(texts))
    if wrong:
        first, *others = wrong
        first.also = tuple(others)
        raise first


def fields_about(about: About, texts: Texts) -> tuple[str, ...]:
    """The fields of this kind that the texts use; raises what `check_texts` raises."""
    used = fields_in(read(texts.subject)) | fields_in(read(texts.body))
    return tuple(
        field.name for field in CATALOGUE if field.about is about and field.name in used
    )


def sanitised(html: str) -> str:
    """The HTML with what a mail may hold and nothing else; twice changes nothing."""
    cleaned = _cleaned(html)
    while (again := _cleaned(cleaned)) != cleaned:
        cleaned = again
    return cleaned


def in_paragraphs(body: str) -> str:
    """A body that was written without any markup of blocks, as paragraphs."""
    if _BLOCK.search(body):
        return body
    parts = (part.strip() for part in re.split(r"\n\s*\n", body))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)


def _wrong(texts: Texts) -> Iterator[UnusableTextError]:
    for part in ("subject", "body"):
        try:
            read(getattr(texts, part))
        except UnusableTextError as error:
            error.part = part
            yield error


@lru_cache(maxsize=64)
def _subject(text: str) -> Engine:
    return _PLAIN.from_string(_compiled(read(text)))


@lru_cache(maxsize=64)
def _body(text: str) -> Engine:
    return _ESCAPING.from_string(_compiled(read(in_paragraphs(text))))


def _compiled(pieces: Iterable[Piece]) -> nodes.Template:
    template = nodes.Template([_node(piece) for piece in pieces])
    template.set_lineno(1)
    return template


def _node(piece: Piece) -> nodes.Node:
    match piece:
        case Words(text):
            return nodes.Output([nodes.TemplateData(text)])
        case Field(name):
            return nodes.Output([nodes.Name(name, "load")])
        case Choice(name, filled, empty):
            return nodes.If(
                nodes.Name(name, "load"),
                [_node(one) for one in filled],
                [],
                [_node(one) for one in empty],
            )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sandbox(*, escapes: bool) -> ImmutableSandboxedEnvironment:
    """An engine that knows no functions, no filters and no tests."""
    engine = ImmutableSandboxedEnvironment(autoescape=escapes)
    for known in (engine.globals, engine.filters, engine.tests):
        known.clear()
    return engine


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(some) for tag, some in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )


_TAGS: Final = frozenset(
    (
        *("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "blockquote", "pre"),
        *("ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td", "th"),
        *("a", "b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "code", "img"),
    )
)
_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "width", "height", "title"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
}
_BLOCK: Final = re.compile(
    r"<(?:p|div|br|ul|ol|h[1-4]|blockquote|table|pre|hr)\b", re.IGNORECASE
)
_PLAIN: Final = _sandbox(escapes=False)
_ESCAPING: Final = _sandbox(escapes=True)
_INLINER: Final = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
