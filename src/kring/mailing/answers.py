"""What became of a mail, in a sentence that is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.mailing.mail_server import Fault, NotSentError, RefusedForNowError

_FAULTS: Final[Mapping[Fault, str | Promise]] = {
    Fault.NOT_FOUND: gettext_lazy("The mail server cannot be found."),
    Fault.UNREACHABLE: gettext_lazy("The mail server cannot be reached."),
    Fault.SILENT: gettext_lazy("The mail server did not answer in time."),
    Fault.BROKEN: gettext_lazy("The mail server dropped the line."),
    Fault.UNSAFE: gettext_lazy("There is no safe line to the mail server."),
    Fault.SIGN_IN: gettext_lazy("The mail server does not let Kring sign in."),
    Fault.TURNED_AWAY: gettext_lazy("The mail server takes no mail at the moment."),
    Fault.SENDER: gettext_lazy("The mail server takes no mail from this sender."),
    Fault.READER: gettext_lazy("The mail server refuses this address."),
    Fault.MAIL: gettext_lazy("The mail server refuses this mail."),
}
_LATER: Final = gettext_lazy("The mail server asks to try again later.")


def words_for_fault(error: NotSentError) -> str:
    """Why it did not go, with what the server said itself.

    Without a code it said nothing: what is told then is our own machine's, in English.
    """
    is_later = isinstance(error, RefusedForNowError)
    sentence = str(_LATER if is_later else _FAULTS[error.fault])
    if not error.code:
        return sentence
    told = f"{error.code} {error.told}".strip()
    return _("%(sentence)s It says: %(told)s") % {"sentence": sentence, "told": told}


def words_for_success(told: str) -> str:
    return _("The mail server took it: %(told)s") % {"told": told}


def words_for_kept() -> str:
    return _("Kept here: no mail server is set up.")


def words_for_unusable() -> str:
    return _(
        "The text has a field or an instruction that Kring cannot read. Correct the"
        " text, and send this mail again."
    )
