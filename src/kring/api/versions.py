"""Versions: ETag, If-None-Match and If-Match."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest

from kring.api.errors import VersionNeededError, VersionPassedError

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')
_ANY: Final = "*"


def quoted_tag(tag: str) -> str:
    return f'"{tag}"'


def stands_at(request: HttpRequest, tag: str) -> bool:
    """Whether whoever asks has this version already."""
    known = request.headers.get("If-None-Match", "")
    return known.strip() == _ANY or tag in _TAG.findall(known)


def require_version(request: HttpRequest, tag: str) -> bool:
    """Whether the change names this version; False when it is of any version.

    What follows the version in a tag, after a dash, need not be the same. Raises
    VersionNeededError or VersionPassedError.
    """
    named = request.headers.get("If-Match")
    if named is None:
        raise VersionNeededError
    if named.strip() == _ANY:
        return False
    if _version(tag) not in {_version(one) for one in _TAG.findall(named)}:
        raise VersionPassedError
    return True


def _version(tag: str) -> str:
    return tag.partition("-")[0]
