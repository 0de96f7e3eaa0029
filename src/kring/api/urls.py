"""Addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from kring.accounts.access import access_of, anyone_may, token_may
from kring.api import (
    changes,
    contacts,
    fields,
    groups,
    members,
    questions,
    representations,
    templates,
)
from kring.api.door import api, at_the_door, nothing_here

for _router in (
    contacts.router,
    representations.router,
    groups.router,
    members.router,
    questions.router,
    changes.router,
    templates.router,
    fields.router,
):
    api.add_router("", _router)

_patterns, _app, _namespace = api.urls


_nowhere = anyone_may(csrf_exempt(at_the_door(nothing_here)))


def _guarded(pattern: URLPattern) -> URLPattern:
    """An address whose operations each name who may, by the token they ask for."""
    if pattern.name == "api-root":
        pattern.callback = _nowhere
    elif access_of(pattern.callback) is None:
        pattern.callback = token_may(at_the_door(pattern.callback))
    return pattern


urlpatterns = [
    path(
        "",
        (
            [
                _guarded(pattern)
                for pattern in _patterns
                if isinstance(pattern, URLPattern)
            ],
            _app,
            _namespace,
        ),
    ),
    re_path(r"", _nowhere),
]
