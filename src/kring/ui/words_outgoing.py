"""How far mails have come, and why they do not go, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kring.actions import mails
from kring.groups.models import Group, WelcomePolicy
from kring.mailing.models import Purpose, Skip, Template
from kring.mailing.outgoing import ListedMail
from kring.outbox.models import State
from kring.ui.templatetags.ui import moment, number
from kring.ui.wording import words_for
from kring.ui.words_changes import actor_in_words, deed_in_words

STATES: Final[Mapping[str, Promise]] = {
    State.WAITING.value: gettext_lazy("Waits"),
    State.HELD.value: gettext_lazy("Paused"),
    State.SENT.value: gettext_lazy("Sent"),
    State.FAILED.value: gettext_lazy("Failed"),
    State.SKIPPED.value: gettext_lazy("Skipped"),
    State.CANCELLED.value: gettext_lazy("Cancelled"),
}
"""What the states of a mail are called as a heading or a choice."""

PURPOSES: Final[Mapping[str, Promise]] = {
    Purpose.WELCOME.value: gettext_lazy("New member"),
    Purpose.MAILING.value: gettext_lazy("Mail to group"),
    Purpose.NOTICE.value: gettext_lazy("Notice to staff"),
    Purpose.TEST.value: gettext_lazy("Test mail"),
    Purpose.CODE.value: gettext_lazy("Code to sign in"),
    Purpose.ANSWER.value: gettext_lazy("Answer to a contact"),
    Purpose.INVITE.value: gettext_lazy("Invitation to the portal"),
    Purpose.CHANGED.value: gettext_lazy("Notice of a changed e-mail address"),
}

_WHOLE_SKIPS: Final[Mapping[str, Promise]] = {
    Skip.NO_ADDRESS.value: gettext_lazy(
        "This contact has no e-mail address. Fill one in, and send the mail again."
    ),
    Skip.NO_MAIL.value: gettext_lazy("This contact does not want any mail."),
    Skip.DECEASED.value: gettext_lazy("This contact has died."),
    Skip.ERASED.value: gettext_lazy("This contact has been erased."),
    Skip.BOUNCED.value: gettext_lazy(
        "Earlier mail came back: this address does not exist any more. Fill in"
        " another one, and send the mail again."
    ),
    Skip.COMPLAINED.value: gettext_lazy(
        "This contact reported an earlier mail as unwanted, so nothing is mailed to"
        " this address any more."
    ),
    Skip.WELCOMED.value: gettext_lazy(
        "This contact was welcomed in this group before, and the group welcomes"
        " everyone once."
    ),
    Skip.SHARED.value: gettext_lazy(
        "Another contact at the same address gets this mail."
    ),
    Skip.LEFT.value: gettext_lazy(
        "This contact left the group before the mail could go."
    ),
    Skip.CLOSED.value: gettext_lazy(
        "The group was closed before the mail could go, and a closed group mails"
        " nobody."
    ),
    Skip.DELETED.value: gettext_lazy("The group was deleted before the mail could go."),
    Skip.EXPIRED.value: gettext_lazy(
        "The code stopped working before the mail could go. Whoever wants to sign in"
        " asks for a new one."
    ),
}

# As the enhanced status codes of RFC 3463, and else the first digits of RFC 5321.
_ANSWERS: Final[tuple[tuple[str, Promise], ...]] = (
    (
        r"[45]\.1\.(?:1|2|3|6|10)|\b550\b.*(?:unknown|no such|does not exist)",
        gettext_lazy("This e-mail address does not exist."),
    ),
    (
        r"[45]\.1\.(?:7|8)",
        gettext_lazy("The address that it comes from was not accepted."),
    ),
    (r"[45]\.2\.1", gettext_lazy("This mailbox takes no mail at the moment.")),
    (r"[45]\.2\.2|\b[45]52\b", gettext_lazy("The mailbox is full.")),
    (r"[45]\.(?:2|3)\.(?:3|4)", gettext_lazy("The mail is too large.")),
    (r"[45]\.7\.\d+|\b554\b", gettext_lazy("The mail was refused as unwanted.")),
    (
        r"\b5(?:30|34|35)\b",
        gettext_lazy("The mail server does not let Kring in: look at its password."),
    ),
    (r"\b4\d\d\b|\b4\.\d+\.\d+", gettext_lazy("The mail server asked to try later.")),
    (r"\b5\d\d\b|\b5\.\d+\.\d+", gettext_lazy("The mail server refused the mail.")),
    (
        r"(?i)time[d ]*out|refused|unreachable|reset|closed|resolve|name or service",
        gettext_lazy("The mail server could not be reached."),
    ),
)


def state_in_words(state: str) -> str:
    return str(STATES[state])


def purpose_in_words(purpose: str) -> str:
    return str(PURPOSES[purpose])


def skip_in_words(skip: str) -> str:
    """The reason in a few words, as it follows "skipped:"."""
    return str(Skip(skip).label)


def skip_in_a_sentence(skip: str) -> str:
    """The reason, and what to do about it."""
    return str(_WHOLE_SKIPS[skip])


def answer_in_words(answer: str) -> str:
    """What a mail server's answer comes down to; empty where that is not known."""
    for pattern, words in _ANSWERS:
        if re.search(pattern, answer):
            return str(words)
    return ""


