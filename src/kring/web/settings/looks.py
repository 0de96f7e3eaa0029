"""How the cooperative looks and speaks: to change, and to look at before saving."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.access import signed_in, staff_may
from kring.accounts.actors import actor_of
from kring.accounts.models import StaffRole
from kring.actions.looks import edit_looks
from kring.cooperative.logos import Picture
from kring.cooperative.looks import Looks, keep_looks, stored_looks
from kring.groups.models import Group
from kring.groups.on_portal import Standing
from kring.ui.announcements import announce
from kring.ui.house import House, house_of
from kring.ui.portal_cards import Card, card_of
from kring.web.settings.looks_form import LooksForm

LOOK: Final = "look"
"""The button that shows how it would look, for who has no scripts."""
NEAREST: Final = "nearest"
"""The button that takes the nearest colour that everybody can read."""
_PANELS: Final = (("nl", "light"), ("en", "dark"))


@dataclass(frozen=True, slots=True)
class Panel:
    """The portal in one language, by day or by night."""

    language: str
    theme: str
    house: House
    groups: tuple[Card, ...]


@staff_may(StaffRole.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    known = stored_looks()
    # Whoever comes here sees what was saved, also where another process did that.
    keep_looks(known.looks)
    form = LooksForm(request, known, accent=request.POST.get(NEAREST))
    if form.is_bound and not {LOOK, NEAREST} & request.POST.keys():
        if _saved(request, form):
            return redirect("looks")
    elif form.is_bound:
        form.ask_for_the_file_again()
    facts = {"form": form, "look": LOOK, **_preview(form)}
    return render(request, "web/settings/looks.html", facts)


@staff_may(StaffRole.ADMIN)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    form = LooksForm(request, stored_looks())
    facts = {"refusal": form.errors.get("logo"), **_preview(form)}
    return render(request, "web/settings/looks_preview.html", facts)


def _saved(request: HttpRequest, form: LooksForm) -> bool:
    """Whether there is nothing in the form left to put right."""
    by = actor_of(signed_in(request))

    def save(wanted: Looks, picture: Picture | None, version: int) -> int | None:
        return edit_looks(wanted, by=by, version=version, picture=picture)

    done = form.saved_by(save)
    if done is None:
        return False
    told = _("This is how the portal looks now.")
    announce(
        request, told if done.change else _("Nothing was changed."), change=done.change
    )
    return True


def _preview(form: LooksForm) -> dict[str, object]:
    """What the form says of the portal, also where it cannot be saved like that."""
    looks = form.looks_to_show()
    logo = _as_address(form.picture) if form.picture else ""
    return {
        "panels": [_panel(looks, logo, *one) for one in _PANELS],
        "nearest": form.nearest,
    }


def _panel(looks: Looks, logo: str, language: str, theme: str) -> Panel:
    with translation.override(language):
        return Panel(language, theme, house_of(looks, logo=logo), _groups())


def _groups() -> tuple[Card, ...]:
    """One that somebody is in and one that is there to join, which do not exist."""
    today = timezone.localdate()
    news = Group(
        name=_("Newsletter"),
        description=_("Our news, once a month."),
        editable_on_portal=True,
    )
    feast = Group(
        name=_("Street party"),
        description=_("Who helps on the day?"),
        editable_on_portal=True,
    )
    inside = Standing(news, is_in=True, since=today, has_opted_out=False)
    outside = Standing(feast, is_in=False, since=None, has_opted_out=False)
    return card_of(inside, mails=False), card_of(outside, mails=True)


def _as_address(picture: Picture) -> str:
    """The picture itself, since it is not kept yet."""
    return f"data:image/png;base64,{b64encode(picture.content).decode('ascii')}"
