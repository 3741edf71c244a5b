"""The first tables of the context."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('city', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('pk', models.CompositePrimaryKey('datastream_id', 'phenomenon_time', blank=True, editable=False, primary_key=True, serialize=False)),
                ('phenomenon_time', models.DateTimeField()),
                ('id', models.BigIntegerField()),
                ('result', models.FloatField()),
                ('result_time', models.DateTimeField(null=True)),
                ('parameters', models.JSONField(null=True)),
            ],
            options={
                'db_table': 'sense_observation',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Datastream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(unique=True)),
                ('description', models.TextField(blank=True, default='')),
                ('observation_type', models.TextField(default='http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement')),
                ('unit_name', models.TextField(blank=True, default='')),
                ('unit_symbol', models.TextField(blank=True, default='')),
                ('unit_definition', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ObservedProperty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('definition', models.TextField(blank=True, default='')),
                ('description', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='Sensor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('description', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.CreateModel(
            name='Latest',
            fields=[
                ('datastream', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='latest', serialize=False, to='sense.datastream')),
                ('phenomenon_time', models.DateTimeField()),
                ('result', models.FloatField()),
            ],
            options={
                'db_table': 'sense_latest',
            },
        ),
        migrations.CreateModel(
            name='Limit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(unique=True)),
                ('direction', models.TextField()),
                ('value', models.FloatField()),
                ('clear_value', models.FloatField()),
                ('severity', models.TextField(default='warning')),
                ('active', models.BooleanField(default=True)),
                ('datastream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='limits', to='sense.datastream')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.service')),
            ],
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('result', models.FloatField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
                ('datastream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='sense.datastream')),
                ('limit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='sense.limit')),
            ],
        ),
        migrations.AddField(
            model_name='datastream',
            name='observed_property',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='datastreams', to='sense.observedproperty'),
        ),
        migrations.AddField(
            model_name='datastream',
            name='sensor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='datastreams', to='sense.sensor'),
        ),
        migrations.CreateModel(
            name='Superseded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phenomenon_time', models.DateTimeField()),
                ('result', models.FloatField()),
                ('parameters', models.JSONField(null=True)),
                ('superseded_at', models.DateTimeField()),
                ('datastream', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sense.datastream')),
            ],
            options={
                'db_table': 'sense_superseded',
            },
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('description', models.TextField(blank=True, default='')),
                ('properties', models.JSONField(default=dict)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area')),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='things', to='city.asset')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
        ),
        migrations.AddField(
            model_name='datastream',
            name='thing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='datastreams', to='sense.thing'),
        ),
        migrations.AddConstraint(
            model_name='limit',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['above', 'below'])), name='sense_limit_direction'),
        ),
        migrations.AddConstraint(
            model_name='limit',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['warning', 'critical'])), name='sense_limit_severity'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['-opened_at', '-id'], name='sense_alert_newest'),
        ),
        migrations.AddConstraint(
            model_name='alert',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('limit',), name='sense_alert_one_open_for_a_limit'),
        ),
    ]
