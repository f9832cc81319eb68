"""满意度测评: the list, one survey with its figures as they come in and the QR for the poster."""

from django.core.paginator import Paginator
from django.urls import path, reverse
from django.utils import timezone

from canteen.evidence import check_can_view
from logistics.platform.charts.hbars import hbars
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import RecordDetail, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import Survey
from .public_pages import PublicSurvey
from .queries import check_can_change, check_can_keep, check_can_publish, rates_of, survey_list_rows, surveys_visible_to


def standing(survey: Survey) -> tuple[str, str]:
    today = timezone.localdate()
    if survey.is_public:
        return "已公示", "done"
    return ("进行中", "doing") if survey.since <= today <= survey.until else ("未开始", "wait") if today < survey.since else ("已结束", "void")


def content(survey: Survey) -> str:
    return f"{(survey.total - survey.unhappy) * 1000 // survey.total / 10:g} %" if survey.total else "—"


SURVEYS = Record(
    model=Survey,
    namespace="canteen:survey",
    label="满意度测评",
    icon="smile",
    rows=surveys_visible_to,
    list_rows=survey_list_rows,
    columns=(
        Column("title", "标题", lambda s: s.title, lambda s: link(s.title, reverse("canteen:survey-detail", args=[s.pk]), f"{day(s.since)} 到 {day(s.until)}"), css="key", width=40),
        Column("since", "从", lambda s: s.since, lambda s: day(s.since), css="nw only-wide", sort="since", kind="date"),
        Column("until", "到", lambda s: s.until, lambda s: day(s.until), css="nw only-wide", sort="until", kind="date"),
        Column("total", "答卷", lambda s: s.total, css="num", kind="integer"),
        Column("rate", "满意度", content, css="num nw"),
        Column("state", "状态", lambda s: standing(s)[0], lambda s: state_mark(*standing(s)), css="tail"),
    ),
    filters=forms.SurveyFilters,
    form=forms.SurveyForm,
    create=rules.open_survey,
    check_view=check_can_view,
    check_create=check_can_keep,
    update=rules.change_survey,
    check_update=check_can_change,
    order=("-since", "-pk"),
    facts=lambda s: [("时间", f"{day(s.since)} 到 {day(s.until)}", False), ("目标", f"{s.goal} %", False), ("状态", standing(s)[0], False)],
    empty="还没有测评。每学期至少做一次，家长和学生扫码作答，不记名字。",
    actions=(Action("publish", "公示结果", rules.publish_result, check_can_publish, icon="megaphone", tone="primary", confirm="只公示数字，大家写的话不公示。"),),
)  # fmt: skip


WORDS = 50  # answers with words on one page


class SurveyDetail(RecordDetail):
    def get_template_names(self):
        return ["canteen/survey_detail.html"]

    def get_context_data(self, **kwargs):
        survey = self.get_object()
        rates = rates_of(survey)
        whole, address = rates[-1], f"{base_address(self.request)}{reverse('canteen:public-survey', args=[survey.token])}"
        total = whole.good + whole.fair + whole.bad
        title = f"{total} 份答卷，满意度 {whole.percent:g} %，目标 {survey.goal} %" if total else "还没有答卷"
        shown = {"rates": rates, "total": total, "whole": whole, "reached": total and whole.percent >= survey.goal, "figure_title": title, "address": address}
        chart = hbars([(one.label, one.percent) for one in rates], title=title, unit="%") if total else ""
        said = Paginator(survey.answers.exclude(words=""), WORDS).get_page(self.request.GET.get("page"))
        return super().get_context_data(chart=chart, said=said, qr=qr_svg(address, "二维码，扫码作答"), **shown, **kwargs)


def survey_urls() -> list:
    """The routes of surveys, under /canteen/."""
    return record_urls(SURVEYS, pages={"detail": SurveyDetail})


def public_survey_urls() -> list:
    """The address on the poster, without a login."""
    return [path("public/survey/<slug:token>/", PublicSurvey.as_view(), name="public-survey")]
