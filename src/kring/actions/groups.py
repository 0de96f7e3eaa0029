"""Making, editing, closing and deleting groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from django.utils import timezone

from kring.accounts.actors import Actor
from kring.accounts.models import User
from kring.actions.acts import Act, act
from kring.actions.definition_checks import check_what_follows, groups_asking_role
from kring.actions.errors import (
    ChangedMeanwhileError,
    DelayNotPossibleError,
    EndsBeforeItStartsError,
    GroupInUseError,
    GroupMailedSoonError,
    NameMissingError,
    NameTakenError,
    UnknownChoiceError,
    UnknownGroupsError,
)
from kring.actions.examples import Despite, require_examples
from kring.actions.fills import begin_fill, hold_for_fill
from kring.actions.members import existing_group
from kring.actions.requiring import require_text
from kring.actions.welcoming import Welcome, Welcoming, if_confirmed
from kring.algebra import codec, limits
from kring.algebra.text import fold
from kring.groups import chunks, definitions
from kring.groups.history import Entry
from kring.groups.locks import Definitions
from kring.groups.models import Group, NeighbourhoodRole, WelcomePolicy
from kring.groups.queries import group_named
from kring.groups.settings import GroupSettings, facts_of, kind_of, settings_of
from kring.mailing.mailings import scheduled_naming
from kring.mailing.models import Mailbox, Template

_LENGTHS: Final[Mapping[str, int]] = {
    "name": limits.GROUP_NAME_LENGTH,
    "description": limits.GROUP_DESCRIPTION_LENGTH,
    "portal_name": limits.GROUP_NAME_LENGTH,
}


def create_group(
    settings: GroupSettings, *, by: Actor, welcome: Welcoming = Welcome.DEFAULT
) -> Group:
    """Make a group; with a definition a derived one, whose members follow at once.

    Nobody is mailed unless the number of mails is confirmed: ManyMailsError when it
    is another. Raises a RefusedError that says what is wrong with the settings.
    """
    with act(
        "group.create",
        by=by,
        graph=Definitions.EXCLUSIVE,
        welcome=if_confirmed(welcome),
    ) as this:
        hold_for_fill(this)
        return make(this, settings)


def edit_group(
    group: int,
    settings: GroupSettings,
    *,
    by: Actor,
    version: int | None = None,
    despite: Despite = Despite.NOTHING,
    welcome: Welcoming = Welcome.DEFAULT,
) -> Group:
    """Give a group these settings, in place of all it had.

    `version` is the one that the editor saw: ChangedMeanwhileError when someone
    else edited since. A definition that breaks examples of the group is saved
    `despite` them where the group only warns of that, else ExamplesBrokenError.
    Nobody is mailed unless the number of mails to new members of this group is
    confirmed: ManyMailsError when it is another. Raises a RefusedError that says what
    is wrong otherwise.
    """
    settings = _tidied(settings)
    with act(
        "group.edit",
        by=by,
        graph=Definitions.EXCLUSIVE,
        welcome=if_confirmed(welcome),
    ) as this:
        this.welcomed = frozenset({group})
        hold_for_fill(this)
        found = existing_group(group)
        before = settings_of(found)
        if version not in (None, found.version):
            raise ChangedMeanwhileError(found.version)
        if settings != before:
            rewrite(this, found, settings, despite=despite)
    return found


def close_group(group: int, *, by: Actor) -> Group:
    """Close a group: nobody's membership changes."""
    return _edit(group, lambda settings: replace(settings, closed=True), by=by)


def reopen_group(group: int, *, by: Actor) -> Group:
    """Open a closed group again."""
    return _edit(group, lambda settings: replace(settings, closed=False), by=by)


def delete_group(group: int, *, by: Actor, version: int | None = None) -> int:
    """Hide a group and its members; refused, with every use, while others follow it.

    Returns the number of the change. `version` is the one that whoever deletes saw.
    Raises GroupInUseError, GroupMailedSoonError, UnknownGroupsError or
    ChangedMeanwhileError.
    """
    with act("group.delete", by=by, graph=Definitions.EXCLUSIVE) as this:
        this.hold_chunks(chunks.all_chunks())
        found = existing_group(group)
        if version not in (None, found.version):
            raise ChangedMeanwhileError(found.version)
        hide(this, found)
        return this.change


def make(this: Act, settings: GroupSettings) -> Group:
    """Make a group with these settings; the act holds the graph, and for a fill.

    Raises a RefusedError where the group cannot be as it is.
    """
    settings = _tidied(settings)
    _check(settings, of=None)
    group = Group(created_at=this.occasion.at, created_by_id=this.occasion.by.user_id)
    _write(this, group, settings)
    this.record(Entry("group", group=group.pk, after=facts_of(settings)))
    this.welcomed = frozenset({group.pk})
    _turn(this, group.pk, before=None, after=settings)
    return group


def rewrite(
    this: Act,
    group: Group,
    settings: GroupSettings,
    *,
    despite: Despite = Despite.EXAMPLES,
) -> None:
    """Give a group these settings; the act holds the graph, and what a fill needs."""
    before = settings_of(group)
    _check(settings, of=group)
    require_examples(this, group, settings.definition, despite)
    _write(this, group, settings)
    this.record(Entry("group", None, group.pk, facts_of(before), facts_of(settings)))
    _turn(this, group.pk, before=before, after=settings)


