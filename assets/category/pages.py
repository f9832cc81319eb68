"""资产类别 and 折旧年限."""

from dataclasses import replace

from django.db.models import QuerySet

from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark

from . import rules
from .forms import ClassFilters, ClassForm
from .models import AssetClass, LifeClass
from .queries import SETTINGS, classes_visible_to


def yes(value: bool) -> str:
    return "是" if value else ""


def set_favourite(*, actor, at, record: AssetClass) -> AssetClass:
    """Onto the short list, or off it."""
    return rules.save_class(actor=actor, at=at, record=record, is_favourite=not record.is_favourite)


def class_views(user) -> list[View]:
    rows: QuerySet = classes_visible_to(user)
    return [View("全部", ""), View("本校常用", "favourite=true", rows.filter(is_favourite=True).count())]


CLASSES = Record(
    model=AssetClass,
    namespace="assets:class",
    icon="armchair",
    rows=classes_visible_to,
    columns=(
        Column(
            "name", "类别名称", lambda c: c.name, lambda c: link(c.name, CLASSES.url("update", c), c.get_scheme_display()), css="key", sort="name", width=24
        ),
        Column("code", "分类代码", lambda c: c.code, css="nw", sort="code", width=14),
        Column("scheme", "分类标准", lambda c: c.get_scheme_display(), css="nw only-wide", sort="scheme", optional=True, width=18),
        Column("life", "年限分类", lambda c: c.life.name, css="", sort="life__order", width=24),
        Column("years", "折旧年限", lambda c: f"{c.life.years} 年" if c.life.is_depreciated else "不提折旧", css="nw", width=10),
        Column("unit", "单位", lambda c: c.unit, css="nw only-wide", width=6),
        Column("is_bulk", "批量同类", lambda c: yes(c.is_bulk), css="nw only-wide", sort="is_bulk", width=10),
        Column("is_favourite", "本校常用", lambda c: yes(c.is_favourite), css="nw only-wide", sort="is_favourite", width=10),
        Column(
            "is_active",
            "状态",
            lambda c: "在用" if c.is_active else "停用",
            lambda c: state_mark("在用", "done") if c.is_active else state_mark("停用", "void"),
            css="tail",
            sort="is_active",
            width=8,
        ),
    ),
    filters=ClassFilters,
    form=ClassForm,
    create=rules.save_class,
    update=rules.save_class,
    check_view=rules.check_can_manage,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    views=class_views,
    order=("-is_favourite", "scheme", "code", "pk"),
    stamp=lambda c: f"{c.is_favourite}",
    empty="还没有资产类别。",
    actions=(Action("favourite", "换常用", set_favourite, rules.check_can_manage, icon="star", bulk=True),),
)
_lives = dictionary(
    LifeClass,
    namespace="assets:life",
    fields=["name", "kind", "is_depreciated", "years", "prefixes", "order", "is_active"],
    permission=SETTINGS,
    icon="hourglass",
    optional=("order",),
)
LIVES = replace(
    _lives,
    columns=(
        *_lives.columns[:4],
        Column("least_years", "最低年限", lambda life: life.least_years if life.is_depreciated else "", css="num", sort="least_years", kind="integer"),
        *_lives.columns[4:],
    ),
)


def category_urls() -> list:
    """The routes of classes and lives, under /assets/."""
    return [*record_urls(CLASSES, without=("detail",)), *record_urls(LIVES, without=("detail",))]
