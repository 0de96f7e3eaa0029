"""What a definition may follow: checked when it is saved, and when it is previewed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kring.actions.errors import (
    GroupClosedError,
    KindIsFixedError,
    LoopError,
    NestedTooDeepError,
    UnknownGroupsError,
)
from kring.algebra import codec, limits
from kring.algebra.expressions import Expression, Role
from kring.algebra.graph import (
    Path,
    loop_through,
    nesting_through,
    parts_of,
    roles_along,
)
from kring.algebra.walk import groups_named_in, roles_named_in
from kring.contacts.catalogue import catalogue
from kring.groups import definitions
from kring.groups.models import Group
from kring.groups.settings import GroupSettings, settings_of


def check_definition(
    definition: Expression | None, *, group: int | None, role: str | None = None
) -> None:
    """Refuse a definition as saving it would; nothing is held or written.

    `group` is the one that would have it, None a new one. `role` is the role that
    the group would give; None is the role that it gives already. Raises
    UnknownGroupsError, GroupClosedError, KindIsFixedError, LoopError,
    NestedTooDeepError or an UnreadableDefinitionError.
    """
    found = None
    settings = GroupSettings(name="…")
    if group is not None:
        found = Group.objects.filter(pk=group, deleted_at__isnull=True).first()
        if found is None:
            raise UnknownGroupsError([group])
        settings = settings_of(found)
    settings = replace(
        settings,
        definition=definition,
        neighbourhood_role=settings.neighbourhood_role if role is None else role,
    )
    check_what_follows(settings, of=found)


def check_what_follows(settings: GroupSettings, *, of: Group | None) -> None:
    """Refuse settings for what the group would follow, or what would follow it.

    What saves them holds the graph exclusively.
    """
    if of is not None and of.is_derived != (settings.definition is not None):
        raise KindIsFixedError(of.name)
    if settings.definition is not None:
        _check_parts(settings.definition, of)
    _check_graph(settings, of)


def groups_asking_role(role: str) -> frozenset[int]:
    """The groups whose definition asks who has this role."""
    return definitions.groups_asking([f"role:{role}"]) if role else frozenset()


def _check_parts(definition: Expression, of: Group | None) -> None:
    """Parts exist; what is new among them is open.

    The limits of what can be read hold for definitions that were never text, too.
    """
    codec.decode(codec.encode(definition), catalogue=catalogue())
    wanted = groups_named_in(definition)
    found = Group.objects.filter(pk__in=wanted, deleted_at__isnull=True)
    parts = {part.pk: part for part in found}
    missing = sorted(wanted - parts.keys())
    if missing:
        raise UnknownGroupsError(missing)
    old = settings_of(of).definition if of is not None else None
    standing = groups_named_in(old) if old is not None else frozenset()
    for part in parts.values():
        if part.is_closed and part.pk not in standing:
            raise GroupClosedError(part.pk, part.name)


def _check_graph(settings: GroupSettings, of: Group | None) -> None:
    """No loop and no row of groups that is too long, also through the role it gives."""
    this = of.pk if of is not None else 0
    edges = dict(definitions.all_parts(giving_aside=this))
    parts = _parts(settings, this)
    for follower in groups_asking_role(settings.neighbourhood_role):
        edges[follower] = edges.get(follower, frozenset()) | {this}
    path = loop_through(this, parts, edges)
    if path is not None:
        roles = _roles_along(path, settings, this)
        raise LoopError(_names(path, {this: settings.name}), roles)
    if nesting_through(this, parts, edges) > limits.NESTING:
        raise NestedTooDeepError(limits.NESTING)


def _parts(settings: GroupSettings, this: int) -> frozenset[int]:
    """What the group would follow, itself included if it gives a role it asks for."""
    if settings.definition is None:
        return frozenset()
    roles = {role.value for role in roles_named_in(settings.definition)}
    givers = definitions.groups_giving(roles)
    own = frozenset({this}) if settings.neighbourhood_role in roles else frozenset()
    others = parts_of(settings.definition, lambda role: givers[role.value] - {this})
    return others | own


def _roles_along(
    path: Path, settings: GroupSettings, this: int
) -> Sequence[Role | None]:
    """Through which role each step goes, the settings being those of `this`."""
    named = dict(definitions.named_parts())
    given = dict(definitions.roles_given())
    definition = settings.definition
    named[this] = groups_named_in(definition) if definition else frozenset()
    if settings.neighbourhood_role:
        given[this] = Role(settings.neighbourhood_role)
    return roles_along(path, named, given)


def _names(path: Collection[int], new: Mapping[int, str]) -> list[str]:
    known = dict(Group.objects.filter(pk__in=path).values_list("pk", "name"))
    return [new.get(group) or known[group] for group in path]
