"""What is wrong with a command as it was typed, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

import typer
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Typer has words in English only, and keeps most of its errors to itself.
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoSuchOption,
)

# Of these the facts are in the words alone.
_OTHERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        r"No such command '(?P<given>.*)'\. Did you mean (?P<meant>.*)\?": gettext_lazy(
            "There is no command “%(given)s”. Did you mean %(meant)s?"
        ),
        r"No such command '(?P<given>.*)'\.": gettext_lazy(
            "There is no command “%(given)s”."
        ),
        r"Got unexpected extra argument.* \((?P<given>.*)\)": gettext_lazy(
            "This is more than the command asks for: %(given)s."
        ),
        r"Missing command\.": gettext_lazy("Say which command."),
    }
)


def words_for_misuse(error: typer.TyperException) -> str:
    match error:
        case NoSuchOption():
            return _no_such_option(error)
        case MissingParameter():
            return _("%(name)s is missing.") % {"name": _named(error)}
        case BadParameter():
            return _unfit(error)
        case BadOptionUsage():
            return _incomplete(error)
        case _:
            return _other(error.format_message())


def _no_such_option(error: NoSuchOption) -> str:
    option = error.option_name
    if not error.possibilities:
        return _("There is no option %(option)s.") % {"option": option}
    return _("There is no option %(option)s. Did you mean %(meant)s?") % {
        "option": option,
        "meant": ", ".join(sorted(error.possibilities)),
    }


def _incomplete(error: BadOptionUsage) -> str:
    if "does not take" in error.message:
        return _("The option %(option)s takes no value.") % {
            "option": error.option_name
        }
    return _("The option %(option)s needs a value.") % {"option": error.option_name}


def _unfit(error: BadParameter) -> str:
    asked = error.param.type_descriptor if error.param else None
    if asked is not None and asked.choices is not None:
        return _("%(name)s can be one of: %(choices)s.") % {
            "name": _named(error),
            "choices": ", ".join(map(_written, asked.choices)),
        }
    if asked is not None and asked.is_ranged:
        if asked.parameter_info.max is None:
            return _("%(name)s is a whole number of at least %(least)s.") % {
                "name": _named(error),
                "least": asked.parameter_info.min,
            }
        return _("%(name)s is a whole number from %(least)s to %(most)s.") % {
            "name": _named(error),
            "least": asked.parameter_info.min,
            "most": asked.parameter_info.max,
        }
    return _("What is given for %(name)s does not fit: %(reason)s") % {
        "name": _named(error),
        "reason": error.message,
    }


def _other(message: str) -> str:
    for pattern, sentence in _OTHERS.items():
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return str(sentence) % found.groupdict()
    return message


def _named(error: BadParameter) -> str:
    """What the parameter is called on the command line, without quotes."""
    hint = error.param.get_error_hint() if error.param else error.param_hint
    return str(hint).replace("'", "")


def _written(choice: object) -> str:
    return str(choice.value if isinstance(choice, Enum) else choice)
