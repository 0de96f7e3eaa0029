import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0008_who_acts_for_organisations'),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'open'), ('withdrawn', 'withdrawn'), ('declined', 'declined')], default='open', max_length=9)),
                ('note', models.TextField(blank=True, default='')),
                ('answer', models.TextField(blank=True, default='')),
                ('address', models.CharField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='erasure_requests', to='contacts.contact')),
            ],
            options={
                'db_table': 'erasure_request',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['asked_at'], name='requests_that_wait')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='a_request_is_open_until_it_is_settled')],
            },
        ),
    ]
