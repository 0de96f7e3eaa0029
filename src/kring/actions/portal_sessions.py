"""Sessions of the portal: noted while they are used, and ended by whoever may."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from kring.accounts.actors import Actor
from kring.accounts.models import PortalSession
from kring.accounts.visits import Visit, sessions_of, sessions_of_contact
from kring.actions.acts import act
from kring.actions.requiring import require_administrator

END: Final = "portal.sign_out"

_NOTED_EVERY: Final = timedelta(minutes=5)


def note_seen(session: PortalSession) -> None:
    """Write down that a session was used, at most once in five minutes."""
    now = timezone.now()
    earlier = now - _NOTED_EVERY
    if session.seen_at < earlier:
        seen = PortalSession.objects.filter(pk=session.pk, seen_at__lt=earlier)
        seen.update(seen_at=now)


def end_session(visit: Visit, session: int) -> bool:
    """End a session of the account that visits; whether there was one."""
    ended, _kinds = sessions_of(visit).filter(pk=session).delete()
    return ended > 0


def end_other_sessions(visit: Visit) -> int:
    """End all sessions of the account but this one; returns how many."""
    ended, _kinds = sessions_of(visit).exclude(pk=visit.session.pk).delete()
    return ended


def end_sessions_of(contact: int, *, by: Actor) -> int:
    """End every session in which somebody may be this contact; returns how many.

    Raises NotAllowedError for whoever is no administrator.
    """
    require_administrator(by, END)
    with act(END, by=by) as this:
        ended, _kinds = sessions_of_contact(contact).delete()
        return ended if ended and this.change else 0
