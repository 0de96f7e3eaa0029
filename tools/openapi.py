"""The OpenAPI document as a file, which a test compares with what Kring answers.

Called as `python -m tools.openapi` to renew it after the API changed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django
from django.test import Client

from tools.catalogues import ROOT

FILE = ROOT / "tests" / "api" / "openapi.json"


def document() -> str:
    """What Kring answers, readable and in one form."""
    response = Client().get("/api/v1/openapi.json")
    told = json.loads(response.content)
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def renew(file: Path = FILE) -> None:
    file.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.config.settings")
    os.environ.setdefault("KRING_ALLOWED_HOSTS", "testserver")
    django.setup()
    renew()
    sys.stdout.write(f"{FILE.relative_to(ROOT)} is renewed.\n")
