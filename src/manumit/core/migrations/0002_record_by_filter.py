# The filters of the record browser, each answered by an index of its own.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='leaf',
            name='act',
            field=models.CharField(max_length=60),
        ),
        migrations.AlterField(
            model_name='leaf',
            name='by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='leaf',
            index=models.Index(fields=['act', '-seq'], name='leaf_by_act'),
        ),
        migrations.AddIndex(
            model_name='leaf',
            index=models.Index(fields=['by', '-seq'], name='leaf_by_actor'),
        ),
        migrations.AddIndex(
            model_name='leaf',
            index=models.Index(fields=['at'], name='leaf_by_day'),
        ),
        migrations.AddIndex(
            model_name='leaf',
            index=models.Index(fields=['outcome', '-seq'], name='leaf_by_outcome'),
        ),
    ]
