from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mailing', '0019_invitations_to_the_portal'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoingmail',
            name='purpose',
            field=models.CharField(choices=[('welcome', 'new member'), ('mailing', 'mail to group'), ('notice', 'notice to staff'), ('test', 'test mail'), ('code', 'code to sign in'), ('answer', 'answer to a contact'), ('invite', 'invitation to the portal'), ('changed', 'notice of a changed e-mail address')], max_length=7),
        ),
    ]
