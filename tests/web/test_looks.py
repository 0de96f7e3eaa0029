"""The logo and the colours as pages fetch them."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from kring.accounts.actors import OPERATOR
from kring.actions.looks import edit_looks
from kring.cooperative import colours
from kring.cooperative.logos import picture_in
from kring.cooperative.looks import Looks
from tests.cooperative.pictures import picture

pytestmark = pytest.mark.django_db


def test_the_logo_comes_as_a_picture_and_nothing_else(client):
    sent = picture_in(picture())
    edit_looks(Looks(name="Delft"), by=OPERATOR, picture=sent)
    answer = client.get(f"/huisstijl/{sent.digest}.png")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "immutable" in answer["Cache-Control"]
    assert Image.open(BytesIO(answer.content)).size == (320, 80)


@pytest.mark.parametrize(
    "address",
    [
        "/huisstijl/" + "0" * 64 + ".png",
        "/huisstijl/..%2fsecret.png",
        "/huisstijl/red.css",
        "/huisstijl/0b6e5.css",
        "/huisstijl/0b6e5d;x.css",
        "/huisstijl/voorbeeld/red.css",
    ],
)
def test_what_is_no_logo_or_colour_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_the_colours_are_a_style_by_day_and_by_night(client):
    answer = client.get("/huisstijl/7a1f5c.css")
    style = answer.content.decode()
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "--accent: #7a1f5c;" in style
    assert f"--accent: {colours.dark('#7a1f5c').accent};" in style
    assert style.startswith(":root,")


def test_the_colours_of_a_preview_stay_within_it(client):
    style = client.get("/huisstijl/voorbeeld/7a1f5c.css").content.decode()
    assert ":root" not in style
    assert style.count(".portal-look") == 4


def test_they_are_only_looked_at(client):
    assert client.post("/huisstijl/7a1f5c.css").status_code == 405
