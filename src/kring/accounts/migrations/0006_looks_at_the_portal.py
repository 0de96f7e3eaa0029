import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_acting_for_an_organisation'),
        ('contacts', '0006_who_reported_a_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='PortalLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.contact')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'portal_look',
                'constraints': [models.UniqueConstraint(fields=('digest',), name='a_look_at_the_portal_has_its_cookie_alone')],
            },
        ),
    ]
