"""The pieces of truth that a change wrote, each as it was and as it became."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder

from kring.actions import looks, merging, representing
from kring.groups.erasure import ERASED
from kring.groups.models import ChangeEntry

Facts = dict[str, Any]
Key = tuple[str, int | None, int | None, str]
"""Kind, contact, group, and for what these do not name its own name."""

PLACEMENT: Final = "placement"
CONTACT: Final = "contact"
GROUP: Final = "group"
FIELD: Final = "field"
TEMPLATE: Final = "template"
MAILING: Final = "mailing"
EXAMPLE: Final = "example"
FORMER: Final = merging.FORMER
COOPERATIVE: Final = looks.COOPERATIVE
REPRESENTS: Final = representing.REPRESENTS
REPRESENTED: Final = representing.REPRESENTED
BROKEN: Final = "broken_examples"
"""The name of the piece that says what broken examples of a group do."""
NAMED_BY: Final[Mapping[str, str]] = {
    FIELD: "code",
    TEMPLATE: "template",
    MAILING: "mailing",
    REPRESENTS: "organisation",
    REPRESENTED: "person",
}
"""Which of its facts names what a contact and a group do not name."""
_OWN: Final = "field:"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of truth before and after a change; None where there was nothing."""

    key: Key
    before: Facts | None
    after: Facts | None

    @property
    def kind(self) -> str:
        return self.key[0]

    @property
    def contact(self) -> int:
        return self.key[1] or 0

    @property
    def group(self) -> int:
        return self.key[2] or 0

    @property
    def name(self) -> str:
        return self.key[3]

    @property
    def into(self) -> int:
        """The contact to which a merged one led or leads; 0 for other pieces."""
        facts = (self.after or self.before or {}) if self.kind == FORMER else {}
        return int(facts.get("into", 0))

    @property
    def was_added(self) -> bool:
        return self.before is None

    @property
    def was_taken_away(self) -> bool:
        return self.after is None

    @property
    def is_about_erased(self) -> bool:
        return ERASED in (self.before, self.after)

    @property
    def changed(self) -> dict[str, object]:
        """What was changed, as it was before; of a whole that was edited."""
        before, after = self.before or {}, self.after or {}
        return {
            name: before.get(name)
            for name in before.keys() | after.keys()
            if not _alike(before.get(name), after.get(name))
        }

    def stands(self, now: Facts | None) -> bool:
        """Whether truth is now as the change left it, in all that it changed."""
        if now is None or self.after is None:
            return now is None and self.after is None
        if self.before is None or self.kind == PLACEMENT:
            names: Iterable[str] = now.keys() | self.after.keys()
        else:
            names = self.changed
        return all(_alike(now.get(name), self.after.get(name)) for name in names)


def pieces_of(change: int) -> list[Piece]:
    """What a change wrote, each piece once: from its first before to its last after."""
    found: dict[Key, Piece] = {}
    entries = ChangeEntry.objects.filter(change=change).order_by("pk")
    rows = entries.values_list("kind", "contact", "group", "before", "after")
    for kind, contact, group, before, after in rows:
        key = (kind, contact, group, _name(kind, before or after or {}))
        first = found[key].before if key in found else flat(kind, before)
        found[key] = Piece(key, first, flat(kind, after))
    return list(found.values())


def kinds_in(changes: Collection[int]) -> frozenset[str]:
    """The kinds of what these changes wrote."""
    entries = ChangeEntry.objects.filter(change__in=changes)
    return frozenset(entries.order_by().values_list("kind", flat=True).distinct())


def those_of(kind: str, pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind == kind]


def flat(kind: str, facts: Facts | None) -> Facts | None:
    """Facts in which each own field of a contact stands by itself."""
    if facts is None or kind != CONTACT or "fields" not in facts:
        return facts
    own = {_OWN + code: value for code, value in (facts["fields"] or {}).items()}
    return {name: value for name, value in facts.items() if name != "fields"} | own


def nested(facts: Facts) -> Facts:
    """The facts of a contact as they are kept: its own fields together again."""
    rest = {name: facts[name] for name in facts if not name.startswith(_OWN)}
    return {**rest, "fields": own_values(facts)}


def own_values(facts: Mapping[str, Any]) -> Facts:
    """What a contact's own fields hold, by code; of facts made flat."""
    return {
        name.removeprefix(_OWN): value
        for name, value in facts.items()
        if name.startswith(_OWN) and not _is_nothing(value)
    }


def as_kept(facts: Mapping[str, object]) -> Facts:
    """The facts as history gives them back: dates are texts, and so on."""
    kept: Facts = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return kept


def _name(kind: str, facts: Facts) -> str:
    if kind == EXAMPLE:
        return BROKEN if BROKEN in facts else ""
    return str(facts.get(NAMED_BY[kind], "")) if kind in NAMED_BY else ""


def _alike(one: object, other: object) -> bool:
    return (_is_nothing(one) and _is_nothing(other)) or one == other


def _is_nothing(value: object) -> bool:
    """What is empty and what is not there are kept alike."""
    return value is None or value == "" or value in ([], {})
