"""Refusals about mails to groups, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kring.actions import mailing_rounds as rounds
from kring.actions import mailings
from kring.actions.errors import GroupMailedSoonError
from kring.mailing.models import MailingState
from kring.ui.templatetags.ui import number
from kring.ui.wording import quoted, words_for


@words_for.register
def _unknown(_error: mailings.UnknownMailingError) -> str:
    return _("This mail to groups does not exist, or no longer.")


@words_for.register
def _gone_out(error: mailings.MailingGoneOutError) -> str:
    return _(
        "%(mail)s has been sent already. To send it to others, make a new mail of it."
    ) % {"mail": quoted(error.subject)}


@words_for.register
def _groups_gone(error: mailings.GroupsGoneError) -> str:
    return ngettext(
        "%(groups)s has been deleted, so nobody can say who belongs to it. Take it out"
        " of this mail, or choose another group.",
        "%(groups)s have been deleted, so nobody can say who belongs to them. Take them"
        " out of this mail, or choose other groups.",
        len(error.names),
    ) % {"groups": _named(error.names)}


@words_for.register
def _text_missing(error: rounds.MailingTextMissingError) -> str:
    return {
        "subject": _("Give the mail a subject before it is sent."),
        "body": _("Write the text of the mail before it is sent."),
    }[error.field]


@words_for.register
def _no_groups(_error: rounds.NoGroupsChosenError) -> str:
    return _("Choose at least one group that gets the mail.")


@words_for.register
def _nobody(error: rounds.NobodyToMailError) -> str:
    if not error.meant:
        return _("Nobody belongs to the groups that you chose, so nobody is mailed.")
    return ngettext(
        "Nobody can be mailed: the %(count)s contact that you chose does not get it.",
        "Nobody can be mailed: none of the %(count)s contacts that you chose gets it.",
        error.meant,
    ) % {"count": number(error.meant)}


@words_for.register
def _filling(error: rounds.GroupsFillingError) -> str:
    return ngettext(
        "%(groups)s is being updated, so the number is not final yet. Try again in a"
        " moment.",
        "%(groups)s are being updated, so the number is not final yet. Try again in a"
        " moment.",
        len(error.names),
    ) % {"groups": _named(error.names)}


@words_for.register
def _audience_changed(error: rounds.AudienceChangedError) -> str:
    return ngettext(
        "Nothing has been sent: by now %(now)s person would get the mail, and not"
        " %(confirmed)s. Is that right? Then send it once more.",
        "Nothing has been sent: by now %(now)s people would get the mail, and not"
        " %(confirmed)s. Is that right? Then send it once more.",
        error.now,
    ) % {"now": number(error.now), "confirmed": number(error.confirmed)}


@words_for.register
def _moment(error: rounds.MomentNotPossibleError) -> str:
    moment = formats.date_format(timezone.localtime(error.at), "j F Y, H:i")
    if error.is_past:
        return _("%(moment)s has passed. Choose a moment that is yet to come.") % {
            "moment": moment
        }
    return _("%(moment)s is more than a year away. Choose an earlier moment.") % {
        "moment": moment
    }


@words_for.register
def _not_under_way(error: rounds.MailingNotUnderWayError) -> str:
    return {
        MailingState.DRAFT.value: _("This mail has not been sent yet."),
        MailingState.SCHEDULED.value: _("This mail is scheduled, and does not go yet."),
        MailingState.SENDING.value: _("This mail is being sent already."),
        MailingState.PAUSED.value: _("This mail is paused already."),
        MailingState.DONE.value: _("This mail has gone to everyone already."),
        MailingState.CANCELLED.value: _("The rest of this mail was stopped before."),
    }[error.state]


@words_for.register
def _mailed_soon(error: GroupMailedSoonError) -> str:
    return ngettext(
        "%(group)s cannot be deleted, because a scheduled mail goes by it: %(mails)s."
        " Take the group out of that mail first, or cancel it.",
        "%(group)s cannot be deleted, because scheduled mails go by it: %(mails)s."
        " Take the group out of those mails first, or cancel them.",
        len(error.mails),
    ) % {"group": quoted(error.name), "mails": _named(error.mails)}


def _named(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)
