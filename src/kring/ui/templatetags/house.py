"""The cooperative's own looks, for every page that shows them."""

from __future__ import annotations

from django import template

from kring.cooperative.looks import looks
from kring.ui.house import House, house_of

register = template.Library()


@register.simple_tag
def cooperative_house() -> House:
    """To be kept under a name: {% cooperative_house as house %}."""
    return house_of(looks())
