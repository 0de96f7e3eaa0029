"""The command `kring`: sets Django up, then opens the command line's door."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a command; what is wrong with the environment ends it with one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kring.config.settings")
    import django
    from django.conf import settings
    from django.utils import translation

    from kring.config.environment import EnvironmentVariableError

    try:
        django.setup()
    except EnvironmentVariableError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    translation.activate(settings.LANGUAGE_CODE)
    # The words of help texts are looked up when the commands are made.
    from kring.cli.app import app

    app()


if __name__ == "__main__":
    main()
