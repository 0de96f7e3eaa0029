"""What needs attention about a group, in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.algebra.expressions import AnyOf, Expression
from kring.algebra.sentence import phrase_pieces, text_of
from kring.groups.lint import Finding, Kind, Lint
from kring.ui.templatetags.ui import day
from kring.ui.wording import quoted
from kring.ui.words_explanation import reading_language

_MOST_NAMED = 3
_IN_SHORT: Final = {
    Kind.ALWAYS_EMPTY: gettext_lazy("always empty"),
    Kind.CONTRADICTION: gettext_lazy("contradiction"),
    Kind.BROKEN_EXAMPLES: gettext_lazy("example not right"),
    Kind.DUPLICATE: gettext_lazy("the same as another group"),
    Kind.REDUNDANT_PART: gettext_lazy("part without effect"),
    Kind.UNUSED: gettext_lazy("unused"),
    Kind.WITHOUT_RESPONSIBLE: gettext_lazy("no responsible"),
    Kind.PAST_END: gettext_lazy("past its date"),
}

_PLAIN: Final = {
    Kind.BROKEN_EXAMPLES: gettext_lazy(
        "Not every example is right any more. Look at its examples."
    ),
    Kind.UNUSED: gettext_lazy("Nobody is in it and nothing uses it. Can it be closed?"),
    Kind.WITHOUT_RESPONSIBLE: gettext_lazy(
        "Nobody who can sign in answers for it. Choose a responsible."
    ),
}


def words_for_finding(finding: Finding, lint: Lint) -> str:
    """One sentence: what it is, and what to do about it."""
    match finding.kind:
        case Kind.ALWAYS_EMPTY | Kind.CONTRADICTION | Kind.REDUNDANT_PART:
            return _about_part(finding, lint)
        case Kind.DUPLICATE:
            return _duplicate(finding, lint)
        case Kind.BROKEN_EXAMPLES | Kind.UNUSED | Kind.WITHOUT_RESPONSIBLE:
            return str(_PLAIN[finding.kind])
        case Kind.PAST_END:
            return _(
                "Its date finished, %(day)s, is past. Close it or change the date."
            ) % {"day": day(finding.day)}


def short_words_for_finding(kind: Kind) -> str:
    """The same in two or three words, for a list."""
    return str(_IN_SHORT[kind])


def _about_part(finding: Finding, lint: Lint) -> str:
    told = {
        Kind.ALWAYS_EMPTY: _("Nobody can ever be in it, because of: %(part)s."),
        Kind.CONTRADICTION: _("Nobody can ever meet this part: %(part)s."),
    }.get(finding.kind, _("This part makes no difference: %(part)s."))
    if finding.part == AnyOf(()) and finding.kind is Kind.CONTRADICTION:
        return _("Its composition asks for nobody.")
    if finding.part is None or finding.part == AnyOf(()):
        return _("Nobody can ever be in it, because nobody is asked for.")
    return told % {"part": _phrase(finding.part, lint)}


def _phrase(part: Expression, lint: Lint) -> str:
    pieces = phrase_pieces(
        part, names=lint.names, catalogue=lint.fields, language=reading_language()
    )
    return text_of(pieces)


def _duplicate(finding: Finding, lint: Lint) -> str:
    named = [quoted(lint.names[one]) for one in finding.others[:_MOST_NAMED]]
    more = len(finding.others) - len(named)
    if not more:
        return _("It is composed in the same way as %(groups)s. Is one enough?") % {
            "groups": ", ".join(named)
        }
    return ngettext(
        "It is composed in the same way as %(groups)s and %(more)s other."
        " Is one enough?",
        "It is composed in the same way as %(groups)s and %(more)s others."
        " Is one enough?",
        more,
    ) % {"groups": ", ".join(named), "more": more}
