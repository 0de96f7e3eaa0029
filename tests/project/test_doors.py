"""The doors change nothing themselves: they find, call an action, and answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tools.catalogues import ROOT

# Pages are held to more by tests/web/test_views_only_look.py.
DOORS = ("api", "cli", "ui")
WRITES = frozenset(
    {
        "save",
        "create",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
    }
)


def writes_in(source: str) -> Iterator[int]:
    """The lines that write: `….objects….update(…)`, `….save()` and their like."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("router"))):
                pass  # `@router.delete(…)` names an operation of the API
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITES:
                yield node.lineno
            case ast.Call(func=ast.Attribute(attr="update", value=value)) if (
                ".objects" in ast.unparse(value)
            ):
                yield node.lineno


@pytest.mark.parametrize("door", DOORS)
def test_a_door_writes_nothing_itself(door: str) -> None:
    modules = sorted((ROOT / "src" / "kring" / door).rglob("*.py"))
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules
        for line in writes_in(path.read_text("utf-8"))
    ]
    assert modules
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "group.save()",
        "Group.objects.create(name=name)",
        "Group.objects.filter(pk=1).update(name=name)",
        "Group.objects.filter(pk=1).delete()",
    ],
)
def test_writing_is_noticed(line: str) -> None:
    assert list(writes_in(line)) == [1]


def test_what_only_looks_like_writing_is_let_through() -> None:
    assert list(writes_in("context.update(groups=groups)")) == []
