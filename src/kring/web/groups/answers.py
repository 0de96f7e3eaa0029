"""A page, or for htmx the one part of it that changes."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page_or_part(
    request: HttpRequest, template: str, part: str, facts: Mapping[str, object]
) -> HttpResponse:
    """The same address answers both, so a browser keeps them apart."""
    wanted = f"{template}#{part}" if request.headers.get("HX-Request") else template
    response = render(request, wanted, dict(facts))
    patch_vary_headers(response, ["HX-Request"])
    return response
