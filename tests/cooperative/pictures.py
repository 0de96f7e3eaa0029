"""Pictures that somebody could send as a logo."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image


def picture(
    kind: str = "PNG",
    size: tuple[int, int] = (320, 80),
    *,
    mode: str = "RGB",
    colour: Any = "red",
) -> bytes:
    written = BytesIO()
    Image.new(mode, size, colour).save(written, kind)
    return written.getvalue()
