"""Why a name, logo or colour is not taken, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kring.actions import looks
from kring.cooperative import logos
from kring.ui.templatetags.ui import megabytes, number
from kring.ui.wording import words_for


@words_for.register
def _unreadable(error: looks.ColourUnreadableError) -> str:
    return _(
        "Text in this colour (%(colour)s) is hard to read on white. The nearest colour"
        " that everybody can read is %(nearest)s."
    ) % {"colour": error.colour, "nearest": error.nearest}


@words_for.register
def _no_colour(_error: looks.NoColourError) -> str:
    return _("This is no colour. Write one as # with six digits, such as #0b6e5d.")


@words_for.register
def _unknown_logo(_error: looks.UnknownLogoError) -> str:
    return _("This logo is not there any more. Choose the file once more.")


@words_for.register
def _no_picture(_error: logos.NoPictureError) -> str:
    return _(
        "This is no picture that can be used. Choose a PNG, JPEG or WebP; a drawing"
        " (SVG) you can save as PNG first."
    )


@words_for.register
def _file_too_large(error: logos.FileTooLargeError) -> str:
    return _("This file is too large: %(size)s, and at most %(limit)s is possible.") % {
        "size": megabytes(error.size),
        "limit": megabytes(error.limit),
    }


@words_for.register
def _wrong_size(error: logos.WrongSizeError) -> str:
    return _(
        "This picture is %(width)s by %(height)s pixels. Each side must be between"
        " %(least)s and %(most)s pixels."
    ) % {
        "width": number(error.width),
        "height": number(error.height),
        "least": number(logos.SMALLEST_SIDE),
        "most": number(logos.LARGEST_SIDE),
    }
