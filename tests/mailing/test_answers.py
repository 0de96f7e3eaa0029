"""What became of a mail is told in the language of the cooperative."""

from __future__ import annotations

import pytest
from django.utils import translation

from kring.mailing.answers import words_for_fault
from kring.mailing.mail_server import Fault, LineBrokenError, RefusedForGoodError


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.UNREACHABLE, Fault.SILENT])
def test_what_our_own_machine_says_in_english_is_not_told_as_the_server_s(fault):
    error = LineBrokenError(fault, told="Connection unexpectedly closed")
    with translation.override("nl"):
        told = words_for_fault(error)
    assert told.startswith("De mailserver")
    assert "Connection" not in told
    assert "zegt" not in told


def test_what_the_server_says_is_told():
    error = RefusedForGoodError(Fault.READER, 550, "5.1.1 no such user")
    assert words_for_fault(error).endswith("550 5.1.1 no such user")
