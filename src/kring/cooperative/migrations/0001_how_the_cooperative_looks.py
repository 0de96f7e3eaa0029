from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("content", models.BinaryField()),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
            ],
            options={"db_table": "logo"},
        ),
        migrations.CreateModel(
            name="Cooperative",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100)),
                ("accent", models.CharField(blank=True, max_length=7)),
                ("welcome_nl", models.TextField(blank=True)),
                ("welcome_en", models.TextField(blank=True)),
                ("groups_nl", models.TextField(blank=True)),
                ("groups_en", models.TextField(blank=True)),
                ("help_nl", models.TextField(blank=True)),
                ("help_en", models.TextField(blank=True)),
                ("version", models.BigIntegerField(default=0)),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cooperative.logo",
                    ),
                ),
            ],
            options={
                "db_table": "cooperative",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="there_is_one_cooperative"
                    )
                ],
            },
        ),
    ]
