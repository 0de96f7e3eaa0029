from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0009_requests_to_be_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='invited_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='portal_since',
            field=models.DateField(blank=True, null=True),
        ),
    ]
