"""What each of the web server's processes serves; it is started before Django is."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.core.servers.basehttp import get_internal_wsgi_application

from kring.cli.watch import stop_without


def load_site(_target: str) -> Callable[..., Any]:
    """The site, in a process that ends with the one which started it."""
    # Ctrl-C is for whoever started this process, and then stops it.
    os.setpgid(0, 0)
    stop_without(os.getppid())
    return get_internal_wsgi_application()
