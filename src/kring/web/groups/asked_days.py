"""The days of which a page about the past is asked, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from kring.ui.templatetags.ui import day
from kring.ui.wording import quoted
from kring.web.written import day_in

_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class AskedDay:
    """A day up to today; None where none was asked, or none that can be told of."""

    day: date | None
    trouble: str = ""


def asked_day(written: str) -> AskedDay:
    if not written.strip():
        return AskedDay(None)
    asked = day_in(written.strip())
    if asked is None:
        known = {"day": quoted(written.strip()[:_SHOWN])}
        return AskedDay(None, _("%(day)s is no day that exists.") % known)
    if asked > timezone.localdate():
        return AskedDay(None, _("%(day)s is yet to come.") % {"day": day(asked)})
    return AskedDay(asked)
