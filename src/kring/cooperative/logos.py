"""A picture that somebody sent becomes a logo: written anew, of its pixels alone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_FILE: Final = 2 * 1024 * 1024
"""In bytes."""
LARGEST_SIDE: Final = 4_000
SMALLEST_SIDE: Final = 16
"""In pixels, of what is sent."""
WIDTH, HEIGHT = 640, 160
"""In pixels, of what is kept: twice as much as pages show, for sharp screens."""

_FORMATS: Final = ("PNG", "JPEG", "WEBP")


class UnusablePictureError(Exception):
    """A file that makes no logo."""


class NoPictureError(UnusablePictureError):
    """It is none of the kinds that are read, or broken."""


@dataclass(eq=False)
class FileTooLargeError(UnusablePictureError):
    """Both in bytes."""

    size: int
    limit: int = LARGEST_FILE


@dataclass(eq=False)
class WrongSizeError(UnusablePictureError):
    """It is too large or too small in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that Kring wrote itself."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


def picture_in(file: bytes) -> Picture:
    """The logo that a PNG, JPEG or WebP makes; raises an UnusablePictureError.

    SVG is not read: it can hold scripts, and names of other files.
    """
    if len(file) > LARGEST_FILE:
        raise FileTooLargeError(len(file))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _written(_read(file))
    except UnusablePictureError:
        raise
    # Whatever goes wrong in reading a file of a stranger, it makes no logo.
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        ArithmeticError,
        LookupError,
        TypeError,
        Warning,
        MemoryError,
        Image.DecompressionBombError,
    ) as error:
        raise NoPictureError from error


def _read(file: bytes) -> Image.Image:
    image = Image.open(BytesIO(file), formats=_FORMATS)
    # Known from its first bytes, before any pixel is unpacked.
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in image.size):
        raise WrongSizeError(*image.size)
    return ImageOps.exif_transpose(image).convert("RGBA")


def _written(image: Image.Image) -> Picture:
    image.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    # Of the pixels alone: what else the file said stays behind.
    bare = Image.new("RGBA", image.size)
    bare.paste(image)
    written = BytesIO()
    bare.save(written, "PNG", optimize=True)
    return Picture(written.getvalue(), *bare.size)
