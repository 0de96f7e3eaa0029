"""How groups overlap: drawn, in numbers, and a region made into a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.access import reaches, signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.errors import RefusedError, UnknownGroupsError
from kring.actions.regions import Made, make_group_of_region
from kring.groups.overlap import MOST_GROUPS, Overlap, Region, overlap_of
from kring.groups.queries import names_of
from kring.ui.announcements import announce, warn
from kring.ui.words import words_for
from kring.web.groups.euler import Circle, euler_of
from kring.web.groups.fields import Groups, SettingsRenderer
from kring.web.groups.part_choices import part_choices
from kring.web.groups.upset import upset_of
from kring.web.groups.written import is_number

GROUP: Final = "groep"
ALL_REGIONS: Final = "alles"
MOST_SHOWN: Final = 50
_MOST_NAMED: Final = 3
_FEWEST: Final = 2
_EULER: Final = 3


class OverlapForm(forms.Form):
    """The groups to compare."""

    default_renderer = SettingsRenderer

    groep = Groups(
        label=gettext_lazy("Groups"),
        help_text=gettext_lazy("Choose two to ten groups."),
    )

    def __init__(self, asked: QueryDict, chosen: Sequence[int]) -> None:
        super().__init__(initial={GROUP: list(chosen)})
        choices = part_choices(standing=_numbers(asked))
        self.names = {choice.id: choice.name for choice in choices}
        field = self.fields[GROUP]
        if isinstance(field, Groups):
            field.offer(choices)


@dataclass(frozen=True, slots=True)
class ShownRegion:
    """A region as a line of the table; `key` are the ids of the groups it is in."""

    place: int
    key: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ShownSpot:
    """A number in a drawing of circles; coordinates as they are written in SVG."""

    x: str
    y: str
    count: int
    place: int | None


@staff_may(StaffRole.READER)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    asked = _numbers(request.GET)
    form = OverlapForm(request.GET, asked[:MOST_GROUPS])
    chosen = [group for group in asked if group in form.names][:MOST_GROUPS]
    facts = {
        "form": form,
        "chosen": chosen,
        "is_too_many": len(asked) > MOST_GROUPS,
        "may_change": reaches(signed_in(request), StaffRole.STAFF),
        **(_shown(overlap_of(chosen), form.names) if len(chosen) >= _FEWEST else {}),
        **_which(request.GET, chosen),
    }
    return render(request, "web/groups/overlap.html", facts)


@staff_may(StaffRole.STAFF)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    chosen = _numbers(request.POST)[:MOST_GROUPS]
    inside = [
        int(one) for one in request.POST.get("region", "").split() if is_number(one)
    ]
    back = f"{reverse('groups-overlap')}?{urlencode({GROUP: chosen}, doseq=True)}"
    try:
        made = _made(request, chosen, inside)
    except RefusedError as refusal:
        warn(request, words_for(refusal))
        return redirect(back)
    _tell(request, made)
    return redirect("group-settings", made.group.pk)


def _made(request: HttpRequest, chosen: Sequence[int], inside: Sequence[int]) -> Made:
    names = names_of(chosen)
    strangers = [group for group in inside if group not in names]
    if strangers or not inside:
        raise UnknownGroupsError(strangers or [0])
    outside = [group for group in chosen if group in names and group not in inside]
    return make_group_of_region(
        inside,
        outside,
        called=_called([names[one] for one in inside], [names[o] for o in outside]),
        by=actor_of(signed_in(request)),
    )


def _tell(request: HttpRequest, made: Made) -> None:
    if not made.is_new:
        announce(request, _("%(group)s was there already.") % {"group": made.group})
        return
    sentence = _(
        "%(group)s has been made, and its members follow by themselves. Give it another"
        " name that suits you."
    )
    told = sentence % {"group": made.group}
    announce(request, told, change=made.group.version)


def _called(inside: Sequence[str], outside: Sequence[str]) -> str:
    """A name that says what it is: "Leden en Vrijwilligers, niet Oud-leden"."""
    within = get_text_list(list(inside), _("and"))
    if not outside:
        return within
    if len(outside) > _MOST_NAMED:
        return ngettext(
            "%(inside)s, not %(count)s other group",
            "%(inside)s, not %(count)s other groups",
            len(outside),
        ) % {"inside": within, "count": len(outside)}
    without = get_text_list(list(outside), _("or"))
    return _("%(inside)s, not %(outside)s") % {"inside": within, "outside": without}


def _shown(overlap: Overlap, names: Mapping[int, str]) -> dict[str, object]:
    is_small = len(overlap.groups) <= _EULER
    return {
        "overlap": overlap,
        "total": overlap.total,
        "sizes": [(names[group], overlap.sizes[group]) for group in overlap.groups],
        "regions": [
            _line(place, region, overlap, names)
            for place, region in enumerate(overlap.regions, 1)
        ],
        "euler": _euler(overlap) if is_small else None,
        "upset": upset_of(overlap, names) if overlap.regions else None,
    }


def _line(
    place: int, region: Region, overlap: Overlap, names: Mapping[int, str]
) -> ShownRegion:
    return ShownRegion(
        place=place,
        key=" ".join(map(str, region.groups)),
        inside=tuple(names[group] for group in region.groups),
        outside=tuple(names[group] for group in overlap.outside(region)),
        count=region.count,
    )


def _euler(overlap: Overlap) -> dict[str, object] | None:
    places = {group: place for place, group in enumerate(overlap.groups)}
    order = {
        frozenset(places[group] for group in region.groups): (at, region.count)
        for at, region in enumerate(overlap.regions, 1)
    }
    drawn = euler_of({key: count for key, (_, count) in order.items()}, len(places))
    if drawn is None:
        return None
    return {
        "circles": [
            (place + 1, _written(circle)) for place, circle in drawn.circles.items()
        ],
        "spots": [
            ShownSpot(f"{spot.x:.1f}", f"{spot.y:.1f}", count, at)
            for spot in drawn.spots
            for at, count in [order.get(spot.region, (None, 0))]
        ],
    }


def _written(circle: Circle) -> tuple[str, str, str]:
    return f"{circle.x:.1f}", f"{circle.y:.1f}", f"{circle.radius:.1f}"


def _which(asked: QueryDict, chosen: Sequence[int]) -> dict[str, object]:
    """How many lines the table has at most, and where all of them stand."""
    every = urlencode({GROUP: chosen, ALL_REGIONS: 1}, doseq=True)
    most = None if ALL_REGIONS in asked else MOST_SHOWN
    return {"most_shown": f":{'' if most is None else most}", "all_regions": every}


def _numbers(asked: QueryDict) -> list[int]:
    """The groups that are asked for, each once; what is no number is left out."""
    written = dict.fromkeys(asked.getlist(GROUP))
    return list(dict.fromkeys(int(one) for one in written if is_number(one)))
