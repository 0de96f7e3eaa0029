"""Contacts, their details and the fields of one's own."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('label', models.CharField(max_length=200)),
                ('type', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('money', 'Amount of money'), ('date', 'Date'), ('boolean', 'Yes or no'), ('choice', 'Choice'), ('multiple_choice', 'Multiple choice')], max_length=16)),
                ('choices', models.JSONField(blank=True, default=list)),
                ('position', models.IntegerField(default=0)),
                ('portal', models.CharField(choices=[('none', 'Not on the portal'), ('read', 'Shown on the portal'), ('edit', 'Changeable on the portal')], default='none', max_length=4)),
            ],
            options={
                'db_table': 'custom_field',
                'ordering': ('position', 'code'),
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=50, unique=True)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation')], max_length=12)),
                ('first_name', models.CharField(blank=True, default='', max_length=200)),
                ('infix', models.CharField(blank=True, default='', max_length=200)),
                ('last_name', models.CharField(blank=True, default='', max_length=200)),
                ('name', models.CharField(blank=True, default='', max_length=200)),
                ('date_of_birth', models.DateField(blank=True, null=True)),
                ('status', models.CharField(blank=True, default='', max_length=200)),
                ('newsletter', models.BooleanField(default=False)),
                ('no_mail', models.BooleanField(default=False)),
                ('language', models.CharField(default='nl', max_length=10)),
                ('deceased_on', models.DateField(blank=True, null=True)),
                ('fields', models.JSONField(blank=True, default=dict)),
                ('sort_name', models.TextField(blank=True, db_collation='C', default='')),
                ('search_text', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_number', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_first_name', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_infix', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_last_name', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_name', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_status', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_fields', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('version', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'contact',
                'indexes': [models.Index(fields=['sort_name', 'id'], name='contacts_by_name'), django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='contacts_by_text', opclasses=['gin_trgm_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, default='', max_length=200)),
                ('house_number', models.CharField(blank=True, default='', max_length=20)),
                ('house_number_addition', models.CharField(blank=True, default='', max_length=20)),
                ('postal_code', models.CharField(blank=True, default='', max_length=12)),
                ('city', models.CharField(blank=True, default='', max_length=200)),
                ('neighbourhood', models.CharField(blank=True, default='', max_length=200)),
                ('is_primary', models.BooleanField(default=False)),
                ('folded_street', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_house_number', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_house_number_addition', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_postal_code', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_city', models.TextField(blank=True, db_collation='C', default='')),
                ('folded_neighbourhood', models.TextField(blank=True, db_collation='C', default='')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='contacts.contact')),
            ],
            options={
                'db_table': 'address',
                'indexes': [models.Index(fields=['folded_postal_code', 'folded_house_number'], name='addresses_by_postal_code')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('contact',), name='a_contact_has_one_primary_address')],
            },
        ),
        migrations.CreateModel(
            name='EmailAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('folded_address', models.TextField(blank=True, db_collation='C', default='')),
                ('is_primary', models.BooleanField(default=False)),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='email_addresses', to='contacts.contact')),
            ],
            options={
                'db_table': 'email_address',
                'indexes': [models.Index(fields=['folded_address'], name='email_addresses_by_text')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('contact',), name='a_contact_has_one_primary_email_address'), models.UniqueConstraint(fields=('contact', 'folded_address'), name='a_contact_has_an_email_address_once')],
            },
        ),
        migrations.CreateModel(
            name='PhoneNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(db_collation='C', max_length=20)),
                ('is_primary', models.BooleanField(default=False)),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='phone_numbers', to='contacts.contact')),
            ],
            options={
                'db_table': 'phone_number',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('contact',), name='a_contact_has_one_primary_phone_number'), models.UniqueConstraint(fields=('contact', 'number'), name='a_contact_has_a_phone_number_once')],
            },
        ),
    ]
