"""Who signs in: one account per e-mail address, with a staff role or without."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class StaffRole(models.TextChoices):
    """What somebody of the staff may do; whoever may more may also do the less."""

    ADMIN = "admin", _("Administrator")
    STAFF = "staff", _("Staff")
    READER = "reader", _("Reader")


class UserManager(BaseUserManager["User"]):
    """Finds accounts; the e-mail address is the name one signs in with."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """An account. Without a staff role it opens no staff page."""

    email = models.EmailField(_("E-mail address"), max_length=254)
    name = models.CharField(_("Name"), max_length=200, blank=True)
    staff_role = models.CharField(
        _("Staff role"),
        max_length=10,
        choices=StaffRole.choices,
        blank=True,
        default="",
    )
    is_active = models.BooleanField(_("Active"), default=True)
    demo_only = models.BooleanField(_("Demo sign-in"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["email"], name="an_email_address_has_one_account"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="an_email_address_is_kept_in_lower_case",
            ),
            models.CheckConstraint(
                condition=models.Q(staff_role__in=["", *StaffRole.values]),
                name="a_staff_role_is_one_of_the_known_ones_or_none",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email


class Token(models.Model):
    """What a program signs in with on behalf of a user; only its digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        constraints = (
            models.UniqueConstraint(
                fields=["digest"], name="a_token_is_of_one_user_alone"
            ),
        )

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """What a request was answered, so that the same request does its deed once.

    An answer that tells of a new contact goes when that contact is erased.
    """

    token = models.ForeignKey(
        Token, models.CASCADE, related_name="kept_answers", db_index=False
    )
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    contact = models.ForeignKey(
        "contacts.Contact", models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "kept_answer"
        constraints = (
            models.UniqueConstraint(
                fields=["token", "key"], name="a_key_of_a_token_has_one_answer"
            ),
        )

    def __str__(self) -> str:
        return self.key


class SignInCode(models.Model):
    """A code that somebody asked for to sign in at the portal; its digest is kept.

    The row is there whoever asked, and the code is made afterwards: whether an address
    is known does not show. `key` is what the browser that asked remembers. `address` is
    blank as soon as it was looked at.
    """

    key = models.UUIDField(unique=True)
    address = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=10)
    account = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sign_in_codes", db_index=False
    )
    digest = models.CharField(max_length=64, blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_code"
        indexes = (
            models.Index(
                fields=["account", "sent_at"], name="codes_sent_to_an_account"
            ),
        )

    def __str__(self) -> str:
        return str(self.key)


class PortalSession(models.Model):
    """Somebody signed in at the portal, and the contact that one said to be.

    `acts_for` is the number of the organisation that the contact acts for meanwhile. No
    foreign key: of one that is gone it is said, and nobody else takes its place.

    It has a cookie of its own, so that it opens no staff page, and what signs in staff
    opens no page of the portal. Only the digest of that cookie is kept.
    """

    account = models.ForeignKey(
        User, models.CASCADE, related_name="portal_sessions", db_index=False
    )
    digest = models.CharField(max_length=64)
    contact = models.ForeignKey(
        "contacts.Contact", models.SET_NULL, null=True, related_name="portal_sessions"
    )
    acts_for = models.BigIntegerField(null=True)
    # What the browser said that it is; told in a few plain words.
    browser = models.CharField(max_length=300, blank=True, default="")
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "portal_session"
        constraints = (
            models.UniqueConstraint(
                fields=["digest"], name="a_portal_session_has_its_cookie_alone"
            ),
        )
        indexes = (
            models.Index(fields=["account"], name="portal_sessions_of_an_account"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.contact_id}"


class PortalLook(models.Model):
    """Somebody of the staff who looks at the portal as a contact sees it, for a while.

    It has a cookie of its own, and changes nothing. Only the digest of it is kept.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, related_name="+")
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "portal_look"
        constraints = (
            models.UniqueConstraint(
                fields=["digest"], name="a_look_at_the_portal_has_its_cookie_alone"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.contact_id}"


class AddressProof(models.Model):
    """An e-mail address that a contact wants to add, and the code that was sent there.

    It counts once `proven_at` is there, in the session in which it was asked for. Rows
    stay for a day, to count how often codes are asked for.
    """

    key = models.UUIDField(unique=True)
    session = models.ForeignKey(
        PortalSession, models.SET_NULL, null=True, related_name="address_proofs"
    )
    contact = models.ForeignKey(
        "contacts.Contact", models.CASCADE, related_name="address_proofs"
    )
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_index=True)
    proven_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "address_proof"
        indexes = (models.Index(fields=["address"], name="proofs_of_an_address"),)

    def __str__(self) -> str:
        return str(self.key)


class Passkey(models.Model):
    """A key on a device of a contact, that signs in at the portal in place of a code.

    It is of one contact: whoever of a household moves out takes theirs along, and it
    opens nothing any more once the contact has not the account's address.
    """

    account = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    contact = models.ForeignKey(
        "contacts.Contact", models.CASCADE, related_name="passkeys"
    )
    credential_id = models.BinaryField()
    # The public key with its id, as WebAuthn writes them together.
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"
        constraints = (
            models.UniqueConstraint(
                fields=["credential_id"], name="a_passkey_is_of_one_contact_alone"
            ),
        )

    def __str__(self) -> str:
        return self.name


class PasskeyChallenge(models.Model):
    """What a passkey has to sign, once and within minutes, in the browser that asked.

    `digest` is that of the token which this browser has in a cookie.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    challenge = models.BinaryField()
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "passkey_challenge"

    def __str__(self) -> str:
        return self.digest


class LastVisit(models.Model):
    """When a contact was last signed in at the portal; sessions themselves are gone."""

    contact = models.OneToOneField(
        "contacts.Contact",
        models.CASCADE,
        primary_key=True,
        related_name="last_visit",
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "last_visit"

    def __str__(self) -> str:
        return f"{self.contact_id} {self.at}"
