"""Compiles the translations whenever Kring is built or installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("src", "kring", "locale")


class CatalogueBuildHook(BuildHookInterface[Any]):
    """Hatchling finds this class by its base."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> list[Path]:
    """Write each catalogue's compiled form beside it; returns what was written."""
    return [_compile(source) for source in sorted((root / LOCALE).rglob("*.po"))]


def _compile(source: Path) -> Path:
    compiled = source.with_suffix(".mo")
    unfinished = compiled.with_suffix(".mo.new")
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    with unfinished.open("wb") as binary:
        write_mo(binary, catalogue)
    # A server that starts meanwhile reads the old file or the new one, never half.
    unfinished.replace(compiled)
    return compiled
