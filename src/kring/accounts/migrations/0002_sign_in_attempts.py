"""A table for the cache in which sign-in attempts are counted, for all processes."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                CREATE UNLOGGED TABLE sign_in_attempts (
                    cache_key varchar(255) PRIMARY KEY,
                    value text NOT NULL,
                    expires timestamptz NOT NULL
                );
                CREATE INDEX sign_in_attempts_expires ON sign_in_attempts (expires);
            """,
            reverse_sql="DROP TABLE sign_in_attempts",
        ),
    ]
