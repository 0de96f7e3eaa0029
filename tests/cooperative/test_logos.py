"""A file becomes a logo: written anew, small, and with nothing else in it."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kring.cooperative.logos import (
    FileTooLargeError,
    NoPictureError,
    UnusablePictureError,
    WrongSizeError,
    picture_in,
)
from tests.cooperative.pictures import picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_each_kind_becomes_a_png_that_fits(kind):
    made = picture_in(picture(kind, (1_600, 200)))
    written = Image.open(BytesIO(made.content))
    assert written.format == "PNG"
    assert (made.width, made.height) == written.size == (640, 80)


def test_a_small_one_is_not_made_larger():
    made = picture_in(picture("PNG", (64, 40)))
    assert (made.width, made.height) == (64, 40)


def test_what_is_transparent_stays_so():
    made = picture_in(picture("PNG", (64, 40), mode="RGBA", colour=(1, 2, 3, 0)))
    assert Image.open(BytesIO(made.content)).getchannel("A").getextrema() == (0, 0)


def test_nothing_but_the_pixels_is_kept():
    image = Image.new("RGB", (64, 40), "red")
    exif = Image.Exif()
    exif[0x010E] = "52.0116 4.3571"
    sent = BytesIO()
    image.save(sent, "JPEG", exif=exif, comment=b"Delft")
    made = picture_in(sent.getvalue() + b"<script>alert(1)</script>")
    assert b"52.0116" not in made.content
    assert b"Delft" not in made.content
    assert b"script" not in made.content


def test_a_photo_stands_as_it_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = BytesIO()
    Image.new("RGB", (64, 40), "red").save(sent, "JPEG", exif=exif)
    made = picture_in(sent.getvalue())
    assert (made.width, made.height) == (40, 64)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        picture("GIF", (64, 40)),
        picture("BMP", (64, 40)),
        picture("PNG", (64, 40))[:60],
        picture("JPEG", (64, 40))[:300],
    ],
    ids=["empty", "text", "svg", "gif", "bmp", "half a png", "half a jpeg"],
)
def test_what_is_no_picture_is_refused(file):
    with pytest.raises(NoPictureError):
        picture_in(file)


@pytest.mark.parametrize("size", [(15, 40), (40, 15), (4_001, 40)])
def test_what_is_too_small_or_too_large_is_refused(size):
    with pytest.raises(WrongSizeError) as refusal:
        picture_in(picture("PNG", size))
    assert (refusal.value.width, refusal.value.height) == size


def test_a_file_that_would_unpack_into_very_much_is_refused_unread():
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
    with pytest.raises(UnusablePictureError):
        picture_in(bomb)


def test_a_large_file_is_refused_unread():
    with pytest.raises(FileTooLargeError):
        picture_in(b"x" * (2 * 1024 * 1024 + 1))


def test_the_same_pixels_are_the_same_logo():
    once, again = (picture_in(picture("PNG", (64, 40))) for _ in range(2))
    assert once.digest == again.digest


@given(st.integers(8, 300), st.binary(max_size=8))
def test_a_broken_file_is_refused_in_words_or_read(place, noise):
    whole = picture("PNG", (64, 40), mode="RGBA", colour=(1, 2, 3, 4))
    broken = whole[:place] + noise + whole[place + len(noise) :]
    with suppress(UnusablePictureError):
        assert picture_in(broken).content.startswith(b"\x89PNG")
