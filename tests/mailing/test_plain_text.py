"""HTML as plain text: links kept, lists readable."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kring.mailing.plain_text import is_empty, plain_text
from kring.mailing.rendering import sanitised


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>een</p><p>twee</p>", "een\n\ntwee"),
        ("<p>een<br>twee</p>", "een\ntwee"),
        ("<div>een</div><div>twee</div>", "een\ntwee"),
        ("<p>  veel \n ruimte&nbsp; </p>", "veel ruimte"),
        ("<h2>Kop</h2><p>Tekst</p>", "Kop\n\nTekst"),
        ("<ul><li>een</li><li>twee</li></ul>", "- een\n- twee"),
        ("<ol start=3><li>een</li><li>twee</li></ol>", "3. een\n4. twee"),
        (
            "<p>Dit:</p><ul><li>een<ol><li>a</li><li>b</li></ol></li><li>c</li></ul>",
            "Dit:\n\n- een\n  1. a\n  2. b\n- c",
        ),
        ('<a href="https://x.nl/a">hier</a>', "hier (https://x.nl/a)"),
        ('<a href="https://x.nl/">https://x.nl</a>', "https://x.nl"),
        ('<a href="mailto:a@x.nl">a@x.nl</a>', "a@x.nl"),
        ('<a href="mailto:a@x.nl">mail ons</a>', "mail ons (a@x.nl)"),
        ('<a href="https://x.nl/"></a>', "https://x.nl/"),
        ("<a>hier</a>", "hier"),
        ("<blockquote><p>een<br>twee</p></blockquote>", "> een\n> twee"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<pre>een\n  twee</pre>", "een\n  twee"),
        ("<p>een</p><hr><p>twee</p>", "een\n\n------------------------\n\ntwee"),
        ('<img src="https://x.nl/x.png" alt="Ons logo">', "Ons logo"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<p>een</p><p><br></p><p><br></p><p>twee</p>", "een\n\ntwee"),
        ("", ""),
    ],
)
def test_html_reads_well_as_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@settings(deadline=None)
@given(st.lists(st.sampled_from(["een", "twee", "<b>", "&", "  "]), min_size=1))
def test_no_word_is_lost(words: list[str]) -> None:
    escaped = [word.replace("&", "&amp;").replace("<", "&lt;") for word in words]
    html = sanitised("<ul>" + "".join(f"<li>{word}</li>" for word in escaped) + "</ul>")
    read = [word for word in plain_text(html).split() if word != "-"]
    assert read == [word for word in words if word.strip()]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "&nbsp;",
        "\N{NO-BREAK SPACE}",
        "<p></p><p> </p>",
        "<p><br></p><div>&nbsp;&#160;</div>",
        "<div>\N{ZERO WIDTH SPACE}</div>",
        "<p>&#8203;&zwnj;\N{SOFT HYPHEN}</p>",
        "<ul><li>&nbsp;</li></ul><ol><li></li></ol>",
        "<table><tr><td></td><td> </td></tr></table>",
        "<blockquote><p><b></b></p></blockquote><hr>",
        '<a href="https://x.nl">&nbsp;</a>',
    ],
)
def test_what_shows_nothing_is_empty(html: str):
    assert is_empty(sanitised(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>",
        "<p>-</p>",
        "<p>&lt;br&gt;</p>",
        "<p>\N{SLIGHTLY SMILING FACE}</p>",
        "{{ voornaam }}",
        '<IMG src="https://x.nl/a.png">',
    ],
)
def test_what_shows_something_is_not(html: str):
    assert not is_empty(sanitised(html))