def reason_in_words(mail: ListedMail) -> str:
    """Why a mail is in its state, in a few words; empty where that says enough."""
    match mail.state:
        case State.SKIPPED:
            return skip_in_words(mail.skip)
        case State.FAILED:
            return answer_in_words(mail.answer) or mail.answer
        case State.WAITING:
            return _when_it_goes(mail)
        case State.CANCELLED:
            return _why_cancelled(mail)
        case _:
            return ""


def _when_it_goes(mail: ListedMail) -> str:
    if mail.attempts:
        return ngettext(
            "tried once, goes again from %(moment)s",
            "tried %(count)s times, goes again from %(moment)s",
            mail.attempts,
        ) % {"count": number(mail.attempts), "moment": moment(mail.free_at)}
    if mail.free_at > timezone.now():
        return _("goes from %(moment)s") % {"moment": moment(mail.free_at)}
    return ""


def _why_cancelled(mail: ListedMail) -> str:
    """Who did so; or what else was done, of which it followed."""
    if mail.cancelling == mails.CANCEL:
        who = actor_in_words(mail.canceller, mail.canceller_kind)
        return _("by %(who)s") % {"who": who}
    if mail.cancelling:
        return _("because of: %(deed)s") % {
            "deed": deed_in_words(mail.cancelling).lower()
        }
    return _("sending was stopped") if mail.purpose == Purpose.MAILING else ""


def policy_in_words(group: Group, template: Template) -> str:
    """What whoever joins a group gets, when, and whether who comes back does too."""
    hours = group.welcome_delay_hours
    told = [_("Whoever joins gets “%(name)s”.") % {"name": template}]
    if hours:
        told.append(
            ngettext(
                "The mail waits %(count)s hour.",
                "The mail waits %(count)s hours.",
                hours,
            )
            % {"count": number(hours)}
        )
    if group.welcome_policy == WelcomePolicy.FIRST:
        told.append(_("Whoever comes back does not get it again."))
    else:
        told.append(_("Whoever comes back gets it again."))
    return " ".join(told)


def failures_in_words(count: int) -> str:
    """That mails of a group failed, in a few words for a list."""
    return ngettext("%(count)s mail failed", "%(count)s mails failed", count) % {
        "count": number(count)
    }


def failures_in_a_sentence(count: int) -> str:
    """That mails of a group failed, as the page of the group tells it."""
    return ngettext(
        "%(count)s mail to a member failed.",
        "%(count)s mails to members failed.",
        count,
    ) % {"count": number(count)}


@words_for.register
def _unknown(_error: mails.UnknownMailError) -> str:
    return _("There is no such mail.")


@words_for.register
def _ended(error: mails.MailEndedError) -> str:
    if error.state == State.SENT:
        return _("This mail has been sent already, and cannot be cancelled any more.")
    return _("This mail does not wait any more, so there is nothing to cancel.")


@words_for.register
def _still_goes(_error: mails.MailStillGoesError) -> str:
    return _("This mail still waits and goes by itself. Nothing has changed.")


@words_for.register
def _no_reader(_error: mails.NoReaderError) -> str:
    return _(
        "This mail cannot be sent again, because its contact has been erased or is no"
        " longer there."
    )


@words_for.register
def _goes_once(_error: mails.CodeGoesOnceError) -> str:
    return _(
        "A code to sign in works for a short time and is not sent again. Whoever wants"
        " to sign in asks for a new one on the portal."
    )


@words_for.register
def _more(error: mails.MoreMailsError) -> str:
    return ngettext(
        "There is %(count)s mail by now, and %(confirmed)s were confirmed. Nothing has"
        " changed: look at the number and confirm it again.",
        "There are %(count)s mails by now, and %(confirmed)s were confirmed. Nothing"
        " has changed: look at the number and confirm it again.",
        error.count,
    ) % {"count": number(error.count), "confirmed": number(error.confirmed)}
