from django.db import migrations, models

# What history keeps of a template is compared with what it has now, whole.
IN_DUTCH = """
update change_entry set
  before = case when before is null then null
           else '{"language": "nl"}'::jsonb || before end,
  after = case when after is null then null
          else '{"language": "nl"}'::jsonb || after end
where kind = 'template'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0003_mail_that_goes_out'),
        ('mailing', '0004_the_way_out'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerAttachment',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
            ],
            options={
                'db_table': 'former_attachment',
            },
        ),
        migrations.AddField(
            model_name='template',
            name='attachment_digest',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.RunSQL(IN_DUTCH, migrations.RunSQL.noop),
    ]
