"""What every page for staff shows: the menu, and how far the day has been followed."""

from __future__ import annotations

from datetime import date

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone

from kring.accounts.access import reaches
from kring.accounts.models import User
from kring.groups.progress import behind_since
from kring.web.menu import MENU, Page

register = template.Library()


@register.inclusion_tag("web/menu.html", takes_context=True)
def staff_menu(context: Context) -> dict[str, object]:
    request: HttpRequest = context["request"]
    sections = [
        {
            "heading": section.heading,
            "pages": [
                _entry(page.label, page.url_name, request)
                for page in section.pages
                if page.is_there() and _may_see(page, request)
            ],
        }
        for section in MENU
    ]
    return {"sections": sections}


@register.simple_tag
def behind_since_day() -> date | None:
    """The day up to which groups follow relative dates; None when that is today."""
    return behind_since(timezone.localdate())


def _may_see(page: Page, request: HttpRequest) -> bool:
    return isinstance(request.user, User) and reaches(request.user, page.role)


def _entry(label: object, url_name: str, request: HttpRequest) -> dict[str, object]:
    address = reverse(url_name)
    return {
        "label": label,
        "address": address,
        "is_here": request.path.startswith(address),
    }
