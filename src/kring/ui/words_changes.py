"""What was done, by whom, and why it is not undone, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.accounts.actors import NO_LONGER_KNOWN, ActorKind
from kring.actions.restoring import errors
from kring.contacts.models import FieldType, Kind, PortalAccess, RequestState
from kring.groups.models import (
    BrokenExamples,
    Effect,
    Example,
    NeighbourhoodRole,
    WelcomePolicy,
)
from kring.mailing.models import Household, MailingState
from kring.ui.wording import quoted, words_for

DEEDS: Final[Mapping[str, Promise]] = {
    "change.undo": gettext_lazy("Undone"),
    "check.repair": gettext_lazy("Members repaired"),
    "contact.address_works": gettext_lazy("E-mail address works again"),
    "contact.bounce": gettext_lazy("Mail came back"),
    "contact.create": gettext_lazy("Contact added"),
    "contact.edit": gettext_lazy("Contact edited"),
    "contact.erase": gettext_lazy("Contact erased"),
    "contact.merge": gettext_lazy("Contacts merged"),
    "contacts.edit": gettext_lazy("Contacts edited together"),
    "contacts.import": gettext_lazy("Contacts imported"),
    "cooperative.edit": gettext_lazy("Looks of the cooperative changed"),
    "data.download": gettext_lazy("Own details downloaded"),
    "day.new": gettext_lazy("A new day began"),
    "demo.load": gettext_lazy("Demo loaded"),
    "demo.loaded": gettext_lazy("Demo finished"),
    "erasure.ask": gettext_lazy("Asked to be erased"),
    "erasure.decline": gettext_lazy("Request to be erased declined"),
    "erasure.withdraw": gettext_lazy("Request to be erased withdrawn"),
    "example.add": gettext_lazy("Example added"),
    "example.choose": gettext_lazy("What broken examples do changed"),
    "example.remove": gettext_lazy("Example removed"),
    "field.add": gettext_lazy("Field added"),
    "field.delete": gettext_lazy("Field deleted"),
    "field.edit": gettext_lazy("Field edited"),
    "group.copy": gettext_lazy("Group copied"),
    "group.create": gettext_lazy("Group made"),
    "group.delete": gettext_lazy("Group deleted"),
    "group.edit": gettext_lazy("Group edited"),
    "group.fill": gettext_lazy("Members brought up to date"),
    "group.freeze": gettext_lazy("Group kept as a static group"),
    "mail.cancel": gettext_lazy("Mail cancelled"),
    "mail.resend": gettext_lazy("Mail sent again"),
    "mailing.cancel": gettext_lazy("Mail to groups stopped"),
    "mailing.create": gettext_lazy("Mail to groups made"),
    "mailing.delete": gettext_lazy("Mail to groups deleted"),
    "mailing.edit": gettext_lazy("Mail to groups edited"),
    "mailing.pause": gettext_lazy("Mail to groups paused"),
    "mailing.resume": gettext_lazy("Mail to groups resumed"),
    "mailing.schedule": gettext_lazy("Mail to groups scheduled"),
    "mailing.send": gettext_lazy("Mail to groups sent"),
    "mailing.test": gettext_lazy("Test mail sent"),
    "mailing.unschedule": gettext_lazy("Mail to groups not scheduled any more"),
    "members.change": gettext_lazy("Members changed"),
    "members.import": gettext_lazy("Memberships imported"),
    "members.place": gettext_lazy("Members added"),
    "members.remove": gettext_lazy("Members removed"),
    "members.restate": gettext_lazy("“Added on” changed"),
    "members.unpin": gettext_lazy("Exceptions lifted"),
    "portal.begin": gettext_lazy("Signed in at the portal for the first time"),
    "portal.invite": gettext_lazy("Invited to the portal"),
    "portal.sign_out": gettext_lazy("Signed out of the portal"),
    "portal.look": gettext_lazy("Portal looked at as this contact"),
    "representation.add": gettext_lazy("Representation added"),
    "representation.edit": gettext_lazy("Representation changed"),
    "representation.remove": gettext_lazy("Representation removed"),
    "template.create": gettext_lazy("Template made"),
    "template.delete": gettext_lazy("Template deleted"),
    "template.edit": gettext_lazy("Template edited"),
    "template.test": gettext_lazy("Test mail sent"),
}
"""Every action, as it is called on screen."""

_PARTS: Final[Mapping[str, Promise]] = {
    "number": gettext_lazy("Contact number"),
    "kind": gettext_lazy("Kind"),
    "first_name": gettext_lazy("First name"),
    "infix": gettext_lazy("Infix"),
    "last_name": gettext_lazy("Last name"),
    "name": gettext_lazy("Name"),
    "date_of_birth": gettext_lazy("Date of birth"),
    "status": gettext_lazy("Status"),
    "newsletter": gettext_lazy("Newsletter"),
    "no_mail": gettext_lazy("No mail"),
    "language": gettext_lazy("Language"),
    "deceased_on": gettext_lazy("Deceased on"),
    "address_bounced": gettext_lazy("E-mail address bounced"),
    "complained": gettext_lazy("Reported mail as unwanted"),
    "portal_since": gettext_lazy("Portal account since"),
    "invited_on": gettext_lazy("Invited to the portal on"),
    "emails": gettext_lazy("E-mail"),
    "phones": gettext_lazy("Phone"),
    "addresses": gettext_lazy("Address"),
    "fields": gettext_lazy("Own fields"),
    "description": gettext_lazy("Description"),
    "responsible": gettext_lazy("Responsible"),
    "starts_on": gettext_lazy("Start date"),
    "ends_on": gettext_lazy("Date finished"),
    "visible_on_portal": gettext_lazy("Visible on portal"),
    "visible_at_contact": gettext_lazy("Visible at contact"),
    "editable_on_portal": gettext_lazy("Change on portal"),
    "portal_name": gettext_lazy("Name on portal"),
    "portal_order": gettext_lazy("Order on portal"),
    "welcome_template": gettext_lazy("Template"),
    "welcome_policy": gettext_lazy("Send to"),
    "welcome_delay_hours": gettext_lazy("Hours of delay"),
    "welcome_mailbox": gettext_lazy("Sender"),
    "neighbourhood_role": gettext_lazy("Role in neighbourhood approach"),
    "definition": gettext_lazy("Composition"),
    "closed": gettext_lazy("Closed"),
    "effect": gettext_lazy("In or out"),
    "since": gettext_lazy("Added on"),
    "until": gettext_lazy("Last day"),
    "reason": gettext_lazy("Reason"),
    "label": gettext_lazy("Label"),
    "choices": gettext_lazy("Choices"),
    "portal": gettext_lazy("On the portal"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text"),
    "attachment_name": gettext_lazy("Attachment"),
    "groups": gettext_lazy("To"),
    "minus": gettext_lazy("Except who is in"),
    "household": gettext_lazy("Where people share an e-mail address"),
    "state": gettext_lazy("Status"),
    "scheduled_at": gettext_lazy("Day and time"),
    "recipients": gettext_lazy("Recipients"),
    "mailbox": gettext_lazy("From"),
    "code": gettext_lazy("Code"),
    "type": gettext_lazy("Type"),
    "claim": gettext_lazy("Example"),
    "at_least": gettext_lazy("At least"),
    "at_most": gettext_lazy("At most"),
    "broken_examples": gettext_lazy("When an example is broken"),
    "contacts": gettext_lazy("Contacts"),
    "into": gettext_lazy("Merged"),
    "accent": gettext_lazy("Colour"),
    "logo": gettext_lazy("Logo"),
    "welcome_nl": gettext_lazy("Sentence on the page to sign in, in Dutch"),
    "welcome_en": gettext_lazy("Sentence on the page to sign in, in English"),
    "groups_nl": gettext_lazy("Text above the groups, in Dutch"),
    "groups_en": gettext_lazy("Text above the groups, in English"),
    "help_nl": gettext_lazy("Line about help, in Dutch"),
    "help_en": gettext_lazy("Line about help, in English"),
    "request": gettext_lazy("Request to be erased"),
    "organisation": gettext_lazy("Organisation"),
    "person": gettext_lazy("Person"),
    "role": gettext_lazy("Role there"),
    "first_day": gettext_lazy("As from"),
    "last_day": gettext_lazy("Up to and including"),
    "on_portal": gettext_lazy("May manage on the portal"),
}

_CHOICES: Final[Mapping[str, type[TextChoices]]] = {
    "kind": Kind,
    "effect": Effect,
    "claim": Example.Claim,
    "broken_examples": BrokenExamples,
    "household": Household,
    "state": MailingState,
    "neighbourhood_role": NeighbourhoodRole,
    "welcome_policy": WelcomePolicy,
    "portal": PortalAccess,
    "request": RequestState,
    "type": FieldType,
}


def deed_in_words(action: str) -> str:
    """What was done; an action that is not known here by its own name."""
    return str(DEEDS.get(action, action))


def undone_in_words(action: str) -> str:
    """What is said once it has been undone."""
    if action == "change.undo":
        return _("What was undone has been done again.")
    return _("This has been undone: %(deed)s.") % {
        "deed": deed_in_words(action).lower()
    }


def actor_in_words(name: str, kind: str) -> str:
    """Who did it: by name, the operator of the machine, the contact, or nobody."""
    if kind == ActorKind.CLOCK:
        return _("by itself")
    if kind == ActorKind.OPERATOR:
        return _("system administration")
    if kind == ActorKind.CONTACT:
        return _contact_in_words(name)
    return name


def _contact_in_words(name: str) -> str:
    """The contact, or the person who acted for it, as one does for organisations."""
    if not name:
        return _("the contact itself")
    if name == NO_LONGER_KNOWN:
        return _("somebody on behalf of this organisation")
    return _("%(person)s on behalf of this organisation") % {"person": name}


def part_in_words(part: str) -> str:
    """A detail or a setting by its label on screen."""
    return str(_PARTS.get(part, part))


def choice_in_words(part: str, value: str) -> str:
    """A value out of a few as it is called on screen; any other is its own word."""
    choices = _CHOICES.get(part)
    if choices is None or value not in choices.values:
        return value
    return str(choices(value).label)


@words_for.register
def _unknown_change(error: errors.UnknownChangeError) -> str:
    return _("There is no change with number %(number)s.") % {"number": error.number}


@words_for.register
def _step(error: errors.StepOfChangeError) -> str:
    return _(
        "This is a step of change %(whole)s, and can only be undone together with it."
    ) % {"whole": error.whole}


@words_for.register
def _lasting(error: errors.LastingChangeError) -> str:
    return _("This can never be undone: %(deed)s.") % {
        "deed": deed_in_words(error.action).lower()
    }


@words_for.register
def _nothing(error: errors.NothingToUndoError) -> str:
    return _("Change %(number)s wrote nothing that can be put back.") % {
        "number": error.number
    }


@words_for.register
def _already(error: errors.AlreadyUndoneError) -> str:
    return _("This has been undone already, by change %(by)s.") % {"by": error.by}


@words_for.register
def _in_the_way(error: errors.StandsInTheWayError) -> str:
    about = _about(error.contact, error.group or error.field)
    if error.later is None:
        return _(
            "This cannot be undone, because %(about)s is different now. Nothing has"
            " changed."
        ) % {"about": about}
    return _(
        "This cannot be undone, because %(about)s was changed since: %(deed)s, on"
        " %(moment)s, %(actor)s (change %(number)s). Undo that one first."
    ) % {
        "about": about,
        "deed": deed_in_words(error.later.action).lower(),
        "moment": formats.date_format(timezone.localtime(error.later.at), "j F Y, H:i"),
        "actor": _later_actor(error.later.actor),
        "number": error.later.number,
    }


def _later_actor(actor: str) -> str:
    """A name, or of nobody by name what kind of actor it was."""
    is_kind = actor in set(ActorKind)
    return actor_in_words("", actor) if is_kind else actor


def _about(contact: str, group: str) -> str:
    if contact and group:
        return _("%(contact)s in %(group)s") % {
            "contact": contact,
            "group": quoted(group),
        }
    if group:
        return quoted(group)
    return contact or _("what it was about")


@words_for.register
def _erased(_error: errors.ErasedSinceError) -> str:
    return _(
        "This cannot be undone, because it was about a contact that has been erased."
    )


@words_for.register
def _stopped(error: errors.UndoStoppedError) -> str:
    return _(
        "%(done)s of %(total)s steps have been undone, and then it stopped."
        " %(because)s Undo it once more to go on."
    ) % {
        "done": error.done,
        "total": error.total,
        "because": words_for(error.because),
    }
