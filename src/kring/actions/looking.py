"""Staff looks at the portal as a contact sees it, which is remembered."""

from __future__ import annotations

from django.utils import timezone

from kring.accounts import looking
from kring.accounts.access import reaches
from kring.accounts.actors import actor_of
from kring.accounts.models import PortalLook, User
from kring.accounts.visits import digest_of_token, new_token
from kring.actions.acts import act
from kring.actions.errors import NotAllowedError, UnknownContactsError
from kring.groups.history import Entry

ACTION = "portal.look"


def begin_look(contact: int, *, by: User) -> str:
    """Let somebody of the staff look as this contact; returns the token for it.

    It stands in the timeline of the contact. Raises UnknownContactsError or
    NotAllowedError.
    """
    if not reaches(by, looking.ROLE):
        raise NotAllowedError(ACTION)
    token = new_token()
    with act(ACTION, by=actor_of(by)) as this:
        this.hold([contact])
        if contact not in this.everyone:
            raise UnknownContactsError([contact])
        this.record(Entry("look", contact))
        PortalLook.objects.filter(ends_at__lt=this.at).delete()
        PortalLook.objects.create(
            user=by,
            digest=digest_of_token(token),
            contact_id=contact,
            ends_at=looking.end_of_look(timezone.now()),
        )
    return token


def end_look(look: PortalLook) -> None:
    PortalLook.objects.filter(pk=look.pk).delete()
