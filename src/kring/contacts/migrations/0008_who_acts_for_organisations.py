import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0007_contacts_that_an_index_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, default='', max_length=200)),
                ('first_day', models.DateField(blank=True, null=True)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('on_portal', models.BooleanField(default=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='representatives', to='contacts.contact')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='representations', to='contacts.contact')),
            ],
            options={
                'db_table': 'representation',
                'constraints': [
                    models.UniqueConstraint(fields=('person', 'organisation'), name='a_person_represents_an_organisation_once'),
                    models.CheckConstraint(condition=models.Q(('person', models.F('organisation')), _negated=True), name='nobody_represents_itself'),
                    models.CheckConstraint(condition=models.Q(('first_day__isnull', True), ('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='a_representation_ends_after_it_begins'),
                ],
            },
        ),
    ]
