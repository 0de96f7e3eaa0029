"""Groups and placements (truth), bitmaps (derived from it), and history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kring.accounts.actors import NO_LONGER_KNOWN


class Kind(models.TextChoices):
    STATIC = "static", _("static")
    DYNAMIC = "dynamic", _("dynamic")
    COMPOSITE = "composite", _("composite")


class NeighbourhoodRole(models.TextChoices):
    COACH = "coach", _("Is coach")
    PROJECT_LEADER = "project_leader", _("Is project leader")
    EXTERNAL_PARTY = "external_party", _("Is external party")


class WelcomePolicy(models.TextChoices):
    FIRST = "first", _("only the first time")
    EVERY = "every", _("at every joining")


class BrokenExamples(models.TextChoices):
    WARN = "warn", _("warns")
    BLOCK = "block", _("is refused")


class Effect(models.TextChoices):
    IN = "in", _("in")
    OUT = "out", _("out")


class Group(models.Model):
    """A named set of contacts, with its settings and, if derived, its definition."""

    name = models.CharField(max_length=200)
    folded_name = models.TextField(db_collation="C")
    description = models.TextField(blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="groups_answered_for",
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    visible_on_portal = models.BooleanField(default=False)
    visible_at_contact = models.BooleanField(default=False)
    editable_on_portal = models.BooleanField(default=False)
    portal_name = models.CharField(max_length=200, blank=True)
    portal_order = models.IntegerField(null=True, blank=True)
    welcome_template = models.ForeignKey(
        "mailing.Template",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    welcome_policy = models.CharField(
        max_length=5, choices=WelcomePolicy.choices, default=WelcomePolicy.FIRST
    )
    welcome_delay_hours = models.IntegerField(default=0)
    welcome_mailbox = models.ForeignKey(
        "mailing.Mailbox",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    neighbourhood_role = models.CharField(
        max_length=14, choices=NeighbourhoodRole.choices, blank=True, default=""
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    definition = models.JSONField(null=True, blank=True)
    broken_examples = models.CharField(
        max_length=5, choices=BrokenExamples.choices, default=BrokenExamples.WARN
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The number of the change that last touched the settings.
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "group"
        constraints = (
            models.UniqueConstraint(
                fields=["folded_name"],
                condition=Q(deleted_at__isnull=True),
                name="a_group_has_its_name_alone",
            ),
            models.CheckConstraint(
                condition=Q(kind="static", definition__isnull=True)
                | (~Q(kind="static") & Q(definition__isnull=False)),
                name="a_derived_group_has_a_definition",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="a_group_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_derived(self) -> bool:
        return self.definition is not None


class Edge(models.Model):
    """One thing that a definition follows: a part, or what it asks of contacts.

    What it asks is "everyone", "field:<code>" or "role:<role>"; a role stands for
    every group that gives it.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey(
        Group, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asks = models.CharField(max_length=200, blank=True, default="", db_index=True)

    class Meta:
        db_table = "edge"
        constraints = (
            models.UniqueConstraint(
                fields=["group", "part"],
                condition=Q(part__isnull=False),
                name="a_part_is_followed_once",
            ),
            models.UniqueConstraint(
                fields=["group", "asks"],
                condition=Q(part__isnull=True),
                name="a_question_is_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(part=F("group")), name="a_group_is_no_part_of_itself"
            ),
        )


class Placement(models.Model):
    """Someone put this contact in a group, or keeps it out, by hand."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.PROTECT, related_name="placements"
    )
    # Groups and changes are never taken away: to look them up again at commit, for each
    # of ten thousand rows, is half of what placing them takes.
    group = models.ForeignKey(
        Group,
        on_delete=models.PROTECT,
        related_name="placements",
        db_index=False,
        db_constraint=False,
    )
    effect = models.CharField(max_length=3, choices=Effect.choices)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    reason = models.TextField(blank=True)
    change = models.ForeignKey(
        "groups.Change",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        db_table = "placement"
        constraints = (
            models.UniqueConstraint(
                fields=["group", "contact"], name="contact_is_placed_in_a_group_once"
            ),
        )


class Chunk(models.Model):
    """The lock for 65,536 contact ids, and the contacts among them that exist."""

    chunk = models.IntegerField(primary_key=True)
    contacts = models.BinaryField(default=bytes)
    last_id = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        db_table = "chunk"


class GroupChunk(models.Model):
    """The members of a group in one chunk, as a roaring bitmap of contact ids."""

    pk = models.CompositePrimaryKey("group_id", "chunk")
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    chunk = models.IntegerField()
    members = models.BinaryField()
    count = models.IntegerField()

    class Meta:
        db_table = "group_chunk"


class TurningDay(models.Model):
    """The next day on which a group may turn in a chunk though no fact changes.

    It may come too early, never too late: relative dates, long enough memberships
    and pins that end.
    """

    pk = models.CompositePrimaryKey("group_id", "chunk")
    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    chunk = models.IntegerField()
    day = models.DateField()

    class Meta:
        db_table = "turning_day"
        indexes = (models.Index(fields=["chunk", "day"], name="what_turns_in_a_chunk"),)


class Example(models.Model):
    """What must be so in a group: a contact that belongs or not, or its size."""

    class Claim(models.TextChoices):
        IN = "in", _("belongs")
        OUT = "out", _("does not belong")
        SIZE = "size", _("number of members")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="examples")
    claim = models.CharField(max_length=4, choices=Claim.choices)
    contact = models.ForeignKey(
        "contacts.Contact", null=True, on_delete=models.CASCADE, related_name="+"
    )
    at_least = models.IntegerField(null=True)
    at_most = models.IntegerField(null=True)

    class Meta:
        db_table = "example"
        constraints = (
            models.UniqueConstraint(
                fields=["group", "contact"], name="a_contact_is_an_example_once"
            ),
            models.CheckConstraint(
                condition=Q(claim="size", contact__isnull=True)
                | (~Q(claim="size") & Q(contact__isnull=False)),
                name="an_example_is_about_a_contact_or_the_size",
            ),
        )


class Fill(models.Model):
    """A group whose members are being brought to a new definition, chunk by chunk."""

    group = models.OneToOneField(
        Group, primary_key=True, on_delete=models.CASCADE, related_name="fill"
    )
    change = models.ForeignKey("groups.Change", on_delete=models.PROTECT)
    next_chunk = models.IntegerField(default=0)
    # Whether somebody wanted whoever joins by it to be mailed.
    welcomes = models.BooleanField(default=False)

    class Meta:
        db_table = "fill"


class Change(models.Model):
    """One transaction's worth of one act of one actor."""

    number = models.BigAutoField(primary_key=True)
    # Readers of the feed order by (transaction, number): numbers alone are given
    # out before commit, and a late commit would be missed.
    transaction = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_kind = models.CharField(max_length=10)
    # The person who acted for an organisation, as a contact does on the portal.
    person = models.ForeignKey(
        "contacts.Contact",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    action = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    part_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="steps"
    )
    undoes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="undoings"
    )

    class Meta:
        db_table = "change"
        indexes = (models.Index(fields=["transaction", "number"], name="change_feed"),)

    @property
    def acted_by(self) -> str:
        """The name of the user who acted, or of the person for an organisation.

        Empty where nobody of a name did: the clock, the operator, a contact itself.
        """
        if self.person_id is not None:
            return str(self.person or NO_LONGER_KNOWN)
        return str(self.actor) if self.actor else ""


