"""Whether a request stays on this machine, as demo sign-ins must."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def stays_local(request: HttpRequest) -> bool:
    """True when address, caller and the server's own address are all of this machine.

    The host header alone can be made up by a caller, and the caller's address alone
    is a proxy's when one stands in front.
    """
    asked_host = urlsplit(f"//{request.get_host()}").hostname
    own_host = urlsplit(settings.KRING_BASE_URL).hostname
    caller = request.META.get("REMOTE_ADDR")
    return all(_is_local(host) for host in (asked_host, own_host, caller))


def _is_local(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
