"""The pages of works projects, their photos, papers, files and API (REP-11, GEN-04, GEN-08)."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from PIL import Image
from rest_framework.test import APIClient

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.photos import TypedSignature
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import document_for
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.queries import Standing, standing_of
from repairs.project import acceptance, building, rules
from repairs.project.models import Payment, Project, ProjectState
from tests.conftest import NOW
from tests.repairs.project.conftest import THREE, TODAY

pytestmark = pytest.mark.requirement("REP-11")
FORM = {
    "title": "食堂屋面防水", "place": "教学楼A座", "reason": "渗漏", "budget": "100000", "fund": "公用经费", "start_on": "2026-12-01", "end_on": "2027-01-20", "method": "quotes",
}  # fmt: skip


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person, backend="logistics.platform.org.login.StaffOrPhoneBackend")
        return client

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def photo(name="p.jpg") -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 180, 160)).save(data, "JPEG")
    data.seek(0)
    data.name = name
    return data


def test_a_proposal_by_page(as_, cast, rooms):
    answer = as_(cast.director).post("/repairs/project/new/", FORM | {"owner": cast.keeper.pk})
    project = Project.objects.get()
    assert answer["Location"] == f"/repairs/project/{project.pk}/"
    assert (project.place, project.owner, project.state) == (rooms.building, cast.keeper, ProjectState.PROPOSED)


@pytest.mark.parametrize(
    "changes", [{"budget": "0"}, {"budget": "1e5x"}, {"method": "single"}, {"end_on": "2020-01-01"}, {"place": "月球"}, {"reason": ""}, {"title": "长" * 81}]
)
def test_a_wrong_proposal_is_shown_again_and_nothing_is_kept(as_, cast, rooms, changes):
    answer = as_(cast.director).post("/repairs/project/new/", FORM | {"owner": cast.keeper.pk} | changes)
    assert answer.status_code == 422
    assert not Project.objects.exists()


def test_the_button_of_the_contract_comes_with_the_third_quote(as_, cast, approved, quote):
    project, client = approved(), as_(cast.director)
    quote(project, 大禹防水=80000, 安居建筑=86000)
    page = text(client.get(f"/repairs/project/{project.pk}/"))
    assert "还差 1 家" in page
    assert "签合同" not in page.replace("询价并签合同", "")
    client.post(f"/repairs/project/{project.pk}/add_quote/", {"firm": "新城工程", "amount": "91500", "quoted_on": str(TODAY)})
    page = text(client.get(f"/repairs/project/{project.pk}/"))
    assert f"/repairs/project/{project.pk}/sign_contract/" in page
    assert "最低" in page
    assert "11,500.00" in page


def test_a_contract_by_page_says_what_is_missing_at_its_field(as_, cast, approved, quote, stored):
    project = approved()
    project.approved_at = NOW - timedelta(days=30)
    project.save()
    quote(project, **THREE)
    given = {"firm": "安居建筑", "contract_number": "HT-1", "contract_amount": "86000", "contract_on": "2026-11-01", "retention": "3", "warranty_months": "12"}
    answer = as_(cast.director).post(f"/repairs/project/{project.pk}/sign_contract/", given)
    assert answer.status_code == 422
    assert "不选它要写理由" in text(answer)
    assert "HT-1" in text(answer)
    as_(cast.director).post(f"/repairs/project/{project.pk}/sign_contract/", given | {"choice_reason": "工期短"})
    assert (stored(project).firm, stored(project).choice_reason) == ("安居建筑", "工期短")


@pytest.mark.requirement("GEN-08")
def test_photos_of_a_step_are_seen_by_whom_the_project_concerns(as_, cast, building_site):
    step = building.add_milestone(actor=cast.keeper, at=NOW, record=building_site, name="闭水试验", plan_on=TODAY)
    client = as_(cast.keeper)
    client.post(f"/repairs/project/{building_site.pk}/finish_milestone/", {"milestone": step.pk, "done_on": str(TODAY), "photos": [photo()]})
    picture = attachments_of(building_site, step.photo_role).get()
    answer = client.get(picture.url)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert picture.thumb_url in text(client.get(f"/repairs/project/{building_site.pk}/"))
    assert as_(cast.teacher).get(picture.url).status_code == 404


def test_a_photo_that_is_none_is_refused_and_the_step_stays_open(as_, cast, building_site, stored):
    step = building.add_milestone(actor=cast.keeper, at=NOW, record=building_site, name="闭水试验", plan_on=TODAY)
    fake = io.BytesIO(b"%PDF-1.4 not a photo")
    fake.name = "a.jpg"
    answer = as_(cast.keeper).post(f"/repairs/project/{building_site.pk}/finish_milestone/", {"milestone": step.pk, "done_on": str(TODAY), "photos": [fake]})
    assert answer.status_code == 422
    assert "PDF" in text(answer)
    assert stored(step).done_on is None
    assert not Attachment.objects.exists()


def test_the_inspector_signs_on_the_phone(as_, cast, building_site):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    client = as_(cast.teacher)
    assert "验收签字" in text(client.get(f"/repairs/project/{building_site.pk}/"))
    wrong = client.post(f"/repairs/project/{building_site.pk}/sign/", {"passed": "yes", "signature_typed": "别人"})
    assert wrong.status_code == 422
    client.post(f"/repairs/project/{building_site.pk}/sign/", {"passed": "yes", "signature_typed": cast.teacher.name})
    assert building_site.inspectors.get(user=cast.teacher).is_passed


def test_a_double_tap_pays_once(as_, cast, inspected, stored):
    client, given = as_(cast.director), {"name": "进度款", "amount": "30000", "paid_on": str(TODAY)}
    page = text(client.get(f"/repairs/project/{inspected.pk}/add_payment/"))
    seen = f"{inspected.state}.{inspected.inspection_round}.{inspected.paid}"
    assert f'name="seen" value="{seen}"' in page
    client.post(f"/repairs/project/{inspected.pk}/add_payment/", given | {"seen": seen})
    second = client.post(f"/repairs/project/{inspected.pk}/add_payment/", given | {"seen": seen})
    assert second.status_code == 409
    assert (stored(inspected).paid, Payment.objects.count()) == (Decimal(30000), 1)


def test_what_goes_above_the_contract_is_told_at_the_amount(as_, cast, inspected):
    answer = as_(cast.director).post(f"/repairs/project/{inspected.pk}/add_payment/", {"name": "尾款", "amount": "80000.01", "paid_on": str(TODAY)})
    assert answer.status_code == 422
    assert "最多还能付 80,000.00 元" in text(answer)
    assert not Payment.objects.exists()


def test_defects_by_page_from_found_to_checked(as_, cast, inspected):
    as_(cast.vice).post(f"/repairs/project/{inspected.pk}/add_defect/", {"content": "收边不直", "fix_by": "2099-01-01"})
    defect = inspected.defects.get()
    as_(cast.keeper).post(f"/repairs/project/{inspected.pk}/fix_defect/", {"defect": defect.pk, "fixed_on": str(TODAY), "fix_note": "已重做"})
    assert "复查" not in text(as_(cast.keeper).get(f"/repairs/project/{inspected.pk}/")).replace("待复查", "").replace("整改要由负责人以外的人复查", "")
    as_(cast.teacher).post(f"/repairs/project/{inspected.pk}/check_defect/", {"defect": defect.pk, "is_good": "yes"})
    assert inspected.defects.get().checked_by == cast.teacher


def test_strangers_get_nowhere(as_, cast, inspected):
    for url in ("", "add_payment/", "comparison.pdf", "sign/"):
        assert as_(cast.stranger).get(f"/repairs/project/{inspected.pk}/{url}").status_code in (403, 404), url
    assert as_(cast.stranger).get(f"/print/repairs.project/{inspected.pk}/").status_code == 404
    assert not PrintedPaper.objects.exists()


@pytest.mark.requirement("GEN-04")
def test_comparison_and_acceptance_print_and_can_be_verified(as_, cast, inspected):
    client = as_(cast.director)
    assert client.get(f"/repairs/project/{inspected.pk}/comparison.pdf").content.startswith(b"%PDF")
    assert client.get(f"/print/repairs.project/{inspected.pk}/").content.startswith(b"%PDF")
    papers = {paper.title: paper for paper in PrintedPaper.objects.all()}
    assert set(papers) == {"比价表", "工程验收单"}
    assert {standing_of(paper) for paper in papers.values()} == {Standing.SAME}
    acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    assert (standing_of(papers["工程验收单"]), standing_of(papers["比价表"])) == (Standing.CHANGED, Standing.SAME)


def test_papers_say_what_the_project_says(cast, inspected):
    paper = document_for("repairs.project.quotes").context(inspected, cast.director)
    assert [(row["firm"], row["is_cheapest"], row["is_chosen"]) for row in paper["rows"]] == [
        ("大禹防水", True, True), ("安居建筑", False, False), ("新城工程", False, False),
    ]  # fmt: skip
    paper = document_for("repairs.project").context(inspected, cast.director)
    assert (paper["is_passed"], paper["is_refused"], [signer["name"] for signer in paper["signers"]]) == (True, False, [cast.vice.name, cast.teacher.name])


@pytest.mark.parametrize("url", ["/repairs/project/{}/comparison.pdf", "/print/repairs.project/{}/"])
def test_a_paper_without_content_is_not_printed(as_, cast, approved, url):
    answer = as_(cast.director).get(url.format(approved().pk))
    assert "还没有" in text(answer)
    assert not PrintedPaper.objects.exists()


@pytest.mark.requirement("GEN-04")
def test_the_list_as_a_workbook(as_, cast, inspected):
    answer = as_(cast.inspector).get("/repairs/project/export/")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert "合同（元）" in rows[2]
    assert 80000 in rows[3]


def test_the_api_runs_the_same_rules(cast, building_site):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    for person in (cast.vice, cast.teacher):
        acceptance.sign_inspection(actor=person, at=NOW, record=building_site, passed=True, signature=[TypedSignature(b"", person.name)])
    director, keeper = APIClient(), APIClient()
    director.force_authenticate(cast.director)
    keeper.force_authenticate(cast.keeper)
    url, given = f"/api/v1/repairs/projects/{building_site.pk}/", {"name": "进度款", "amount": "100", "paid_on": str(TODAY)}
    assert keeper.post(f"{url}add_payment/", given, format="json").status_code == 403
    assert director.post(f"{url}add_payment/", given, format="json").json()["payments"][0]["amount"] == "100.00"
    refused = director.post(f"{url}add_payment/", given | {"amount": "99999"}, format="json")
    assert refused.status_code in (400, 409, 422)
    assert "超过了合同" in refused.content.decode()
    assert keeper.get(url).json()["paid"] == "100.00"


def test_a_dropped_project_shows_why_and_offers_nothing(as_, cast, approved):
    project = approved()
    rules.drop_project(actor=cast.director, at=NOW, record=project, reason="并入整体改造")
    page = text(as_(cast.director).get(f"/repairs/project/{project.pk}/"))
    assert "并入整体改造" in page
    assert f"/repairs/project/{project.pk}/add_quote/" not in page
    assert f"/repairs/project/{project.pk}/add_photos/" not in page


def test_the_usual_filters_show_what_they_count(as_, cast, approved, inspected):
    approved(title="另一处", owner=cast.director, end_on=TODAY + timedelta(days=1), start_on=TODAY)
    client = as_(cast.director)
    for view in client.get("/repairs/project/").context["views"]:
        total = client.get(f"/repairs/project/?{view.query}").context["total"]
        assert view.count in (None, total), view.label
    assert client.get("/repairs/project/?q=大禹").context["total"] == 1
