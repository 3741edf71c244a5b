"""The first tables of the context."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('city', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Process',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('bpmn', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('why', models.TextField(blank=True, default='')),
                ('deployed_at', models.DateTimeField()),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='process.process')),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.TextField()),
                ('subject_id', models.TextField()),
                ('subject', models.TextField(help_text='What the case is about, in a few words, for lists.')),
                ('state', models.JSONField()),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.service')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='process.version')),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('token', models.TextField(help_text="The work item's id in the case's state.")),
                ('element', models.TextField(help_text='The id of the task in the BPMN model.')),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('sort_at', models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('due_at', models.Value('9999-12-31 00:00:00+00')), output_field=models.DateTimeField())),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.JSONField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='process.case')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.role')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['unit', 'role', 'sort_at', 'id'], name='process_task_open_by_place'), models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_by', '-done_at'], name='process_task_done_by')],
                'constraints': [models.UniqueConstraint(fields=('case', 'token'), name='process_task_once'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('done_at__gte', models.F('opened_at')), _connector='OR'), name='process_task_done_after_opened')],
            },
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('process', 'number'), name='process_version_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='process_case_one_for_a_subject'),
        ),
    ]
