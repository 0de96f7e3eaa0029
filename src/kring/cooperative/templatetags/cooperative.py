"""What the cooperative is called, for pages and mails."""

from __future__ import annotations

from django import template

from kring.cooperative import colours
from kring.cooperative.looks import cooperative_name as name_of_the_cooperative
from kring.cooperative.looks import looks

register = template.Library()


@register.simple_tag
def cooperative_name() -> str:
    return name_of_the_cooperative()


@register.simple_tag
def accent_by_day() -> str:
    return looks().accent or colours.KRING_GREEN


@register.simple_tag
def accent_by_night() -> str:
    """Of a mail, which is read in the dark as well."""
    chosen = looks().accent
    return colours.dark(chosen).accent if chosen else colours.KRING_GREEN_BY_NIGHT
