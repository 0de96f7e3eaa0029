"""Users are added, and their passwords set."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from email_validator import EmailNotValidError, validate_email

from kring.accounts.actors import Actor, ActorKind
from kring.accounts.models import StaffRole, User
from kring.actions.errors import NotAllowedError, RefusedError


@dataclass(eq=False)
class EmailAddressUnreadableError(RefusedError):
    """What was given is no e-mail address."""

    email: str


@dataclass(eq=False)
class EmailAddressTakenError(RefusedError):
    """Somebody already has an account with this e-mail address."""

    email: str


@dataclass(eq=False)
class PasswordTooWeakError(RefusedError):
    """The password is refused, for reasons in the reader's language."""

    reasons: tuple[str, ...]


def add_user(email: str, *, role: StaffRole, by: Actor, name: str = "") -> User:
    """A new user, who has no password yet.

    Who has an account for the portal alone keeps it, and is of the staff as well.
    """
    if not _may_add_users(by):
        raise NotAllowedError("add_user")
    address = _readable(email)
    of_portal = User.objects.filter(email=address, staff_role="", is_active=True)
    if of_portal.update(name=name, staff_role=role, created_by=by.user_id) == 1:
        return User.objects.get(email=address)
    user = User(
        email=address,
        name=name,
        staff_role=role,
        created_by_id=by.user_id,
    )
    user.set_unusable_password()
    return _stored(user)


@transaction.atomic
def add_user_with_password(
    email: str, *, role: StaffRole, by: Actor, password: str, name: str = ""
) -> User:
    """A new user with a password; none is added when the password is too weak."""
    user = add_user(email, role=role, by=by, name=name)
    set_password(user, password)
    return user


def add_demo_user(email: str, *, role: StaffRole, name: str, password: str) -> User:
    """A user whose password is public, and who therefore signs in only locally."""
    user = User(email=_readable(email), name=name, staff_role=role, demo_only=True)
    user.set_password(password)
    return _stored(user)


def set_password(user: User, password: str) -> None:
    """Ends the user's sessions as well, since each carries a mark of the old one."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise PasswordTooWeakError(tuple(refusal.messages)) from refusal
    user.set_password(password)
    user.save(update_fields=["password"])


def _may_add_users(actor: Actor) -> bool:
    return actor.kind is not ActorKind.USER or actor.staff_role == StaffRole.ADMIN


def _readable(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as refusal:
        raise EmailAddressUnreadableError(email) from refusal
    return found.normalized.lower()


def _stored(user: User) -> User:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as refusal:
        raise EmailAddressTakenError(user.email) from refusal
    return user
