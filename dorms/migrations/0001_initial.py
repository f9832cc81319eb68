import django.db.models.deletion
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
            name='DormBuilding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('sex', models.CharField(blank=True, choices=[('m', '男'), ('f', '女')], help_text='空着就是看房间。', max_length=1, verbose_name='住男生还是女生')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='排序')),
                ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('keepers', models.ManyToManyField(blank=True, related_name='dorm_buildings', to=settings.AUTH_USER_MODEL, verbose_name='宿管员')),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dorm_building', to='platform.place', verbose_name='楼栋')),
            ],
            options={
                'verbose_name': '宿舍楼',
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DormRoom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('sex', models.CharField(choices=[('m', '男'), ('f', '女')], max_length=1, verbose_name='住男生还是女生')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='年级')),
                ('area', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='面积（平方米）')),
                ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                ('building', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='dorms.dormbuilding', verbose_name='宿舍楼')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dorm_room', to='platform.place', verbose_name='房间')),
            ],
            options={
                'verbose_name': '宿舍',
                'ordering': ['building__order', 'place__path'],
            },
        ),
        migrations.CreateModel(
            name='Bed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='床号')),
                ('is_active', models.BooleanField(default=True, verbose_name='能用')),
                ('note', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beds', to='dorms.dormroom', verbose_name='宿舍')),
            ],
            options={
                'verbose_name': '床位',
                'ordering': ['room_id', 'number'],
                'constraints': [models.UniqueConstraint(fields=('room', 'number'), name='bed_number_unique', violation_error_message='这间宿舍已经有这个床号'), models.CheckConstraint(condition=models.Q(('number__range', (1, 40))), name='bed_number_range', violation_error_message='床号在 1 到 40 之间')],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='登记时间')),
                ('since', models.DateField(verbose_name='从')),
                ('until', models.DateField(editable=False, null=True, verbose_name='到')),
                ('why_left', models.CharField(blank=True, editable=False, max_length=60, verbose_name='离开的原因')),
                ('bed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='dorms.bed', verbose_name='床位')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='platform.student', verbose_name='学生')),
            ],
            options={
                'verbose_name': '入住',
                'ordering': ['bed', 'since'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('bed',), name='stay_bed_once', violation_error_message='这张床已经有人'), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('student',), name='stay_student_once', violation_error_message='这个学生已经有床位'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='stay_period', violation_error_message='离开不能早于入住')],
            },
        ),
        ),
    ]
