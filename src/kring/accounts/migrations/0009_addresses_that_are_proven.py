import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_where_one_is_signed_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('address', models.CharField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('digest', models.CharField(blank=True, default='', max_length=64)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('proven_at', models.DateTimeField(null=True)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_proofs', to='contacts.contact')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='address_proofs', to='accounts.portalsession')),
            ],
            options={
                'db_table': 'address_proof',
                'indexes': [models.Index(fields=['address'], name='proofs_of_an_address')],
            },
        ),
    ]
