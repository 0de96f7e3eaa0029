"""What can be mailed, from whom, and every mail that goes or went."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kring.outbox.models import Outgoing, State


class Mailbox(models.Model):
    """A sender that mails may come from; without any, KRING_MAIL_FROM sends."""

    name = models.CharField(_("Name"), max_length=200)
    address = models.EmailField(_("E-mail address"))

    class Meta:
        db_table = "mailbox"
        constraints = (
            models.UniqueConstraint(
                fields=["name", "address"], name="a_mailbox_is_there_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


class Template(models.Model):
    """The text of a mail, chosen by groups that welcome their new members.

    The body is HTML that was sanitised before it was kept, with merge fields.
    """

    name = models.CharField(_("Name"), max_length=200)
    folded_name = models.TextField(db_collation="C")
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Text"))
    language = models.CharField(max_length=10, default="nl")
    attachment_name = models.CharField(max_length=200, blank=True, default="")
    attachment_type = models.CharField(max_length=100, blank=True, default="")
    attachment = models.BinaryField(default=bytes)
    attachment_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "template"
        constraints = (
            models.UniqueConstraint(
                fields=["folded_name"], name="a_template_has_its_name_alone"
            ),
        )

    def __str__(self) -> str:
        return self.name


class FormerAttachment(models.Model):
    """A file that a template had once, or that goes along with a mail to groups.

    History names it by its digest.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()

    class Meta:
        db_table = "former_attachment"

    def __str__(self) -> str:
        return self.digest


