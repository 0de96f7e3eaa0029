"""Refusals about groups and their members, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.actions import copying, errors
from kring.algebra.expressions import Role
from kring.groups.models import NeighbourhoodRole
from kring.ui.wording import quoted, words_for
from kring.ui.words_changes import part_in_words


def label_of(field: str) -> str:
    """How a setting of a group is called on screen."""
    return {
        "name": _("Name"),
        "description": _("Description"),
        "responsible": _("Responsible"),
        "starts_on": _("Start date"),
        "ends_on": _("Date finished"),
        "welcome_template": _("Template"),
        "welcome_policy": _("Send to"),
        "welcome_delay_hours": _("Hours of delay"),
        "welcome_mailbox": _("Sender"),
        "neighbourhood_role": _("Role in neighbourhood approach"),
        "portal_name": _("Name on portal"),
        "since": _("Added on"),
        "subject": _("Subject"),
        "body": _("Text"),
        "attachment": _("The name of the attachment"),
        "reason": _("Reason"),
    }.get(field) or part_in_words(field)


@words_for.register
def _not_allowed(_error: errors.NotAllowedError) -> str:
    return _("You may look at this, but not change it. Ask an administrator.")


@words_for.register
def _name_missing(_error: errors.NameMissingError) -> str:
    return _("Give the group a name.")


@words_for.register
def _text_too_long(error: errors.TextTooLongError) -> str:
    return _(
        "%(field)s is too long: at most %(limit)s characters, and these are %(length)s."
    ) % {
        "field": label_of(error.field),
        "limit": error.limit,
        "length": error.length,
    }


@words_for.register
def _unprintable(error: errors.UnprintableTextError) -> str:
    return _("%(field)s holds a character that cannot be kept. Type it again.") % {
        "field": label_of(error.field)
    }


@words_for.register
def _name_taken(error: errors.NameTakenError) -> str:
    return _("There already is a group %(name)s. Choose another name.") % {
        "name": quoted(error.name)
    }


@words_for.register
def _ends_before(_error: errors.EndsBeforeItStartsError) -> str:
    return _("Date finished lies before Start date. Change one of the two.")


@words_for.register
def _unknown_groups(error: errors.UnknownGroupsError) -> str:
    return ngettext(
        "The group with number %(numbers)s does not exist, or no longer.",
        "The groups with numbers %(numbers)s do not exist, or no longer.",
        len(error.groups),
    ) % {"numbers": ", ".join(str(group) for group in error.groups[:10])}


@words_for.register
def _unknown_group_name(error: errors.UnknownGroupNameError) -> str:
    return _("There is no group %(name)s. Check the spelling.") % {
        "name": quoted(error.name)
    }


@words_for.register
def _unknown_contacts(error: errors.UnknownContactsError) -> str:
    return ngettext(
        "One of these contacts does not exist, or no longer: %(numbers)s.",
        "Some of these contacts do not exist, or no longer: %(numbers)s.",
        len(error.contacts),
    ) % {"numbers": ", ".join(str(contact) for contact in error.contacts[:10])}


@words_for.register
def _unknown_choice(error: errors.UnknownChoiceError) -> str:
    return _("What is chosen at %(field)s does not exist. Choose from the list.") % {
        "field": label_of(error.field)
    }


@words_for.register
def _group_closed(error: errors.GroupClosedError) -> str:
    return _(
        "%(name)s is closed: nobody can be added and it cannot become a part of"
        " another group. Reopen it first."
    ) % {"name": quoted(error.name)}


@words_for.register
def _loop(error: errors.LoopError) -> str:
    return _(
        "This would make the group depend on itself: %(path)s. Take one of these"
        " groups out of the composition."
    ) % {"path": path_in_words(error.path, error.roles)}


def path_in_words(names: Sequence[str], roles: Sequence[Role | None]) -> str:
    """From group to group, and through which role where it is not by name."""
    steps = [names[0]]
    for name, role in zip(names[1:], roles, strict=True):
        if role is not None:
            label = NeighbourhoodRole(role.value).label
            steps.append(_("(role %(role)s)") % {"role": label})
        steps.append(name)
    return " → ".join(steps)


@words_for.register
def _nested_too_deep(error: errors.NestedTooDeepError) -> str:
    return _(
        "Groups can follow from each other at most %(limit)s deep, and this would be"
        " deeper. Choose parts that are closer to the contacts."
    ) % {"limit": error.limit}


@words_for.register
def _group_in_use(error: errors.GroupInUseError) -> str:
    return ngettext(
        "%(name)s cannot be deleted, because another group is made of it: %(uses)s."
        " Take it out there first.",
        "%(name)s cannot be deleted, because other groups are made of it: %(uses)s."
        " Take it out there first.",
        len(error.uses),
    ) % {
        "name": quoted(error.name),
        "uses": ", ".join(quoted(use) for use in error.uses.values()),
    }


@words_for.register
def _kind_is_fixed(error: errors.KindIsFixedError) -> str:
    return _(
        "%(name)s stays what it was made as: a static group gets no composition, and"
        " a composed group keeps one. Make a new group instead."
    ) % {"name": quoted(error.name)}


@words_for.register
def _derived_needed(error: errors.DerivedGroupNeededError) -> str:
    return _(
        "%(name)s is a static group: its members are put in and taken out by hand."
    ) % {"name": quoted(error.name)}


@words_for.register
def _static_needed(error: errors.StaticGroupNeededError) -> str:
    return _(
        "The members of %(name)s follow from its rules, so this cannot be done by hand."
    ) % {"name": quoted(error.name)}


@words_for.register
def _no_stated_date(error: errors.NoStatedDateError) -> str:
    return _(
        "Since when somebody is in %(name)s follows from its rules. Leave “Added on”"
        " empty."
    ) % {"name": quoted(error.name)}


@words_for.register
def _no_last_day(error: errors.NoLastDayError) -> str:
    return _(
        "%(name)s is a static group: nobody leaves it by itself. Leave the last day"
        " empty."
    ) % {"name": quoted(error.name)}


@words_for.register
def _last_day_passed(error: errors.LastDayPassedError) -> str:
    return _(
        "The last day, %(day)s, has passed already. Choose today or later, or leave it"
        " empty."
    ) % {"day": date_format(error.until, "j F Y")}


@words_for.register
def _own_choice(error: errors.OwnChoiceError) -> str:
    return ngettext(
        "This contact chose itself not to be in %(name)s. That is lifted only with a"
        " reason: say why.",
        "%(count)s of these contacts chose themselves not to be in %(name)s. That is"
        " lifted only with a reason: say why.",
        len(error.contacts),
    ) % {"name": quoted(error.name), "count": len(error.contacts)}


@words_for.register
def _changed_meanwhile(_error: errors.ChangedMeanwhileError) -> str:
    return _(
        "Someone else changed this in the meantime. Open it again; what you typed is"
        " still here."
    )


@words_for.register
def _many_mails(error: errors.ManyMailsError) -> str:
    if error.confirmed is None:
        return ngettext(
            "This would send a mail to %(count)s new member. Confirm that number, or"
            " ask for no mail; nothing has changed yet.",
            "This would send a mail to %(count)s new members. Confirm that number, or"
            " ask for no mail; nothing has changed yet.",
            error.count,
        ) % {"count": error.count}
    return ngettext(
        "You confirmed %(confirmed)s mails to new members, and now it would be"
        " %(count)s. Confirm that number, or ask for no mail; nothing has changed yet.",
        "You confirmed %(confirmed)s mails to new members, and now it would be"
        " %(count)s. Confirm that number, or ask for no mail; nothing has changed yet.",
        error.count,
    ) % {"confirmed": error.confirmed, "count": error.count}


@words_for.register
def _delay_not_possible(error: errors.DelayNotPossibleError) -> str:
    return _("A mail can wait from 0 to %(limit)s hours (a year).") % {
        "limit": error.limit
    }


@words_for.register
def _date_not_possible(error: errors.DateNotPossibleError) -> str:
    return _("%(field)s cannot lie in the future.") % {"field": label_of(error.field)}


@words_for.register
def _static_already(error: copying.StaticAlreadyError) -> str:
    return _(
        "%(group)s is a static group already: its members stay as they are. You can"
        " copy it."
    ) % {"group": quoted(error.name)}


@words_for.register
def _still_filling(error: copying.StillFillingError) -> str:
    return _(
        "%(group)s is being brought up to date at the moment. Try again once that is"
        " done."
    ) % {"group": quoted(error.name)}
