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
            name='Measure',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('definition', models.TextField()),
                ('definition_fr', models.TextField(blank=True, default='')),
                ('unit_of_measure', models.TextField()),
                ('higher_is_better', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MeasureValue',
            fields=[
                ('pk', models.CompositePrimaryKey('measure_id', 'unit_id', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('numerator', models.BigIntegerField()),
                ('denominator', models.BigIntegerField()),
                ('computed_at', models.DateTimeField()),
                ('measure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='values', to='govern.measure')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
            options={
                'db_table': 'govern_measure_value',
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField()),
                ('value', models.FloatField()),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='govern.measure')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('measure', 'unit', 'start'), name='govern_target_once', nulls_distinct=False)],
            },
        ),
    ]
