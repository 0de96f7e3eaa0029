"""Choosing the language of pages."""

from __future__ import annotations

from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from kring.accounts.access import anyone_may

choose = anyone_may(require_POST(set_language))
