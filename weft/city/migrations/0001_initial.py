"""The first tables of the context."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('timezone', models.TextField()),
                ('week', models.JSONField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LoadedSet',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('source_rows', models.BigIntegerField()),
                ('stored_rows', models.BigIntegerField()),
                ('superseded_rows', models.BigIntegerField(default=0)),
                ('shifted_weeks', models.IntegerField(default=0)),
                ('notes', models.JSONField(default=list)),
                ('loaded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Sector',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
                ('demonstration', models.BooleanField(default=False)),
                ('language', models.CharField(blank=True, default='', max_length=5)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='city_person_username_any_case')],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('geometry', models.JSONField()),
            ],
            options={
                'ordering': ['kind', 'name'],
                'indexes': [models.Index(fields=['kind'], name='city_area_kind')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('timezone', models.TextField()),
                ('languages', models.JSONField(default=list)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('notice', models.TextField(blank=True, default='')),
                ('notice_fr', models.TextField(blank=True, default='')),
                ('area_kind', models.TextField(default='')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='city_profile_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('kind', models.TextField(default='department')),
                ('path', models.TextField(unique=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='city.unit')),
            ],
            options={
                'ordering': ['path'],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('description', models.TextField(blank=True, default='')),
                ('description_fr', models.TextField(blank=True, default='')),
                ('promise_hours', models.FloatField(null=True)),
                ('promise_clock', models.TextField(default='elapsed')),
                ('process', models.TextField()),
                ('public', models.BooleanField(default=True)),
                ('asks_place', models.BooleanField(default=True)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='city.calendar')),
                ('sector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='city.sector')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='city.unit')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='city.area')),
                ('sector', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='city.sector')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='city.unit')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('from_outside', models.BooleanField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='city.role')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='city.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(unique=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='city.role')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='city.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('name', models.TextField()),
                ('name_fr', models.TextField(blank=True, default='')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holidays', to='city.calendar')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('calendar', 'date'), name='city_holiday_once')],
            },
        ),
        migrations.AddIndex(
            model_name='unit',
            index=models.Index(fields=['kind'], name='city_unit_kind'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('path__endswith', '/')), name='city_unit_path_closed'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('code')), _negated=True), name='city_unit_not_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('promise_hours__isnull', True), ('promise_hours__gt', 0), _connector='OR'), name='city_service_promise_positive'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('promise_clock__in', ['working', 'elapsed'])), name='city_service_promise_clock'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('person', 'role', 'unit', 'start'), name='city_appointment_once'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='city_appointment_ends_after_start'),
        ),
    ]
