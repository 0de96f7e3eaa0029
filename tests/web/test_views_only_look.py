"""Views find, act and answer: they change nothing themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kring

DOORS = [Path(kring.__path__[0]) / door for door in ("web", "portal")]
WRITES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}


def offences(source: str) -> list[str]:
    return sorted(_offences_in(ast.walk(ast.parse(source))))


def _offences_in(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield f"line {node.lineno}: asks a table instead of a room's queries"
        if isinstance(node, ast.Call) and _called(node) in WRITES:
            yield f"line {node.lineno}: writes with .{_called(node)}()"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


@pytest.mark.parametrize(
    "path",
    [path for door in DOORS for path in sorted(door.rglob("*.py"))],
    ids=lambda path: str(path).rpartition("kring/")[2],
)
def test_no_view_writes_or_asks_a_table(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["group.save()", "Group.objects.filter(pk=1)", "members.update(closed=True)"],
)
def test_this_test_would_notice(line):
    assert offences(line) != []
