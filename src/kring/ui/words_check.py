"""What the check found, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.groups.check import Fault

_FAULTS: Final[Mapping[Fault, Promise]] = {
    Fault.NOT_AS_TRUTH: _("members differ from truth"),
    Fault.NOT_AS_HISTORY: _("members differ from history"),
    Fault.WRONG_COUNT: _("wrong number of members"),
    Fault.WRONG_CONTACTS: _("contacts differ from those there are"),
    Fault.LOST_PLACEMENT: _("placed is who does not exist"),
    Fault.LATE_DAY: _("would turn by itself too late"),
    Fault.WRONG_EDGES: _("follows something else than its composition says"),
}


def words_for_fault(fault: Fault) -> str:
    return str(_FAULTS[fault])
