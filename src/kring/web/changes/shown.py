"""Changes as people read them: names in place of numbers, words in place of codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kring.contacts.queries import lines_of_merged, listed
from kring.groups.changes import GroupName, GroupTurn, ListedChange, group_names
from kring.ui.words_changes import actor_in_words, deed_in_words

_EFFECTS = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A contact or group by name; `id` is None where there is no page to go to."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Effect:
    group: Named
    joined: int
    left: int


@dataclass(frozen=True, slots=True)
class ShownChange:
    """An act as a line; `more` groups turned beside those of `effects`."""

    change: ListedChange
    deed: str
    who: str
    contact: Named | None
    group: Named | None
    effects: tuple[Effect, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Names:
    """The names of contacts and groups that a page tells of."""

    contacts: dict[int, Named]
    groups: dict[int, GroupName]

    def contact(self, contact: int) -> Named:
        """Who was erased, or is no longer there, has no name."""
        return self.contacts.get(contact) or Named(None, _("erased contact"))

    def group(self, group: int) -> Named:
        found = self.groups.get(group)
        if found is None:
            return Named(None, str(group))
        return Named(None if found.is_deleted else group, found.name)


def names_of_both(contacts: Collection[int], groups: Collection[int]) -> Names:
    """In two queries, or none for what is not asked; two more for who was merged."""
    return Names(
        contacts=_named_contacts(contacts) if contacts else {},
        groups=group_names(groups) if groups else {},
    )


def _named_contacts(contacts: Collection[int]) -> dict[int, Named]:
    """Who was merged goes by the name of the contact that it became."""
    found = {line.id: Named(line.id, line.name) for line in listed(contacts)}
    gone = [contact for contact in contacts if contact not in found]
    merged = lines_of_merged(gone) if gone else []
    return found | {
        contact: Named(
            kept.id,
            _("%(contact)s (number %(number)s before)")
            % {"contact": kept.name, "number": number},
        )
        for contact, number, kept in merged
    }


def shown_changes(
    changes: Sequence[ListedChange], *, most: int = _EFFECTS
) -> list[ShownChange]:
    names = names_of_both(
        {one.contact for one in changes if one.contact is not None},
        {group for one in changes for group in _groups_of(one, most)},
    )
    return [_shown(change, names, most) for change in changes]


def _groups_of(change: ListedChange, most: int) -> Iterable[int]:
    if change.group is not None:
        yield change.group
    for turn in change.turned[:most]:
        yield turn.group


def _shown(change: ListedChange, names: Names, most: int) -> ShownChange:
    return ShownChange(
        change=change,
        deed=deed_in_words(change.action),
        who=actor_in_words(change.actor, change.actor_kind),
        contact=None if change.contact is None else names.contact(change.contact),
        group=None if change.group is None else names.group(change.group),
        effects=tuple(_effect(turn, names) for turn in change.turned[:most]),
        more=max(0, len(change.turned) - most),
    )


def _effect(turn: GroupTurn, names: Names) -> Effect:
    return Effect(names.group(turn.group), turn.joined, turn.left)
