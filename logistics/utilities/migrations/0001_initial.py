import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from logistics.platform.kernel.migrating import CreateTogether


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('platform', '0005_decisions_stay'),
        ('platform', '__first__'),
    ]

    operations = [
        CreateTogether(
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='名称')),
                ('code', models.CharField(help_text='印在表旁的标签上，不会变', max_length=20, unique=True, verbose_name='编码')),
                ('medium', models.CharField(choices=[('power', '电'), ('water', '水'), ('gas', '燃气'), ('heat', '热')], max_length=10, verbose_name='表类')),
                ('band', models.CharField(blank=True, choices=[('', '总'), ('peak', '峰'), ('flat', '平'), ('valley', '谷')], default='', max_length=10, verbose_name='分时')),
                ('account', models.CharField(blank=True, help_text='供电、供水、供气单位账单上的户号。', max_length=40, verbose_name='户号')),
                ('since', models.DateField(verbose_name='启用日期')),
                ('until', models.DateField(blank=True, editable=False, null=True, verbose_name='停用日期')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='抄表顺序')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platform.department', verbose_name='使用部门')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='utilities.meter', verbose_name='上级表')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platform.place', verbose_name='装在哪里')),
                ('serves', models.ForeignKey(blank=True, help_text='空着就是装表的地方。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platform.place', verbose_name='管哪里')),
            ],
            options={
                'verbose_name': '表计',
                'ordering': ['medium', 'order', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='meter_period', violation_error_message='停用不能早于启用'), models.CheckConstraint(condition=models.Q(('band', ''), models.Q(('medium', 'power'), ('parent__isnull', False)), _connector='OR'), name='meter_band', violation_error_message='峰、平、谷只在电表下面'), models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='meter_parent_other', violation_error_message='上级表不能是自己')],
            },
        ),
        migrations.CreateModel(
            name='MeterDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('serial', models.CharField(blank=True, max_length=40, verbose_name='表号')),
                ('digits', models.PositiveSmallIntegerField(default=6, verbose_name='整数位数')),
                ('decimals', models.PositiveSmallIntegerField(default=0, verbose_name='小数位数')),
                ('factor', models.DecimalField(decimal_places=2, default=Decimal('1'), help_text='互感器的倍数，没有就是 1。', max_digits=8, verbose_name='倍率')),
                ('first', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=13, verbose_name='装表底数')),
                ('since_at', models.DateTimeField(verbose_name='装表时间')),
                ('last', models.DecimalField(decimal_places=3, editable=False, max_digits=13, null=True, verbose_name='拆表读数')),
                ('until_at', models.DateTimeField(editable=False, null=True, verbose_name='拆表时间')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='utilities.meter', verbose_name='表计')),
            ],
            options={
                'verbose_name': '表',
                'ordering': ['meter', 'since_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at', None)), fields=('meter',), name='device_one_at_a_meter', violation_error_message='这里已经有一块表'), models.CheckConstraint(condition=models.Q(('digits__range', (3, 9)), ('decimals__range', (0, 3))), name='device_digits', violation_error_message='位数不对'), models.CheckConstraint(condition=models.Q(('factor__gt', 0)), name='device_factor', violation_error_message='倍率要大于 0'), models.CheckConstraint(condition=models.Q(('first__gte', 0)), name='device_first', violation_error_message='底数不能小于 0'), models.CheckConstraint(condition=models.Q(models.Q(('last', None), ('until_at', None)), models.Q(('last__gte', 0), ('until_at__gte', models.F('since_at'))), _connector='OR'), name='device_ends_whole', violation_error_message='拆表要写时间和读数')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('value', models.DecimalField(decimal_places=3, max_digits=13, verbose_name='读数')),
                ('read_at', models.DateTimeField(verbose_name='抄表时间')),
                ('kind', models.CharField(choices=[('read', '实抄'), ('estimate', '估读'), ('import', '导入'), ('remote', '远传')], default='read', max_length=10, verbose_name='怎么来的')),
                ('turns', models.PositiveSmallIntegerField(default=0, verbose_name='翻转次数')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='utilities.reading', verbose_name='更正哪一次')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='utilities.meterdevice', verbose_name='表')),
            ],
            options={
                'verbose_name': '读数',
                'ordering': ['device', 'read_at', 'id'],
                'indexes': [models.Index(fields=['read_at'], name='utilities_r_read_at_9402e9_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='reading_not_negative', violation_error_message='读数不能小于 0'), models.CheckConstraint(condition=models.Q(('read_at__lte', models.F('created_at'))), name='reading_not_ahead', violation_error_message='抄表时间不能晚于现在'), models.CheckConstraint(condition=models.Q(('corrects', None), models.Q(('note', ''), _negated=True), _connector='OR'), name='reading_correction_says_why', violation_error_message='更正要写原因')],
            },
        ),
        ),
    ]
