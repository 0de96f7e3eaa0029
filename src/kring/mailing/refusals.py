"""What a mail server's refusal says of the address that a mail was for."""

from __future__ import annotations

import re
from typing import Final

from kring.mailing.mail_server import Fault, NotSentError, RefusedForGoodError


def says_nobody_is_there(error: NotSentError) -> bool:
    """Whether no mail will ever reach this address, whoever sends it.

    Many servers also refuse a reader when it is the sender, or the text, that they do
    not like: what does not speak of the address says nothing of it.
    """
    if not isinstance(error, RefusedForGoodError):
        return False
    if _STATUS.match(error.told):
        return bool(_NO_SUCH_ADDRESS.match(error.told))
    is_refused_reader = error.fault is Fault.READER and error.code == _UNAVAILABLE
    return is_refused_reader and not _SPEAKS_OF_SENDER.search(error.told)


_UNAVAILABLE: Final = 550
# The enhanced status codes of RFC 3463 and RFC 7505.
_STATUS: Final = re.compile(r"\d\.\d{1,3}\.\d{1,3}\b")
_NO_SUCH_ADDRESS: Final = re.compile(r"5\.1\.(?:1|2|3|6|10)\b")
_SPEAKS_OF_SENDER: Final = re.compile(
    r"relay|spam|block|black|polic|denied|sender|spf|dkim|dmarc|reputation|authent"
    r"|client|helo|rdns|dnsbl|\brbl|not allowed|not permitted|prohibited",
    re.IGNORECASE,
)
