import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from logistics.platform.kernel.migrating import CreateTogether


class Migration(migrations.Migration):
    dependencies = [
        ("canteen", "0002_append_only"),
        ("platform", "0005_decisions_stay"),
        ("platform", "__first__"),
    ]

    operations = [
        CreateTogether(
            migrations.CreateModel(
                name="Outlet",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(error_messages={"unique": "已经有叫这个名字的"}, max_length=40, unique=True, verbose_name="名称")),
                    ("kind", models.CharField(choices=[("shop", "小卖部"), ("vending", "自动售货机")], max_length=7, verbose_name="类型")),
                    ("why", models.CharField(help_text="一般不设。例如 寄宿学生周末不出校，家长委员会同意。", max_length=200, verbose_name="为什么要设")),
                    ("decided_on", models.DateField(verbose_name="学校同意日期")),
                    (
                        "state",
                        models.CharField(choices=[("open", "营业"), ("closed", "停业")], default="open", editable=False, max_length=6, verbose_name="状态"),
                    ),
                    ("state_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="停业原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("firm", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.partner", verbose_name="经营单位")),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点")),
                ],
                options={
                    "verbose_name": "小卖部和售货机",
                    "ordering": ["name", "id"],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="outlet_why"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "open"), ("state_reason", "")),
                                models.Q(("state", "closed"), models.Q(("state_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="outlet_closed_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Goods",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=60, verbose_name="商品")),
                    ("spec", models.CharField(help_text="例如 250 毫升/盒。", max_length=30, verbose_name="规格")),
                    ("maker", models.CharField(max_length=80, verbose_name="生产厂家")),
                    ("price", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="售价（元）")),
                    ("is_food", models.BooleanField(default=True, verbose_name="是食品")),
                    ("is_drink", models.BooleanField(default=False, verbose_name="是饮料")),
                    (
                        "sugar",
                        models.DecimalField(
                            blank=True,
                            decimal_places=1,
                            help_text="照包装上的营养成分表，每 100 克或 100 毫升。",
                            max_digits=5,
                            null=True,
                            verbose_name="糖（克/100）",
                        ),
                    ),
                    ("sodium", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name="钠（毫克/100）")),
                    ("fat", models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, verbose_name="脂肪（克/100）")),
                    ("state", models.CharField(choices=[("sold", "在售"), ("off", "下架")], default="sold", editable=False, max_length=4, verbose_name="状态")),
                    ("state_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="下架原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "supplier",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.partner", verbose_name="供货单位"),
                    ),
                    (
                        "outlet",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="goods", to="canteen.outlet", verbose_name="在哪里卖"),
                    ),
                ],
                options={
                    "verbose_name": "商品",
                    "ordering": ["outlet", "name", "id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("outlet", "name", "spec", "maker"), name="goods_once", violation_error_message="这里已经有这样商品"),
                        models.CheckConstraint(condition=models.Q(("price__gt", 0)), name="goods_price", violation_error_message="售价要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(("is_drink", False), ("is_food", True), _connector="OR"),
                            name="goods_drink_is_food",
                            violation_error_message="饮料也是食品",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("is_food", False),
                                models.Q(
                                    ("fat__gte", 0),
                                    ("fat__isnull", False),
                                    ("fat__lte", 100),
                                    ("sodium__gte", 0),
                                    ("sodium__isnull", False),
                                    ("sugar__gte", 0),
                                    ("sugar__isnull", False),
                                    ("sugar__lte", 100),
                                ),
                                _connector="OR",
                            ),
                            name="goods_food_has_figures",
                            violation_error_message="食品要照包装写糖、钠、脂肪",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "sold"), ("state_reason", "")),
                                models.Q(("state", "off"), models.Q(("state_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="goods_off_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OutletCheck",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("problem", models.CharField(blank=True, max_length=200, verbose_name="问题")),
                    (
                        "licence",
                        models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="许可证公示在有效期内，健康证在有效期内"),
                    ),
                    ("fresh", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="没有过期、变质、三无食品")),
                    ("allowed", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="没有烟酒、槟榔和高盐高糖高脂食品")),
                    ("stored", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="离地离墙，冷藏食品在规定温度")),
                    ("tidy", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="环境、货道、出货口干净")),
                    ("listed", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="卖的都在经营品种表里，明码标价")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "fault",
                        models.OneToOneField(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="canteen.fault",
                            verbose_name="整改事项",
                        ),
                    ),
                    (
                        "outlet",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="canteen.outlet", verbose_name="在哪里"),
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
                    "verbose_name": "小卖部检查",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["outlet", "happened_at"], name="outlet_check_by_outlet")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="outlet_check_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="outlet_check_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("allowed", "ok"),
                                    ("fault", None),
                                    ("fresh", "ok"),
                                    ("licence", "ok"),
                                    ("listed", "ok"),
                                    ("problem", ""),
                                    ("stored", "ok"),
                                    ("tidy", "ok"),
                                ),
                                models.Q(
                                    models.Q(
                                        ("licence", "bad"),
                                        ("fresh", "bad"),
                                        ("allowed", "bad"),
                                        ("stored", "bad"),
                                        ("tidy", "bad"),
                                        ("listed", "bad"),
                                        _connector="OR",
                                    ),
                                    models.Q(("problem", ""), _negated=True),
                                    ("fault__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="outlet_check_bad_has_task",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Programme",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(error_messages={"unique": "已经有叫这个名字的项目"}, max_length=40, unique=True, verbose_name="名称")),
                    ("food", models.CharField(help_text="例如 鸡蛋 1 个、纯牛奶 200 毫升。", max_length=100, verbose_name="每人每天发什么")),
                    ("standard", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="每人每天标准（元）")),
                    ("funding", models.CharField(help_text="例如 中央和地方财政补助。", max_length=60, verbose_name="经费来源")),
                    ("since", models.DateField(verbose_name="从")),
                    ("until", models.DateField(verbose_name="到")),
                    ("grades", models.CharField(blank=True, help_text="用顿号隔开，空着就是全部年级。", max_length=200, verbose_name="哪些年级")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "营养餐项目",
                    "ordering": ["-since", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("until__gte", models.F("since"))), name="programme_forward", violation_error_message="到不能早于从"
                        ),
                        models.CheckConstraint(condition=models.Q(("standard__gt", 0)), name="programme_standard", violation_error_message="标准要大于零"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ClassIssue",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("on", models.DateField(editable=False, verbose_name="日期")),
                    ("enrolled", models.PositiveSmallIntegerField(editable=False, verbose_name="在册")),
                    ("present", models.PositiveSmallIntegerField(verbose_name="实到")),
                    ("issued", models.PositiveSmallIntegerField(verbose_name="领到")),
                    ("returned", models.PositiveSmallIntegerField(default=0, verbose_name="退回")),
                    ("standard", models.DecimalField(decimal_places=2, editable=False, max_digits=6, verbose_name="标准（元）")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="为什么不一样")),
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
                    (
                        "programme",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="canteen.programme", verbose_name="项目"),
                    ),
                ],
                options={
                    "verbose_name": "营养餐签收",
                    "ordering": ["-on", "school_class__order", "id"],
                    "indexes": [models.Index(fields=["programme", "on"], name="class_issue_by_day")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="class_issue_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="class_issue_struck",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None)),
                            fields=("programme", "school_class", "on"),
                            name="class_issue_once",
                            violation_error_message="这个班这一天已经签收过了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("issued__lte", models.F("present")), ("present__lte", models.F("enrolled")), ("returned__lte", models.F("issued"))
                            ),
                            name="class_issue_heads",
                            violation_error_message="在册、实到、领到、退回依次不能更多",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("issued", models.F("present")), ("returned", 0)), models.Q(("reason", ""), _negated=True), _connector="OR"
                            ),
                            name="class_issue_reason",
                            violation_error_message="少领或退回要写原因",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Settlement",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("month", models.DateField(verbose_name="月份")),
                    ("facts", models.JSONField(default=dict, editable=False)),
                    ("words", models.CharField(blank=True, max_length=300, verbose_name="结余或不足的说明")),
                    (
                        "state",
                        models.CharField(choices=[("draft", "待签"), ("signed", "已签字")], default="draft", editable=False, max_length=6, verbose_name="状态"),
                    ),
                    ("signed_at", models.DateTimeField(editable=False, null=True, verbose_name="签字时间")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "post",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.boardpost",
                            verbose_name="公示",
                        ),
                    ),
                    (
                        "programme",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="canteen.programme", verbose_name="项目"),
                    ),
                    (
                        "signed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="签字人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "营养餐对账",
                    "ordering": ["-month", "programme"],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "month"), name="settlement_once", violation_error_message="这个月已经有对账单了"),
                        models.CheckConstraint(condition=models.Q(("month__day", 1)), name="settlement_first_of_month", violation_error_message="月份写一号"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("signed_at", None), ("signed_by", None), ("state", "draft")),
                                models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("state", "signed")),
                                _connector="OR",
                            ),
                            name="settlement_signed",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpecialMeal",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("kind", models.CharField(choices=[("exam", "考试用餐"), ("reception", "公务接待餐")], max_length=9, verbose_name="哪种")),
                    ("on", models.DateField(verbose_name="日期")),
                    (
                        "meal",
                        models.CharField(
                            choices=[("breakfast", "早餐"), ("lunch", "午餐"), ("dinner", "晚餐"), ("snack", "加餐")], max_length=10, verbose_name="餐次"
                        ),
                    ),
                    ("occasion", models.CharField(help_text="例如 中考考务、县教育局督导。", max_length=100, verbose_name="事由")),
                    ("unit", models.CharField(max_length=60, verbose_name="来访单位或考点")),
                    ("letter", models.CharField(blank=True, help_text="公务接待要有公函。", max_length=60, verbose_name="公函文号")),
                    ("guests", models.PositiveSmallIntegerField(help_text="接待的写来客人数，考试的写考生和考务人数。", verbose_name="用餐人数")),
                    ("hosts", models.PositiveSmallIntegerField(default=0, verbose_name="陪餐人数")),
                    ("standard", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="每人标准（元）")),
                    (
                        "payer",
                        models.CharField(
                            choices=[("official", "公务接待费"), ("self", "用餐人自付"), ("exam", "考务经费"), ("meals", "学生伙食费")],
                            max_length=8,
                            verbose_name="费用来源",
                        ),
                    ),
                    ("dishes", models.CharField(max_length=300, verbose_name="菜单")),
                    (
                        "state",
                        models.CharField(
                            choices=[("asked", "待批准"), ("approved", "已批准"), ("done", "已办完"), ("void", "已作废")],
                            default="asked",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="批准时间")),
                    ("came", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="实际用餐人数")),
                    ("hosts_came", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="实际陪餐人数")),
                    ("cost", models.DecimalField(decimal_places=2, editable=False, max_digits=11, null=True, verbose_name="实际费用（元）")),
                    ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="办完时间")),
                    ("void_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="作废原因")),
                    (
                        "approved_by",
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
                            verbose_name="登记人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "特供餐和接待餐",
                    "ordering": ["-on", "-id"],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("guests__gte", 1)), name="special_somebody", violation_error_message="用餐人数从 1 人起"),
                        models.CheckConstraint(condition=models.Q(("standard__gt", 0)), name="special_standard", violation_error_message="标准要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(("kind", "reception"), ("payer__in", ["meals", "exam"]), _negated=True),
                            name="special_reception_not_from_pupils",
                            violation_error_message="接待不能用学生伙食费",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "reception"), _negated=True), models.Q(("letter", ""), _negated=True), _connector="OR"),
                            name="special_reception_letter",
                            violation_error_message="公务接待要有公函",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("kind", "reception"), _negated=True),
                                models.Q(("guests__lte", 10), ("hosts__lte", 3)),
                                models.Q(
                                    ("guests__gt", 10),
                                    ("guests__gte", django.db.models.expressions.CombinedExpression(models.F("hosts"), "*", models.Value(3))),
                                ),
                                _connector="OR",
                            ),
                            name="special_reception_hosts",
                            violation_error_message="陪餐人数太多",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", "reception"), ("hosts", 0), _connector="OR"),
                            name="special_exam_no_hosts",
                            violation_error_message="考试用餐没有陪餐",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("approved_at", None), ("approved_by", None), ("state", "asked")),
                                ("state", "void"),
                                models.Q(("approved_at__isnull", False), ("approved_by__isnull", False), ("state__in", ["approved", "done"])),
                                _connector="OR",
                            ),
                            name="special_approved_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("came__isnull", False),
                                    ("cost__gte", 0),
                                    ("cost__isnull", False),
                                    ("done_at__isnull", False),
                                    ("done_by__isnull", False),
                                    ("hosts_came__isnull", False),
                                    ("state", "done"),
                                ),
                                models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("came", None),
                                    ("cost", None),
                                    ("done_at", None),
                                    ("done_by", None),
                                    ("hosts_came", None),
                                ),
                                _connector="OR",
                            ),
                            name="special_done_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "void"), models.Q(("void_reason", ""), _negated=True)),
                                models.Q(models.Q(("state", "void"), _negated=True), ("void_reason", "")),
                                _connector="OR",
                            ),
                            name="special_void_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SubsidyReceipt",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("received_on", models.DateField(verbose_name="到账日期")),
                    ("amount", models.DecimalField(decimal_places=2, help_text="退回写负数。", max_digits=13, verbose_name="金额（元）")),
                    ("voucher", models.CharField(max_length=60, verbose_name="凭证号或文号")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "programme",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="canteen.programme", verbose_name="项目"),
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
                    "verbose_name": "补助到账",
                    "ordering": ["-received_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="subsidy_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="subsidy_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="subsidy_some", violation_error_message="金额不能是零"),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0), models.Q(("note", ""), _negated=True), _connector="OR"),
                            name="subsidy_back_says_why",
                            violation_error_message="退回要在备注里写原因",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None)),
                            fields=("programme", "voucher", "amount"),
                            name="subsidy_once",
                            violation_error_message="这张凭证的这笔钱已经登记过了",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WaterPoint",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(error_messages={"unique": "已经有叫这个名字的饮水点"}, max_length=40, unique=True, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("direct", "直饮机"), ("boiler", "开水器"), ("barrel", "桶装水机"), ("tank", "保温桶")], max_length=6, verbose_name="类型"
                        ),
                    ),
                    ("machine", models.CharField(blank=True, max_length=60, verbose_name="品牌型号")),
                    ("permit", models.CharField(blank=True, help_text="直饮机和开水器铭牌上写的。", max_length=60, verbose_name="涉水产品卫生许可批件号")),
                    (
                        "filter_days",
                        models.PositiveSmallIntegerField(blank=True, help_text="照说明书写。没有滤芯的空着。", null=True, verbose_name="滤芯多少天换一次"),
                    ),
                    ("since", models.DateField(verbose_name="启用日期")),
                    (
                        "state",
                        models.CharField(
                            choices=[("used", "供水"), ("stopped", "停用"), ("gone", "拆除")], default="used", editable=False, max_length=7, verbose_name="状态"
                        ),
                    ),
                    ("state_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="停用原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "firm",
                        models.ForeignKey(
                            blank=True,
                            help_text="桶装水要写。",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.partner",
                            verbose_name="供水单位",
                        ),
                    ),
                    ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点")),
                ],
                options={
                    "verbose_name": "饮水点",
                    "ordering": ["name", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "barrel"), _negated=True), ("firm__isnull", False), _connector="OR"),
                            name="water_point_barrel_firm",
                            violation_error_message="桶装水要写供水单位",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("kind", "direct"), _negated=True), models.Q(("permit", ""), _negated=True), _connector="OR"),
                            name="water_point_direct_permit",
                            violation_error_message="直饮机要写涉水产品卫生许可批件号",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("filter_days", None), ("filter_days__gte", 1), _connector="OR"),
                            name="water_point_filter_days",
                            violation_error_message="滤芯天数从 1 天起",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "used"), ("state_reason", "")),
                                models.Q(models.Q(("state", "used"), _negated=True), models.Q(("state_reason", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="water_point_stopped_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WaterCheck",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("problem", models.CharField(blank=True, max_length=200, verbose_name="问题")),
                    ("clear", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="水清，没有杂物")),
                    ("smell", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="没有异味、异色")),
                    ("tidy", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="机身、龙头、接水盘干净")),
                    ("works", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="加热、滤芯、指示灯正常")),
                    ("locked", models.CharField(choices=[("ok", "正常"), ("bad", "不正常")], max_length=3, verbose_name="上锁，周围没有污染物")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "fault",
                        models.OneToOneField(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="canteen.fault",
                            verbose_name="整改事项",
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
                        "point",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="canteen.waterpoint", verbose_name="饮水点"),
                    ),
                ],
                options={
                    "verbose_name": "饮水点检查",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["point", "happened_at"], name="water_check_by_point")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="water_check_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="water_check_struck",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("clear", "ok"), ("fault", None), ("locked", "ok"), ("problem", ""), ("smell", "ok"), ("tidy", "ok"), ("works", "ok")),
                                models.Q(
                                    models.Q(("clear", "bad"), ("smell", "bad"), ("tidy", "bad"), ("works", "bad"), ("locked", "bad"), _connector="OR"),
                                    models.Q(("problem", ""), _negated=True),
                                    ("fault__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="water_check_bad_has_task",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WaterCare",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("kind", models.CharField(choices=[("scale", "除垢"), ("disinfect", "消毒"), ("filter", "换滤芯")], max_length=9, verbose_name="做什么")),
                    ("agent", models.CharField(help_text="药剂和浓度，或者滤芯的型号。", max_length=60, verbose_name="用什么")),
                    ("minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多少分钟")),
                    ("is_rinsed", models.BooleanField(default=False, verbose_name="已经冲洗干净")),
                    ("worker", models.CharField(blank=True, max_length=60, verbose_name="谁做的")),
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
                        "point",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cares", to="canteen.waterpoint", verbose_name="饮水点"),
                    ),
                ],
                options={
                    "verbose_name": "饮水设备清洗消毒",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["point", "kind", "happened_at"], name="water_care_by_point")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="water_care_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="water_care_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("is_rinsed", True)), name="water_care_rinsed", violation_error_message="要冲洗干净才能供水"),
                        models.CheckConstraint(condition=models.Q(("agent", ""), _negated=True), name="water_care_agent"),
                        models.CheckConstraint(
                            condition=models.Q(("kind", "filter"), models.Q(("minutes__gte", 1), ("minutes__isnull", False)), _connector="OR"),
                            name="water_care_minutes",
                            violation_error_message="除垢和消毒要写多少分钟",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WaterTest",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("sampled_on", models.DateField(verbose_name="采样日期")),
                    ("lab", models.CharField(max_length=60, verbose_name="检测单位")),
                    ("number", models.CharField(max_length=40, verbose_name="报告编号")),
                    ("is_fit", models.BooleanField(verbose_name="合格")),
                    ("unfit", models.CharField(blank=True, max_length=200, verbose_name="不合格项目")),
                    ("valid_until", models.DateField(verbose_name="有效到")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "point",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tests", to="canteen.waterpoint", verbose_name="饮水点"),
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
                    "verbose_name": "水质检测",
                    "ordering": ["-sampled_on", "-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="water_test_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="water_test_struck",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("struck_at", None)),
                            fields=("point", "number"),
                            name="water_test_once",
                            violation_error_message="这份报告已经登记过了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("valid_until__gt", models.F("sampled_on"))),
                            name="water_test_forward",
                            violation_error_message="有效到的日子要晚于采样",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("is_fit", True), ("unfit", "")), models.Q(("is_fit", False), models.Q(("unfit", ""), _negated=True)), _connector="OR"
                            ),
                            name="water_test_says_what",
                            violation_error_message="不合格要写是哪些项目",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccountEntry",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("on", models.DateField(verbose_name="日期")),
                    (
                        "purpose",
                        models.CharField(
                            choices=[
                                ("pupil_fee", "学生伙食费"),
                                ("staff_fee", "教职工伙食费"),
                                ("guest_fee", "其他人员伙食费"),
                                ("nutrition", "营养改善补助"),
                                ("subsidy", "财政和学校补贴"),
                                ("side", "其他收入"),
                                ("direct", "直送食材（不入库）"),
                                ("labour", "人员经费"),
                                ("fuel", "燃料"),
                                ("water", "水费"),
                                ("power", "电费"),
                                ("repair", "炊具设备维修"),
                                ("supplies", "餐具清洁用品"),
                                ("bank", "手续费"),
                                ("other", "其他伙食支出"),
                                ("refund", "退伙食费"),
                                ("opening", "期初结余"),
                            ],
                            max_length=10,
                            verbose_name="项目",
                        ),
                    ),
                    (
                        "book",
                        models.CharField(
                            choices=[("pupil", "学生伙食账"), ("staff", "教职工伙食账"), ("both", "两本账共同")], max_length=5, verbose_name="记到哪本账"
                        ),
                    ),
                    ("amount", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="金额（元）")),
                    ("summary", models.CharField(max_length=120, verbose_name="摘要")),
                    ("voucher", models.CharField(blank=True, max_length=30, verbose_name="凭证号")),
                    ("payee", models.CharField(blank=True, max_length=80, verbose_name="对方")),
                    ("source", models.CharField(blank=True, editable=False, max_length=40, verbose_name="来源")),
                    ("source_step", models.PositiveIntegerField(default=0, editable=False)),
                    (
                        "corrects",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="corrections",
                            to="canteen.accountentry",
                            verbose_name="更正",
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
                    "verbose_name": "伙食账收支",
                    "ordering": ["-on", "-id"],
                    "indexes": [models.Index(fields=["on", "purpose", "book"], name="meal_account_by_month")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("corrects__isnull", False), models.Q(("amount", 0), _negated=True)),
                                models.Q(("amount__gt", 0), ("corrects", None)),
                                models.Q(("corrects", None), ("purpose", "opening"), models.Q(("amount", 0), _negated=True)),
                                _connector="OR",
                            ),
                            name="meal_account_sign",
                            violation_error_message="金额要大于零",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("summary", ""), _negated=True), name="meal_account_has_summary", violation_error_message="请写摘要"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("book", "pupil"), ("purpose__in", ["pupil_fee", "nutrition"])),
                                models.Q(("book", "staff"), ("purpose__in", ["staff_fee", "guest_fee"])),
                                models.Q(("book__in", ["pupil", "staff"]), ("purpose__in", ["subsidy", "side", "refund", "opening"])),
                                ("purpose__in", ["direct", "labour", "fuel", "water", "power", "repair", "supplies", "bank", "other"]),
                                _connector="OR",
                            ),
                            name="meal_account_books_apart",
                            violation_error_message="师生的账分开记，请选学生账还是教职工账",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("corrects", None), ("purpose", "opening")),
                            fields=("book",),
                            name="meal_account_opening_once",
                            violation_error_message="这本账的期初结余记过了",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("source", ""), _negated=True), fields=("source", "source_step"), name="meal_account_source_once"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccountStatement",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("month", models.DateField(editable=False, verbose_name="月份")),
                    ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                    (
                        "measure",
                        models.CharField(
                            blank=True, help_text="超过学校定的比例时写：退还学生，还是下月加菜、加量。", max_length=300, verbose_name="盈亏超限怎么办"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "编制中"), ("sent", "待签字"), ("signed", "已公布"), ("filed", "已存档"), ("void", "作废")],
                            default="draft",
                            editable=False,
                            max_length=6,
                            verbose_name="状态",
                        ),
                    ),
                    ("from_file", models.BooleanField(default=False, editable=False, verbose_name="从 Excel 读入")),
                    ("content", models.JSONField(default=dict, editable=False, verbose_name="内容")),
                    ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="送签时间")),
                    ("signed_at", models.DateTimeField(editable=False, null=True, verbose_name="签字时间")),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="退回或作废的原因")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "post",
                        models.OneToOneField(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.boardpost",
                            verbose_name="公示",
                        ),
                    ),
                    (
                        "sent_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="编制人",
                        ),
                    ),
                    (
                        "signed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="签字人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "伙食收支月报",
                    "ordering": ["-month", "-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "void"), _negated=True),
                            fields=("month",),
                            name="meal_statement_once",
                            violation_error_message="这个月的已经有了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "signed"), _negated=True),
                                models.Q(
                                    ("post__isnull", False),
                                    ("sent_at__isnull", False),
                                    ("sent_by__isnull", False),
                                    ("signed_at__isnull", False),
                                    ("signed_by__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="meal_statement_signed_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("signed_by", None), models.Q(("signed_by", models.F("sent_by")), _negated=True), _connector="OR"),
                            name="meal_statement_two_people",
                            violation_error_message="编制和签字不能是同一个人",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "filed"), _negated=True), ("from_file", True), _connector="OR"),
                            name="meal_statement_filed_from_file",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "void"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                            name="meal_statement_void_says_why",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="GoodsIntake",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("happened_at", models.DateTimeField(verbose_name="发生时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                    ("struck_at", models.DateTimeField(editable=False, null=True, verbose_name="划去时间")),
                    ("struck_reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="划去原因")),
                    ("quantity", models.DecimalField(decimal_places=3, max_digits=12, verbose_name="数量")),
                    ("made_on", models.DateField(verbose_name="生产日期")),
                    ("expires_on", models.DateField(verbose_name="保质期到")),
                    ("certificate", models.CharField(blank=True, max_length=60, verbose_name="合格证明编号")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    ("goods", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to="canteen.goods", verbose_name="商品")),
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
                        "supplier",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.partner", verbose_name="供货单位"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "进货查验",
                    "ordering": ["-happened_at", "-id"],
                    "indexes": [models.Index(fields=["expires_on"], name="goods_intake_by_expiry")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("happened_at__lte", models.F("created_at"))),
                            name="goods_intake_not_ahead",
                            violation_error_message="发生时间不能晚于现在",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("struck_at__isnull", False), ("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                                models.Q(("struck_at", None), ("struck_by", None), ("struck_reason", "")),
                                _connector="OR",
                            ),
                            name="goods_intake_struck",
                        ),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="goods_intake_some", violation_error_message="数量要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(("expires_on__gte", models.F("made_on"))),
                            name="goods_intake_dates",
                            violation_error_message="保质期不能早于生产日期",
                        ),
                    ],
                },
            ),
        ),
    ]
