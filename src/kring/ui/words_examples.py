"""Examples of groups, and what is wrong with them, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from kring.actions import errors
from kring.groups.examples import BrokenExample, KeptExample
from kring.groups.models import Example
from kring.ui.wording import quoted, words_for


def words_for_example(example: KeptExample) -> str:
    """What must be so: "Jansen, Piet (12) belongs"."""
    if example.contact is None:
        return _words_for_size(example)
    known = {"name": example.name, "number": example.number}
    if example.claim == Example.Claim.IN:
        return _("%(name)s (%(number)s) belongs") % known
    return _("%(name)s (%(number)s) does not belong") % known


def words_for_now(example: KeptExample, members: BitMap) -> str:
    """How it is now: "is a member", "45 members"."""
    if example.contact is None:
        return ngettext(
            "%(count)s member now", "%(count)s members now", len(members)
        ) % {"count": len(members)}
    if example.contact in members:
        return _("is a member now")
    return _("is no member now")


def words_for_broken(broken: BrokenExample) -> str:
    """What would not be so: "Jansen, Piet (12) must belong, but would not"."""
    example = broken.example
    if example.contact is None:
        return ngettext(
            "There must be %(size)s, and there would be %(count)s member",
            "There must be %(size)s, and there would be %(count)s members",
            broken.count,
        ) % {"size": _words_for_size(example), "count": broken.count}
    known = {"name": example.name, "number": example.number}
    if example.claim == Example.Claim.IN:
        return _("%(name)s (%(number)s) must belong, but would not") % known
    return _("%(name)s (%(number)s) must not belong, but would") % known


def _words_for_size(example: KeptExample) -> str:
    least, most = example.at_least, example.at_most
    if least is None:
        return _("at most %(most)s members") % {"most": most}
    if most is None:
        return _("at least %(least)s members") % {"least": least}
    if least == most:
        return ngettext(
            "exactly %(count)s member", "exactly %(count)s members", most
        ) % {"count": most}
    return _("%(least)s to %(most)s members") % {"least": least, "most": most}


@words_for.register
def _broken(error: errors.ExamplesBrokenError) -> str:
    return ngettext(
        "This breaks an example of %(name)s: %(broken)s.",
        "This breaks examples of %(name)s: %(broken)s.",
        len(error.broken),
    ) % {"name": quoted(error.name), "broken": _listed(error)}


@words_for.register
def _blocked(error: errors.ExamplesBlockError) -> str:
    return ngettext(
        "This breaks an example of %(name)s, so it was not saved: %(broken)s. Change"
        " the composition, or the example.",
        "This breaks examples of %(name)s, so it was not saved: %(broken)s. Change the"
        " composition, or the examples.",
        len(error.broken),
    ) % {"name": quoted(error.name), "broken": _listed(error)}


@words_for.register
def _size_not_possible(_error: errors.SizeNotPossibleError) -> str:
    return _(
        "Give the least number of members, the most, or both: whole numbers, and the"
        " most not below the least."
    )


@words_for.register
def _unknown_example(_error: errors.UnknownExampleError) -> str:
    return _("That example is not there, or no longer.")


def _listed(error: errors.ExamplesBrokenError) -> str:
    return "; ".join(words_for_broken(broken) for broken in error.broken)
