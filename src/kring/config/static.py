"""Serving styles, scripts and images, each under a name that changes with its content.

A browser may then keep them forever; and there is no step to collect them first.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

DIGITS = 12


class NoStaticFileError(Exception):
    """A page names a file that is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NamedByContent(StaticFilesStorage):
    """Gives pages the name that changes with the content."""

    def url(self, name: str | None) -> str:
        # While one writes the files they are served as they are, and never kept.
        return super().url(name if settings.DEBUG else _name_on_pages(name or ""))


class ServeByContent(WhiteNoiseMiddleware):  # type: ignore[misc]  # it ships no types
    """Serves each file under its own name, and for good under its content's."""

    def add_file_to_dictionary(
        self, url: str, path: str, stat_cache: dict[str, os.stat_result]
    ) -> None:
        super().add_file_to_dictionary(url, path, stat_cache)
        lasting_url = _named_by_content(url, path)
        self.files[lasting_url] = self.get_static_file(path, lasting_url, stat_cache)

    def immutable_file_test(self, path: str, url: str) -> bool:
        return url.endswith(_named_by_content(Path(path).name, path))


@cache
def _name_on_pages(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise NoStaticFileError(name)
    return _named_by_content(name, path)


def _named_by_content(name: str, path: str) -> str:
    given = PurePosixPath(name)
    return str(given.with_name(f"{given.stem}.{_digest(path)}{given.suffix}"))


@cache
def _digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:DIGITS]
