"""A long act is rehearsed and taken back, to know how many mails it would send."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.db import transaction

from kring.accounts.actors import Actor
from kring.actions.acts import Act, act
from kring.actions.welcoming import Welcome, Welcoming, require_agreement
from kring.groups import definitions
from kring.mailing.welcomes import groups_that_welcome


def agreed(
    welcome: Welcoming,
    steps: Iterable[Callable[[Act], object]],
    *,
    action: str,
    by: Actor,
    touched: Collection[int],
) -> Welcoming:
    """How each step of a long act welcomes, now that all of them were counted.

    Each step is done in a transaction of its own and taken back, so no lock is held
    for longer than the step will hold it. Nothing is tried where no group welcomes
    among those that are touched and all that follow from them. Raises ManyMailsError,
    and what a step raises.
    """
    if isinstance(welcome, Welcome) and welcome is not Welcome.DEFAULT:
        return welcome
    mails = 0
    if groups_that_welcome(definitions.nodes_following(touched)):
        mails = sum(_rehearsed(step, action, by) for step in steps)
    require_agreement(welcome, mails, by=by)
    return Welcome.AGREED


def _rehearsed(step: Callable[[Act], object], action: str, by: Actor) -> int:
    with transaction.atomic():
        with act(action, by=by, welcome=Welcome.AGREED) as this:
            step(this)
        transaction.set_rollback(True)
    return this.mails
