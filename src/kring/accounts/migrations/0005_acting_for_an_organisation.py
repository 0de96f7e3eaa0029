from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_the_portal'),
    ]

    operations = [
        migrations.AddField(
            model_name='portalsession',
            name='acts_for',
            field=models.BigIntegerField(null=True),
        ),
    ]