def hide(this: Act, group: Group) -> None:
    """Hide a group and its members; the act holds the graph and all chunks.

    Raises GroupInUseError or GroupMailedSoonError.
    """
    uses = uses_of(group)
    if uses:
        raise GroupInUseError(group.name, uses)
    mails = scheduled_naming(group.pk)
    if mails:
        raise GroupMailedSoonError(group.name, mails)
    this.record(Entry("group", group=group.pk, before=facts_of(settings_of(group))))
    Group.objects.filter(pk=group.pk).update(
        deleted_at=this.occasion.at, version=this.change
    )
    definitions.write_edges(group.pk, None)
    this.follow([group.pk], this.everyone)


def bring_back(this: Act, group: Group) -> None:
    """Show a hidden group again, with whoever belongs to it by now.

    The act holds the graph, and what a fill needs. Raises a RefusedError where the
    group would not be let in as it is.
    """
    settings = settings_of(group)
    _check(settings, of=group)
    group.deleted_at = None
    _write(this, group, settings)
    this.record(Entry("group", group=group.pk, after=facts_of(settings)))
    begin_fill(this, {group.pk} | groups_asking_role(settings.neighbourhood_role))


def uses_of(group: Group) -> dict[int, str]:
    """The groups that follow directly from this one, by its name or its role."""
    followers = {
        follower
        for follower, parts in definitions.all_parts().items()
        if group.pk in parts
    }
    return dict(
        Group.objects.filter(pk__in=followers)
        .order_by("name")
        .values_list("pk", "name")
    )


def _edit(
    group: int, edited: Callable[[GroupSettings], GroupSettings], *, by: Actor
) -> Group:
    now = Group.objects.filter(pk=group, deleted_at__isnull=True).first()
    if now is None:
        raise UnknownGroupsError([group])
    return edit_group(group, edited(settings_of(now)), by=by, version=now.version)


def _tidied(settings: GroupSettings) -> GroupSettings:
    return replace(
        settings,
        name=" ".join(settings.name.split()),
        description=settings.description.strip(),
        portal_name=" ".join(settings.portal_name.split()),
    )


def _check(settings: GroupSettings, *, of: Group | None) -> None:
    """Refuse settings that cannot be; the graph is held exclusively."""
    _check_texts(settings)
    _check_choices(settings)
    _check_delay(settings.welcome_delay_hours)
    _check_name(settings.name, of)
    if (
        settings.starts_on
        and settings.ends_on
        and settings.ends_on < settings.starts_on
    ):
        raise EndsBeforeItStartsError
    check_what_follows(settings, of=of)


def _check_texts(settings: GroupSettings) -> None:
    if not fold(settings.name):
        raise NameMissingError
    for field, limit in _LENGTHS.items():
        require_text(field, getattr(settings, field), limit=limit)


def _check_choices(settings: GroupSettings) -> None:
    known = {
        "responsible": settings.responsible is None
        or User.objects.filter(pk=settings.responsible).exclude(staff_role="").exists(),
        "welcome_template": settings.welcome_template is None
        or Template.objects.filter(pk=settings.welcome_template).exists(),
        "welcome_mailbox": settings.welcome_mailbox is None
        or Mailbox.objects.filter(pk=settings.welcome_mailbox).exists(),
        "neighbourhood_role": settings.neighbourhood_role
        in {"", *NeighbourhoodRole.values},
        "welcome_policy": settings.welcome_policy in WelcomePolicy.values,
    }
    for field, is_known in known.items():
        if not is_known:
            raise UnknownChoiceError(field)


def _check_delay(hours: int) -> None:
    if not 0 <= hours <= limits.WELCOME_DELAY_HOURS:
        raise DelayNotPossibleError(hours, limits.WELCOME_DELAY_HOURS)


def _check_name(name: str, of: Group | None) -> None:
    other = group_named(name)
    if other is not None and other != of:
        raise NameTakenError(other.name, other.pk)


def _write(this: Act, group: Group, settings: GroupSettings) -> None:
    _write_plain_settings(group, settings)
    group.folded_name = fold(settings.name)
    group.responsible_id = settings.responsible
    group.welcome_template_id = settings.welcome_template
    group.welcome_mailbox_id = settings.welcome_mailbox
    group.kind = kind_of(settings.definition)
    if settings.definition is not None:
        group.definition = codec.encode(settings.definition)
    if settings.closed != group.is_closed:
        group.closed_at = timezone.now() if settings.closed else None
    group.version = this.change
    group.save()
    definitions.write_edges(group.pk, settings.definition)


def _write_plain_settings(group: Group, settings: GroupSettings) -> None:
    for name in (
        "name",
        "description",
        "starts_on",
        "visible_on_portal",
        "visible_at_contact",
        "welcome_policy",
        "welcome_delay_hours",
        "neighbourhood_role",
        "ends_on",
        "editable_on_portal",
        "portal_name",
        "portal_order",
    ):
        setattr(group, name, getattr(settings, name))


def _turn(
    this: Act, group: int, *, before: GroupSettings | None, after: GroupSettings
) -> None:
    """Judge anew whatever the new settings change for who belongs."""
    touched: set[int] = set()
    if after.definition != (before and before.definition):
        touched.add(group)
    old_role = before.neighbourhood_role if before else ""
    if after.neighbourhood_role != old_role:
        touched |= groups_asking_role(old_role) | groups_asking_role(
            after.neighbourhood_role
        )
    if touched:
        begin_fill(this, touched)
