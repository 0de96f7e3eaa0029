"""Undoing a change: a new change that puts back what was there before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kring.accounts.actors import Actor, ActorKind
from kring.actions.acts import Act, act
from kring.actions.delivering import deliver_soon
from kring.actions.errors import OwnChoiceError, RefusedError
from kring.actions.members import Outcome
from kring.actions.requiring import require_that_may
from kring.actions.restoring.errors import (
    AlreadyUndoneError,
    LastingChangeError,
    NothingToUndoError,
    StepOfChangeError,
    UndoStoppedError,
    UnknownChangeError,
)
from kring.actions.restoring.pieces import (
    CONTACT,
    FORMER,
    PLACEMENT,
    Key,
    Piece,
    kinds_in,
    pieces_of,
    those_of,
)
from kring.actions.restoring.putting_back import OF_THE_GRAPH, hold, put_back
from kring.actions.restoring.standing import KINDS, require_untouched, standing
from kring.actions.welcoming import Welcome
from kring.groups.history import steps_with_entries, undoings_of, whole_of
from kring.groups.locks import Definitions
from kring.groups.models import Change, Effect, Group
from kring.mailing.welcomes import cancel_mails_of, let_wait_again

ACTION: Final = "change.undo"

LASTING: Final = frozenset(
    {
        "contact.erase",
        "data.download",
        "day.new",
        "demo.load",
        "demo.loaded",
        "erasure.ask",
        "erasure.decline",
        "erasure.withdraw",
        "mail.cancel",
        "mail.resend",
        "mailing.cancel",
        "mailing.pause",
        "mailing.resume",
        "mailing.schedule",
        "mailing.send",
        "mailing.unschedule",
        "portal.begin",
        "portal.invite",
        "portal.look",
        "portal.sign_out",
    }
)
"""What is never undone, whatever it wrote."""


@dataclass(frozen=True, slots=True)
class _Undoing:
    """A change that is to be undone: the steps that are left, the newest first."""

    number: int
    steps: Sequence[int]
    total: int
    graph: Definitions
    by: Actor
    provided: Callable[[], object]


def undo_change(
    number: int, *, by: Actor, provided: Callable[[], object] = lambda: None
) -> Outcome:
    """Put back what was there before a change; a long act is undone as a whole.

    Nothing is changed and a RefusedError says why when what the change wrote was
    changed since, or was undone already, or when what was before cannot be any more.
    Undoing an undo does the change again. A long act goes step by step: when one is
    refused all the same, UndoStoppedError, and undoing it again goes on.
    `provided` is called while the definitions are held, and may refuse as well.
    """
    require_that_may(by, ACTION)
    undoing = _undoing(number, by, provided)
    if undoing.total == 1 and undoing.steps[0] == number:
        return _undo_step(undoing, number, part_of=None)
    _require_all_untouched(undoing)
    return _undo_steps(undoing)


def _undoing(number: int, by: Actor, provided: Callable[[], object]) -> _Undoing:
    change = Change.objects.filter(pk=number).first()
    if change is None:
        raise UnknownChangeError(number)
    if change.part_of_id is not None:
        raise StepOfChangeError(whole_of(number))
    steps = steps_with_entries(number)
    kinds = kinds_in(steps)
    if change.action in LASTING or not kinds <= KINDS:
        raise LastingChangeError(change.action)
    if not steps:
        raise NothingToUndoError(number)
    undone = undoings_of(steps)
    left = [step for step in steps if step not in undone]
    if not left:
        raise AlreadyUndoneError(whole_of(max(undone.values())))
    graph = Definitions.EXCLUSIVE if kinds & OF_THE_GRAPH else Definitions.SHARED
    return _Undoing(number, left, len(steps), graph, by, provided)


def _undo_step(undoing: _Undoing, step: int, *, part_of: int | None) -> Outcome:
    with act(
        ACTION,
        by=undoing.by,
        part_of=part_of,
        graph=undoing.graph,
        welcome=Welcome.SILENT,
    ) as this:
        undoing.provided()
        this.occasion = replace(this.occasion, undoes=step)
        count = _put_step_back(this, undoing, step)
    return Outcome(count, this.number)


def _put_step_back(this: Act, undoing: _Undoing, step: int) -> int:
    hold(this, pieces_of(step))
    # Somebody else may have undone it, or erased a contact, before the locks came.
    undone = undoings_of([step])
    if undone:
        raise AlreadyUndoneError(whole_of(undone[step]))
    pieces = pieces_of(step)
    now = standing(pieces)
    require_untouched(pieces, now, undone=[undoing.number, *undoing.steps])
    _require_that_own_choices_stay(this, pieces, step)
    put_back(this, pieces, now)
    _settle_welcomes(this, pieces, step)
    return len(pieces)


def _require_that_own_choices_stay(
    this: Act, pieces: Sequence[Piece], step: int
) -> None:
    """An opt-out that a contact made is lifted by it, or with a reason; not by undo."""
    by_contact = Change.objects.filter(pk=step, actor_kind=ActorKind.CONTACT)
    if this.occasion.by.kind is ActorKind.CONTACT or not by_contact.exists():
        return
    for piece in those_of(PLACEMENT, pieces):
        after, before = piece.after or {}, piece.before or {}
        if after.get("effect") == Effect.OUT != before.get("effect"):
            group = Group.objects.get(pk=piece.group)
            raise OwnChoiceError(group.name, [piece.contact])


def _settle_welcomes(this: Act, pieces: Sequence[Piece], step: int) -> None:
    """Nobody is mailed who would not have been if the change had never happened.

    Mails that wait because of it do not go; those that do not go because of it wait
    again. After a merge nobody can tell whose these would be.
    """
    cancel_mails_of(step, by=this.change, at=this.at)
    if not those_of(FORMER, pieces) and let_wait_again(step):
        deliver_soon()


def _undo_steps(undoing: _Undoing) -> Outcome:
    with act(ACTION, by=undoing.by) as whole:
        whole.occasion = replace(whole.occasion, undoes=undoing.number)
        number = whole.change
    count = 0
    for position, step in enumerate(undoing.steps):
        try:
            count += _undo_step(undoing, step, part_of=number).count
        except RefusedError as refusal:
            done = undoing.total - len(undoing.steps) + position
            raise UndoStoppedError(done, undoing.total, refusal) from refusal
    return Outcome(count, number)


def _require_all_untouched(undoing: _Undoing) -> None:
    """Look before the first step whether any would be refused.

    What a later step of the act changed again is judged as that step found it.
    """
    found: dict[Key, Any] = {}
    for step in undoing.steps:
        pieces = pieces_of(step)
        now: dict[Key, Any] = {**standing(pieces)}
        for piece in pieces:
            if piece.key in found:
                now[piece.key] = _overlaid(now.get(piece.key), found[piece.key])
        undone = [undoing.number, *undoing.steps]
        back = [key for key, facts in found.items() if facts is not None]
        require_untouched(pieces, now, undone=undone, back=back)
        for piece in pieces:
            is_part = piece.kind == CONTACT and not piece.was_added
            found[piece.key] = piece.changed if is_part else piece.before


def _overlaid(now: dict[str, Any] | None, before: dict[str, Any] | None) -> Any:  # noqa: ANN401 — facts
    return None if before is None else {**(now or {}), **before}
