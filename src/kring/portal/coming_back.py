"""Where somebody goes on to after signing in: a page of the portal, and no other."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

NEXT: Final = "next"
_PAGES: Final = frozenset(
    {
        "portal",
        "portal-addresses",
        "portal-data",
        "portal-details",
        "portal-erasure",
        "portal-join",
        "portal-leave",
        "portal-sessions",
    }
)
"""What is looked at; whatever does something is not where one comes back to."""


def page_wanted(request: HttpRequest) -> str:
    """The page that was asked for before signing in; of anything else, the first."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    return wanted if _is_page(wanted) else reverse("portal")


def towards(address: str, wanted: str) -> str:
    """The address of a page on the way there."""
    if wanted == reverse("portal"):
        return address
    return f"{address}?{urlencode({NEXT: wanted})}"


def _is_page(wanted: str) -> bool:
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return False
    try:
        found = resolve(urlsplit(wanted).path)
    except (Resolver404, ValueError):
        return False
    return found.url_name in _PAGES
