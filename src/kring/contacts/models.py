"""Contacts as the database keeps them, with the folded text that SQL compares."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kring.contacts.houses import on_an_envelope

NAME_LENGTH = 200


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class FieldType(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    BOOLEAN = "boolean", _("Yes or no")
    CHOICE = "choice", _("Choice")
    MULTIPLE_CHOICE = "multiple_choice", _("Multiple choice")


class PortalAccess(models.TextChoices):
    NONE = "none", _("Not on the portal")
    READ = "read", _("Shown on the portal")
    EDIT = "edit", _("Changeable on the portal")


def _text(*, length: int = NAME_LENGTH) -> models.CharField[str, str]:
    return models.CharField(max_length=length, blank=True, default="")


def _folded() -> models.TextField[str, str]:
    # Named, because a database of one's own may sort and compare otherwise.
    return models.TextField(blank=True, default="", db_collation="C")


class Contact(models.Model):
    """A person or an organisation; its id is given out under the lock of its chunk."""

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=50, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    first_name = _text()
    infix = _text()
    last_name = _text()
    name = _text()
    date_of_birth = models.DateField(null=True, blank=True)
    status = _text()
    newsletter = models.BooleanField(default=False)
    no_mail = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="nl")
    deceased_on = models.DateField(null=True, blank=True)
    # The primary e-mail address does not work: its provider sent a mail back.
    address_bounced = models.BooleanField(default=False)
    # Why nothing is mailed there: not that it came back, but that its reader reported
    # a mail as unwanted. It says nothing of an address that is not marked.
    complained = models.BooleanField(default=False)
    # The days on which the contact first came in at the portal, and was last invited.
    portal_since = models.DateField(null=True, blank=True)
    invited_on = models.DateField(null=True, blank=True)
    fields = models.JSONField(default=dict, blank=True)

    # What follows from the above and from the details, to be searched and compared.
    has_email = models.BooleanField(default=False)
    sort_name = _folded()
    search_text = _folded()
    folded_number = _folded()
    folded_first_name = _folded()
    folded_infix = _folded()
    folded_last_name = _folded()
    folded_name = _folded()
    folded_status = _folded()
    folded_fields = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "contact"
        indexes = (
            models.Index(fields=["sort_name", "id"], name="contacts_by_name"),
            GinIndex(
                fields=["search_text"],
                name="contacts_by_text",
                opclasses=["gin_trgm_ops"],
            ),
            models.Index(
                fields=["id"],
                condition=Q(has_email=False)
                | Q(no_mail=True)
                | Q(address_bounced=True)
                | Q(deceased_on__isnull=False),
                name="contacts_without_mail",
            ),
            # What conditions ask most: the index alone names the contacts.
            models.Index(fields=["folded_status", "id"], name="contacts_by_status"),
            models.Index(fields=["newsletter", "id"], name="contacts_by_newsletter"),
        )

    def __str__(self) -> str:
        if self.kind == Kind.ORGANISATION:
            return self.name
        return " ".join(
            part for part in (self.first_name, self.infix, self.last_name) if part
        )


class FormerContact(models.Model):
    """A contact that was merged into another: its id and number lead there now."""

    id = models.BigIntegerField(primary_key=True)
    number = models.CharField(max_length=50, unique=True)
    folded_number = _folded()
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="former_contacts"
    )

    class Meta:
        db_table = "former_contact"
        indexes = (models.Index(fields=["folded_number"], name="former_numbers"),)

    def __str__(self) -> str:
        return self.number


class Address(models.Model):
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="addresses"
    )
    street = _text()
    house_number = _text(length=20)
    house_number_addition = _text(length=20)
    postal_code = _text(length=12)
    city = _text()
    neighbourhood = _text()
    is_primary = models.BooleanField(default=False)

    folded_street = _folded()
    folded_house_number = _folded()
    folded_house_number_addition = _folded()
    folded_postal_code = _folded()
    folded_city = _folded()
    folded_neighbourhood = _folded()

    class Meta:
        db_table = "address"
        constraints = (
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(is_primary=True),
                name="a_contact_has_one_primary_address",
            ),
        )
        indexes = (
            models.Index(
                fields=["folded_postal_code", "folded_house_number"],
                name="addresses_by_postal_code",
            ),
            # What conditions ask most: the index alone names the contacts.
            models.Index(
                fields=["folded_postal_code", "contact"],
                name="contacts_by_postal_code",
            ),
            models.Index(fields=["folded_city", "contact"], name="contacts_by_city"),
            models.Index(
                fields=["folded_neighbourhood", "contact"],
                name="contacts_by_neighbourhood",
            ),
        )

    def __str__(self) -> str:
        return on_an_envelope(
            self.street, self.house_number, self.house_number_addition
        )


class EmailAddress(models.Model):
    # The constraint that begins with the contact serves as its index.
    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        related_name="email_addresses",
        db_index=False,
    )
    address = models.CharField(max_length=254)
    folded_address = _folded()
    is_primary = models.BooleanField(default=False)

    class Meta:
        db_table = "email_address"
        constraints = (
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(is_primary=True),
                name="a_contact_has_one_primary_email_address",
            ),
            models.UniqueConstraint(
                fields=["contact", "folded_address"],
                name="a_contact_has_an_email_address_once",
            ),
        )
        indexes = (
            models.Index(fields=["folded_address"], name="email_addresses_by_text"),
        )

    def __str__(self) -> str:
        return self.address


class PhoneNumber(models.Model):
    """A phone number in international notation (E.164)."""

    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        related_name="phone_numbers",
        db_index=False,
    )
    number = models.CharField(max_length=20, db_collation="C")
    is_primary = models.BooleanField(default=False)

    class Meta:
        db_table = "phone_number"
        constraints = (
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(is_primary=True),
                name="a_contact_has_one_primary_phone_number",
            ),
            models.UniqueConstraint(
                fields=["contact", "number"],
                name="a_contact_has_a_phone_number_once",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Representation(models.Model):
    """A person who acts for an organisation, from its first day up to its last.

    Without a first or a last day it has always been so, or goes on. `on_portal` says
    whether the person may see and change what is the organisation's on the portal.
    """

    # The constraint that begins with the person serves as its index.
    person = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        related_name="representations",
        db_index=False,
    )
    organisation = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="representatives"
    )
    role = _text()
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    on_portal = models.BooleanField(default=False)

    class Meta:
        db_table = "representation"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation"],
                name="a_person_represents_an_organisation_once",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("organisation")),
                name="nobody_represents_itself",
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True)
                | Q(last_day__isnull=True)
                | Q(last_day__gte=F("first_day")),
                name="a_representation_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.organisation_id}"

    def counts_on(self, day: date) -> bool:
        """Whether the person acts for the organisation on this day."""
        has_begun = self.first_day is None or self.first_day <= day
        return has_begun and (self.last_day is None or self.last_day >= day)


class RequestState(models.TextChoices):
    """What became of a request to be erased; one that was done is gone."""

    OPEN = "open", _("open")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DECLINED = "declined", _("declined")


class ErasureRequest(models.Model):
    """A contact asks on the portal to be erased; staff does so, or says why not.

    The answer goes to `address`, in `language`: where, and how, it was asked.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="erasure_requests"
    )
    state = models.CharField(
        max_length=9, choices=RequestState.choices, default=RequestState.OPEN.value
    )
    note = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "erasure_request"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="a_request_is_open_until_it_is_settled",
            ),
        )
        indexes = (
            models.Index(
                fields=["asked_at"],
                condition=Q(state="open"),
                name="requests_that_wait",
            ),
        )

    def __str__(self) -> str:
        return f"{self.contact_id} {self.state}"


class CustomField(models.Model):
    """A fact about contacts that a cooperative keeps for itself."""

    code = models.SlugField(max_length=50, unique=True)
    label = models.CharField(max_length=NAME_LENGTH)
    type = models.CharField(max_length=16, choices=FieldType.choices)
    choices = models.JSONField(default=list, blank=True)
    position = models.IntegerField(default=0)
    portal = models.CharField(
        max_length=4, choices=PortalAccess.choices, default=PortalAccess.NONE
    )

    class Meta:
        db_table = "custom_field"
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.label


class Numbering(models.Model):
    """The last number that was given out automatically; there is one row at most."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    last = models.BigIntegerField()

    class Meta:
        db_table = "numbering"
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="numbers_count_up_once"),
        )

    def __str__(self) -> str:
        return str(self.last)
