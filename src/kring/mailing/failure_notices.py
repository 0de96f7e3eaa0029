"""What somebody reads of mails that did not arrive: how many, of what, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from kring.accounts.models import User
from kring.groups.models import Group
from kring.mailing.models import Mailing, OutgoingMail, Purpose
from kring.mailing.rendering import Rendered, inlined
from kring.outbox.models import State


@dataclass(frozen=True, slots=True)
class Failures:
    """How many mails of a group, or of a mail to groups, did not arrive."""

    name: str
    count: int
    address: str


def who_answers() -> QuerySet[User]:
    """Who answers for groups or mails to groups of which mails have ever failed."""
    failed = _failed()
    groups = Group.objects.filter(pk__in=failed.values("group"))
    mailings = Mailing.objects.filter(pk__in=failed.values("mailing"))
    staff = User.objects.filter(is_active=True).exclude(staff_role="")
    return staff.filter(pk__in=groups.values("responsible")) | staff.filter(
        pk__in=mailings.values("created_by")
    )


def failures_for(user: User, *, since: datetime, until: datetime) -> list[Failures]:
    """What failed in this time of what this user answers for."""
    failed = _failed().filter(ended_at__gt=since, ended_at__lte=until)
    groups = dict(Group.objects.filter(responsible=user).values_list("pk", "name"))
    mailings = dict(
        Mailing.objects.filter(created_by=user).values_list("pk", "subject")
    )
    return [
        *_counted("group", failed.filter(group__in=groups), groups),
        *_counted("mailing", failed.filter(mailing__in=mailings), mailings),
    ]


def notice_of(failures: Sequence[Failures]) -> Rendered:
    """The mail that tells of them; it names no contact."""
    count = sum(one.count for one in failures)
    subject = ngettext(
        "A mail did not arrive", "%(count)s mails did not arrive", count
    ) % {"count": count}
    facts = {"subject": subject, "failures": failures, "count": count}
    return Rendered(
        subject,
        inlined(render_to_string("mailing/failure_notice.html", facts)),
        render_to_string("mailing/failure_notice.txt", facts),
    )


def _failed() -> QuerySet[OutgoingMail]:
    purposes = [Purpose.WELCOME, Purpose.MAILING]
    return OutgoingMail.objects.filter(state=State.FAILED, purpose__in=purposes)


def _counted(
    about: str, failed: QuerySet[OutgoingMail], names: dict[int, str]
) -> list[Failures]:
    counted = failed.order_by().values_list(about).annotate(Count("pk"))
    found = [
        Failures(names[number], count, _address(about, number))
        for number, count in counted
    ]
    return sorted(found, key=lambda one: one.name)


def _address(about: str, number: int) -> str:
    asked = urlencode({_ASKED["state"]: State.FAILED.value, _ASKED[about]: number})
    return f"{settings.KRING_BASE_URL}/uitgaande-mail/?{asked}"


# What the page of outgoing mail calls them.
_ASKED = {"state": "toestand", "group": "groep", "mailing": "mailing"}
