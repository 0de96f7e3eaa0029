"""The staff's menu, with the place where one is."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse

from kring.web.menu import MENU

register = template.Library()


@register.inclusion_tag("web/menu.html", takes_context=True)
def staff_menu(context: Context) -> dict[str, object]:
    request: HttpRequest = context["request"]
    sections = [
        {
            "heading": section.heading,
            "pages": [
                _entry(page.label, page.url_name, request) for page in section.pages
            ],
        }
        for section in MENU
    ]
    return {"sections": sections}


def _entry(label: object, url_name: str, request: HttpRequest) -> dict[str, object]:
    address = reverse(url_name)
    return {
        "label": label,
        "address": address,
        "is_here": request.path.startswith(address),
    }
