import datetime
from decimal import Decimal

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import assets.library.isbn
from logistics.platform.kernel.migrating import CreateTogether


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0002_append_only"),
        ("finance", "0002_append_only"),
        ("platform", "0005_decisions_stay"),
        ("platform", "__first__"),
    ]

    operations = [
        migrations.AddField(
            model_name="assetcard",
            name="partner",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.partner", verbose_name="供应商"
            ),
        ),
        migrations.AddField(
            model_name="assetcard",
            name="purchase",
            field=models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="finance.acceptanceline", verbose_name="验收明细"
            ),
        ),
        migrations.AddField(
            model_name="assetcard",
            name="replaces",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="replaced_by", to="assets.assetcard", verbose_name="接替"
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="sheets",
            field=models.PositiveIntegerField(
                blank=True, help_text="复印纸才填，例如一包 500 张，用来和打印复印的张数比。", null=True, verbose_name="每单位张数"
            ),
        ),
        migrations.AddField(
            model_name="slip",
            name="acceptance",
            field=models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="finance.acceptance", verbose_name="验收单"
            ),
        ),
        migrations.AddField(
            model_name="stockrequest",
            name="over_quota",
            field=models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="超定额（元）"),
        ),
        migrations.AddField(
            model_name="stockrequest",
            name="over_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="超定额的理由"),
        ),
        migrations.AlterField(
            model_name="assetcard",
            name="supplier",
            field=models.CharField(blank=True, max_length=60, verbose_name="名单外的供应商"),
        ),
        migrations.AddIndex(
            model_name="assetcard",
            index=models.Index(condition=models.Q(("warranty_until__isnull", False)), fields=["warranty_until"], name="card_by_warranty"),
        ),
        CreateTogether(
            migrations.CreateModel(
                name="Disposal",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "起草"),
                                ("judging", "鉴定中"),
                                ("waiting", "待批"),
                                ("approved", "待处置"),
                                ("done", "已核销"),
                                ("rejected", "未批准"),
                                ("void", "作废"),
                            ],
                            default="draft",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("scrap", "报废"),
                                ("loss", "损失核销（报损）"),
                                ("sold", "转让（出售）"),
                                ("exchanged", "置换（以旧换新）"),
                                ("given", "对外捐赠"),
                                ("transfer_out", "无偿划转"),
                            ],
                            default="scrap",
                            max_length=12,
                            verbose_name="处置方式",
                        ),
                    ),
                    ("title", models.CharField(max_length=60, verbose_name="处置什么")),
                    ("reason", models.CharField(max_length=500, verbose_name="处置原因")),
                    ("receiver", models.CharField(blank=True, help_text="捐赠、划转、转让写给谁；报废的可以先空着。", max_length=60, verbose_name="接收单位")),
                    ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="送批时间")),
                    ("pieces", models.PositiveIntegerField(default=0, editable=False, verbose_name="件数")),
                    ("cost", models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="原值（元）")),
                    ("depreciation", models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="累计折旧（元）")),
                    ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="批准时间")),
                    ("opinion", models.CharField(blank=True, editable=False, max_length=300, verbose_name="意见")),
                    ("needs_upper", models.BooleanField(default=False, editable=False, verbose_name="要报上级")),
                    ("reported_on", models.DateField(editable=False, null=True, verbose_name="上报日期")),
                    ("report_number", models.CharField(blank=True, editable=False, max_length=60, verbose_name="上报文号")),
                    ("answered_on", models.DateField(editable=False, null=True, verbose_name="批复日期")),
                    ("answer_number", models.CharField(blank=True, editable=False, max_length=60, verbose_name="上级批文号")),
                    ("handed_to", models.CharField(blank=True, editable=False, max_length=80, verbose_name="交给谁")),
                    ("handed_on", models.DateField(editable=False, null=True, verbose_name="处置日期")),
                    ("handed_words", models.CharField(blank=True, editable=False, max_length=300, verbose_name="怎样处置的")),
                    ("proceeds", models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="处置收入（元）")),
                    ("trade_in", models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="以旧换新抵价（元）")),
                    ("traded_for", models.CharField(blank=True, editable=False, max_length=120, verbose_name="换了什么")),
                    ("receipt", models.CharField(blank=True, editable=False, max_length=20, verbose_name="收据号")),
                    ("received_on", models.DateField(editable=False, null=True, verbose_name="收款日期")),
                    ("voucher", models.CharField(blank=True, editable=False, max_length=40, verbose_name="凭证号")),
                    ("done_on", models.DateField(editable=False, null=True, verbose_name="核销日期")),
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
                        "department",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.department", verbose_name="申请部门"),
                    ),
                    (
                        "done_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="核销人",
                        ),
                    ),
                    (
                        "partner",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.partner",
                            verbose_name="回收或受让单位",
                        ),
                    ),
                    (
                        "received_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="收款人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资产处置单",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["state"], name="disposal_by_state"), models.Index(fields=["decided_at"], name="disposal_by_decision")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["scrap", "loss", "sold", "exchanged", "given", "transfer_out"])),
                            name="disposal_kind_known",
                            violation_error_message="请选处置方式",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("cost__gte", 0), ("depreciation__gte", 0), ("depreciation__lte", models.F("cost")), ("proceeds__gte", 0), ("trade_in__gte", 0)
                            ),
                            name="disposal_sums_sane",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["waiting", "approved", "done", "rejected"]), _negated=True),
                                models.Q(("pieces__gt", 0), ("sent_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="disposal_sent_is_frozen",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True),
                                models.Q(
                                    ("done_by__isnull", False),
                                    ("done_on__isnull", False),
                                    ("handed_on__isnull", False),
                                    models.Q(("voucher", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="disposal_done_is_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True), ("proceeds", 0), models.Q(("receipt", ""), _negated=True), _connector="OR"
                            ),
                            name="disposal_done_has_money",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True),
                                ("needs_upper", False),
                                models.Q(("answer_number", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="disposal_done_has_answer",
                        ),
                        models.UniqueConstraint(condition=models.Q(("receipt", ""), _negated=True), fields=("receipt",), name="disposal_receipt_once"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Appraisal",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("agrees", models.BooleanField(blank=True, null=True, verbose_name="同意处置")),
                    ("opinion", models.CharField(blank=True, max_length=300, verbose_name="鉴定意见")),
                    ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签字时间")),
                    (
                        "person",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="鉴定人"),
                    ),
                    ("disposal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appraisals", to="assets.disposal")),
                ],
                options={
                    "verbose_name": "技术鉴定",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("disposal", "person"), name="appraiser_once", violation_error_message="这位已经是鉴定人"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("agrees", None), ("signed_at", None)),
                                models.Q(("agrees__isnull", False), ("signed_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="appraisal_signed_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("agrees", False), _negated=True), models.Q(("opinion", ""), _negated=True), _connector="OR"),
                            name="appraisal_refusal_has_words",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AssetReport",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("june", "六月清点报表"), ("annual", "年度报表"), ("other", "清点报表")], default="june", max_length=6, verbose_name="报表"
                        ),
                    ),
                    ("since", models.DateField(verbose_name="从")),
                    ("until", models.DateField(verbose_name="到")),
                    ("words", models.TextField(blank=True, help_text="清点怎么做的，盘盈盘亏和闲置打算怎么处理。", max_length=1000, verbose_name="情况说明")),
                    ("figures", models.JSONField(default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="数字")),
                    ("taken_at", models.DateTimeField(editable=False, null=True, verbose_name="取数时间")),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "起草"), ("checked", "已核对"), ("filed", "已上报"), ("void", "作废")],
                            default="draft",
                            editable=False,
                            max_length=7,
                            verbose_name="状态",
                        ),
                    ),
                    ("checked_at", models.DateTimeField(editable=False, null=True, verbose_name="核对时间")),
                    ("filed_on", models.DateField(editable=False, null=True, verbose_name="上报日期")),
                    ("filed_to", models.CharField(blank=True, editable=False, max_length=60, verbose_name="报给")),
                    ("receipt", models.CharField(blank=True, editable=False, max_length=60, verbose_name="回执或文号")),
                    ("opinion", models.CharField(blank=True, editable=False, max_length=200, verbose_name="退回或作废原因")),
                    (
                        "checked_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="核对",
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
                    "verbose_name": "资产上报",
                    "ordering": ["-until", "-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "void"), _negated=True),
                            fields=("kind", "until"),
                            name="asset_report_once",
                            violation_error_message="这份报表已经有了，请打开原来的",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("since__lte", models.F("until"))),
                            name="asset_report_period",
                            violation_error_message="开始日期不能晚于结束日期",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "void"]), models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)), _connector="OR"
                            ),
                            name="asset_report_checked_whole",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "filed"), _negated=True),
                                models.Q(("filed_on__isnull", False), models.Q(("filed_to", ""), _negated=True)),
                                _connector="OR",
                            ),
                            name="asset_report_filed_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Book",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "kind",
                        models.CharField(
                            choices=[("book", "图书"), ("textbook", "教材"), ("guide", "教师用书"), ("journal", "期刊")],
                            default="book",
                            max_length=10,
                            verbose_name="种类",
                        ),
                    ),
                    ("author", models.CharField(blank=True, max_length=80, verbose_name="作者")),
                    ("publisher", models.CharField(blank=True, max_length=60, verbose_name="出版社")),
                    ("isbn", models.CharField(blank=True, max_length=13, validators=[assets.library.isbn.check_isbn], verbose_name="书号（ISBN）")),
                    ("call_number", models.CharField(blank=True, max_length=40, verbose_name="索书号")),
                    ("subject", models.CharField(blank=True, max_length=40, verbose_name="学科年级")),
                    (
                        "card",
                        models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="book", to="assets.assetcard", verbose_name="资产"),
                    ),
                ],
                options={
                    "verbose_name": "图书教材",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["isbn"], name="book_by_isbn"), models.Index(fields=["kind"], name="book_by_kind")],
                },
            ),
            migrations.CreateModel(
                name="BookDifference",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("building", "房屋和构筑物"),
                                ("equipment", "设备"),
                                ("relic", "文物和陈列品"),
                                ("books", "图书和档案"),
                                ("furniture", "家具和用具"),
                                ("living", "特种动植物"),
                                ("land", "土地"),
                                ("intangible", "无形资产"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="大类",
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("ledger_up", "资产账已增加，财务账还没记"),
                                ("ledger_down", "资产账已减少，财务账还没记"),
                                ("book_up", "财务账已增加，资产账还没记"),
                                ("book_down", "财务账已减少，资产账还没记"),
                            ],
                            max_length=11,
                            verbose_name="差在哪里",
                        ),
                    ),
                    ("cost", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=13, verbose_name="原值（元）")),
                    ("depreciation", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=13, verbose_name="累计折旧（元）")),
                    ("words", models.CharField(max_length=200, verbose_name="说明")),
                    ("since", models.DateField(editable=False, verbose_name="从哪个月起")),
                    ("cleared_in", models.DateField(editable=False, null=True, verbose_name="哪个月对上")),
                    ("cleared_at", models.DateTimeField(editable=False, null=True, verbose_name="了结时间")),
                    ("how", models.CharField(blank=True, editable=False, max_length=200, verbose_name="怎么对上的")),
                    (
                        "card",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.assetcard", verbose_name="资产"
                        ),
                    ),
                    (
                        "cleared_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="了结人",
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
                    "verbose_name": "账账差异",
                    "ordering": ["-since", "-id"],
                    "indexes": [models.Index(fields=["cleared_in", "since"], name="book_difference_by_month")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("cost__gte", 0), ("depreciation__gte", 0), models.Q(("cost", 0), ("depreciation", 0), _negated=True)),
                            name="book_difference_has_amount",
                            violation_error_message="请填差多少",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("words", ""), _negated=True), name="book_difference_explained", violation_error_message="请写说明"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("cleared_at", None), ("cleared_by", None), ("cleared_in", None)),
                                models.Q(("cleared_at__isnull", False), ("cleared_by__isnull", False), ("cleared_in__gt", models.F("since"))),
                                _connector="OR",
                            ),
                            name="book_difference_cleared_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CopyMachine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("name", models.CharField(max_length=40, unique=True, verbose_name="机器")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(
                            blank=True,
                            help_text="文印室公用的空着。",
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="platform.department",
                            verbose_name="归哪个部门用",
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "打印复印机",
                    "ordering": ["name", "id"],
                },
            ),
            migrations.CreateModel(
                name="CopyCount",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("month", models.DateField(verbose_name="月份")),
                    ("start", models.PositiveIntegerField(blank=True, null=True, verbose_name="上次读数")),
                    ("reading", models.PositiveIntegerField(blank=True, null=True, verbose_name="本次读数")),
                    ("sheets", models.PositiveIntegerField(verbose_name="张数")),
                    ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.department", verbose_name="部门"),
                    ),
                    (
                        "machine",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="counts",
                            to="assets.copymachine",
                            verbose_name="机器",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "打印复印登记",
                    "ordering": ["-month", "-id"],
                    "indexes": [models.Index(fields=["month", "department"], name="copy_count_by_month")],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("machine__isnull", False)),
                            fields=("month", "machine", "department"),
                            name="copy_count_once",
                            violation_error_message="这台机器这个部门这个月已经登记过",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("machine", None)),
                            fields=("month", "department"),
                            name="copy_register_once",
                            violation_error_message="这个部门这个月已经登记过",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("reading", None), ("start", None)),
                                models.Q(
                                    ("reading__gte", models.F("start")),
                                    ("reading__isnull", False),
                                    ("sheets", django.db.models.expressions.CombinedExpression(models.F("reading"), "-", models.F("start"))),
                                    ("start__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="copy_count_by_meter",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Stocktake",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    ("title", models.CharField(max_length=60, verbose_name="名称")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("term_start", "开学清点"),
                                ("term_middle", "期中清点"),
                                ("term_end", "期末清点"),
                                ("holiday", "放假前清点"),
                                ("year", "年度清查"),
                                ("spot", "抽查"),
                            ],
                            default="term_end",
                            max_length=12,
                            verbose_name="种类",
                        ),
                    ),
                    ("scope", models.CharField(default="全校在账资产", editable=False, max_length=300, verbose_name="范围")),
                    ("is_blind", models.BooleanField(default=False, verbose_name="盲盘")),
                    ("recount_percent", models.PositiveSmallIntegerField(default=10, verbose_name="抽多少复盘（%）")),
                    ("starts_on", models.DateField(verbose_name="开始")),
                    ("due_on", models.DateField(verbose_name="完成期限")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "起草"),
                                ("counting", "清点中"),
                                ("recount", "复盘中"),
                                ("settling", "处理差异"),
                                ("submitted", "待批准"),
                                ("done", "已结束"),
                                ("void", "已作废"),
                            ],
                            default="draft",
                            editable=False,
                            max_length=9,
                            verbose_name="状态",
                        ),
                    ),
                    ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="冻结账面")),
                    ("counted_at", models.DateTimeField(editable=False, null=True, verbose_name="点完")),
                    ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="送批时间")),
                    ("done_on", models.DateField(editable=False, null=True, verbose_name="结束日期")),
                    ("words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="退回或作废原因")),
                    ("classes", models.ManyToManyField(blank=True, related_name="+", to="assets.assetclass", verbose_name="资产类别")),
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
                    ("departments", models.ManyToManyField(blank=True, related_name="+", to="platform.department", verbose_name="使用部门")),
                    (
                        "occurrence",
                        models.ForeignKey(
                            blank=True,
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="platform.occurrence",
                            verbose_name="例行任务",
                        ),
                    ),
                    ("places", models.ManyToManyField(blank=True, related_name="+", to="platform.place", verbose_name="地点")),
                    (
                        "submitted_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="送批人",
                        ),
                    ),
                    ("team", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="盘点小组")),
                ],
                options={
                    "verbose_name": "盘点",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["state"], name="stocktake_by_state")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("due_on__gte", models.F("starts_on"))), name="stocktake_days", violation_error_message="完成期限不能早于开始"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("recount_percent__lte", 100)), name="stocktake_percent", violation_error_message="复盘比例是 0 到 100"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["draft", "void"]), ("started_at__isnull", False), _connector="OR"), name="stocktake_started"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "done"), _negated=True), ("done_on__isnull", False), _connector="OR"),
                            name="stocktake_done_has_day",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CountSheet",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("part", models.PositiveSmallIntegerField(default=1, verbose_name="第几张")),
                    ("round", models.PositiveSmallIntegerField(default=1, verbose_name="轮次")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "待点"), ("counted", "已点"), ("skipped", "没有点")], default="waiting", max_length=8, verbose_name="状态"
                        ),
                    ),
                    ("attempt", models.PositiveSmallIntegerField(default=1)),
                    ("counted_at", models.DateTimeField(null=True, verbose_name="点完时间")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    (
                        "counted_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="谁点的"
                        ),
                    ),
                    (
                        "counter",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="盘点人"
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="地点"),
                    ),
                    (
                        "stocktake",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="assets.stocktake", verbose_name="盘点"),
                    ),
                ],
                options={
                    "verbose_name": "点数单",
                    "ordering": ["id"],
                    "indexes": [models.Index(fields=["counter", "state"], name="count_sheet_by_counter")],
                    "constraints": [
                        models.UniqueConstraint(fields=("stocktake", "place", "part", "round"), name="count_sheet_once"),
                        models.UniqueConstraint(condition=models.Q(("place", None)), fields=("stocktake", "part", "round"), name="count_sheet_nowhere_once"),
                        models.CheckConstraint(condition=models.Q(("round__in", [1, 2])), name="count_sheet_round"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "counted"), _negated=True),
                                models.Q(("counted_at__isnull", False), ("counted_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="count_sheet_counted",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(models.Q(("state", "skipped"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"),
                            name="count_sheet_skip_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CountFind",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("attempt", models.PositiveSmallIntegerField()),
                    ("code", models.CharField(blank=True, max_length=60, verbose_name="编码")),
                    ("name", models.CharField(blank=True, max_length=60, verbose_name="名称")),
                    ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                    (
                        "card",
                        models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.assetcard", verbose_name="资产"),
                    ),
                    ("sheet", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="finds", to="assets.countsheet")),
                ],
                options={
                    "verbose_name": "清点记录",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("quantity__range", (1, 100000))), name="count_find_quantity"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("card__isnull", False), models.Q(("code", ""), _negated=True), models.Q(("name", ""), _negated=True), _connector="OR"
                            ),
                            name="count_find_of_something",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CountLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("quantity", models.PositiveIntegerField(verbose_name="账面数量")),
                    ("cost", models.DecimalField(decimal_places=2, max_digits=13, verbose_name="账面原值（元）")),
                    ("counted", models.PositiveIntegerField(null=True, verbose_name="第一次点到")),
                    ("recounted", models.PositiveIntegerField(null=True, verbose_name="复盘点到")),
                    ("elsewhere", models.PositiveIntegerField(default=0, verbose_name="在别处")),
                    ("missing", models.PositiveIntegerField(default=0, verbose_name="没找到")),
                    (
                        "card",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="count_lines", to="assets.assetcard", verbose_name="资产"),
                    ),
                    (
                        "custodian",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="保管人"
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.department", verbose_name="使用部门"
                        ),
                    ),
                    (
                        "recount_sheet",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="sampled", to="assets.countsheet", verbose_name="复盘单"
                        ),
                    ),
                    (
                        "sheet",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="assets.countsheet", verbose_name="点数单"),
                    ),
                    ("stocktake", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="assets.stocktake")),
                ],
                options={
                    "verbose_name": "盘点明细",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("stocktake", "card"), name="stocktake_line_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="stocktake_line_quantity"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Damage",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("open", "待定责"),
                                ("due", "待赔"),
                                ("paid", "已赔款"),
                                ("repaired", "已修复"),
                                ("waived", "免赔"),
                                ("natural", "自然损坏"),
                                ("void", "作废"),
                            ],
                            default="open",
                            editable=False,
                            max_length=8,
                            verbose_name="状态",
                        ),
                    ),
                    ("thing", models.CharField(max_length=60, verbose_name="损坏的东西")),
                    ("quantity", models.PositiveIntegerField(default=1, verbose_name="件数")),
                    ("found_on", models.DateField(verbose_name="发现日期")),
                    ("description", models.CharField(max_length=500, verbose_name="怎么坏的")),
                    ("by_name", models.CharField(blank=True, max_length=60, verbose_name="损坏人")),
                    ("origin_kind", models.CharField(blank=True, editable=False, max_length=60, verbose_name="来自")),
                    ("origin_id", models.BigIntegerField(default=0, editable=False, verbose_name="来源单据")),
                    ("origin_label", models.CharField(blank=True, editable=False, max_length=80, verbose_name="来源")),
                    ("worth", models.DecimalField(blank=True, decimal_places=2, editable=False, max_digits=13, null=True, verbose_name="损坏时净值（元）")),
                    ("repair_cost", models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=13, verbose_name="修理费（元）")),
                    ("amount", models.DecimalField(decimal_places=2, default=Decimal(0), editable=False, max_digits=13, verbose_name="应赔（元）")),
                    ("points", models.DecimalField(decimal_places=1, default=Decimal(0), editable=False, max_digits=4, verbose_name="扣分")),
                    ("opinion", models.CharField(blank=True, editable=False, max_length=300, verbose_name="定责意见")),
                    ("assessed_at", models.DateTimeField(editable=False, null=True, verbose_name="定责时间")),
                    ("ended_on", models.DateField(editable=False, null=True, verbose_name="了结日期")),
                    ("ending", models.CharField(blank=True, editable=False, max_length=300, verbose_name="怎样了结")),
                    ("receipt", models.CharField(blank=True, editable=False, max_length=20, verbose_name="收据号")),
                    ("payer", models.CharField(blank=True, editable=False, max_length=60, verbose_name="交款人")),
                    (
                        "assessed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="定责人",
                        ),
                    ),
                    (
                        "card",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="damages",
                            to="assets.assetcard",
                            verbose_name="资产卡片",
                        ),
                    ),
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
                    "verbose_name": "损坏赔偿单",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(fields=["state"], name="damage_by_state"),
                        models.Index(fields=["school_class", "found_on"], name="damage_by_class"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(models.Q(("origin_kind", ""), _negated=True), models.Q(("state", "void"), _negated=True)),
                            fields=("origin_kind", "origin_id"),
                            name="damage_once_per_origin",
                            violation_error_message="这张单已经有损坏赔偿单了",
                        ),
                        models.UniqueConstraint(condition=models.Q(("receipt", ""), _negated=True), fields=("receipt",), name="damage_receipt_once"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="damage_some_pieces", violation_error_message="件数要大于零"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount__gte", 0), ("points__gte", 0), ("repair_cost__gte", 0), models.Q(("worth", None), ("worth__gte", 0), _connector="OR")
                            ),
                            name="damage_sums_positive",
                            violation_error_message="金额和扣分不能是负数",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["due", "paid", "repaired", "waived"]), _negated=True),
                                models.Q(
                                    ("amount__gt", 0),
                                    ("assessed_by__isnull", False),
                                    models.Q(
                                        ("school_class__isnull", False), ("person__isnull", False), models.Q(("by_name", ""), _negated=True), _connector="OR"
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="damage_asked_has_sum_and_payer",
                            violation_error_message="要有赔的人和金额",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "paid"), models.Q(("receipt", ""), _negated=True)),
                                models.Q(models.Q(("state", "paid"), _negated=True), ("receipt", "")),
                                _connector="OR",
                            ),
                            name="damage_paid_has_receipt",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__lte", models.F("repair_cost")), ("amount__lte", models.F("worth")), _connector="OR"),
                            name="damage_within_loss",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeskKind",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("name", models.CharField(max_length=20, unique=True, verbose_name="名称")),
                    (
                        "codes",
                        models.CharField(
                            help_text="写代码或者代码的开头，用顿号隔开，例如：A05010203。教室里这些类别的卡片都算。",
                            max_length=100,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[A-Z0-9.-]{1,20}([、,，\\s]+[A-Z0-9.-]{1,20})*$", "写资产类别的代码，用顿号隔开，例如：A05010203、A05010204。"
                                )
                            ],
                            verbose_name="资产类别代码",
                        ),
                    ),
                    ("seats", models.PositiveSmallIntegerField(default=1, verbose_name="每件坐几人")),
                    ("spare", models.PositiveSmallIntegerField(default=0, verbose_name="每班多备几件")),
                    ("order", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
                    ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ],
                options={
                    "verbose_name": "课桌凳种类",
                    "ordering": ["order", "id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("seats__range", (1, 10))), name="desk_seats_sane", violation_error_message="每件坐 1 到 10 人"
                        ),
                        models.CheckConstraint(condition=models.Q(("spare__lte", 50)), name="desk_spare_sane", violation_error_message="最多多备 50 件"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeskCount",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("on", models.DateField(verbose_name="清点日期")),
                    ("book", models.PositiveIntegerField(default=0, editable=False, verbose_name="账上")),
                    ("counted", models.PositiveIntegerField(verbose_name="实有")),
                    ("damaged", models.PositiveIntegerField(default=0, verbose_name="其中损坏")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
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
                    ("kind", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.deskkind", verbose_name="种类")),
                ],
                options={
                    "verbose_name": "课桌凳清点",
                    "ordering": ["-id"],
                    "indexes": [models.Index(fields=["school_class", "kind", "-id"], name="desk_count_newest")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("damaged__lte", models.F("counted"))),
                            name="desk_damaged_within",
                            violation_error_message="损坏的不能多于实有的",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("counted__lte", 10000)), name="desk_counted_sane", violation_error_message="数目太大，请核对"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Difference",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "kind",
                        models.CharField(choices=[("elsewhere", "在别处"), ("missing", "没找到"), ("surplus", "账上没有")], max_length=9, verbose_name="差异"),
                    ),
                    ("code", models.CharField(blank=True, max_length=60, verbose_name="编码")),
                    ("name", models.CharField(max_length=60, verbose_name="名称")),
                    ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                    (
                        "decision",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("move", "改到现在的地点"),
                                ("back", "搬回原处，账不动"),
                                ("shortage", "盘亏"),
                                ("found", "后来找到，账不动"),
                                ("book", "盘盈入账"),
                                ("ignore", "不入账"),
                            ],
                            max_length=8,
                            verbose_name="怎么处理",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                    ("price", models.DecimalField(decimal_places=2, max_digits=13, null=True, verbose_name="单价（元）")),
                    (
                        "asset_class",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.assetclass", verbose_name="资产类别"
                        ),
                    ),
                    (
                        "card",
                        models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.assetcard", verbose_name="资产"),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="处理人"
                        ),
                    ),
                    ("line", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="assets.countline")),
                    (
                        "place",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.place", verbose_name="在哪里发现"
                        ),
                    ),
                    (
                        "result",
                        models.ForeignKey(
                            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.assetcard", verbose_name="处理后的卡片"
                        ),
                    ),
                    (
                        "stocktake",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="differences", to="assets.stocktake", verbose_name="盘点"),
                    ),
                ],
                options={
                    "verbose_name": "盘点差异",
                    "ordering": ["id"],
                    "indexes": [models.Index(fields=["stocktake", "kind"], name="difference_by_kind")],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="difference_quantity"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decision__in", ["shortage", "found", "ignore"]), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="difference_says_why",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decision", ""),
                                models.Q(("decision__in", ["move", "back"]), ("kind", "elsewhere")),
                                models.Q(("decision__in", ["shortage", "found"]), ("kind", "missing")),
                                models.Q(("decision__in", ["book", "ignore"]), ("kind", "surplus")),
                                _connector="OR",
                            ),
                            name="difference_fits",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DisposalLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                    ("of", models.PositiveIntegerField(verbose_name="卡上数量")),
                    ("cost", models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=13, verbose_name="原值（元）")),
                    ("depreciation", models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=13, verbose_name="累计折旧（元）")),
                    ("status_before", models.CharField(blank=True, max_length=8, verbose_name="原使用状况")),
                    ("needs_wipe", models.BooleanField(default=False, verbose_name="要清数据")),
                    ("wipe", models.CharField(blank=True, max_length=120, verbose_name="怎样清的")),
                    ("wiped_on", models.DateField(blank=True, null=True, verbose_name="清除日期")),
                    ("income", models.DecimalField(decimal_places=2, default=Decimal(0), max_digits=13, verbose_name="分摊收入（元）")),
                    (
                        "card",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="disposal_lines", to="assets.assetcard", verbose_name="资产"
                        ),
                    ),
                    ("disposal", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="assets.disposal")),
                    (
                        "wiped_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="清除人",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "处置明细",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("disposal", "card"), name="disposal_line_once", violation_error_message="这一样已经在单上了"),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0), ("quantity__lte", models.F("of"))), name="disposal_line_within"),
                        models.CheckConstraint(
                            condition=models.Q(("wipe", ""), models.Q(("wiped_by__isnull", False), ("wiped_on__isnull", False)), _connector="OR"),
                            name="disposal_line_wiped_by_somebody",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Distribution",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("title", models.CharField(max_length=60, verbose_name="名称")),
                    ("audience", models.CharField(choices=[("class", "按班级"), ("person", "按个人")], default="class", max_length=6, verbose_name="发给谁")),
                    ("starts_on", models.DateField(verbose_name="开始发放")),
                    ("until", models.DateField(verbose_name="领取截止")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "起草"), ("ready", "待批准"), ("open", "发放中"), ("done", "已结束"), ("void", "作废")],
                            default="draft",
                            editable=False,
                            max_length=5,
                            verbose_name="状态",
                        ),
                    ),
                    ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="批准时间")),
                    ("opinion", models.CharField(blank=True, editable=False, max_length=200, verbose_name="意见")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.department", verbose_name="成本记在哪个部门"
                        ),
                    ),
                    (
                        "opened_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="批准人",
                        ),
                    ),
                    ("store", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.store", verbose_name="仓库")),
                    (
                        "term",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.term", verbose_name="学期"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "物品发放",
                    "ordering": ["-id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("title", ""), _negated=True), name="distribution_has_title", violation_error_message="请写名称"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("until__gte", models.F("starts_on"))),
                            name="distribution_days",
                            violation_error_message="领取截止不能早于开始发放",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "ready", "void"]), models.Q(("opened_at__isnull", False), ("opened_by__isnull", False)), _connector="OR"
                            ),
                            name="distribution_open_has_person",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Recipient",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("count", models.PositiveIntegerField(default=1, verbose_name="人数")),
                    (
                        "state",
                        models.CharField(
                            choices=[("waiting", "没来领"), ("partly", "没领齐"), ("done", "已领齐"), ("skipped", "不用领"), ("nothing", "没有要领的")],
                            default="waiting",
                            editable=False,
                            max_length=7,
                            verbose_name="状态",
                        ),
                    ),
                    ("came_at", models.DateTimeField(editable=False, null=True, verbose_name="最近来领")),
                    ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                    ("distribution", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recipients", to="assets.distribution")),
                    (
                        "person",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="领取人",
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
                    "verbose_name": "领取名单",
                    "ordering": ["distribution", "id"],
                    "indexes": [models.Index(fields=["distribution", "state"], name="recipient_by_state")],
                    "constraints": [
                        models.UniqueConstraint(fields=("distribution", "school_class"), name="recipient_class_once"),
                        models.UniqueConstraint(fields=("distribution", "person"), name="recipient_person_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("person__isnull", False), ("school_class", None)),
                                models.Q(("person", None), ("school_class__isnull", False)),
                                _connector="OR",
                            ),
                            name="recipient_one_of",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Handout",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "slip",
                        models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="handout", to="assets.slip", verbose_name="出库单"),
                    ),
                    ("recipient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handouts", to="assets.recipient")),
                ],
                options={
                    "verbose_name": "发放记录",
                    "ordering": ["id"],
                },
            ),
            migrations.CreateModel(
                name="KitLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("per", models.CharField(choices=[("each", "每份"), ("pupil", "每名学生")], default="each", max_length=5, verbose_name="怎么算")),
                    ("grade", models.CharField(blank=True, max_length=20, verbose_name="只给年级")),
                    ("quantity", models.DecimalField(decimal_places=3, max_digits=12, verbose_name="数量")),
                    ("distribution", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="kit", to="assets.distribution")),
                    ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.item", verbose_name="物品")),
                ],
                options={
                    "verbose_name": "发放物品",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("distribution", "item", "grade"), name="kit_line_once", violation_error_message="这一样已经在单上了"),
                        models.CheckConstraint(
                            condition=models.Q(("quantity__gt", Decimal(0))), name="kit_line_positive", violation_error_message="数量要大于零"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Loan",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("number", models.CharField(editable=False, max_length=20, unique=True, verbose_name="单号")),
                    ("quantity", models.PositiveIntegerField(default=1, verbose_name="数量")),
                    ("from_on", models.DateField(verbose_name="借用日期")),
                    ("due_on", models.DateField(verbose_name="应还日期")),
                    ("purpose", models.CharField(blank=True, max_length=120, verbose_name="用途")),
                    (
                        "state",
                        models.CharField(
                            choices=[("booked", "已预约"), ("out", "借出"), ("back", "已还"), ("cancelled", "已取消")],
                            default="booked",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    ("out_at", models.DateTimeField(editable=False, null=True, verbose_name="借出时间")),
                    ("out_words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="借出时情况")),
                    ("returned", models.PositiveIntegerField(default=0, editable=False, verbose_name="已还数量")),
                    ("extended", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="续借次数")),
                    ("back_on", models.DateField(editable=False, null=True, verbose_name="还清日期")),
                    ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="取消原因")),
                    (
                        "borrower",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="借用人",
                        ),
                    ),
                    ("card", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="assets.assetcard", verbose_name="资产")),
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
                            verbose_name="借出经手",
                        ),
                    ),
                    (
                        "student",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.student", verbose_name="借用学生"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "借用单",
                    "ordering": ["-id"],
                    "indexes": [
                        models.Index(fields=["card", "state"], name="loan_by_card"),
                        models.Index(fields=["borrower", "state"], name="loan_by_borrower"),
                        models.Index(fields=["state", "due_on"], name="loan_by_due"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("borrower__isnull", False), ("student", None)),
                                models.Q(("borrower", None), ("student__isnull", False)),
                                _connector="OR",
                            ),
                            name="loan_one_borrower",
                            violation_error_message="借用人和学生只选一个",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("due_on__gte", models.F("from_on"))),
                            name="loan_days_in_order",
                            violation_error_message="应还日期不能早于借用日期",
                        ),
                        models.CheckConstraint(condition=models.Q(("quantity__gt", 0), ("returned__lte", models.F("quantity"))), name="loan_pieces_sane"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("back_on__isnull", False), ("returned", models.F("quantity")), ("state", "back")),
                                models.Q(models.Q(("state", "back"), _negated=True), ("back_on", None)),
                                _connector="OR",
                            ),
                            name="loan_back_is_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LoanReturn",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("on", models.DateField(verbose_name="归还日期")),
                    ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                    ("condition", models.CharField(choices=[("good", "完好"), ("damaged", "有损坏"), ("lost", "丢失")], max_length=8, verbose_name="情况")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    ("at", models.DateTimeField(verbose_name="登记时间")),
                    (
                        "by",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经手人"),
                    ),
                    ("loan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="assets.loan")),
                ],
                options={
                    "verbose_name": "归还记录",
                    "ordering": ["id"],
                    "constraints": [models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="loan_return_pieces")],
                },
            ),
            migrations.CreateModel(
                name="Offer",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("longest_days", models.PositiveSmallIntegerField(default=30, verbose_name="最长借几天")),
                    ("for_students", models.BooleanField(default=False, verbose_name="学生可借")),
                    ("words", models.CharField(blank=True, max_length=200, verbose_name="借用须知")),
                    ("is_active", models.BooleanField(default=True, verbose_name="开放借用")),
                    (
                        "card",
                        models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="offer", to="assets.assetcard", verbose_name="资产"),
                    ),
                ],
                options={
                    "verbose_name": "可借物品",
                    "ordering": ["id"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("longest_days__range", (1, 366))), name="offer_days_sane", violation_error_message="天数在 1 到 366 之间"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Quota",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="领用定额（元）")),
                    ("sheets", models.PositiveIntegerField(blank=True, null=True, verbose_name="打印复印定额（张）")),
                    ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "department",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.department", verbose_name="部门"),
                    ),
                    (
                        "kind",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assets.itemkind", verbose_name="物品类别"
                        ),
                    ),
                    ("term", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.term", verbose_name="学期")),
                ],
                options={
                    "verbose_name": "部门定额",
                    "ordering": ["-id"],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("kind", None)),
                            fields=("term", "department"),
                            name="quota_once",
                            violation_error_message="这个部门这学期的总定额已经有了",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("kind__isnull", False)),
                            fields=("term", "department", "kind"),
                            name="quota_of_kind_once",
                            violation_error_message="这个部门这类物品的定额已经有了",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__isnull", False), ("sheets__isnull", False), _connector="OR"),
                            name="quota_says_something",
                            violation_error_message="请填领用定额或者打印复印定额",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                            name="quota_amount_positive",
                            violation_error_message="定额不能小于零",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("kind", None), ("sheets", None), _connector="OR"),
                            name="quota_sheets_for_all",
                            violation_error_message="打印复印定额不分物品类别，请写在总定额里",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reconciliation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("month", models.DateField(error_messages={"unique": "这个月已经在核对了"}, unique=True, verbose_name="月份")),
                    (
                        "state",
                        models.CharField(
                            choices=[("open", "核对中"), ("sent", "待确认"), ("done", "已核对")],
                            default="open",
                            editable=False,
                            max_length=4,
                            verbose_name="状态",
                        ),
                    ),
                    ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="送确认时间")),
                    ("agreed_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                    ("words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="退回原因")),
                    (
                        "agreed_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="资产管理员",
                        ),
                    ),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
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
                            verbose_name="会计",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "资产账核对",
                    "ordering": ["-month"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state", "open"), models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)), _connector="OR"),
                            name="reconciliation_sent_has_person",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True),
                                models.Q(
                                    ("agreed_at__isnull", False), ("agreed_by__isnull", False), models.Q(("agreed_by", models.F("sent_by")), _negated=True)
                                ),
                                _connector="OR",
                            ),
                            name="reconciliation_two_people",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReconciliationLine",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("building", "房屋和构筑物"),
                                ("equipment", "设备"),
                                ("relic", "文物和陈列品"),
                                ("books", "图书和档案"),
                                ("furniture", "家具和用具"),
                                ("living", "特种动植物"),
                                ("land", "土地"),
                                ("intangible", "无形资产"),
                                ("other", "其他"),
                            ],
                            max_length=10,
                            verbose_name="大类",
                        ),
                    ),
                    ("cards", models.IntegerField(default=0, verbose_name="卡片")),
                    ("quantity", models.IntegerField(default=0, verbose_name="数量")),
                    ("cost", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=13, verbose_name="资产账原值（元）")),
                    ("depreciation", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=13, verbose_name="资产账累计折旧（元）")),
                    ("book_cost", models.DecimalField(blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="财务账原值（元）")),
                    ("book_depreciation", models.DecimalField(blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="财务账累计折旧（元）")),
                    ("reconciliation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="assets.reconciliation")),
                ],
                options={
                    "verbose_name": "核对明细",
                    "ordering": ["id"],
                    "constraints": [
                        models.UniqueConstraint(fields=("reconciliation", "kind"), name="reconciliation_line_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("book_cost", None), ("book_depreciation", None)),
                                models.Q(("book_cost__isnull", False), ("book_depreciation__isnull", False)),
                                _connector="OR",
                            ),
                            name="reconciliation_book_whole",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SpecialRoom",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("seats", models.PositiveSmallIntegerField(default=0, help_text="0 是不限。", verbose_name="座位")),
                    ("opens", models.TimeField(default=datetime.time(8, 0), verbose_name="开放从")),
                    ("closes", models.TimeField(default=datetime.time(18, 0), verbose_name="到")),
                    ("ahead_days", models.PositiveSmallIntegerField(default=30, verbose_name="最多提前几天约")),
                    ("words", models.CharField(blank=True, max_length=300, verbose_name="使用须知")),
                    ("is_active", models.BooleanField(default=True, verbose_name="开放预约")),
                    (
                        "keeper",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="special_rooms", to=settings.AUTH_USER_MODEL, verbose_name="管理人"
                        ),
                    ),
                    (
                        "place",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="special_room", to="platform.place", verbose_name="地点"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "专用室",
                    "ordering": ["place__path"],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("closes__gt", models.F("opens"))), name="special_room_hours", violation_error_message="结束时间要晚于开始时间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ahead_days__range", (1, 366))), name="special_room_ahead", violation_error_message="天数在 1 到 366 之间"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="RoomUse",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("created_at", models.DateTimeField(editable=False, verbose_name="登记时间")),
                    ("on", models.DateField(verbose_name="日期")),
                    ("start", models.TimeField(verbose_name="开始")),
                    ("end", models.TimeField(verbose_name="结束")),
                    ("subject", models.CharField(max_length=80, verbose_name="内容")),
                    ("people", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="人数")),
                    (
                        "state",
                        models.CharField(
                            choices=[("booked", "已约"), ("done", "已登记"), ("cancelled", "已取消")],
                            default="booked",
                            editable=False,
                            max_length=10,
                            verbose_name="状态",
                        ),
                    ),
                    (
                        "left",
                        models.CharField(blank=True, choices=[("good", "完好"), ("problem", "有问题")], editable=False, max_length=8, verbose_name="用后情况"),
                    ),
                    ("is_tidy", models.BooleanField(default=False, editable=False, verbose_name="桌椅物品归位")),
                    ("is_off", models.BooleanField(default=False, editable=False, verbose_name="水电门窗关好")),
                    ("words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="说明")),
                    ("noted_at", models.DateTimeField(editable=False, null=True, verbose_name="登记时刻")),
                    (
                        "created_by",
                        models.ForeignKey(
                            editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                        ),
                    ),
                    (
                        "noted_by",
                        models.ForeignKey(
                            editable=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="登记的人",
                        ),
                    ),
                    (
                        "person",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="使用人"),
                    ),
                    (
                        "school_class",
                        models.ForeignKey(
                            blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.schoolclass", verbose_name="班级"
                        ),
                    ),
                    (
                        "room",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="assets.specialroom", verbose_name="专用室"),
                    ),
                ],
                options={
                    "verbose_name": "专用室使用",
                    "ordering": ["-on", "-start", "-id"],
                    "indexes": [
                        models.Index(fields=["room", "on", "state"], name="room_use_by_day"),
                        models.Index(fields=["person", "state", "on"], name="room_use_by_person"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("end__gt", models.F("start"))), name="room_use_in_order", violation_error_message="结束时间要晚于开始时间"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "done"), _negated=True),
                                models.Q(models.Q(("left", ""), _negated=True), ("noted_at__isnull", False), ("noted_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="room_use_done_is_noted",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ArrivedLine",
                fields=[],
                options={
                    "verbose_name": "待建卡入库",
                    "proxy": True,
                    "indexes": [],
                    "constraints": [],
                },
                bases=("finance.acceptanceline",),
            ),
        ),
    ]
