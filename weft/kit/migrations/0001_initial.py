"""The first tables of the context."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='EventRow',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('type', models.TextField()),
                ('actor', models.TextField()),
                ('case_id', models.BigIntegerField(null=True)),
                ('unit', models.TextField(null=True)),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'kit_event',
                'indexes': [models.Index(fields=['type', 'unit', 'at'], name='kit_event_type_unit_at'), models.Index(condition=models.Q(('case_id__isnull', False)), fields=['case_id', 'at'], name='kit_event_case')],
            },
        ),
        migrations.CreateModel(
            name='EventObject',
            fields=[
                ('pk', models.CompositePrimaryKey('object_type', 'object_id', 'at', 'event_id', 'qualifier', blank=True, editable=False, primary_key=True, serialize=False)),
                ('object_type', models.TextField()),
                ('object_id', models.TextField()),
                ('at', models.DateTimeField()),
                ('qualifier', models.TextField(default='')),
                ('event', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refs', to='kit.eventrow')),
            ],
            options={
                'db_table': 'kit_event_object',
            },
        ),
        migrations.CreateModel(
            name='ReactionDone',
            fields=[
                ('pk', models.CompositePrimaryKey('event_id', 'reaction', blank=True, editable=False, primary_key=True, serialize=False)),
                ('reaction', models.TextField()),
                ('done_at', models.DateTimeField()),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kit.eventrow')),
            ],
            options={
                'db_table': 'kit_reaction',
            },
        ),
    ]
