"""The last number that was given out automatically."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0001_contacts_and_their_details'),
    ]

    operations = [
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('last', models.BigIntegerField()),
            ],
            options={
                'db_table': 'numbering',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='numbers_count_up_once')],
            },
        ),
    ]