class ChangeEntry(models.Model):
    """What a piece of truth was before a change, and became by it."""

    # As with placements, nothing is checked again for each row.
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, related_name="entries", db_constraint=False
    )
    kind = models.CharField(max_length=20)
    contact = models.BigIntegerField(null=True)
    group = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        db_table = "change_entry"
        indexes = (
            models.Index(fields=["contact", "change"], name="entries_of_a_contact"),
            models.Index(fields=["group", "change"], name="entries_of_a_group"),
        )


class Turn(models.Model):
    """One bit that turned: a contact that joined or left a group by a change."""

    # No foreign keys in the database here: bulk acts write 30,000 rows at once, and
    # the one writer takes each id from a row it holds.
    contact = models.BigIntegerField()
    group = models.BigIntegerField()
    change = models.ForeignKey(
        Change,
        on_delete=models.PROTECT,
        related_name="turns",
        db_index=False,
        db_constraint=False,
    )
    joined = models.BooleanField()

    class Meta:
        db_table = "turn"
        indexes = (
            models.Index(
                fields=["contact", "group", "change"], name="turns_of_a_contact"
            ),
            models.Index(fields=["group", "change"], name="turns_of_a_group"),
            models.Index(fields=["change"], name="turns_of_a_change"),
        )


class GroupDelta(models.Model):
    """The bits that turned in one group and chunk by a large act, as bitmaps."""

    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="deltas")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    chunk = models.IntegerField()
    joined = models.BinaryField()
    left = models.BinaryField()

    class Meta:
        db_table = "group_delta"
        indexes = (
            models.Index(fields=["group", "chunk", "change"], name="deltas_of_a_group"),
        )