class MailingState(models.TextChoices):
    """How far a mail to groups has come."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    DONE = "done", _("sent")
    CANCELLED = "cancelled", _("cancelled")


class Household(models.TextChoices):
    """Who gets a mail where several contacts have one address."""

    EACH = "each", _("each person")
    ONCE = "once", _("once per address")


class Mailing(models.Model):
    """A mail to everyone in some groups; its audience is frozen when it is sent.

    `groups` and `minus` are ids of groups; `groups_as_sent` says what these were
    called then, and how many members they had. While `settled` is false its mails are
    still being written, held, freed or cancelled: the last contact they were written
    for is `written_until`. A draft that has a `scheduled_at` did not go when it should.
    """

    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=10, default="nl")
    mailbox = models.ForeignKey(
        Mailbox, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attachment_name = models.CharField(max_length=200, blank=True, default="")
    attachment = models.ForeignKey(
        FormerAttachment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    groups = models.JSONField(default=list)
    minus = models.JSONField(default=list)
    household = models.CharField(
        max_length=4, choices=Household.choices, default=Household.EACH.value
    )
    state = models.CharField(
        max_length=9, choices=MailingState.choices, default=MailingState.DRAFT.value
    )
    scheduled_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    groups_as_sent = models.JSONField(default=list)
    written_until = models.BigIntegerField(default=0)
    settled = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The number of the change that last touched it.
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "mailing"

    def __str__(self) -> str:
        return self.subject


class FrozenAudience(models.Model):
    """Who gets a mailing that was sent, or why others do not, as decided then."""

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="audience", db_index=False
    )
    # A Skip; nothing for those who get it.
    skip = models.CharField(max_length=10, blank=True, default="")
    contacts = models.BinaryField()
    count = models.IntegerField()

    class Meta:
        db_table = "frozen_audience"
        constraints = (
            models.UniqueConstraint(
                fields=["mailing", "skip"], name="an_audience_is_frozen_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.skip}"


class Purpose(models.TextChoices):
    """Why a mail goes out."""

    WELCOME = "welcome", _("new member")
    MAILING = "mailing", _("mail to group")
    NOTICE = "notice", _("notice to staff")
    TEST = "test", _("test mail")
    CODE = "code", _("code to sign in")
    ANSWER = "answer", _("answer to a contact")
    INVITE = "invite", _("invitation to the portal")
    CHANGED = "changed", _("notice of a changed e-mail address")


class Skip(models.TextChoices):
    """Why a mail does not go."""

    NO_ADDRESS = "no_address", _("no e-mail address")
    NO_MAIL = "no_mail", _("does not want mail")
    DECEASED = "deceased", _("deceased")
    ERASED = "erased", _("erased")
    BOUNCED = "bounced", _("the address does not exist any more")
    COMPLAINED = "complained", _("reported a mail as unwanted")
    WELCOMED = "welcomed", _("welcomed before")
    SHARED = "shared", _("another contact at this address gets it")
    LEFT = "left", _("left the group meanwhile")
    CLOSED = "closed", _("the group was closed meanwhile")
    DELETED = "deleted", _("the group was deleted meanwhile")
    EXPIRED = "expired", _("the code works no more")


class OutgoingMail(Outgoing):
    """One mail to one reader; who is not a contact has an address alone.

    Until it has gone it is made anew whenever it is looked at, from its template or
    mailing; `subject`, `html`, `text` and `address` are what went. `key` makes the
    Message-ID, so that a mail which is sent twice is known for the same. Who sends one
    again on purpose makes a row of its own, which says of which it is `resend_of`.
    """

    purpose = models.CharField(max_length=7, choices=Purpose.choices)
    # No foreign key: who was erased stays in the totals, and joinings write thousands.
    contact = models.BigIntegerField(null=True)
    group = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)
    # Not looked up row by row. A template stays while anything waits for it: acts that
    # write mails hold the definitions, and the one that deletes it holds them alone.
    # That one reads all mails; an index would be written with each of them.
    template = models.ForeignKey(
        Template,
        null=True,
        on_delete=models.PROTECT,
        related_name="mails",
        db_index=False,
        db_constraint=False,
    )
    # Found by an index below, which leaves out the many that welcome.
    mailing = models.ForeignKey(
        Mailing,
        null=True,
        on_delete=models.PROTECT,
        related_name="mails",
        db_index=False,
    )
    resend_of = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="resends",
        db_index=False,
    )
    # The change that cancelled it, or because of which it does not go.
    cancelled_by = models.BigIntegerField(null=True)
    # Unique by being drawn: the index below leaves out what waits, as most do at first.
    key = models.UUIDField()
    skip = models.CharField(max_length=10, choices=Skip.choices, blank=True, default="")
    address = models.CharField(max_length=254, blank=True, default="")
    sender = models.CharField(max_length=500, blank=True, default="")
    subject = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        db_table = "outgoing_mail"
        constraints = (
            models.UniqueConstraint(
                fields=["contact", "group", "change"],
                condition=Q(purpose="welcome", resend_of__isnull=True),
                name="a_joining_is_welcomed_once",
            ),
            models.UniqueConstraint(
                fields=["mailing", "contact"],
                condition=Q(purpose="mailing", resend_of__isnull=True),
                name="a_mailing_reaches_a_contact_once",
            ),
            models.CheckConstraint(
                condition=Q(state="skipped", skip__gt="")
                | (~Q(state="skipped") & Q(skip="")),
                name="what_is_skipped_says_why",
            ),
        )
        indexes = (
            models.Index(
                fields=["free_at", "id"],
                condition=Q(state=State.WAITING.value),
                name="mails_that_wait",
            ),
            # Counted by state and reason from the index alone.
            models.Index(
                fields=["group", "id"],
                include=["state", "skip"],
                name="mails_of_a_group",
            ),
            models.Index(fields=["contact", "id"], name="mails_of_a_contact"),
            # What waits is found by when it is free, and nearly all others were sent.
            models.Index(
                fields=["state", "id"],
                include=["skip", "purpose"],
                condition=~Q(state__in=["waiting", "sent"]),
                name="mails_in_a_rare_state",
            ),
            # What has a link to leave, or comes back, waits no more.
            models.Index(
                fields=["key"], condition=~Q(state="waiting"), name="mails_by_key"
            ),
            models.Index(
                fields=["skip", "id"],
                condition=Q(state=State.SKIPPED.value),
                name="mails_skipped_for_a_reason",
            ),
            # Nearly all welcome: to look for those, no index is needed.
            models.Index(
                fields=["purpose", "id"],
                include=["state", "skip"],
                condition=~Q(purpose="welcome"),
                name="mails_that_do_not_welcome",
            ),
            # Mails are made one after the other: a day is a stretch of the table.
            BrinIndex(fields=["made_at"], name="mails_made_on_a_day"),
            models.Index(
                fields=["group", "ended_at"],
                condition=Q(state=State.FAILED.value),
                name="mails_that_failed",
            ),
            models.Index(
                fields=["resend_of"],
                condition=Q(resend_of__isnull=False),
                name="mails_sent_again",
            ),
            models.Index(
                fields=["mailing", "id"],
                condition=Q(mailing__isnull=False),
                name="mails_of_a_mailing",
            ),
            models.Index(
                fields=["cancelled_by"],
                condition=Q(cancelled_by__isnull=False),
                name="mails_that_a_change_cancelled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class ToldOfFailures(models.Model):
    """Until when somebody has been told of mails that failed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    until = models.DateTimeField()

    class Meta:
        db_table = "told_of_failures"

    def __str__(self) -> str:
        return str(self.user)


class WayOut(models.Model):
    """The way that all mails take, whoever sends them; there is one row at most.

    `next_at` is when the next mail may go at the latest pace. While the server is at
    fault nothing is tried until `resting_until`; `fault` is what was wrong last, and
    `faulty_since` when that began.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    next_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)
    faults = models.IntegerField(default=0)
    faulty_since = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    fault = models.TextField(blank=True, default="")

    class Meta:
        db_table = "way_out"
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="mails_take_one_way_out"),
        )

    def __str__(self) -> str:
        return self.fault
