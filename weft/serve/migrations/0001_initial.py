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
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.TextField(blank=True, default='')),
                ('email', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('language', models.CharField(blank=True, default='', max_length=5)),
                ('created_at', models.DateTimeField()),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.TextField(unique=True)),
                ('secret', models.TextField(blank=True, default='', help_text='Opens the tracking page together with the reference.')),
                ('channel', models.TextField()),
                ('words', models.TextField(blank=True, default='')),
                ('address', models.TextField(blank=True, default='')),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('missed_at', models.DateTimeField(help_text='When the promise was broken; set once, by the clock.', null=True)),
                ('outcome', models.TextField(blank=True, default='')),
                ('answer', models.TextField(blank=True, default='')),
                ('case_id', models.BigIntegerField(null=True)),
                ('imported', models.BooleanField(default=False)),
                ('area', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='serve.contact')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.service')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['-opened_at', '-id'], name='serve_request_newest'), models.Index(fields=['unit', '-opened_at', '-id'], name='serve_request_unit_newest'), models.Index(condition=models.Q(('closed_at__isnull', True), ('due_at__isnull', False), ('missed_at__isnull', True)), fields=['due_at'], name='serve_request_promise_running'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['unit', '-opened_at', '-id'], name='serve_request_open'), models.Index(fields=['service', '-opened_at', '-id'], name='serve_request_service_newest'), models.Index(condition=models.Q(('missed_at__isnull', False)), fields=['unit', 'missed_at'], name='serve_request_missed'), models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['unit', 'closed_at'], name='serve_request_closed')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__range', (-90, 90)), ('lon__range', (-180, 180))), _connector='OR'), name='serve_request_place_whole')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('pk', models.CompositePrimaryKey('span', 'day', 'unit_id', 'area_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('span', models.TextField(choices=[('day', 'day'), ('month', 'month'), ('year', 'year')])),
                ('day', models.DateField()),
                ('area_id', models.TextField(help_text='Code of the area; empty where the place is not known.')),
                ('opened', models.IntegerField(default=0)),
                ('closed', models.IntegerField(default=0)),
                ('on_time', models.IntegerField(default=0)),
                ('missed', models.IntegerField(default=0)),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.unit')),
            ],
            options={
                'db_table': 'serve_tally',
                'constraints': [models.CheckConstraint(condition=models.Q(('span__in', ['day', 'month', 'year'])), name='serve_tally_span'), models.CheckConstraint(condition=models.Q(('closed__gte', 0), ('missed__gte', 0), ('on_time__gte', 0), ('opened__gte', 0)), name='serve_tally_counts')],
            },
        ),
    ]
