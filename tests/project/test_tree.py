"""What every file of the project keeps to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tools.catalogues import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
LEFT_FOR_LATER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bghp_[0-9A-Za-z]{36}\b"
)
OWN_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/\w")
LOCKS = ROOT / "requirements"
HOST = re.compile(
    r"https?://|^--(?:index-url|extra-index-url|find-links)", re.MULTILINE
)


def tracked_texts() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if _is_our_text(ROOT / name)]


def _is_our_text(path: Path) -> bool:
    is_text = path.suffix not in {".png", ".woff2", ".xlsx", ".svg", ".ico"}
    return path.is_file() and is_text and "vendor" not in path.parts


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    this = Path(__file__).resolve()
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked_texts()
        if path.resolve() != this
        for number, line in enumerate(
            path.read_text("utf-8", errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert lines_with(LEFT_FOR_LATER) == []


def test_no_secret_is_in_the_tree() -> None:
    assert lines_with(SECRET) == []


def test_no_path_of_one_machine_is_in_the_tree() -> None:
    assert lines_with(OWN_MACHINE) == []


@pytest.mark.parametrize("lock", ["run", "test", "check", "lock"])
def test_a_lock_names_versions_and_hashes_and_no_host(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text()
    assert not HOST.search(text)
    chosen = re.findall(
        r"^[a-z0-9]\S*==\S+.*(?:\n    --hash=sha256:\w{64}.*)+", text, re.M
    )
    assert len(chosen) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 0


def test_every_link_in_the_documents_leads_somewhere() -> None:
    documents = [path for path in tracked_texts() if path.suffix == ".md"]
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents
        for target in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []
