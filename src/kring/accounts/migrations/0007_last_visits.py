import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_looks_at_the_portal'),
        ('contacts', '0010_at_the_portal'),
    ]

    operations = [
        migrations.CreateModel(
            name='LastVisit',
            fields=[
                ('contact', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='last_visit', serialize=False, to='contacts.contact')),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'last_visit',
            },
        ),
    ]
