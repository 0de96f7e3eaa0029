from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mailing', '0017_waiting_welcomes_write_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingmail',
            name='purpose',
            field=models.CharField(choices=[('welcome', 'new member'), ('mailing', 'mail to group'), ('notice', 'notice to staff'), ('test', 'test mail'), ('code', 'code to sign in'), ('answer', 'answer to a contact')], max_length=7),
        ),
    ]
