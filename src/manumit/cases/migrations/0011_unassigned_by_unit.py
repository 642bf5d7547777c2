from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_birth_rank'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_unassigned',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['unit', 'worker', 'case_status', 'next_due_at', 'id'], name='case_unit_worker_due'),
        ),
    ]
