"""Contacts that were merged: where their ids and numbers lead now."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0002_automatic_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerContact",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=50, unique=True)),
                (
                    "folded_number",
                    models.TextField(blank=True, db_collation="C", default=""),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_contacts",
                        to="contacts.contact",
                    ),
                ),
            ],
            options={
                "db_table": "former_contact",
                "indexes": [
                    models.Index(fields=["folded_number"], name="former_numbers")
                ],
            },
        ),
    ]
