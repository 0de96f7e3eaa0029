"""An explanation as JSON, the same at every door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kring.algebra import codec
from kring.algebra.catalogue import Language
from kring.algebra.conditions import Stored
from kring.algebra.explanation import Flip, Reason
from kring.algebra.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Except,
    Expression,
    GroupMembers,
    HasRole,
    MemberSince,
    SameAddress,
    Where,
)
from kring.algebra.sentence import phrase_pieces, sentence, text_of
from kring.algebra.values import json_of
from kring.groups.explanation import Explained, ExplainedGroup, Turning
from kring.groups.explanation_outline import Node, Opened, outline_of
from kring.groups.explanation_reading import Handwork

Json = dict[str, object]

# Deeper JSON upsets readers of it, and 64 groups in a row may each have brackets.
_LEVELS: Final = 32


def explanation_as_json(explained: Explained, language: Language) -> Json:
    """The tree of the asked group; what lies very deep is in `further`, each once."""
    writing = _Writing(explained, language)
    first, *further = outline_of(explained, levels=_LEVELS)
    return {
        "contact": explained.contact.pk,
        "contact_number": explained.contact.number,
        "contact_name": str(explained.contact),
        **writing.group(first),
        "agrees": explained.agrees,
        "turn": writing.turn(explained.turn),
        "further": [writing.group(one) for one in further],
        "today": explained.today,
    }


@dataclass(frozen=True, slots=True)
class _Writing:
    explained: Explained
    language: Language

    def group(self, opened: Opened) -> Json:
        told = opened.told
        return {
            "group": told.group.id,
            "group_name": told.group.name,
            "kind": told.group.kind,
            "state": "filling" if told.group.is_filling else "ready",
            "in": told.belongs,
            "judged": told.judged,
            "since": told.since,
            "sentence": self._sentence(told),
            "placement": _placement(told.handwork),
            "tree": None if opened.tree is None else self.node(opened.tree),
        }

    def node(self, node: Node) -> Json:
        reason = node.reason
        told: Json = {"holds": reason.holds, "decides": reason.decides}
        parts = [self.node(part) for part in node.parts]
        match reason.expression:
            case AnyOf():
                return {"any": parts, **told}
            case AllOf():
                return {"all": parts, **told}
            case AtLeast(count, _):
                return {"at_least": count, "of": parts, **told}
            case Except():
                base, *removed = parts
                return {"base": base, "except": removed, **told}
            case _:
                return {**self._leaf(reason), **told, **self._groups(node)}

    def turn(self, turn: Turning | None) -> Json | None:
        """What would make it the other way round; None where nothing does."""
        if turn is None:
            return None
        return {
            "in": not self.explained.asked.judged,
            "by_hand": turn.by_hand and turn.by_hand.value,
            "flips": [self._flip(flip) for flip in turn.flips],
            "proof": turn.proof.value,
        }

    def _flip(self, flip: Flip) -> Json:
        return {
            "definition": codec.encode(flip.leaf),
            "text": self._phrase(flip.leaf),
            "becomes": flip.becomes,
        }

    def _leaf(self, reason: Reason) -> Json:
        leaf = reason.expression
        written: Json = {"definition": codec.encode(leaf), "text": self._phrase(leaf)}
        match leaf:
            case Where(code, _, _):
                written["values"] = _values(self.explained.facts.values_of(code))
            case SameAddress(conditions):
                codes = [one.field for one in conditions]
                addresses = self.explained.facts.addresses(codes)
                written["addresses"] = [_named(address) for address in addresses]
            case GroupMembers(group) | MemberSince(group):
                written["since"] = self.explained.groups[group].since
            case HasRole(role):
                written["given_by"] = list(self.explained.givers[role])
            case _:
                pass
        return written

    def _groups(self, node: Node) -> Json:
        """The groups behind a leaf: explained here, or where their number stands."""
        here = [self.group(opened) for opened in node.opened]
        elsewhere = [told.group.id for told in node.elsewhere]
        written: Json = {"explained": here} if here else {}
        return {**written, "explained_elsewhere": elsewhere} if elsewhere else written

    def _phrase(self, expression: Expression) -> str:
        return text_of(
            phrase_pieces(
                expression,
                names=self.explained.names,
                catalogue=self.explained.facts.fields,
                language=self.language,
            )
        )

    def _sentence(self, told: ExplainedGroup) -> str | None:
        if told.group.definition is None:
            return None
        return sentence(
            told.group.definition,
            names=self.explained.names,
            catalogue=self.explained.facts.fields,
            language=self.language,
        )


def _placement(handwork: Handwork | None) -> Json | None:
    if handwork is None:
        return None
    return {
        "effect": handwork.effect,
        "since": handwork.since,
        "until": handwork.until,
        "reason": handwork.reason,
        "by": handwork.by or handwork.actor_kind,
        "at": handwork.at,
        "change": handwork.change,
        "counts": handwork.counts,
    }


def _values(values: tuple[Stored, ...]) -> list[object]:
    return [json_of(value) for value in values if value not in (None, "")]


def _named(address: Mapping[str, Stored]) -> Json:
    return {code: json_of(value) for code, value in address.items()}
