import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0006_who_reported_a_mail'),
        ('groups', '0005_fills_that_welcome'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contacts.contact'),
        ),
    ]
