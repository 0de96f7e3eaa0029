"""How far a mail to groups is, as people read it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.mailing.mailings import Progress
from kring.mailing.models import Mailing, MailingState


def has_gone(mailing: Mailing, progress: Progress | None) -> bool:
    """Whether nothing waits any more; the worker writes that down within a minute."""
    is_sending = mailing.state == MailingState.SENDING
    is_over = progress is not None and progress.waiting == 0
    return mailing.state == MailingState.DONE or (is_sending and is_over)


def state_in_words(mailing: Mailing, progress: Progress | None) -> str:
    if has_gone(mailing, progress):
        return str(MailingState.DONE.label)
    return _called(MailingState(mailing.state))


def states_in_words() -> list[tuple[str, str]]:
    """All states, to choose from."""
    return [(state.value, _called(state)) for state in MailingState]


def _called(state: MailingState) -> str:
    """What people stopped is not called cancelled: what went has gone."""
    return _("stopped") if state is MailingState.CANCELLED else str(state.label)
