"""What can be mailed: templates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Template(models.Model):
    """The text of a mail, chosen by groups that welcome their new members."""

    name = models.CharField(_("Name"), max_length=200)
    folded_name = models.TextField(db_collation="C")
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Text"))

    class Meta:
        db_table = "template"
        constraints = (
            models.UniqueConstraint(
                fields=["folded_name"], name="a_template_has_its_name_alone"
            ),
        )

    def __str__(self) -> str:
        return self.name
