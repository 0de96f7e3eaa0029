"""Texts become mails: values stay values, and nothing but known fields is obeyed."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from kring.mailing.errors import (
    TextProblem,
    UnknownMergeFieldError,
    UnreadableTemplateError,
)
from kring.mailing.merge_fields import CATALOGUE
from kring.mailing.rendering import (
    Rendered,
    Texts,
    check_texts,
    rendered,
    sanitised,
)

WHY = "U ontvangt deze mail omdat u op 3 mei 2026 bent toegevoegd aan Koor."
PORTAL = "https://kring.example/portaal/"


def mail(body: str, subject: str = "Hoi", **values: str) -> Rendered:
    return rendered(Texts(subject, body, "nl"), values, why=WHY, portal=PORTAL)


def words(body: str, **values: str) -> str:
    """What the mail says above the line that says why."""
    return f"\n{mail(body, **values).text}".partition("\n--\n")[0].strip()


def test_fields_are_filled_in():
    made = mail("<p>Dag {{ voornaam }},</p>", "Welkom {{voornaam}}", voornaam="Ans")
    assert made.subject == "Welkom Ans"
    assert "Dag Ans," in made.html
    assert made.text.startswith("Dag Ans,\n")


def test_a_mail_says_why_one_gets_it_and_leads_to_the_portal():
    made = mail("<p>Dag</p>")
    for part in (made.html, made.text):
        assert WHY in part
        assert PORTAL in part
    assert '<html lang="nl">' in made.html
    assert "Bekijk of wijzig uw gegevens" in made.text


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "Afmelden voor mail"), ("en", "Unsubscribe")]
)
def test_whoever_may_leave_reads_how_below_the_text(language: str, word: str):
    link = "https://kring.example/afmelden/a1:b2/"
    texts = Texts("Hoi", "<p>Dag</p>", language)
    made = rendered(texts, {}, why=WHY, portal=PORTAL, leaving=link)
    below = made.html.partition(WHY)[2]
    assert re.search(rf'<a href="{link}"[^>]*>{word}</a>', below)
    assert made.text.endswith(f"{PORTAL}\n{word}:\n{link}\n")


def test_who_has_nothing_to_leave_reads_nothing_of_it():
    made = mail("<p>Dag</p>")
    assert "Afmelden" not in made.html + made.text
    assert made.text.endswith(f"{PORTAL}\n")


def test_a_mail_speaks_its_own_language():
    made = rendered(Texts("Hi", "Hello", "en"), {}, why="Because.", portal=PORTAL)
    assert '<html lang="en">' in made.html
    assert "See and change your details" in made.text


def test_styles_are_inlined_and_dark_mode_is_kept():
    html = mail("<p>Dag</p><ul><li>een</li></ul>").html
    assert '<p style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "<script" not in html
    assert "<link" not in html


def test_a_value_with_markup_stays_text():
    made = mail("<p>{{ voornaam }}</p>", "{{ voornaam }}", voornaam="<b>A</b> & B")
    assert "&lt;b&gt;A&lt;/b&gt; &amp; B" in made.html
    assert made.text.startswith("<b>A</b> & B\n")
    assert made.subject == "<b>A</b> & B"


def test_a_value_that_calls_itself_safe_is_escaped_all_the_same():
    assert "<b>" not in mail("<p>{{ voornaam }}</p>", voornaam=Markup("<b>A</b>")).html


def test_a_value_with_braces_is_not_read_again():
    made = words("<p>{{ voornaam }}</p>", voornaam="{{ email }} {% als x %} {email}")
    assert made == "{{ email }} {% als x %} {email}"


def test_a_value_breaks_out_of_no_link():
    body = '<p><a href="{{ portaal }}">hier</a></p>'
    bad = mail(body, portaal='javascript:alert(1)"><script>alert(2)</script>').html
    assert "<script" not in bad
    assert "javascript:" not in bad
    assert (
        'href="https://x.nl/?a=1&amp;b=2"'
        in mail(body, portaal="https://x.nl/?a=1&b=2").html
    )


def test_a_subject_is_one_line_whatever_the_values_are():
    subject = mail("x", "Hoi {{ naam }}", naam="A\r\nBcc: x@example.org").subject
    assert subject == "Hoi A Bcc: x@example.org"


def test_what_is_written_without_markup_is_read_in_paragraphs():
    html = mail("Dag {{ voornaam }},\n\nTot\nziens", voornaam="Ans").html
    assert html.count("<p style") == 4
    assert "Tot<br>ziens" in html


@pytest.mark.parametrize(
    ("body", "with_name", "without"),
    [
        ("{% als voornaam %}ja{% eindals %}", "ja", ""),
        ("{% als voornaam %}ja{% anders %}nee{% eindals %}", "ja", "nee"),
        ("{% als niet voornaam %}nee{% eindals %}", "", "nee"),
        ("{% als geen voornaam %}nee{% anders %}ja{% einde als %}", "ja", "nee"),
        ("{% ALS Voornaam %}ja{% EINDALS %}", "ja", ""),
        ("@als{contact_voornaam}ja {contact_voornaam}als@", "ja Ans", ""),
        ("@als{contact_voornaam jaals@", "ja", ""),
        ("@alsniet{contact_voornaam}neealsniet@", "", "nee"),
        ("{contact_voornaam}{{ contact_voornaam }}", "AnsAns", ""),
        (
            (
                "{% als voornaam %}a{% als email %}b{% anders %}c{% eindals %}d"
                "{% eindals %}"
            ),
            "acd",
            "",
        ),
        ("{{&nbsp;<b>voornaam</b> }}", "Ans", ""),
        ("jan.als@example.org", "jan.als@example.org", "jan.als@example.org"),
        ("@als{contact_voornaam}vals@x.nl.als@", "vals@x.nl.", ""),
        ("{hallo} {# dag #}", "{hallo} {# dag #}", "{hallo} {# dag #}"),
    ],
)
def test_what_depends_on_a_field_is_there_or_not(body, with_name, without):
    assert words(f"<p>{body}</p>", voornaam="Ans") == with_name
    assert words(f"<p>{body}</p>") == without


@pytest.mark.parametrize(
    ("body", "field", "suggestion"),
    [
        ("{{ voornam }}", "voornam", "voornaam"),
        ("{{ first_name }}", "first_name", "voornaam"),
        ("{{ contact voornam }}", "contact voornam", "voornaam"),
        ("{% als e-mail %}x{% eindals %}", "e-mail", "email"),
        ("{contact_iban}", "{contact_iban}", ""),
        ("{contact_titel_aanhef}", "{contact_titel_aanhef}", "aanhef"),
        ("{ik_voornaam}", "{ik_voornaam}", "verantwoordelijke"),
        ("{voornaam}", "{voornaam}", "voornaam"),
        ("{{ xyzzy }}", "xyzzy", ""),
    ],
)
def test_a_field_that_does_not_exist_is_refused_with_what_may_be_meant(
    body, field, suggestion
):
    with pytest.raises(UnknownMergeFieldError) as refusal:
        check_texts(Texts("Hoi", f"<p>{body}</p>", "nl"))
    assert (refusal.value.field, refusal.value.suggestion) == (field, suggestion)
    assert refusal.value.part == "body"


@pytest.mark.parametrize(
    ("body", "line", "near", "problem"),
    [
        ("{{ voornaam", 1, "{{ voornaam", TextProblem.NOT_CLOSED),
        ("a<br>b {{ voornaam", 2, "{{ voornaam", TextProblem.NOT_CLOSED),
        ("<p>a</p>\n<p>b }}</p>", 2, "}}", TextProblem.NOT_OPENED),
        ("{{ voornaam|upper }}", 1, "{{ voornaam|upper }}", TextProblem.NOT_A_FIELD),
        ("{{ email.__class__ }}", 1, "{{ email.__class__ }}", TextProblem.NOT_A_FIELD),
        ("{{ }}", 1, "{{ }}", TextProblem.NOT_A_FIELD),
        ("{% als %}", 1, "{% als %}", TextProblem.NOT_A_FIELD),
        (
            "{% for x in y %}",
            1,
            "{% for x in y %}",
            TextProblem.UNKNOWN_INSTRUCTION,
        ),
        ("\n\n{% anders %}", 3, "{% anders %}", TextProblem.NO_CONDITION),
        ("{% eindals %}", 1, "{% eindals %}", TextProblem.NO_CONDITION),
        ("{% als email %}", 1, "{% als email %}", TextProblem.NO_END),
        ("@als{contact_email}", 1, "@als{contact_email}", TextProblem.NO_FORMER_END),
        (
            "@als{contact_email}x alsniet@",
            1,
            "alsniet@",
            TextProblem.NO_CONDITION,
        ),
        (
            "{% als email %}{% anders %}{% anders %}",
            1,
            "{% anders %}",
            TextProblem.OTHERWISE_TWICE,
        ),
        ("{% als email %}" * 11, 1, "{% als email %}", TextProblem.TOO_DEEP),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(body, line, near, problem):
    with pytest.raises(UnreadableTemplateError) as refusal:
        check_texts(Texts("Hoi", body, "nl"))
    found = refusal.value
    assert (found.line, found.near, found.problem) == (line, near, problem)


def test_a_refusal_says_whether_it_is_about_the_subject():
    with pytest.raises(UnknownMergeFieldError) as refusal:
        check_texts(Texts("Hoi {{ voornam }}", "Dag", "nl"))
    assert refusal.value.part == "subject"


def test_what_a_mail_may_not_hold_is_taken_out():
    dirty = (
        '<p style="x" onclick="y">Dag<script>1</script><style>p{}</style></p>'
        '<a href="javascript:1">a</a><a href="mailto:x@y.nl">b</a>'
        '<iframe src="z"></iframe><form><input></form><img src="https://x/y.png" '
        'onerror="1" alt="z"><!-- c --><svg><script>1</script></svg>'
    )
    assert sanitised(dirty) == (
        '<p>Dag</p><a>a</a><a href="mailto:x@y.nl">b</a>'
        '<img src="https://x/y.png" alt="z">'
    )


def test_fields_survive_sanitising():
    text = '<p><a href="{{ portaal }}">{% als voornaam %}x{% eindals %}</a></p>'
    assert sanitised(text) == text


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<div>",
                "<ul>",
                "<li>",
                "</ul>",
                "<table>",
                "<td>",
                "<tr>",
            ),
            *("<svg>", "<math>", "<style>", "<script>", "</script>", "<a href='x'>"),
            *("<b>", "</b>", "<noscript>", "<template>", "<select>", "<!--", "-->"),
            *("<pre>\n", "&lt;", "&amp;lt;", "&", "<", '"', "x", "<mtext>", "<mglyph>"),
            *(
                "{{ voornaam }}",
                "{% als email %}",
                "{% eindals %}",
                "\n",
                "<img src=x>",
            ),
        ]
    )
).map("".join)


@settings(deadline=None)
@given(MARKUP)
def test_sanitising_twice_changes_nothing(html):
    once = sanitised(html)
    assert sanitised(once) == once
    assert "<script" not in once
    assert "<style" not in once


VALUES = st.text(
    alphabet=st.sampled_from([*"{}%<>&\"'|. \n@als", *string.ascii_letters]),
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_no_value_is_ever_obeyed(name, group):
    values = {"voornaam": name, "groep": group}
    made = mail("<pre>{{ voornaam }}|{{ groep }}</pre>", "{{ groep }}", **values)
    shown = _Text()
    shown.feed(made.html)
    assert f"{name}|{group}".lstrip("\n") in "".join(shown.parts)
    assert made.subject == " ".join(group.split())
    assert shown.tags <= {"html", "head", "meta", "title", "style", "body"} | {
        *("div", "pre", "p", "a")
    }


@settings(deadline=None)
@given(VALUES)
def test_any_text_is_rendered_or_refused(body):
    texts = Texts("Hoi", body, "nl")
    try:
        check_texts(texts)
    except (UnknownMergeFieldError, UnreadableTemplateError):
        with pytest.raises((UnknownMergeFieldError, UnreadableTemplateError)):
            rendered(texts, {}, why=WHY, portal=PORTAL)
    else:
        assert rendered(texts, {}, why=WHY, portal=PORTAL).html


@pytest.mark.parametrize("field", CATALOGUE, ids=lambda field: field.name)
def test_every_field_can_be_used_by_each_of_its_names(field):
    for name in (field.name, *field.former):
        assert words(f"<p>{{{{ {name} }}}}</p>", **{field.name: "Waarde"}) == "Waarde"
    for name in field.former:
        assert words(f"<p>{{{name}}}</p>", **{field.name: "Waarde"}) == "Waarde"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.add(tag)
