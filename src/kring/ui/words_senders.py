"""Refusals about the senders of mails, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import mailboxes
from kring.ui.wording import quoted, words_for


@words_for.register
def _name_missing(_error: mailboxes.SenderNameMissingError) -> str:
    return _("Give the sender a name, which readers see.")


@words_for.register
def _taken(error: mailboxes.SenderTakenError) -> str:
    known = {"sender": quoted(f"{error.name} <{error.address}>")}
    return _("There already is a sender %(sender)s.") % known


@words_for.register
def _unknown(_error: mailboxes.UnknownSenderError) -> str:
    return _("This sender does not exist, or no longer.")


@words_for.register
def _in_use(error: mailboxes.SenderInUseError) -> str:
    return _(
        "%(sender)s cannot be removed, because mail still comes from it: %(uses)s."
        " Choose another sender there first."
    ) % {
        "sender": quoted(error.name),
        "uses": ", ".join(quoted(use) for use in error.uses),
    }
