"""The cooperative's logo and colours, which pages fetch as files that never change."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kring.accounts.access import anyone_may
from kring.cooperative import colours as palettes
from kring.cooperative.colours import Palette
from kring.cooperative.looks import logo_of

# What has another content has another address.
_for_ever = cache_control(public=True, max_age=365 * 24 * 60 * 60, immutable=True)


@anyone_may
@_for_ever
@require_safe
def logo(_request: HttpRequest, digest: str) -> HttpResponse:
    found = logo_of(digest)
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.content), content_type="image/png")
    # Whatever it is taken for, it fetches, runs and frames nothing.
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@anyone_may
@_for_ever
@require_safe
def colours(_request: HttpRequest, accent: str) -> HttpResponse:
    """For a whole page."""
    return _style(accent, ":root,\n[data-bs-theme=light]", "[data-bs-theme=dark]")


@anyone_may
@_for_ever
@require_safe
def colours_of_preview(_request: HttpRequest, accent: str) -> HttpResponse:
    """For a picture of the portal within a page of the staff."""
    return _style(
        accent,
        ".portal-look,\n.portal-look[data-bs-theme=light]",
        ".portal-look[data-bs-theme=dark],\n"
        "[data-bs-theme=dark] .portal-look:not([data-bs-theme])",
    )


def _style(accent: str, by_day: str, by_night: str) -> HttpResponse:
    colour = f"#{accent}"
    if not palettes.is_colour(colour):
        raise Http404
    written = (
        _rule(by_day, palettes.light(colour)),
        _rule(by_night, palettes.dark(colour)),
    )
    return HttpResponse("\n".join(written), content_type="text/css; charset=utf-8")


def _rule(selector: str, palette: Palette) -> str:
    return (
        f"{selector} {{\n"
        f"  --accent: {palette.accent};\n"
        f"  --accent-strong: {palette.strong};\n"
        f"  --accent-soft: {palette.soft};\n"
        f"  --on-accent: {palette.on_accent};\n"
        "}\n"
    )
