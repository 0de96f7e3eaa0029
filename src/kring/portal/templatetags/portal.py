"""The cooperative's own name, which contacts know."""

from __future__ import annotations

from django import template

from kring.mailing.values import cooperative_name

register = template.Library()


@register.simple_tag
def cooperative() -> str:
    return cooperative_name()
