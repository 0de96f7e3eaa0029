from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_last_visits'),
    ]

    operations = [
        migrations.AddField(
            model_name='portalsession',
            name='browser',
            field=models.CharField(blank=True, default='', max_length=300),
        ),
        migrations.AddField(
            model_name='portalsession',
            name='seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            'update portal_session set seen_at = begun_at', migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name='portalsession',
            name='seen_at',
            field=models.DateTimeField(),
        ),
    ]
