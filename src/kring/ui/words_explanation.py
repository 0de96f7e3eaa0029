"""Why somebody is in a group, in whole sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import assert_never

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kring.accounts.actors import ActorKind
from kring.algebra.catalogue import POSITIVES, Language
from kring.algebra.conditions import Stored
from kring.algebra.explanation import Flip, Proof, Reason
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Branch,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    Leaf,
    MemberSince,
    Operator,
    SameAddress,
    Where,
)
from kring.algebra.phrases import PHRASES
from kring.algebra.sentence import (
    Piece,
    label_of_field,
    operand_text,
    phrase_pieces,
    text_of,
    values_text,
)
from kring.groups.explanation import ByHand, Explained, ExplainedGroup, Turning
from kring.groups.explanation_reading import Handwork
from kring.ui.templatetags.ui import day
from kring.ui.wording import quoted
from kring.ui.words_changes import actor_in_words

_EQUALITY = {Operator.IS, Operator.IN}


def reading_language() -> Language:
    """The language of sentences about definitions that suits the reader."""
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def verdict(explained: Explained) -> str:
    """Whether the contact belongs."""
    known = {"contact": explained.contact, "group": quoted(explained.asked.group.name)}
    if explained.belongs:
        return _("%(contact)s is in %(group)s.") % known
    return _("%(contact)s is not in %(group)s.") % known


def words_for_branch(branch: Branch) -> str:
    """What the whole asks of the parts below it."""
    match branch:
        case AnyOf(()):
            return _("nobody")
        case AnyOf():
            return _("at least one of these")
        case AllOf():
            return _("all of these")
        case AtLeast(count, _parts):
            return _("at least %(count)s of these") % {"count": count}
        case Except():
            return _("the first, and none of what is excepted")
        case _:
            assert_never(branch)


def phrase_of(explained: Explained, part: Expression) -> tuple[Piece, ...]:
    """A part in small words, its groups apart so that they can be linked."""
    return phrase_pieces(
        part,
        names=explained.names,
        catalogue=explained.facts.fields,
        language=reading_language(),
    )


def answer_of(explained: Explained, reason: Reason) -> str:
    """What the contact has where a leaf asks for something; empty where it shows."""
    match reason.expression:
        case Where(code, _op, _value):
            return _value_of(explained, code, explained.facts.values_of(code))
        case SameAddress(conditions):
            return _addresses(explained, [one.field for one in conditions])
        case GroupMembers(group) | MemberSince(group):
            return since_words(explained.groups[group])
        case HasRole(role) if not reason.holds:
            names = [explained.names[one] for one in explained.givers[role]]
            return _given_by(names)
        case _:
            return ""


def since_words(told: ExplainedGroup) -> str:
    if told.since is None or not told.judged:
        return ""
    return _("since %(day)s") % {"day": day(told.since)}


def words_for_handwork(handwork: Handwork, *, is_derived: bool) -> str:
    """What was done by hand, by whom, when, and why."""
    if not is_derived:
        done = _("Added by hand by %(who)s on %(day)s")
    elif handwork.puts_in:
        done = _("Put in as an exception by %(who)s on %(day)s")
    else:
        done = _("Kept out as an exception by %(who)s on %(day)s")
    told = done % {"who": _who(handwork), "day": day(handwork.at)}
    return " ".join([_with_reason(told, handwork.reason), *_until(handwork)])


def words_for_turn(explained: Explained) -> str:
    """The least that would make it the other way round; said after the verdict."""
    turn = explained.turn
    if turn is None:
        return _("No change in what this group is made of would turn this.")
    told = _("That changes when %(what)s.") % {"what": _clauses(explained, turn)}
    if turn.proof is Proof.SUGGESTION:
        return " ".join([told, _("This is one way; perhaps less is enough.")])
    return told


def _value_of(explained: Explained, code: str, values: Iterable[Stored]) -> str:
    fields, language = explained.facts.fields, reading_language()
    label = label_of_field(code, catalogue=fields, language=language)
    filled = [value for value in values if value is not None and value != ""]
    if not filled:
        return _("%(field)s: not filled in") % {"field": label}
    written = values_text(code, filled, catalogue=fields, language=language)
    return _("%(field)s: %(value)s") % {"field": label, "value": written}


def _addresses(explained: Explained, codes: Sequence[str]) -> str:
    addresses = explained.facts.addresses(codes)
    if not addresses:
        return _("no address")
    return " · ".join(
        ", ".join(_value_of(explained, code, [address[code]]) for code in codes)
        for address in addresses
    )


def _given_by(names: Sequence[str]) -> str:
    if not names:
        return _("no group gives this role")
    return _("given by %(groups)s") % {"groups": ", ".join(map(quoted, names))}


def _who(handwork: Handwork) -> str:
    if handwork.actor_kind == ActorKind.CONTACT:
        return actor_in_words(handwork.by, handwork.actor_kind)
    if handwork.by:
        return handwork.by
    if handwork.actor_kind == ActorKind.CLOCK:
        return _("Kring itself")
    return _("the operator")


def _with_reason(told: str, reason: str) -> str:
    if not reason:
        return _("%(told)s.") % {"told": told}
    return _("%(told)s: %(reason)s.") % {"told": told, "reason": quoted(reason)}


def _until(handwork: Handwork) -> list[str]:
    if handwork.until is None:
        return []
    known = {"day": day(handwork.until)}
    if handwork.counts:
        return [_("This holds until %(day)s.") % known]
    return [_("This ended after %(day)s and counts no more.") % known]


def _clauses(explained: Explained, turn: Turning) -> str:
    """What is about the contact first, so that its name stands there once."""
    about = [
        (flip.leaf, flip.becomes)
        for flip in turn.flips
        if isinstance(flip.leaf, GroupMembers | HasRole)
    ]
    others = [
        flip for flip in turn.flips if not isinstance(flip.leaf, GroupMembers | HasRole)
    ]
    clauses = [
        *([] if turn.by_hand is None else [_deed(explained, turn.by_hand)]),
        *(
            _about(explained, *one, contact="" if place else str(explained.contact))
            for place, one in enumerate(about)
        ),
        *(_clause(explained, flip) for flip in others),
    ]
    return reduce(_and, clauses)


def _and(first: str, second: str) -> str:
    return _("%(first)s and %(second)s") % {"first": first, "second": second}


def _deed(explained: Explained, deed: ByHand) -> str:
    known = {"contact": explained.contact}
    match deed:
        case ByHand.LIFT:
            return _("the exception is lifted")
        case ByHand.REMOVE:
            return _("somebody takes %(contact)s out") % known
        case ByHand.PLACE if explained.asked.group.is_closed:
            return (
                _("the group is reopened and somebody puts %(contact)s in it") % known
            )
        case ByHand.PLACE:
            return _("somebody puts %(contact)s in") % known
        case _:
            assert_never(deed)


def _about(
    explained: Explained,
    leaf: GroupMembers | HasRole,
    becomes: bool,  # noqa: FBT001 (as in Flip)
    *,
    contact: str,
) -> str:
    """A clause about the contact, of whom the name may be left out."""
    if isinstance(leaf, GroupMembers):
        known = {"contact": contact, "group": quoted(explained.names[leaf.group])}
        told = (
            _("%(contact)s is a member of %(group)s")
            if becomes
            else _("%(contact)s is no member of %(group)s")
        )
        return (told % known).strip()
    role = PHRASES[reading_language()].role_names[leaf.role]
    told = (
        _("%(contact)s has the role %(role)s")
        if becomes
        else _("%(contact)s does not have the role %(role)s")
    )
    return (told % {"contact": contact, "role": role}).strip()


def _clause(explained: Explained, flip: Flip) -> str:
    condition = flip.leaf
    if isinstance(condition, Where) and _positive(condition).op in _EQUALITY:
        return _equality(explained, condition, flip)
    return _in_general(explained, condition, flip)


def _equality(explained: Explained, condition: Where, flip: Flip) -> str:
    fields, language = explained.facts.fields, reading_language()
    known = {
        "field": label_of_field(condition.field, catalogue=fields, language=language),
        "value": operand_text(condition, catalogue=fields, language=language),
    }
    # What says not turns the other way round.
    if flip.becomes is (_positive(condition) == condition):
        return _("%(field)s is %(value)s") % known
    return _("%(field)s is not %(value)s") % known


def _in_general(explained: Explained, leaf: Leaf, flip: Flip) -> str:
    known = {"phrase": text_of(phrase_of(explained, leaf))}
    if flip.becomes:
        return _("this becomes true: %(phrase)s") % known
    return _("this stops being true: %(phrase)s") % known


def _positive(condition: Where) -> Where:
    op = POSITIVES.get(condition.op, condition.op)
    return Where(condition.field, op, condition.value)
