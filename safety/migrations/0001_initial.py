import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from logistics.platform.kernel.migrating import CreateTogether


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assets", "0004_more_append_only"),
        ("platform", "0005_decisions_stay"),
        ("platform", "__first__"),
        ("repairs", "0003_ticket_card"),
    ]

    operations = [
        CreateTogether(
            migrations.CreateModel(
                name="Accident",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="编号")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("injury", "学生伤害"),
                                ("staff", "教职工工伤"),
                                ("fire", "火灾"),
                                ("traffic", "交通"),
                                ("building", "建筑设施"),
                                ("violence", "治安侵害"),
                                ("water", "溺水"),
                                ("chemical", "危险品"),
                                ("equipment", "特种设备"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    (
                        "level",
                        models.CharField(
                            choices=[("minor", "轻微"), ("general", "一般"), ("larger", "较大"), ("major", "重大"), ("worst", "特别重大")],
                            max_length=8,
                            verbose_name="等级",
                        ),
                    ),
                    ("where", models.CharField(max_length=60, verbose_name="地点")),
                    ("injured", models.PositiveSmallIntegerField(default=0, verbose_name="受伤人数")),
                    ("dead", models.PositiveSmallIntegerField(default=0, verbose_name="死亡人数")),
                    ("summary", models.CharField(max_length=1000, verbose_name="经过")),
                    ("phone_by", models.DateTimeField(editable=False, verbose_name="最迟电话报告")),
                    ("written_by", models.DateTimeField(editable=False, verbose_name="最迟书面报告")),
                    (
                        "state",
                        models.CharField(choices=[("open", "处置中"), ("closed", "已结案")], default="open", editable=False, max_length=8, verbose_name="状态"),
                    ),
                    ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="结案时间")),
                    ("cause", models.CharField(blank=True, editable=False, max_length=500, verbose_name="原因")),
                    ("blame", models.CharField(blank=True, editable=False, max_length=500, verbose_name="责任认定和处理")),
                    ("measure", models.CharField(blank=True, editable=False, max_length=500, verbose_name="整改措施")),
                    ("lesson", models.CharField(blank=True, editable=False, max_length=500, verbose_name="教育情况")),
                    (
                        "closed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="结案人",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "事故",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["state", "phone_by"], name="safety_acci_state_de2a2e_idx")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="accident_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("phone_by__gt", models.F("happened_at")), ("written_by__gte", models.F("phone_by"))), name="accident_clocks"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("dead", 0), models.Q(("level", "minor"), _negated=True), _connector="OR"),
                            name="accident_deadly_is_told",
                            violation_error_message="有人死亡不是轻微事故",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("closed_at", None), ("closed_by", None), ("state", "open")),
                                models.Q(
                                    ("closed_at__isnull", False),
                                    ("closed_by__isnull", False),
                                    ("state", "closed"),
                                    models.Q(("cause", ""), _negated=True),
                                    models.Q(("measure", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="accident_closed_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "open"),
                                ("level", "minor"),
                                models.Q(models.Q(("blame", ""), _negated=True), models.Q(("lesson", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="accident_closed_four",
                            violation_error_message="四项都要写",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccidentStep",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("inner", "校内报告"),
                                ("phone", "电话上报"),
                                ("written", "书面上报"),
                                ("follow", "续报"),
                                ("treat", "救治"),
                                ("site", "保护现场"),
                                ("parents", "联系家长"),
                                ("inquiry", "调查"),
                                ("other", "其他"),
                            ],
                            max_length=8,
                            verbose_name="做了什么",
                        ),
                    ),
                    (
                        "body",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("education", "教育部门"),
                                ("police", "公安"),
                                ("fire", "消防"),
                                ("emergency", "应急管理"),
                                ("health", "卫生健康"),
                                ("market", "市场监管"),
                                ("other", "其他部门"),
                            ],
                            max_length=10,
                            verbose_name="报给哪个部门",
                        ),
                    ),
                    ("contact", models.CharField(blank=True, max_length=60, verbose_name="对方")),
                    ("words", models.CharField(max_length=300, verbose_name="内容")),
                    (
                        "accident",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="safety.accident", verbose_name="事故"),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "处置经过",
                    "ordering": ["happened_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="accident_step_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("kind__in", ["phone", "written", "follow"]),
                                    models.Q(("body", ""), _negated=True),
                                    models.Q(("contact", ""), _negated=True),
                                ),
                                models.Q(models.Q(("kind__in", ["phone", "written", "follow"]), _negated=True), ("body", "")),
                                _connector="OR",
                            ),
                            name="accident_report_names_body",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Barred",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=30, verbose_name="姓名")),
                    ("id_masked", models.CharField(blank=True, editable=False, max_length=24, verbose_name="证件号")),
                    ("id_digest", models.CharField(blank=True, editable=False, max_length=64)),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                    ("plate", models.CharField(blank=True, max_length=12, verbose_name="车牌")),
                    ("reason", models.CharField(max_length=200, verbose_name="为什么不让进")),
                    ("until", models.DateField(blank=True, help_text="空着就是一直。", null=True, verbose_name="到哪天")),
                    ("lifted_at", models.DateTimeField(editable=False, null=True, verbose_name="解除时间")),
                    ("lifted_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="解除原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "lifted_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="解除人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "不准进校人员",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("id_digest", ""), _negated=True),
                                models.Q(("phone", ""), _negated=True),
                                models.Q(("plate", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="barred_known_by_something",
                            violation_error_message="证件号、电话、车牌至少写一样",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("lifted_at", None), ("lifted_by", None), ("lifted_reason", "")),
                                models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False), models.Q(("lifted_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="barred_lifted_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Vehicle",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("plate", models.CharField(max_length=12, unique=True, verbose_name="号牌")),
                    ("kind", models.CharField(choices=[("bus", "校车"), ("car", "公务车"), ("other", "其他车辆")], max_length=6, verbose_name="种类")),
                    ("model", models.CharField(blank=True, max_length=40, verbose_name="品牌型号")),
                    ("seats", models.PositiveSmallIntegerField(help_text="含司机。", verbose_name="核定载人数")),
                    ("seat_code", models.CharField(editable=False, max_length=16, unique=True, verbose_name="后排标签编码")),
                    ("km", models.PositiveIntegerField(default=0, editable=False, verbose_name="里程（公里）")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "keeper",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="平时谁开",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "车辆",
                    "ordering": ["kind", "plate", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("seats__gte", 2), ("seats__lte", 60)), name="vehicle_seats", violation_error_message="核定载人数在 2 到 60 之间"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BusLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=30, unique=True, verbose_name="线路")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "attendant",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="照管员"),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "driver",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="司机"),
                    ),
                    ("vehicle", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="safety.vehicle", verbose_name="车辆")),
                ],
                options={
                    "verbose_name": "校车线路",
                    "ordering": ["name", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("driver", models.F("attendant")), _negated=True),
                            name="bus_line_two_people",
                            violation_error_message="照管员不能是司机自己",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="BusFee",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("since", models.DateField(verbose_name="从哪天起")),
                    ("until", models.DateField(verbose_name="到哪天")),
                    ("money", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="金额（元）")),
                    ("receipt", models.CharField(blank=True, max_length=30, verbose_name="票据号")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生")),
                    ("line", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="safety.busline", verbose_name="线路")),
                ],
                options={
                    "verbose_name": "乘车费",
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="bus_fee_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="bus_fee_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("money__gt", 0)), name="bus_fee_money", violation_error_message="金额要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(("until__gte", models.F("since"))), name="bus_fee_span", violation_error_message="到期不能早于开始"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BusRun",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("on", models.DateField(editable=False, verbose_name="日期")),
                    ("direction", models.CharField(choices=[("morning", "上学"), ("home", "放学")], max_length=8, verbose_name="方向")),
                    (
                        "state",
                        models.CharField(
                            choices=[("running", "运行中"), ("closed", "已收车"), ("cancelled", "已取消")],
                            default="running",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("looked_at", models.DateTimeField(editable=False, null=True, verbose_name="最后看一遍")),
                    ("looked_code", models.CharField(blank=True, editable=False, max_length=16, verbose_name="后排标签")),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消原因")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    (
                        "attendant",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="照管员"
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "driver",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="司机"
                        ),
                    ),
                    ("line", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="safety.busline", verbose_name="线路")),
                    (
                        "looked_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="谁看的",
                        ),
                    ),
                    (
                        "vehicle",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="safety.vehicle", verbose_name="车辆"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "校车班次",
                    "ordering": ["-on", "-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "cancelled"), _negated=True),
                            fields=("line", "on", "direction"),
                            name="bus_run_once",
                            violation_error_message="这一班已经发车了",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "running")),
                            fields=("vehicle",),
                            name="bus_run_one_at_a_time",
                            violation_error_message="这辆车上一班还没有收车",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("looked_at__isnull", False),
                                    ("looked_by__isnull", False),
                                    ("state", "closed"),
                                    models.Q(("looked_code", ""), _negated=True),
                                ),
                                models.Q(models.Q(("state", "closed"), _negated=True), ("looked_at", None)),
                                _connector="OR",
                            ),
                            name="bus_run_looked",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "cancelled"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                            name="bus_run_cancelled_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BusStop",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, verbose_name="站点")),
                    ("order", models.PositiveSmallIntegerField(verbose_name="第几站")),
                    ("morning_at", models.TimeField(blank=True, null=True, verbose_name="早上几点到")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("line", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stops", to="safety.busline", verbose_name="线路")),
                ],
                options={
                    "verbose_name": "校车站点",
                    "ordering": ["line", "order", "id"],
                    "constraints": [models.UniqueConstraint(fields=("line", "name"), name="bus_stop_once", violation_error_message="这条线路已经有这个站点")],
                },
            ),
            migrations.CreateModel(
                name="BusRider",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("since", models.DateField(verbose_name="从哪天起")),
                    ("until", models.DateField(verbose_name="到哪天")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生")),
                    ("stop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="riders", to="safety.busstop", verbose_name="站点")),
                ],
                options={
                    "verbose_name": "乘车学生",
                    "ordering": ["stop", "student__number", "id"],
                    "indexes": [models.Index(fields=["student", "until"], name="bus_rider_by_student")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("until__gte", models.F("since"))), name="bus_rider_span", violation_error_message="到期不能早于开始"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CheckList",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "name",
                        models.CharField(error_messages={"unique": "已经有这个名称的检查表，请换一个。"}, max_length=40, unique=True, verbose_name="名称"),
                    ),
                    (
                        "place_kind",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("classroom", "教室"),
                                ("office", "办公室"),
                                ("special", "专用室"),
                                ("dorm", "宿舍"),
                                ("canteen", "食堂"),
                                ("store", "仓库"),
                                ("toilet", "卫生间"),
                                ("equipment", "设备间"),
                                ("sports", "运动场地"),
                                ("outdoor", "室外场地"),
                                ("public", "公共区域"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="用在哪种地方",
                        ),
                    ),
                    (
                        "hazard_kind",
                        models.CharField(
                            choices=[
                                ("fire", "消防"),
                                ("building", "校舍建筑"),
                                ("power", "用电用气"),
                                ("facility", "设施设备"),
                                ("food", "食品和饮水"),
                                ("lab", "实验室和危险品"),
                                ("traffic", "校车和交通"),
                                ("crowd", "人员密集和拥挤"),
                                ("special", "特种设备"),
                                ("guard", "安全保卫"),
                                ("other", "其他"),
                            ],
                            default="other",
                            max_length=8,
                            verbose_name="不正常算哪类隐患",
                        ),
                    ),
                    ("items", models.JSONField(default=list, editable=False, verbose_name="检查项目")),
                    ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "检查表",
                    "ordering": ["-is_active", "name"],
                },
            ),
            migrations.CreateModel(
                name="ClassCheck",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("on", models.DateField(editable=False, verbose_name="日期")),
                    ("session", models.CharField(choices=[("morning", "晨检"), ("noon", "午检")], max_length=8, verbose_name="时段")),
                    ("due", models.PositiveSmallIntegerField(verbose_name="应到")),
                    ("present", models.PositiveSmallIntegerField(verbose_name="实到")),
                    ("ill_absent", models.PositiveSmallIntegerField(default=0, verbose_name="因病缺课")),
                    ("ill_present", models.PositiveSmallIntegerField(default=0, verbose_name="在校有症状")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "晨午检",
                    "ordering": ["-on", "school_class", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="class_check_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="class_check_struck",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None)),
                            fields=("school_class", "on", "session"),
                            name="class_check_once",
                            violation_error_message="这个班这一次已经检查过了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ill_absent__lte", django.db.models.expressions.CombinedExpression(models.F("due"), "-", models.F("present"))),
                                ("ill_present__lte", models.F("present")),
                                ("present__lte", models.F("due")),
                            ),
                            name="class_check_adds_up",
                            violation_error_message="实到不能多于应到，因病缺课不能多于缺的人，有症状的不能多于实到",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CleaningArea",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="包干区")),
                    ("standard", models.CharField(max_length=300, verbose_name="标准")),
                    ("times", models.PositiveSmallIntegerField(default=2, verbose_name="一天几次")),
                    ("hours", models.CharField(blank=True, max_length=60, verbose_name="什么时间")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "cleaner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="保洁员",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点"
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "包干区",
                    "ordering": ["name", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("is_active", False), ("cleaner__isnull", False), ("school_class__isnull", False), _connector="OR"),
                            name="cleaning_area_owned",
                            violation_error_message="要有保洁员或者班级负责",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("times__gte", 1), ("times__lte", 12)), name="cleaning_area_times", violation_error_message="一天 1 到 12 次"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AreaScore",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("on", models.DateField(editable=False, verbose_name="日期")),
                    ("cadence", models.CharField(choices=[("daily", "日检"), ("weekly", "周查")], max_length=6, verbose_name="种类")),
                    ("points", models.PositiveSmallIntegerField(verbose_name="得分")),
                    ("problem", models.CharField(blank=True, max_length=200, verbose_name="问题")),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                    (
                        "state",
                        models.CharField(
                            choices=[("fine", "合格"), ("open", "待整改"), ("fixed", "待复查"), ("closed", "已整改")],
                            default="fine",
                            editable=False,
                            max_length=6,
                            verbose_name="状态",
                        ),
                    ),
                    ("fixed_at", models.DateTimeField(editable=False, null=True, verbose_name="整改时间")),
                    ("fixed_words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="怎么整改的")),
                    ("returned", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="退回次数")),
                    (
                        "checked_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="复查人",
                        ),
                    ),
                    (
                        "cleaner",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="保洁员",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "fixed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="整改人",
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.schoolclass",
                            verbose_name="班级",
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    (
                        "area",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="safety.cleaningarea", verbose_name="包干区"),
                    ),
                ],
                options={
                    "verbose_name": "卫生检查",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [
                        models.Index(fields=["on", "area"], name="area_score_by_day"),
                        models.Index(fields=["state", "due_on"], name="area_score_by_state"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="area_score_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="area_score_struck",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None)),
                            fields=("area", "on", "cadence"),
                            name="area_score_once",
                            violation_error_message="这个区今天已经打过分了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("points__lte", 100)), name="area_score_points", violation_error_message="得分在 0 到 100 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state", "fine"), models.Q(models.Q(("problem", ""), _negated=True), ("due_on__isnull", False)), _connector="OR"
                            ),
                            name="area_score_fix",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["fixed", "closed"]), _negated=True),
                                models.Q(("fixed_at__isnull", False), ("fixed_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="area_score_fixed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                models.Q(("checked_by__isnull", False), models.Q(("checked_by", models.F("fixed_by")), _negated=True)),
                                _connector="OR",
                            ),
                            name="area_score_checked",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClinicVisit",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "symptom",
                        models.CharField(
                            choices=[
                                ("fever", "发热"),
                                ("cough", "咳嗽、咽痛"),
                                ("gut", "呕吐、腹泻"),
                                ("rash", "皮疹、疱疹"),
                                ("eye", "红眼"),
                                ("swelling", "腮腺肿大"),
                                ("injury", "外伤"),
                                ("other", "其他不适"),
                            ],
                            max_length=8,
                            verbose_name="症状",
                        ),
                    ),
                    ("celsius", models.DecimalField(blank=True, decimal_places=1, max_digits=3, null=True, verbose_name="体温（℃）")),
                    ("words", models.CharField(max_length=300, verbose_name="主诉和检查")),
                    ("care", models.CharField(max_length=300, verbose_name="处理")),
                    (
                        "went",
                        models.CharField(
                            choices=[("class", "回班"), ("rest", "留观"), ("home", "家长接回"), ("hospital", "送医院")], max_length=8, verbose_name="去向"
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="教职工",
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    (
                        "student",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "就诊",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["happened_at"], name="clinic_visit_by_time")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="clinic_visit_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="clinic_visit_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("person__isnull", False), ("student", None)), models.Q(("person", None), ("student__isnull", False)), _connector="OR"
                            ),
                            name="clinic_visit_of_one",
                            violation_error_message="写一名学生，或者选一位教职工",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("celsius", None), models.Q(("celsius__gte", 34), ("celsius__lte", 43)), _connector="OR"),
                            name="clinic_visit_celsius",
                            violation_error_message="体温在 34 到 43 ℃ 之间",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Cluster",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "symptom",
                        models.CharField(
                            choices=[
                                ("fever", "发热"),
                                ("cough", "咳嗽、咽痛"),
                                ("gut", "呕吐、腹泻"),
                                ("rash", "皮疹、疱疹"),
                                ("eye", "红眼"),
                                ("swelling", "腮腺肿大"),
                                ("injury", "外伤"),
                                ("other", "其他不适"),
                            ],
                            max_length=8,
                            verbose_name="症状",
                        ),
                    ),
                    ("since", models.DateField(verbose_name="从哪天起")),
                    ("count", models.PositiveSmallIntegerField(verbose_name="人数")),
                    (
                        "state",
                        models.CharField(
                            choices=[("open", "待处置"), ("cleaned", "已消毒"), ("closed", "已解除")], default="open", max_length=8, verbose_name="状态"
                        ),
                    ),
                    ("cleaned_at", models.DateTimeField(null=True, verbose_name="最近消毒")),
                    ("cleaned_how", models.CharField(blank=True, max_length=200, verbose_name="怎么消毒")),
                    ("closed_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                    ("conclusion", models.CharField(blank=True, max_length=300, verbose_name="结论")),
                    (
                        "cleaned_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="消毒人"
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"),
                    ),
                ],
                options={
                    "verbose_name": "聚集病例",
                    "ordering": ["-created_at", "-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "closed"), _negated=True), fields=("school_class", "symptom"), name="cluster_open_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state", "open"), models.Q(("cleaned_at__isnull", False), ("cleaned_by__isnull", False)), _connector="OR"),
                            name="cluster_cleaned",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("closed_at__isnull", False), ("state", "closed"), models.Q(("conclusion", ""), _negated=True)),
                                models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                                _connector="OR",
                            ),
                            name="cluster_closed",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DangerousGood",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("pesticide", "农药"),
                                ("poison", "剧毒"),
                                ("explosive", "易制爆"),
                                ("drug", "易制毒"),
                                ("flammable", "易燃"),
                                ("corrosive", "腐蚀"),
                                ("oxidizer", "氧化"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("model", models.CharField(blank=True, max_length=40, verbose_name="规格和浓度")),
                    ("cas", models.CharField(blank=True, max_length=20, verbose_name="CAS 号")),
                    ("unit", models.CharField(max_length=8, verbose_name="单位")),
                    ("cupboard", models.CharField(max_length=40, verbose_name="专柜")),
                    ("most", models.DecimalField(blank=True, decimal_places=3, max_digits=11, null=True, verbose_name="最多存放")),
                    ("stock", models.DecimalField(decimal_places=3, default=0, editable=False, max_digits=11, verbose_name="库存")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "keeper",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="保管人"),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="dangerous_goods", to="platform.place", verbose_name="存放地点"
                        ),
                    ),
                    (
                        "second_keeper",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="双人保管的另一人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "危险品",
                    "ordering": ["name", "id"],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("name", "model", "cupboard"), name="dangerous_good_once", violation_error_message="这个柜子里已经登记了"
                        ),
                        models.CheckConstraint(condition=models.Q(("stock__gte", 0)), name="dangerous_good_stock", violation_error_message="库存不够"),
                        models.CheckConstraint(
                            condition=models.Q(("most", None), ("most__gt", 0), _connector="OR"),
                            name="dangerous_good_most",
                            violation_error_message="最多存放要大于零",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("keeper", models.F("second_keeper")), _negated=True),
                            name="dangerous_good_two",
                            violation_error_message="两个保管人不能是同一个人",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DangerousMove",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("in", "入库"), ("out", "领用"), ("back", "退回"), ("destroy", "销毁"), ("more", "盘盈"), ("less", "盘亏")],
                            max_length=8,
                            verbose_name="做了什么",
                        ),
                    ),
                    ("quantity", models.DecimalField(decimal_places=3, max_digits=11, verbose_name="数量")),
                    ("taker", models.CharField(max_length=40, verbose_name="领用人或来源")),
                    ("purpose", models.CharField(blank=True, max_length=100, verbose_name="用途")),
                    ("batch", models.CharField(blank=True, max_length=40, verbose_name="批号")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "等第二人确认"), ("done", "已记账"), ("refused", "没有成立")],
                            default="waiting",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    ("balance", models.DecimalField(decimal_places=3, editable=False, max_digits=11, null=True, verbose_name="结存")),
                    ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                    ("refusal", models.CharField(blank=True, editable=False, max_length=200, verbose_name="没有成立的原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "good",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="safety.dangerousgood", verbose_name="危险品"),
                    ),
                    (
                        "second",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="第二人"),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "危险品进出",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(fields=["second", "state"], name="safety_dang_second__f5294d_idx"),
                        models.Index(fields=["good", "-settled_at"], name="safety_dang_good_id_7c206e_idx"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="dangerous_move_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="dangerous_move_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind__in", ["in", "back", "more"]), ("quantity__gt", 0)),
                                models.Q(("kind__in", ["out", "destroy", "less"]), ("quantity__lt", 0)),
                                _connector="OR",
                            ),
                            name="dangerous_move_sign",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("second", models.F("created_by")), _negated=True),
                            name="dangerous_move_two",
                            violation_error_message="第二人不能是本人",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("balance", None), ("refusal", ""), ("settled_at", None), ("state", "waiting")),
                                models.Q(("balance__gte", 0), ("refusal", ""), ("settled_at__isnull", False), ("state", "done")),
                                models.Q(("balance", None), ("settled_at__isnull", False), ("state", "refused"), models.Q(("refusal", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="dangerous_move_settled",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EmergencyPlan",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("title", models.CharField(max_length=60, unique=True, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("fire", "火灾疏散"),
                                ("quake", "地震"),
                                ("violence", "防暴防侵害"),
                                ("stampede", "防踩踏"),
                                ("flood", "防汛防台"),
                                ("food", "食品安全"),
                                ("disease", "传染病"),
                                ("bus", "校车"),
                                ("chemical", "危险化学品"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("current", "现行"), ("withdrawn", "已废止")], default="current", editable=False, max_length=10, verbose_name="状态"
                        ),
                    ),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="废止原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "应急预案",
                    "ordering": ["kind", "title", "id"],
                },
            ),
            migrations.CreateModel(
                name="EmergencyPlanVersion",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.PositiveSmallIntegerField(verbose_name="第几版")),
                    ("text", models.TextField(verbose_name="正文")),
                    ("effective_on", models.DateField(verbose_name="施行日期")),
                    ("change_note", models.CharField(blank=True, max_length=200, verbose_name="改了什么")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "plan",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="safety.emergencyplan", verbose_name="预案"),
                    ),
                ],
                options={
                    "verbose_name": "预案版本",
                    "ordering": ["plan", "-number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("plan", "number"), name="emergency_plan_version_once"),
                        models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="emergency_plan_version_text"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Drill",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("name", models.CharField(max_length=60, verbose_name="演练名称")),
                    ("mode", models.CharField(choices=[("field", "实战演练"), ("table", "桌面推演")], max_length=6, verbose_name="方式")),
                    ("where", models.CharField(max_length=60, verbose_name="地点")),
                    ("units", models.CharField(max_length=100, verbose_name="参加单位")),
                    ("staff", models.PositiveIntegerField(verbose_name="教职工人数")),
                    ("students", models.PositiveIntegerField(verbose_name="学生人数")),
                    ("seconds", models.PositiveIntegerField(blank=True, null=True, verbose_name="用时（秒）")),
                    ("target", models.PositiveIntegerField(editable=False, null=True, verbose_name="目标（秒）")),
                    ("goods", models.CharField(blank=True, max_length=200, verbose_name="物资")),
                    ("process", models.CharField(max_length=1000, verbose_name="过程")),
                    (
                        "people_ready",
                        models.CharField(
                            choices=[("fast", "迅速准确"), ("mostly", "基本按时到位"), ("missing", "个别人员不到位"), ("key", "重点岗位人员不到位")],
                            max_length=8,
                            verbose_name="人员到位",
                        ),
                    ),
                    (
                        "goods_ready",
                        models.CharField(
                            choices=[("full", "充分有效"), ("partly", "准备不充分"), ("lacking", "严重缺乏")], max_length=8, verbose_name="物资到位"
                        ),
                    ),
                    (
                        "plan_fit",
                        models.CharField(
                            choices=[("fits", "全部能够执行"), ("rough", "执行过程不够顺利"), ("wrong", "明显不适宜")], max_length=8, verbose_name="预案适宜性"
                        ),
                    ),
                    (
                        "plan_enough",
                        models.CharField(
                            choices=[("full", "完全满足应急要求"), ("mend", "基本满足，需要完善"), ("lacking", "不充分，必须修改")],
                            max_length=8,
                            verbose_name="预案充分性",
                        ),
                    ),
                    ("improvement", models.CharField(blank=True, max_length=500, verbose_name="改进")),
                    (
                        "commander",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="总指挥"),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="drills", to="safety.emergencyplanversion", verbose_name="预案"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "应急演练",
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="drill_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="drill_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("staff__gt", 0), ("students__gt", 0), _connector="OR"),
                            name="drill_somebody",
                            violation_error_message="要有人参加",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("mode", "table"), models.Q(("seconds__gt", 0), ("seconds__lte", 7200)), _connector="OR"),
                            name="drill_seconds",
                            violation_error_message="用时在 1 到 7200 秒之间",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("target", None),
                                ("seconds", None),
                                ("seconds__lte", models.F("target")),
                                models.Q(("improvement", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="drill_slow_says_how",
                            violation_error_message="超过目标用时要写改进",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DrillClass",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("expected", models.PositiveSmallIntegerField(verbose_name="应到")),
                    ("arrived", models.PositiveSmallIntegerField(verbose_name="实到")),
                    ("seconds", models.PositiveSmallIntegerField(null=True, verbose_name="用时（秒）")),
                    ("why", models.CharField(blank=True, max_length=60, verbose_name="没到的原因")),
                    ("drill", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="classes", to="safety.drill")),
                    (
                        "school_class",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"),
                    ),
                ],
                options={
                    "verbose_name": "各班清点",
                    "ordering": ["school_class__order", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("drill", "school_class"), name="drill_class_once"),
                        models.CheckConstraint(condition=models.Q(("arrived__lte", models.F("expected"))), name="drill_class_arrived"),
                        models.CheckConstraint(
                            condition=models.Q(("arrived", models.F("expected")), models.Q(("why", ""), _negated=True), _connector="OR"),
                            name="drill_class_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DrillProblem",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("problem", models.CharField(max_length=200, verbose_name="问题")),
                    ("measure", models.CharField(max_length=200, verbose_name="措施")),
                    ("due_on", models.DateField(verbose_name="期限")),
                    (
                        "state",
                        models.CharField(choices=[("open", "整改中"), ("done", "已整改")], default="open", editable=False, max_length=6, verbose_name="状态"),
                    ),
                    ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="办好时间")),
                    ("done_words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="怎么办的")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "done_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="谁办的",
                        ),
                    ),
                    ("drill", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="problems", to="safety.drill", verbose_name="演练")),
                    (
                        "owner",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁来办"),
                    ),
                ],
                options={
                    "verbose_name": "演练问题",
                    "ordering": ["state", "due_on", "id"],
                    "indexes": [models.Index(fields=["owner", "state"], name="safety_dril_owner_i_46bd97_idx")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("done_at", None), ("done_by", None), ("done_words", ""), ("state", "open")),
                                models.Q(
                                    ("done_at__isnull", False), ("done_by__isnull", False), ("state", "done"), models.Q(("done_words", ""), _negated=True)
                                ),
                                _connector="OR",
                            ),
                            name="drill_problem_done_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="FireEquipment",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("powder", "干粉灭火器"),
                                ("water", "水基型灭火器"),
                                ("co2", "二氧化碳灭火器"),
                                ("gas", "洁净气体灭火器"),
                                ("hydrant", "室内消火栓"),
                                ("outdoor", "室外消火栓"),
                                ("light", "应急照明灯"),
                                ("sign", "疏散指示标志"),
                                ("alarm", "火灾报警设备"),
                                ("sprinkler", "自动喷水设备"),
                                ("door", "防火门"),
                                ("mask", "自救呼吸器"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("model", models.CharField(blank=True, max_length=40, verbose_name="规格型号")),
                    ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="数量")),
                    ("spot", models.CharField(blank=True, max_length=60, verbose_name="具体位置")),
                    ("made_on", models.DateField(blank=True, null=True, verbose_name="出厂日期")),
                    ("serviced_on", models.DateField(blank=True, null=True, verbose_name="上次维修换药")),
                    ("service_due", models.DateField(blank=True, null=True, verbose_name="下次维修换药")),
                    ("scrap_on", models.DateField(blank=True, null=True, verbose_name="报废日期")),
                    ("fault", models.CharField(blank=True, editable=False, max_length=200, verbose_name="没有修好的问题")),
                    (
                        "state",
                        models.CharField(
                            choices=[("in_use", "在用"), ("scrapped", "已报废")], default="in_use", editable=False, max_length=10, verbose_name="状态"
                        ),
                    ),
                    ("scrapped_on", models.DateField(editable=False, null=True, verbose_name="哪天报废的")),
                    ("scrap_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="报废原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="fire_equipment", to="platform.place", verbose_name="地点"),
                    ),
                    (
                        "responsible",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="责任人"),
                    ),
                ],
                options={
                    "verbose_name": "消防器材",
                    "ordering": ["place__path", "number"],
                    "indexes": [
                        models.Index(fields=["state", "scrap_on"], name="safety_fire_state_4940d4_idx"),
                        models.Index(fields=["state", "service_due"], name="safety_fire_state_2dc696_idx"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="fire_quantity", violation_error_message="数量要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(("made_on", None), ("scrap_on", None), ("scrap_on__gt", models.F("made_on")), _connector="OR"),
                            name="fire_scrap_after_made",
                            violation_error_message="报废日期要晚于出厂日期",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("made_on", None), ("serviced_on", None), ("serviced_on__gte", models.F("made_on")), _connector="OR"),
                            name="fire_serviced_after_made",
                            violation_error_message="维修换药不能早于出厂日期",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("scrap_reason", ""), ("scrapped_on", None), ("state", "in_use")),
                                models.Q(("scrapped_on__isnull", False), ("state", "scrapped"), models.Q(("scrap_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="fire_scrapped_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FireCheck",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("result", models.CharField(choices=[("ok", "正常"), ("bad", "有问题")], max_length=4, verbose_name="结果")),
                    ("found", models.CharField(blank=True, max_length=200, verbose_name="问题")),
                    ("by_label", models.BooleanField(default=False, editable=False, verbose_name="扫码")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    (
                        "equipment",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="safety.fireequipment", verbose_name="器材"),
                    ),
                ],
                options={
                    "verbose_name": "消防器材检查",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["equipment", "-happened_at"], name="safety_fire_equipme_d32944_idx")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="fire_check_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="fire_check_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("found", ""), ("result", "ok")), models.Q(("result", "bad"), models.Q(("found", ""), _negated=True)), _connector="OR"
                            ),
                            name="fire_check_says_what",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FireService",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("kind", models.CharField(choices=[("refill", "维修换药"), ("repair", "修理"), ("test", "检测")], max_length=8, verbose_name="做了什么")),
                    ("by_whom", models.CharField(max_length=60, verbose_name="维修单位和人员")),
                    ("certificate", models.CharField(blank=True, max_length=40, verbose_name="合格证编号")),
                    ("done_on", models.DateField(verbose_name="哪天做的")),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="下次维修换药")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "equipment",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="services", to="safety.fireequipment", verbose_name="器材"),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "消防器材维修",
                    "ordering": ["-done_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="fire_service_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="fire_service_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("due_on", None), ("due_on__gt", models.F("done_on")), _connector="OR"), name="fire_service_due_later"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="GateVisit",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="来访单号")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("visitor", "来访"), ("parent", "家长"), ("worker", "施工维修"), ("official", "检查公务")],
                            default="visitor",
                            max_length=10,
                            verbose_name="类别",
                        ),
                    ),
                    ("name", models.CharField(blank=True, max_length=30, verbose_name="姓名")),
                    ("organisation", models.CharField(blank=True, max_length=60, verbose_name="单位或关系")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                    (
                        "id_kind",
                        models.CharField(
                            blank=True,
                            choices=[("card", "身份证"), ("driver", "驾驶证"), ("work", "工作证"), ("other", "其他证件")],
                            max_length=10,
                            verbose_name="证件",
                        ),
                    ),
                    ("id_masked", models.CharField(blank=True, editable=False, max_length=24, verbose_name="证件号")),
                    ("id_digest", models.CharField(blank=True, editable=False, max_length=64)),
                    ("people", models.PositiveSmallIntegerField(default=1, verbose_name="人数")),
                    ("plate", models.CharField(blank=True, max_length=12, verbose_name="车牌")),
                    ("reason", models.CharField(max_length=120, verbose_name="事由")),
                    ("work_permit", models.CharField(blank=True, max_length=60, verbose_name="施工许可")),
                    ("work_until", models.DateField(blank=True, null=True, verbose_name="许可到")),
                    ("expected_at", models.DateTimeField(verbose_name="约好的时间")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "等被访人确认"),
                                ("agreed", "可以进校"),
                                ("inside", "在校"),
                                ("left", "已离校"),
                                ("declined", "不接待"),
                                ("cancelled", "取消"),
                            ],
                            default="waiting",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("agreed_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                    ("in_at", models.DateTimeField(editable=False, null=True, verbose_name="进校时间")),
                    ("leave_by", models.DateTimeField(editable=False, null=True, verbose_name="应在几点前离校")),
                    ("badge", models.CharField(blank=True, editable=False, max_length=20, verbose_name="临时证号")),
                    ("carried", models.CharField(blank=True, editable=False, max_length=120, verbose_name="携带物品")),
                    ("out_at", models.DateTimeField(editable=False, null=True, verbose_name="离校时间")),
                    ("note", models.CharField(blank=True, editable=False, max_length=200, verbose_name="说明")),
                    ("erased_at", models.DateTimeField(editable=False, null=True, verbose_name="个人信息清除时间")),
                    (
                        "agreed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="确认人",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "host",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="被访人"),
                    ),
                    (
                        "in_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="放行门卫",
                        ),
                    ),
                    (
                        "out_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="离校登记",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "来访",
                    "ordering": ["-expected_at", "-id"],
                    "indexes": [
                        models.Index(fields=["state", "leave_by"], name="visit_by_state"),
                        models.Index(fields=["host", "state"], name="visit_by_host"),
                        models.Index(fields=["in_at"], name="visit_by_in"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("people__range", (1, 99))), name="visit_people_sane", violation_error_message="人数在 1 到 99 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                                models.Q(("state__in", ("agreed", "inside", "left")), _negated=True),
                                _connector="OR",
                            ),
                            name="visit_agreed_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("in_at__isnull", False), ("in_by__isnull", False), ("leave_by__isnull", False), ("state__in", ("inside", "left"))),
                                models.Q(models.Q(("state__in", ("inside", "left")), _negated=True), ("in_at", None)),
                                _connector="OR",
                            ),
                            name="visit_in_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("out_at__gte", models.F("in_at")), ("out_by__isnull", False), ("state", "left")),
                                models.Q(models.Q(("state", "left"), _negated=True), ("out_at", None)),
                                _connector="OR",
                            ),
                            name="visit_out_whole",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "inside"), models.Q(("badge", ""), _negated=True)),
                            fields=("badge",),
                            name="visit_badge_once",
                            violation_error_message="这张临时证还在别的客人手上，请换一个",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "worker"), ("state__in", ("inside", "left")), _negated=True),
                                models.Q(models.Q(("work_permit", ""), _negated=True), ("work_until__isnull", False)),
                                _connector="OR",
                            ),
                            name="visit_worker_has_permit",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("erased_at", None), models.Q(("name", ""), _negated=True)),
                                models.Q(
                                    ("erased_at__isnull", False),
                                    ("id_digest", ""),
                                    ("id_masked", ""),
                                    ("name", ""),
                                    ("organisation", ""),
                                    ("phone", ""),
                                    ("plate", ""),
                                    models.Q(("state", "inside"), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="visit_named_or_forgotten",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Hazard",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="编号")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("found", "待评级"),
                                ("graded", "待派单"),
                                ("assigned", "整改中"),
                                ("fixed", "待复查"),
                                ("checked", "待销号"),
                                ("closed", "已销号"),
                                ("void", "不属实"),
                            ],
                            default="found",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[("patrol", "巡查"), ("check", "检查"), ("report", "报告"), ("above", "上级检查"), ("drill", "演练")],
                            default="report",
                            max_length=8,
                            verbose_name="来源",
                        ),
                    ),
                    ("origin_kind", models.CharField(blank=True, editable=False, max_length=60)),
                    ("origin_id", models.BigIntegerField(editable=False, null=True)),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("fire", "消防"),
                                ("building", "校舍建筑"),
                                ("power", "用电用气"),
                                ("facility", "设施设备"),
                                ("food", "食品和饮水"),
                                ("lab", "实验室和危险品"),
                                ("traffic", "校车和交通"),
                                ("crowd", "人员密集和拥挤"),
                                ("special", "特种设备"),
                                ("guard", "安全保卫"),
                                ("other", "其他"),
                            ],
                            max_length=8,
                            verbose_name="类别",
                        ),
                    ),
                    ("description", models.CharField(max_length=500, verbose_name="隐患情况")),
                    ("found_at", models.DateTimeField(editable=False, verbose_name="发现时间")),
                    ("on_spot", models.BooleanField(default=False, verbose_name="当场整改")),
                    ("level", models.CharField(blank=True, choices=[("general", "一般"), ("major", "重大")], max_length=7, verbose_name="等级")),
                    ("measure", models.CharField(blank=True, max_length=300, verbose_name="整改措施")),
                    ("temporary", models.CharField(blank=True, max_length=300, verbose_name="临时措施和预案")),
                    ("money", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="整改资金")),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                    ("postponed", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="延期次数")),
                    ("told", models.PositiveSmallIntegerField(default=0, editable=False)),
                    ("reported_on", models.DateField(blank=True, editable=False, null=True, verbose_name="上报日期")),
                    ("reported_to", models.CharField(blank=True, editable=False, max_length=60, verbose_name="上报单位")),
                    ("fixed_at", models.DateTimeField(editable=False, null=True, verbose_name="整改完成")),
                    ("fixed_words", models.CharField(blank=True, editable=False, max_length=300, verbose_name="整改结果")),
                    ("checked_at", models.DateTimeField(editable=False, null=True, verbose_name="复查时间")),
                    ("checked_words", models.CharField(blank=True, editable=False, max_length=300, verbose_name="复查结论")),
                    ("returned", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="复查不合格次数")),
                    ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="销号时间")),
                    ("void_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="为什么不属实")),
                    (
                        "checked_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="复查人",
                        ),
                    ),
                    (
                        "closed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="销号人",
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.department",
                            verbose_name="责任部门",
                        ),
                    ),
                    (
                        "fixed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="整改人",
                        ),
                    ),
                    (
                        "found_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="排查人"
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="责任人",
                        ),
                    ),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="hazards", to="platform.place", verbose_name="地点")),
                    (
                        "ticket",
                        models.OneToOneField(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="hazard",
                            to="repairs.ticket",
                            verbose_name="报修单",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "隐患",
                    "indexes": [
                        models.Index(fields=["state", "due_on"], name="safety_haza_state_5339f5_idx"),
                        models.Index(fields=["place", "kind", "found_at"], name="safety_haza_place_i_e1a9c5_idx"),
                        models.Index(fields=["-found_at", "-id"], name="safety_haza_found_a_7d6929_idx"),
                        models.Index(fields=["owner", "state"], name="safety_haza_owner_i_852eef_idx"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ("found", "void")), models.Q(("level", ""), _negated=True), _connector="OR"), name="hazard_graded"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ("found", "graded", "void")),
                                ("on_spot", True),
                                models.Q(("due_on__isnull", False), ("owner__isnull", False), models.Q(("measure", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="hazard_has_owner_measure_deadline",
                            violation_error_message="派单要写明责任人、整改措施和期限。",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("level", "major"), _negated=True),
                                ("state__in", ("found", "graded", "void")),
                                models.Q(("money__isnull", False), models.Q(("temporary", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="hazard_major_has_money_and_plan",
                            violation_error_message="重大隐患要写明整改资金和临时措施。",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("level", "major"), ("on_spot", True), _negated=True),
                            name="hazard_major_not_on_spot",
                            violation_error_message="重大隐患不能当场销号。",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fixed_at__isnull", False), ("fixed_by__isnull", False), ("state__in", ("fixed", "checked", "closed"))),
                                models.Q(("fixed_at", None), ("fixed_by", None), ("state__in", ("found", "graded", "assigned", "void"))),
                                _connector="OR",
                            ),
                            name="hazard_fixed_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("checked_at__isnull", False), ("checked_by__isnull", False), ("state__in", ("checked", "closed"))),
                                models.Q(("checked_at", None), ("checked_by", None), ("state__in", ("found", "graded", "assigned", "fixed", "void"))),
                                _connector="OR",
                            ),
                            name="hazard_checked_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("state", "closed")),
                                models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None), ("closed_by", None)),
                                _connector="OR",
                            ),
                            name="hazard_closed_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("checked_by", None),
                                models.Q(
                                    models.Q(("checked_by", models.F("fixed_by")), _negated=True),
                                    models.Q(("owner", None), models.Q(("checked_by", models.F("owner")), _negated=True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="hazard_checked_by_another",
                            violation_error_message="复查要由整改人以外的人来做。",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("closed_by", None),
                                models.Q(
                                    models.Q(("closed_by", models.F("fixed_by")), _negated=True),
                                    models.Q(("owner", None), models.Q(("closed_by", models.F("owner")), _negated=True), _connector="OR"),
                                ),
                                _connector="OR",
                            ),
                            name="hazard_closed_by_another",
                            violation_error_message="销号要由整改人以外的人来做。",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("level", "major"), ("state", "closed"), _negated=True), ("reported_on__isnull", False), _connector="OR"
                            ),
                            name="hazard_major_reported",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "void"), _negated=True), models.Q(("void_reason", ""), _negated=True), _connector="OR"),
                            name="hazard_void_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Illness",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "symptom",
                        models.CharField(
                            choices=[
                                ("fever", "发热"),
                                ("cough", "咳嗽、咽痛"),
                                ("gut", "呕吐、腹泻"),
                                ("rash", "皮疹、疱疹"),
                                ("eye", "红眼"),
                                ("swelling", "腮腺肿大"),
                                ("injury", "外伤"),
                                ("other", "其他不适"),
                            ],
                            max_length=8,
                            verbose_name="症状",
                        ),
                    ),
                    ("began_on", models.DateField(verbose_name="发病日期")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="情况")),
                    ("diagnosis", models.CharField(blank=True, max_length=60, verbose_name="诊断")),
                    ("is_infectious", models.BooleanField(default=False, verbose_name="传染病")),
                    (
                        "state",
                        models.CharField(
                            choices=[("watched", "在校观察"), ("away", "缺课"), ("back", "已返校")],
                            default="away",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    ("back_on", models.DateField(editable=False, null=True, verbose_name="返校日期")),
                    ("proof", models.CharField(blank=True, editable=False, max_length=200, verbose_name="返校依据")),
                    (
                        "back_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="查验人",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生")),
                ],
                options={
                    "verbose_name": "因病缺课",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["school_class", "symptom", "began_on"], name="illness_by_class")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="illness_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="illness_struck",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None), models.Q(("state", "back"), _negated=True)),
                            fields=("student",),
                            name="illness_open_once",
                            violation_error_message="这名学生已经登记了，还没有返校",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("back_by__isnull", False), ("back_on__gte", models.F("began_on")), ("back_on__isnull", False), ("state", "back")),
                                models.Q(models.Q(("state", "back"), _negated=True), ("back_by", None), ("back_on", None)),
                                _connector="OR",
                            ),
                            name="illness_back_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("is_infectious", True), ("state", "back"), _negated=True), models.Q(("proof", ""), _negated=True), _connector="OR"
                            ),
                            name="illness_infectious_proof",
                            violation_error_message="传染病返校要有证明",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="KeyPlace",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("boiler", "锅炉房"),
                                ("power", "配电房"),
                                ("lab", "实验室"),
                                ("chemical", "危化品库"),
                                ("kitchen", "食堂操作间"),
                                ("dorm", "学生宿舍"),
                                ("library", "图书馆"),
                                ("archive", "档案室"),
                                ("server", "机房"),
                                ("store", "仓库"),
                                ("pump", "水泵房"),
                                ("control", "消防控制室"),
                                ("gas", "燃气间"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("danger", models.CharField(max_length=200, verbose_name="主要危险")),
                    ("rules", models.TextField(verbose_name="管理要求")),
                    ("emergency", models.TextField(verbose_name="应急措施")),
                    ("tools", models.CharField(blank=True, max_length=200, verbose_name="消防器材和防护用品")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "leader",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="分管领导"),
                    ),
                    (
                        "place",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="key_places", to="platform.place", verbose_name="地点"),
                    ),
                    (
                        "responsible",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="责任人"),
                    ),
                ],
                options={
                    "verbose_name": "重点部位",
                    "ordering": ["kind", "name", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("danger", ""), _negated=True), models.Q(("rules", ""), _negated=True), models.Q(("emergency", ""), _negated=True)
                            ),
                            name="key_place_says_what",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Medicine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=60, unique=True, verbose_name="药品")),
                    ("unit", models.CharField(max_length=8, verbose_name="单位")),
                    ("least", models.DecimalField(decimal_places=1, default=0, max_digits=9, verbose_name="最少备")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "药品",
                    "ordering": ["name", "id"],
                    "constraints": [models.CheckConstraint(condition=models.Q(("least__gte", 0)), name="medicine_least", violation_error_message="不能小于零")],
                },
            ),
            migrations.CreateModel(
                name="MedicineBatch",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("lot", models.CharField(max_length=30, verbose_name="批号")),
                    ("expires_on", models.DateField(verbose_name="有效期至")),
                    ("stock", models.DecimalField(decimal_places=1, default=0, editable=False, max_digits=9, verbose_name="结存")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "medicine",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="safety.medicine", verbose_name="药品"),
                    ),
                ],
                options={
                    "verbose_name": "药品批次",
                    "ordering": ["expires_on", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("medicine", "lot"), name="medicine_batch_once", violation_error_message="这个批号已经登记过"),
                        models.CheckConstraint(condition=models.Q(("stock__gte", 0)), name="medicine_batch_stock", violation_error_message="结存不能小于零"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MedicineMove",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("kind", models.CharField(choices=[("in", "入库"), ("use", "使用"), ("throw", "过期销毁")], max_length=6, verbose_name="种类")),
                    ("quantity", models.DecimalField(decimal_places=1, max_digits=9, verbose_name="数量")),
                    ("balance", models.DecimalField(decimal_places=1, max_digits=9, verbose_name="结存")),
                    ("words", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                    (
                        "batch",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="safety.medicinebatch", verbose_name="批次"),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "second",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="在场第二人",
                        ),
                    ),
                    (
                        "visit",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="medicines",
                            to="safety.clinicvisit",
                            verbose_name="就诊",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "药品收支",
                    "ordering": ["-created_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "in"), ("quantity__gt", 0)),
                                models.Q(models.Q(("kind", "in"), _negated=True), ("quantity__lt", 0)),
                                _connector="OR",
                            ),
                            name="medicine_move_sign",
                        ),
                        models.CheckConstraint(condition=models.Q(("balance__gte", 0)), name="medicine_move_balance"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "throw"), _negated=True),
                                models.Q(("second__isnull", False), models.Q(("second", models.F("created_by")), _negated=True)),
                                _connector="OR",
                            ),
                            name="medicine_move_witness",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="NightVehicle",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    ("plate", models.CharField(max_length=12, verbose_name="车牌")),
                    ("car", models.CharField(blank=True, max_length=40, verbose_name="车型颜色")),
                    ("owner_name", models.CharField(blank=True, max_length=30, verbose_name="车主（外来）")),
                    ("phone", models.CharField(max_length=20, verbose_name="电话")),
                    ("reason", models.CharField(max_length=120, verbose_name="为什么过夜")),
                    ("from_on", models.DateField(verbose_name="从")),
                    ("until_on", models.DateField(verbose_name="到")),
                    ("statement", models.TextField(editable=False, verbose_name="责任书")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "待签责任书"), ("signed", "停放中"), ("left", "已驶离"), ("cancelled", "取消")],
                            default="waiting",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("signed_at", models.DateTimeField(editable=False, null=True, verbose_name="签字时间")),
                    ("left_at", models.DateTimeField(editable=False, null=True, verbose_name="驶离时间")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "left_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="驶离登记",
                        ),
                    ),
                    (
                        "owner",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="车主（教职工）",
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="停在哪里"
                        ),
                    ),
                    (
                        "signed_before",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="见证人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "过夜车辆",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["state", "until_on"], name="night_by_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("owner__isnull", False), ("owner_name", "")),
                                models.Q(("owner", None), models.Q(("owner_name", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="night_one_owner",
                            violation_error_message="车主写教职工或者外来车主，只写一个",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("until_on__gte", models.F("from_on"))), name="night_days", violation_error_message="日期反了，早的写在前面"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("waiting", "signed"))),
                            fields=("plate",),
                            name="night_plate_once",
                            violation_error_message="这辆车已经登记，还没有驶离",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("signed_at__isnull", False), models.Q(("state__in", ("signed", "left")), _negated=True), _connector="OR"),
                            name="night_signed",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("left_at__isnull", False), ("left_by__isnull", False), ("state", "left")),
                                models.Q(models.Q(("state", "left"), _negated=True), ("left_at", None)),
                                _connector="OR",
                            ),
                            name="night_left",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Parcel",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("express", "快递"), ("letter", "信件报刊"), ("registered", "挂号、公文"), ("takeaway", "外卖")],
                            default="express",
                            max_length=10,
                            verbose_name="类别",
                        ),
                    ),
                    ("sender", models.CharField(blank=True, max_length=60, verbose_name="寄件或快递公司")),
                    ("tracking", models.CharField(blank=True, max_length=40, verbose_name="运单号")),
                    ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="件数")),
                    ("recipient_words", models.CharField(blank=True, max_length=60, verbose_name="收件部门或学生")),
                    ("kept", models.CharField(blank=True, max_length=40, verbose_name="放在哪里")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "待领"), ("handed", "已领"), ("returned", "退回"), ("refused", "拒收")],
                            default="waiting",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="领走或退回时间")),
                    ("taker", models.CharField(blank=True, editable=False, max_length=30, verbose_name="领取人")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "ended_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="经手人",
                        ),
                    ),
                    (
                        "recipient",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="收件教职工",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "收发件",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["state", "created_at"], name="parcel_by_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("recipient__isnull", False), ("recipient_words", "")),
                                models.Q(("recipient", None), models.Q(("recipient_words", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="parcel_for_one",
                            violation_error_message="收件教职工和收件部门只写一个",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("quantity__range", (1, 999))), name="parcel_pieces", violation_error_message="件数在 1 到 999 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ended_at", None), ("ended_by", None), ("state", "waiting")),
                                models.Q(models.Q(("state", "waiting"), _negated=True), ("ended_at__isnull", False), ("ended_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="parcel_ended_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "handed"), _negated=True), models.Q(("taker", ""), _negated=True), _connector="OR"),
                            name="parcel_taker_named",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "takeaway"), ("recipient", None), _negated=True), ("state", "refused"), _connector="OR"),
                            name="parcel_no_takeaway_for_pupils",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlantArea",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="绿化区")),
                    ("plants", models.CharField(max_length=200, verbose_name="种了什么")),
                    ("square_metres", models.PositiveIntegerField(blank=True, null=True, verbose_name="面积（平方米）")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "keeper",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="养护人"),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "绿化区",
                    "ordering": ["name", "id"],
                },
            ),
            migrations.CreateModel(
                name="CareRule",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("water", "浇水"), ("weed", "除草"), ("feed", "施肥"), ("spray", "打药"), ("prune", "修剪"), ("replant", "补植")],
                            max_length=8,
                            verbose_name="养护",
                        ),
                    ),
                    ("first_month", models.PositiveSmallIntegerField(default=1, verbose_name="从几月")),
                    ("last_month", models.PositiveSmallIntegerField(default=12, verbose_name="到几月")),
                    ("every_days", models.PositiveSmallIntegerField(verbose_name="每几天一次")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="care", to="safety.plantarea", verbose_name="绿化区")),
                ],
                options={
                    "verbose_name": "养护安排",
                    "ordering": ["area", "kind", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("area", "kind"), name="care_rule_once", violation_error_message="这个区已经有这一项安排"),
                        models.CheckConstraint(
                            condition=models.Q(("first_month__gte", 1), ("first_month__lte", 12), ("last_month__gte", 1), ("last_month__lte", 12)),
                            name="care_rule_months",
                            violation_error_message="月份在 1 到 12 之间",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("every_days__gte", 1), ("every_days__lte", 366)),
                            name="care_rule_days",
                            violation_error_message="每 1 到 366 天一次",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CareLog",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("water", "浇水"), ("weed", "除草"), ("feed", "施肥"), ("spray", "打药"), ("prune", "修剪"), ("replant", "补植")],
                            max_length=8,
                            verbose_name="养护",
                        ),
                    ),
                    ("words", models.CharField(max_length=200, verbose_name="做了什么")),
                    ("agent", models.CharField(blank=True, max_length=100, verbose_name="药名和用量")),
                    ("is_warned", models.BooleanField(default=False, verbose_name="设了警示，学生不在场")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="logs", to="safety.plantarea", verbose_name="绿化区")),
                ],
                options={
                    "verbose_name": "养护记录",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["area", "kind", "happened_at"], name="care_log_by_kind")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="care_log_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="care_log_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "spray"), _negated=True),
                                models.Q(("is_warned", True), models.Q(("agent", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="care_log_spray",
                            violation_error_message="打药要写药名，设警示",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Ride",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on_at", models.DateTimeField(null=True, verbose_name="上车")),
                    ("off_at", models.DateTimeField(null=True, verbose_name="下车")),
                    ("absent_reason", models.CharField(blank=True, max_length=100, verbose_name="没有乘车")),
                    (
                        "off_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="下车点名"
                        ),
                    ),
                    (
                        "on_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上车点名"
                        ),
                    ),
                    ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rides", to="safety.busrun", verbose_name="班次")),
                    ("stop", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="safety.busstop", verbose_name="站点")),
                    ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生")),
                ],
                options={
                    "verbose_name": "乘车点名",
                    "ordering": ["stop__order", "student__number", "id"],
                    "indexes": [models.Index(fields=["student", "on_at"], name="ride_by_student")],
                    "constraints": [
                        models.UniqueConstraint(fields=("run", "student"), name="ride_once"),
                        models.CheckConstraint(
                            condition=models.Q(("off_at", None), models.Q(("off_at__gte", models.F("on_at")), ("off_by__isnull", False)), _connector="OR"),
                            name="ride_off_after_on",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("off_at", None), ("on_at", None), ("on_by", None)),
                                models.Q(("absent_reason", ""), ("on_at__isnull", False), ("on_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="ride_on_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Route",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(error_messages={"unique": "已经有这个名称的路线，请换一个。"}, max_length=40, unique=True, verbose_name="路线")),
                    (
                        "purpose",
                        models.CharField(
                            choices=[
                                ("daily", "日常巡视"),
                                ("fire", "防火巡查"),
                                ("firecheck", "防火检查"),
                                ("building", "校舍和设施检查"),
                                ("season", "开学、放假和季节检查"),
                                ("special", "特种设备检查"),
                                ("water", "饮水检查"),
                                ("other", "其他"),
                            ],
                            default="daily",
                            max_length=10,
                            verbose_name="哪种检查",
                        ),
                    ),
                    ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "巡查路线",
                    "ordering": ["-is_active", "purpose", "name"],
                },
            ),
            migrations.CreateModel(
                name="Round",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("points", models.PositiveSmallIntegerField(verbose_name="点数")),
                    ("seen", models.PositiveSmallIntegerField(default=0, verbose_name="查了")),
                    ("bad", models.PositiveSmallIntegerField(default=0, verbose_name="有问题")),
                    ("skipped", models.PositiveSmallIntegerField(default=0, verbose_name="没查成")),
                    ("started_at", models.DateTimeField(null=True, verbose_name="开始")),
                    ("finished_at", models.DateTimeField(null=True, verbose_name="走完")),
                    (
                        "occurrence",
                        models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="round", to="platform.occurrence", verbose_name="任务"),
                    ),
                    ("route", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="safety.route", verbose_name="路线")),
                ],
                options={
                    "verbose_name": "巡查",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["route", "-id"], name="safety_roun_route_i_9f44f9_idx")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("points__gt", 0)), name="round_has_points"),
                        models.CheckConstraint(
                            condition=models.Q(("bad__lte", models.F("seen")), ("seen__lte", models.F("points")), ("skipped__lte", models.F("seen"))),
                            name="round_counts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("finished_at", None), ("seen__lt", models.F("points"))),
                                models.Q(("finished_at__isnull", False), ("seen", models.F("points")), ("started_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="round_finished_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Point",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                    ("needs_scan", models.BooleanField(default=False, verbose_name="要扫码到点")),
                    ("hint", models.CharField(blank=True, max_length=60, verbose_name="提示")),
                    ("is_active", models.BooleanField(default=True)),
                    (
                        "checklist",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="points", to="safety.checklist", verbose_name="检查表"),
                    ),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点")),
                    ("route", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="points", to="safety.route", verbose_name="路线")),
                ],
                options={
                    "verbose_name": "巡查点",
                    "ordering": ["order", "id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("is_active", True)),
                            fields=("route", "place", "checklist"),
                            name="point_once_on_route",
                            violation_error_message="这条路线上已经有这个点。",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SafetyStatement",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("title", models.CharField(max_length=60, unique=True, verbose_name="名称")),
                    ("for_everyone", models.BooleanField(default=False, verbose_name="全体教职工都签")),
                    (
                        "state",
                        models.CharField(
                            choices=[("current", "现行"), ("withdrawn", "已停用")], default="current", editable=False, max_length=10, verbose_name="状态"
                        ),
                    ),
                    ("reminded_on", models.DateField(editable=False, null=True, verbose_name="上次催签")),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="停用原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("posts", models.ManyToManyField(blank=True, related_name="safety_statements", to="platform.post", verbose_name="哪些岗位签")),
                ],
                options={
                    "verbose_name": "安全责任书",
                    "ordering": ["title", "id"],
                },
            ),
            migrations.CreateModel(
                name="SafetyStatementVersion",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.PositiveSmallIntegerField(verbose_name="第几版")),
                    ("text", models.TextField(verbose_name="正文")),
                    ("starts_on", models.DateField(verbose_name="有效期从")),
                    ("ends_on", models.DateField(verbose_name="有效期到")),
                    ("change_note", models.CharField(blank=True, max_length=200, verbose_name="改了什么")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "leader",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="学校一方"),
                    ),
                    (
                        "statement",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="safety.safetystatement", verbose_name="责任书"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "责任书版本",
                    "ordering": ["statement", "-number"],
                    "constraints": [
                        models.UniqueConstraint(fields=("statement", "number"), name="safety_statement_version_once"),
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                            name="safety_statement_version_forward",
                            violation_error_message="有效期到不能早于有效期从",
                        ),
                        models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="safety_statement_version_text"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SafetyStatementSignature",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("posts", models.CharField(blank=True, max_length=200, verbose_name="岗位")),
                    ("signed_at", models.DateTimeField(verbose_name="签订时间")),
                    (
                        "person",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="签订人"),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="safety.safetystatementversion", verbose_name="责任书"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "责任书签订",
                    "ordering": ["-signed_at", "-id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("version", "person"), name="safety_statement_signed_once", violation_error_message="已经签过了。")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SafetyTraining",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("training", "教职工培训"), ("new", "上岗前培训"), ("lesson", "安全教育课"), ("campaign", "宣传活动")],
                            max_length=8,
                            verbose_name="种类",
                        ),
                    ),
                    ("topic", models.CharField(max_length=100, verbose_name="主题")),
                    ("where", models.CharField(max_length=60, verbose_name="地点")),
                    ("teacher", models.CharField(blank=True, max_length=40, verbose_name="主讲人")),
                    ("hours", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="学时")),
                    ("content", models.CharField(max_length=1000, verbose_name="内容")),
                    ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="教职工人数")),
                    ("students", models.PositiveIntegerField(default=0, verbose_name="学生人数")),
                    ("parents", models.PositiveIntegerField(default=0, verbose_name="家长人数")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "安全培训",
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="safety_training_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="safety_training_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("hours__gt", 0), ("hours__lte", 100)),
                            name="safety_training_hours",
                            violation_error_message="学时在 0 到 100 之间",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gt", 0), ("students__gt", 0), ("parents__gt", 0), _connector="OR"),
                            name="safety_training_somebody",
                            violation_error_message="要有人参加",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SafetyTrainingPerson",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "person",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁"),
                    ),
                    ("training", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="people", to="safety.safetytraining")),
                ],
                options={
                    "verbose_name": "参加的人",
                    "ordering": ["person__pinyin", "id"],
                    "constraints": [models.UniqueConstraint(fields=("training", "person"), name="safety_training_person_once")],
                },
            ),
            migrations.CreateModel(
                name="ShiftKind",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.CharField(max_length=30, unique=True, verbose_name="班次")),
                    ("start", models.TimeField(verbose_name="从")),
                    ("end", models.TimeField(help_text="比开始早，就是第二天。", verbose_name="到")),
                    (
                        "days",
                        models.CharField(
                            choices=[("working", "上班日"), ("off", "周末和节假日"), ("every", "每天")], default="every", max_length=10, verbose_name="哪些天"
                        ),
                    ),
                    ("needs", models.PositiveSmallIntegerField(default=1, verbose_name="值班几人")),
                    ("needs_leader", models.BooleanField(default=True, verbose_name="要带班领导")),
                    ("weight", models.PositiveSmallIntegerField(default=1, help_text="排班时按折算的次数轮，夜班、节假日可以多算。", verbose_name="折算几次")),
                    ("order", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="值班点")),
                ],
                options={
                    "verbose_name": "班次",
                    "ordering": ["order", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("needs__range", (1, 20))), name="shift_kind_needs", violation_error_message="人数在 1 到 20 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("weight__range", (1, 9))), name="shift_kind_weight", violation_error_message="折算在 1 到 9 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("start", models.F("end")), _negated=True), name="shift_kind_times", violation_error_message="开始和结束不能一样"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shift",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("on", models.DateField(verbose_name="日期")),
                    ("starts_at", models.DateTimeField(editable=False, verbose_name="从")),
                    ("ends_at", models.DateTimeField(editable=False, verbose_name="到")),
                    (
                        "state",
                        models.CharField(
                            choices=[("planned", "待值班"), ("open", "值班中"), ("closed", "已交班"), ("void", "取消")],
                            default="planned",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="值班点"
                        ),
                    ),
                    ("kind", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shifts", to="safety.shiftkind", verbose_name="班次")),
                ],
                options={
                    "verbose_name": "值班",
                    "ordering": ["starts_at", "id"],
                    "indexes": [models.Index(fields=["place", "starts_at"], name="shift_by_place"), models.Index(fields=["starts_at"], name="shift_by_start")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "void"), _negated=True),
                            fields=("kind", "on"),
                            name="shift_once",
                            violation_error_message="这一天这个班次已经排了",
                        ),
                        models.CheckConstraint(condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="shift_times"),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "void"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                            name="shift_void_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Handover",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("rounds", models.CharField(max_length=300, verbose_name="巡查时间和地点")),
                    ("incidents", models.CharField(max_length=500, verbose_name="异常情况")),
                    ("measures", models.CharField(blank=True, max_length=500, verbose_name="处理")),
                    ("calls", models.CharField(blank=True, max_length=300, verbose_name="电话和来文")),
                    ("items", models.CharField(max_length=300, verbose_name="交接事项、钥匙、器材")),
                    ("is_by_other", models.BooleanField(default=False, verbose_name="代写")),
                    ("written_at", models.DateTimeField(verbose_name="填写时间")),
                    ("taken_at", models.DateTimeField(editable=False, null=True, verbose_name="接班时间")),
                    (
                        "taken_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="接班人",
                        ),
                    ),
                    (
                        "written_by",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="交班人"),
                    ),
                    (
                        "shift",
                        models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="handover", to="safety.shift", verbose_name="值班"),
                    ),
                ],
                options={
                    "verbose_name": "交接班",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("taken_at", None), ("taken_by", None)),
                                models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="handover_taken_whole",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpecialEquipment",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("lift", "电梯"),
                                ("boiler", "锅炉"),
                                ("vessel", "压力容器"),
                                ("pipe", "压力管道"),
                                ("crane", "起重机械"),
                                ("car", "场内机动车"),
                                ("other", "其他"),
                            ],
                            max_length=8,
                            verbose_name="种类",
                        ),
                    ),
                    ("registration", models.CharField(max_length=40, unique=True, verbose_name="使用登记证编号")),
                    ("code", models.CharField(blank=True, max_length=40, verbose_name="设备代码")),
                    ("firm", models.CharField(blank=True, max_length=60, verbose_name="维保单位")),
                    ("due_on", models.DateField(verbose_name="检验有效期到")),
                    ("serviced_due", models.DateField(blank=True, null=True, verbose_name="下次维保")),
                    (
                        "state",
                        models.CharField(
                            choices=[("in_use", "在用"), ("stopped", "停用"), ("gone", "已注销")],
                            default="in_use",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="停用或注销原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "key_place",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="equipment",
                            to="safety.keyplace",
                            verbose_name="所在重点部位",
                        ),
                    ),
                    (
                        "operator",
                        models.ForeignKey(
                            blank=True,
                            help_text="要持有效的特种作业证。",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="作业人员",
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="special_equipment", to="platform.place", verbose_name="地点"
                        ),
                    ),
                    (
                        "responsible",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="安全管理员"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "特种设备",
                    "ordering": ["due_on", "name", "id"],
                    "indexes": [models.Index(fields=["state", "due_on"], name="safety_spec_state_e770f9_idx")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("reason", ""), ("state", "in_use")),
                                models.Q(models.Q(("state", "in_use"), _negated=True), models.Q(("reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="special_stopped_reason",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpecialInspection",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("kind", models.CharField(choices=[("inspection", "定期检验"), ("service", "维护保养")], max_length=10, verbose_name="做了什么")),
                    ("result", models.CharField(choices=[("passed", "合格"), ("failed", "不合格")], max_length=6, verbose_name="结论")),
                    ("by_whom", models.CharField(max_length=60, verbose_name="检验或维保单位")),
                    ("number", models.CharField(blank=True, max_length=40, verbose_name="报告编号")),
                    ("done_on", models.DateField(verbose_name="哪天做的")),
                    ("due_on", models.DateField(blank=True, null=True, verbose_name="有效期到")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "equipment",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="safety.specialequipment", verbose_name="设备"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "特种设备检验",
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="special_inspection_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="special_inspection_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("due_on", None), ("due_on__gt", models.F("done_on")), _connector="OR"), name="special_inspection_until_later"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("due_on", None), ("result", "failed")), models.Q(("due_on__isnull", False), ("result", "passed")), _connector="OR"
                            ),
                            name="special_passed_until",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StudentPass",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="出门证号")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("ill", "身体不适"), ("family", "家里有事"), ("event", "比赛外出"), ("other", "其他")], max_length=10, verbose_name="原因"
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                    ("leave_at", models.DateTimeField(verbose_name="什么时候走")),
                    ("back_by", models.DateTimeField(blank=True, null=True, verbose_name="什么时候回")),
                    ("collector", models.CharField(blank=True, max_length=30, verbose_name="谁来接")),
                    ("relation", models.CharField(blank=True, max_length=20, verbose_name="接的人是学生的")),
                    ("phone", models.CharField(blank=True, max_length=20, verbose_name="家长电话")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "等确认"),
                                ("ready", "可以出校"),
                                ("out", "已出校"),
                                ("back", "已返校"),
                                ("refused", "家长不同意"),
                                ("void", "作废"),
                            ],
                            default="asked",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("student_at", models.DateTimeField(editable=False, null=True, verbose_name="学生确认")),
                    ("teacher_at", models.DateTimeField(editable=False, null=True, verbose_name="班主任确认")),
                    ("parent_at", models.DateTimeField(editable=False, null=True, verbose_name="家长确认")),
                    ("guard_at", models.DateTimeField(editable=False, null=True, verbose_name="门卫确认")),
                    ("link_round", models.PositiveSmallIntegerField(default=1, editable=False)),
                    ("link_until", models.DateTimeField(editable=False, verbose_name="家长链接有效到")),
                    ("out_at", models.DateTimeField(editable=False, null=True, verbose_name="出校时间")),
                    ("back_at", models.DateTimeField(editable=False, null=True, verbose_name="返校时间")),
                    ("note", models.CharField(blank=True, editable=False, max_length=200, verbose_name="作废或不同意的原因")),
                    (
                        "back_to",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="返校登记",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "out_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="放行门卫",
                        ),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"
                        ),
                    ),
                    ("student", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="学生")),
                ],
                options={
                    "verbose_name": "学生出门证",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(fields=["state", "leave_at"], name="pass_by_state"),
                        models.Index(fields=["school_class", "state"], name="pass_by_class"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ("ready", "out", "back")), _negated=True),
                                models.Q(
                                    ("guard_at__isnull", False), ("parent_at__isnull", False), ("student_at__isnull", False), ("teacher_at__isnull", False)
                                ),
                                _connector="OR",
                            ),
                            name="pass_green_by_four",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("out_at__isnull", False), ("out_by__isnull", False), ("state__in", ("out", "back"))),
                                models.Q(models.Q(("state__in", ("out", "back")), _negated=True), ("out_at", None)),
                                _connector="OR",
                            ),
                            name="pass_out_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("back_at__gte", models.F("out_at")), ("back_to__isnull", False), ("state", "back")),
                                models.Q(models.Q(("state", "back"), _negated=True), ("back_at", None)),
                                _connector="OR",
                            ),
                            name="pass_back_after_out",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("back_by", None), ("back_by__gt", models.F("leave_at")), _connector="OR"),
                            name="pass_back_by_after",
                            violation_error_message="回来的时间要在走的时间以后",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ("refused", "void")), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                            ),
                            name="pass_stopped_reason",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("asked", "ready"))),
                            fields=("student",),
                            name="pass_one_open",
                            violation_error_message="这名学生已经有一张没办完的出门证",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PassConfirmation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "party",
                        models.CharField(
                            choices=[("student", "学生"), ("teacher", "班主任"), ("parent", "家长"), ("guard", "门卫")], max_length=10, verbose_name="哪一方"
                        ),
                    ),
                    ("name", models.CharField(max_length=30, verbose_name="姓名")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    ("at", models.DateTimeField(verbose_name="时间")),
                    (
                        "by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁的手机或链接"
                        ),
                    ),
                    (
                        "card",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="confirmations", to="safety.studentpass", verbose_name="出门证"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "出门证确认",
                    "ordering": ["at", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("card", "party"), name="pass_confirmed_once"),
                        models.UniqueConstraint(condition=models.Q(("party__in", ("teacher", "guard"))), fields=("card", "by"), name="pass_not_both_alone"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SupplyUse",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("quantity", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="数量")),
                    (
                        "area",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="supplies", to="safety.cleaningarea", verbose_name="包干区"
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.item", verbose_name="用品")),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "保洁用品",
                    "ordering": ["-happened_at", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="supply_use_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="supply_use_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="supply_use_quantity", violation_error_message="数量要大于零"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Surrounding",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=60, verbose_name="是什么")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("stall", "流动摊贩"),
                                ("shop", "无证商铺"),
                                ("net", "网吧、游戏厅"),
                                ("traffic", "交通隐患"),
                                ("building", "施工工地"),
                                ("power", "高压线、变压器"),
                                ("chemical", "易燃易爆场所"),
                                ("water", "河塘水域"),
                                ("geology", "山体、滑坡"),
                                ("noise", "噪声、污染"),
                                ("people", "闲散人员"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("where", models.CharField(max_length=80, verbose_name="位置")),
                    ("metres", models.PositiveIntegerField(blank=True, null=True, verbose_name="离校门（米）")),
                    ("danger", models.CharField(max_length=200, verbose_name="有什么危险")),
                    ("found_on", models.DateField(verbose_name="发现日期")),
                    ("looked_on", models.DateField(editable=False, verbose_name="上次去看")),
                    (
                        "state",
                        models.CharField(
                            choices=[("open", "没解决"), ("referred", "已反映"), ("solved", "已解决")],
                            default="open",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "周边环境",
                    "ordering": ["state", "-found_on", "id"],
                    "constraints": [models.CheckConstraint(condition=models.Q(("looked_on__gte", models.F("found_on"))), name="surrounding_looked_later")],
                },
            ),
            migrations.CreateModel(
                name="SurroundingStep",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("refer", "反映"), ("answer", "答复"), ("look", "再看"), ("solve", "解决"), ("reopen", "又出现")],
                            max_length=8,
                            verbose_name="做了什么",
                        ),
                    ),
                    ("office", models.CharField(blank=True, max_length=60, verbose_name="哪个部门")),
                    ("contact", models.CharField(blank=True, max_length=60, verbose_name="接收人和电话")),
                    ("words", models.CharField(max_length=300, verbose_name="内容")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "surrounding",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="safety.surrounding", verbose_name="周边环境"),
                    ),
                ],
                options={
                    "verbose_name": "周边环境处理",
                    "ordering": ["happened_at", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="surrounding_step_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "refer"), _negated=True), models.Q(("office", ""), _negated=True), _connector="OR"),
                            name="surrounding_referred_to",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Trip",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    ("purpose", models.CharField(max_length=100, verbose_name="事由")),
                    ("destination", models.CharField(max_length=60, verbose_name="去哪里")),
                    ("people", models.PositiveSmallIntegerField(default=1, verbose_name="几个人")),
                    ("starts_at", models.DateTimeField(verbose_name="出发")),
                    ("ends_at", models.DateTimeField(verbose_name="预计回来")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("asked", "待批"),
                                ("given", "已派车"),
                                ("out", "已出车"),
                                ("back", "已回场"),
                                ("refused", "没有批准"),
                                ("cancelled", "已取消"),
                            ],
                            default="asked",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="批准时间")),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="原因")),
                    ("out_at", models.DateTimeField(editable=False, null=True, verbose_name="实际出车")),
                    ("back_at", models.DateTimeField(editable=False, null=True, verbose_name="实际回场")),
                    ("km_out", models.PositiveIntegerField(editable=False, null=True, verbose_name="出车里程")),
                    ("km_back", models.PositiveIntegerField(editable=False, null=True, verbose_name="回场里程")),
                    ("km_empty", models.PositiveIntegerField(editable=False, null=True, verbose_name="空驶（公里）")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="批准人",
                        ),
                    ),
                    (
                        "driver",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="司机",
                        ),
                    ),
                    (
                        "vehicle",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="trips",
                            to="safety.vehicle",
                            verbose_name="车辆",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "用车申请",
                    "ordering": ["-starts_at", "-id"],
                    "indexes": [models.Index(fields=["vehicle", "state", "starts_at"], name="trip_by_vehicle")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="trip_span", violation_error_message="回来要晚于出发"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("people__gte", 1), ("people__lte", 60)), name="trip_people", violation_error_message="人数在 1 到 60 之间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["given", "out", "back"]), _negated=True),
                                models.Q(("decided_by__isnull", False), ("driver__isnull", False), ("vehicle__isnull", False)),
                                _connector="OR",
                            ),
                            name="trip_given_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by", None), models.Q(("decided_by", models.F("created_by")), _negated=True), ("state", "cancelled"), _connector="OR"
                            ),
                            name="trip_other_decides",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "back"), _negated=True),
                                models.Q(
                                    ("back_at__gte", models.F("out_at")),
                                    ("km_back__gte", models.F("km_out")),
                                    ("km_empty__gte", 0),
                                    ("km_empty__lte", django.db.models.expressions.CombinedExpression(models.F("km_back"), "-", models.F("km_out"))),
                                ),
                                _connector="OR",
                            ),
                            name="trip_km",
                            violation_error_message="回场里程不能小于出车里程，空驶不能超过行驶",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="VehicleEntry",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("fuel", "加油"), ("upkeep", "保养"), ("repair", "修理"), ("wages", "司乘人员费用"), ("other", "其他费用")],
                            max_length=6,
                            verbose_name="种类",
                        ),
                    ),
                    ("km", models.PositiveIntegerField(blank=True, null=True, verbose_name="里程表（公里）")),
                    ("litres", models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name="加油（升）")),
                    ("money", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="金额（元）")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="内容")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "struck_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="划去人",
                        ),
                    ),
                    (
                        "vehicle",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="safety.vehicle", verbose_name="车辆"),
                    ),
                ],
                options={
                    "verbose_name": "车辆台账",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["vehicle", "kind", "happened_at"], name="vehicle_entry_by_kind")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="vehicle_entry_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="vehicle_entry_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("money__gte", 0)), name="vehicle_entry_money", violation_error_message="金额不能小于零"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "fuel"), ("km__isnull", False), ("litres__gt", 0)),
                                models.Q(models.Q(("kind", "fuel"), _negated=True), ("litres", None)),
                                _connector="OR",
                            ),
                            name="vehicle_entry_fuel",
                            violation_error_message="加油要写升数和里程，别的不写升数",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="VehiclePaper",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("inspect", "车辆检验"),
                                ("compulsory", "交强险"),
                                ("carrier", "承运人责任险"),
                                ("bus", "校车使用许可（标牌）"),
                                ("other", "其他保险"),
                            ],
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("number", models.CharField(blank=True, max_length=60, verbose_name="编号")),
                    ("issued_on", models.DateField(verbose_name="从哪天起")),
                    ("expires_on", models.DateField(verbose_name="有效到")),
                    ("void_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="作废原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "vehicle",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="safety.vehicle", verbose_name="车辆"),
                    ),
                ],
                options={
                    "verbose_name": "车辆证件",
                    "ordering": ["expires_on", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("expires_on__gte", models.F("issued_on"))),
                            name="vehicle_paper_span",
                            violation_error_message="到期不能早于开始",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Visit",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("order", models.PositiveSmallIntegerField(verbose_name="顺序")),
                    ("items", models.JSONField(default=list)),
                    ("lines", models.JSONField(default=list)),
                    (
                        "state",
                        models.CharField(
                            choices=[("todo", "没查"), ("ok", "正常"), ("bad", "有问题"), ("skipped", "没查成")],
                            default="todo",
                            max_length=7,
                            verbose_name="结果",
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                    ("scanned", models.BooleanField(default=False, verbose_name="扫码到点")),
                    ("done_at", models.DateTimeField(null=True, verbose_name="时间")),
                    (
                        "done_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁查的"
                        ),
                    ),
                    (
                        "hazard",
                        models.OneToOneField(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="visit", to="safety.hazard", verbose_name="隐患"
                        ),
                    ),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点")),
                    ("point", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="safety.point", verbose_name="巡查点")),
                    ("round", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="safety.round", verbose_name="巡查")),
                ],
                options={
                    "verbose_name": "巡查点记录",
                    "ordering": ["round", "order", "id"],
                    "indexes": [
                        models.Index(fields=["place", "-id"], name="safety_visi_place_i_b2f16d_idx"),
                        models.Index(fields=["state", "-id"], name="safety_visi_state_640104_idx"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("round", "point"), name="visit_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("done_at", None), ("done_by", None), ("state", "todo")),
                                models.Q(models.Q(("state", "todo"), _negated=True), ("done_at__isnull", False), ("done_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="visit_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "skipped"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"),
                            name="visit_skipped_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "bad"), _negated=True), ("hazard__isnull", False), _connector="OR"),
                            name="visit_bad_has_hazard",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Watch",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("role", models.CharField(choices=[("leader", "带班领导"), ("duty", "值班人")], max_length=10, verbose_name="职责")),
                    ("state", models.CharField(choices=[("on", "在班"), ("off", "换下")], default="on", max_length=4, verbose_name="状态")),
                    ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签到")),
                    ("is_late", models.BooleanField(default=False, verbose_name="迟到")),
                    (
                        "person",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁"),
                    ),
                    ("shift", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="watches", to="safety.shift", verbose_name="值班")),
                ],
                options={
                    "verbose_name": "值班人",
                    "ordering": ["-role", "id"],
                    "indexes": [models.Index(fields=["person", "state"], name="watch_by_person")],
                    "constraints": [
                        models.UniqueConstraint(condition=models.Q(("state", "on")), fields=("shift", "person"), name="watch_once"),
                        models.UniqueConstraint(condition=models.Q(("role", "leader"), ("state", "on")), fields=("shift",), name="watch_one_leader"),
                        models.CheckConstraint(condition=models.Q(("state", "on"), ("signed_at", None), _connector="OR"), name="watch_off_unsigned"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShiftChange",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("reason", models.CharField(max_length=120, verbose_name="为什么")),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "等对方答应"), ("agreed", "等批准"), ("approved", "已换"), ("refused", "没换成"), ("withdrawn", "撤回")],
                            default="asked",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("agreed_at", models.DateTimeField(editable=False, null=True, verbose_name="对方答应")),
                    ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="批准或退回")),
                    ("words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="意见")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="批准人",
                        ),
                    ),
                    (
                        "substitute",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁来顶"),
                    ),
                    (
                        "swap_with",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="swaps",
                            to="safety.watch",
                            verbose_name="换对方哪一班",
                        ),
                    ),
                    ("watch", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="safety.watch", verbose_name="哪一班")),
                ],
                options={
                    "verbose_name": "换班申请",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["state", "substitute"], name="change_by_state")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state__in", ("asked", "agreed"))),
                            fields=("watch",),
                            name="change_one_open",
                            violation_error_message="这一班已经有一张没办完的申请",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state__in", ("agreed", "approved")), _negated=True), ("agreed_at__isnull", False), _connector="OR"),
                            name="change_agreed_first",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "approved"), _negated=True),
                                models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="change_approved_by",
                        ),
                    ],
                },
            ),
        ),
        migrations.AddField(
            model_name="emergencyplan",
            name="current",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="safety.emergencyplanversion",
                verbose_name="现行版本",
            ),
        ),
        migrations.AddField(
            model_name="safetystatement",
            name="current",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="safety.safetystatementversion",
                verbose_name="现行版本",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencyplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("state", "current")), models.Q(("state", "withdrawn"), models.Q(("reason", ""), _negated=True)), _connector="OR"
                ),
                name="emergency_plan_withdrawn_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetystatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("state", "current")), models.Q(("state", "withdrawn"), models.Q(("reason", ""), _negated=True)), _connector="OR"
                ),
                name="safety_statement_withdrawn_reason",
            ),
        ),
    ]
