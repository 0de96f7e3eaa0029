"""The one row that says how the cooperative looks, and the logos that it had."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

THE_ONE = 1


class Logo(models.Model):
    """A picture as it was written anew, known by its digest; kept for undo."""

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "logo"

    def __str__(self) -> str:
        return self.digest


class Cooperative(models.Model):
    """What is empty is as Kring comes; texts are plain, in each language its own."""

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE)
    name = models.CharField(max_length=100, blank=True)
    accent = models.CharField(max_length=7, blank=True)
    logo = models.ForeignKey(
        Logo, models.PROTECT, null=True, blank=True, related_name="+"
    )
    welcome_nl = models.TextField(blank=True)
    welcome_en = models.TextField(blank=True)
    groups_nl = models.TextField(blank=True)
    groups_en = models.TextField(blank=True)
    help_nl = models.TextField(blank=True)
    help_en = models.TextField(blank=True)
    # The number of the change that last touched it.
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cooperative"
        constraints = (
            models.CheckConstraint(
                condition=Q(id=THE_ONE), name="there_is_one_cooperative"
            ),
        )

    def __str__(self) -> str:
        return self.name
