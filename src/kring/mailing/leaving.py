"""What the link below a mail does: its reader leaves groups, or gets no mail at all."""

from __future__ import annotations

from dataclasses import dataclass

from kring.groups.models import Group
from kring.mailing.models import OutgoingMail
from kring.mailing.situation import Reader, groups_about, situation_of


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves what: these groups, or where there are none all mail.

    `has_left` is when there is nothing to do: the reader is in none of the groups that
    the mail was about any more, or does not exist.
    """

    reader: Reader | None
    groups: tuple[Group, ...] = ()
    has_left: bool = False
    gets_no_mail: bool = False


def leaving_of(mail: OutgoingMail) -> Leaving:
    """What leaving means for the reader of this mail, as groups are now.

    A contact leaves groups of which 'Veranderen op portaal' says that it may. From
    a group that it may not leave no mail can be kept off but by blocking all mail.
    """
    situation = situation_of([mail])
    reader = situation.reader_of(mail)
    if reader is None:
        return Leaving(None, has_left=True)
    inside = tuple(situation.groups_of_reader(mail))
    may_leave = all(
        group.editable_on_portal and group.deleted_at is None for group in inside
    )
    return Leaving(
        reader,
        groups=inside if may_leave else (),
        has_left=bool(groups_about(mail)) and not inside,
        gets_no_mail=reader.wants_none,
    )
