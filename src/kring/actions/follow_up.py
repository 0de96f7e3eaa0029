"""Where an act hands over what turned to whoever acts on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kring.actions.delivering import deliver_soon
from kring.actions.welcoming import Welcome, Welcoming
from kring.groups.bitmaps import Turned
from kring.mailing.welcomes import cancel_for_those_who_left, queue_welcomes


def follow_up(
    turned: Turned,
    *,
    change: int,
    at: datetime,
    welcome: Welcoming,
    among: Collection[int] | None = None,
) -> int:
    """Act on the bits that a change turned, within its transaction.

    `among` are the groups whose new members may be mailed; None: all that welcome.
    Returns how many mails wait to go.
    """
    cancel_for_those_who_left(turned, change=change, at=at)
    if welcome is Welcome.SILENT:
        return 0
    if among is not None:
        turned = {group: turned[group] for group in among if group in turned}
    mails = queue_welcomes(turned, change=change, at=at)
    if mails:
        deliver_soon()
    return mails
