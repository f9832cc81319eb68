"""Staff papers: expiry, renewal, who is told when and how often (ORG-05)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.delivery import sweep
from logistics.platform.notices.models import Notice, OutboxMessage
from logistics.platform.org.rules import save_person
from logistics.platform.papers.models import PaperKind, PaperState, StaffPaper
from logistics.platform.papers.queries import expired, expiring, left_words, paper_counts, paper_late, paper_todos, papers_visible_to, standing, valid_paper
from logistics.platform.papers.rules import remind, renew_paper, save_paper, void_paper
from tests.conftest import NOW

from .attachments_kit import saved, scene, upload

TODAY = NOW.date()


@pytest.fixture
def paper(cast):
    """paper(days) is the guard's health certificate with its last day that many days from now."""

    def make(days: int | None = 10, person=None, **fields) -> StaffPaper:
        ends = None if days is None else TODAY + timedelta(days=days)
        return save_paper(actor=cast.director, at=NOW, person=person or cast.guard, **{"kind": "health", "expires_on": ends} | fields)

    return make


@pytest.fixture
def as_(client):
    def browser(person):
        client.force_login(person)
        return client

    return browser


@pytest.mark.requirement("ORG-05")
def test_papers_that_run_out_within_thirty_days_are_found_apart_from_those_that_have(paper, cast):
    last_day, soon, far = paper(0), paper(30), paper(31)
    gone, for_good = paper(-1), paper(None, kind="contract")
    assert list(expiring(TODAY)) == [last_day, soon]
    assert list(expired(TODAY)) == [gone]
    assert [standing(found, TODAY)[0] for found in (gone, last_day, far, for_good)] == ["已过期", "快到期", "有效", "长期有效"]
    assert [left_words(found, TODAY) for found in (gone, last_day, soon, for_good)] == ["过期 1 天", "今天到期", "还有 30 天", ""]
    save_person(actor=cast.director, at=NOW, record=cast.guard, is_active=False)
    assert not expiring(TODAY).exists() and not expired(TODAY).exists()


@pytest.mark.requirement("ORG-05")
def test_a_renewed_paper_points_at_its_successor_and_stays(paper, cast):
    old = paper(3, number="H1")
    new = renew_paper(actor=cast.director, at=NOW, record=old, number="H2", issued_on=TODAY, expires_on=TODAY + timedelta(days=365), note="")
    old.refresh_from_db()
    assert (old.state, old.replaced_by, old.is_current) == (PaperState.REPLACED, new, False)
    assert (new.person, new.kind, new.number, new.is_current) == (cast.guard, "health", "H2", True)
    assert not expiring(TODAY).exists()
    assert [event.action for event in Event.objects.filter(kind="platform.staffpaper").order_by("id")] == ["create", "create", "renew"]
    with pytest.raises(RuleViolation, match="已换新"):
        renew_paper(actor=cast.director, at=NOW, record=old, expires_on=TODAY + timedelta(days=900))
    with pytest.raises(RuleViolation, match="不能再改"):
        save_paper(actor=cast.director, at=NOW, record=old, number="H9")
    assert StaffPaper.objects.count() == 2


def test_a_new_paper_must_last_longer_than_the_old(paper, cast):
    old = paper(100)
    with pytest.raises(RuleViolation, match="要晚于旧证") as refusal:
        renew_paper(actor=cast.director, at=NOW, record=old, expires_on=TODAY + timedelta(days=100))
    assert refusal.value.field == "expires_on"
    assert StaffPaper.objects.get().is_current


def test_a_paper_is_voided_for_a_reason_and_proves_nothing_afterwards(paper, cast):
    held = paper(100)
    with pytest.raises(RuleViolation, match="原因"):
        void_paper(actor=cast.director, at=NOW, record=held, reason="  ")
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY) == held
    void_paper(actor=cast.director, at=NOW, record=held, reason="体检不合格")
    held.refresh_from_db()
    assert (held.state, held.void_reason) == (PaperState.VOID, "体检不合格")
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY) is None


@pytest.mark.requirement("ORG-05")
def test_other_apps_ask_whether_somebody_holds_a_valid_paper_that_day(paper, cast):
    held = paper(10, issued_on=TODAY - timedelta(days=300))
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY + timedelta(days=10)) == held
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY + timedelta(days=11)) is None
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY - timedelta(days=301)) is None
    assert valid_paper(cast.guard, PaperKind.DRIVER, TODAY) is None
    assert valid_paper(cast.driver, PaperKind.HEALTH, TODAY) is None
    new = renew_paper(actor=cast.director, at=NOW, record=held, issued_on=TODAY, expires_on=TODAY + timedelta(days=400))
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY + timedelta(days=11)) == new
    assert valid_paper(cast.guard, PaperKind.HEALTH, TODAY - timedelta(days=5)) == held


@pytest.mark.requirement("ORG-05", "GEN-07")
def test_each_step_is_told_once_to_the_person_and_the_keepers(paper, cast):
    paper(40)
    for day in range(60):
        for _ in range(2):
            remind(at=NOW + timedelta(days=day))
    steps = sorted(OutboxMessage.objects.values_list("key", flat=True), key=lambda key: key.rpartition(":")[2])
    assert [key.rpartition(":")[2] for key in steps] == ["0", "1", "30", "7", "expired"]
    sweep(at=NOW + timedelta(days=60))
    keepers = {cast.director, cast.admin}
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.guard, *keepers}
    assert Notice.objects.filter(recipient=cast.guard).count() == 5
    assert Notice.objects.filter(recipient=cast.guard).earliest("id").title == "门某的健康证快到期了"


def test_days_on_which_nobody_was_told_are_made_up(paper, cast):
    held = paper(5)
    assert remind(at=NOW) == 1
    assert OutboxMessage.objects.get().key == f"platform.paper:{held.pk}:{held.expires_on}:7"
    remind(at=NOW + timedelta(days=9))
    assert OutboxMessage.objects.count() == 2
    assert "过期 4 天" in OutboxMessage.objects.latest("id").payload["body"]


def test_renewed_and_void_papers_are_no_longer_told(paper, cast):
    renew_paper(actor=cast.director, at=NOW, record=paper(3), expires_on=TODAY + timedelta(days=365))
    void_paper(actor=cast.director, at=NOW, record=paper(3), reason="登记错了")
    assert remind(at=NOW) == 0
    assert not OutboxMessage.objects.exists()


def test_one_sees_one_s_own_papers_and_overseers_see_all(paper, cast):
    own, others = paper(), paper(person=cast.driver)
    assert list(papers_visible_to(cast.guard)) == [own]
    assert set(papers_visible_to(cast.vice)) == {own, others}
    assert not papers_visible_to(cast.teacher).exists()
    with pytest.raises(NotAllowed):
        save_paper(actor=cast.vice, at=NOW, person=cast.guard, kind="health")
    with pytest.raises(NotAllowed):
        void_paper(actor=cast.guard, at=NOW, record=own, reason="不要了")
    assert StaffPaper.objects.filter(state=PaperState.CURRENT).count() == 2


def test_the_first_page_tells_what_runs_out(paper, cast):
    paper(5), paper(-3), paper(200)
    assert [todo.title for todo in paper_todos(cast.guard, NOW)] == ["我的健康证", "我的健康证"]
    assert [todo.title for todo in paper_todos(cast.director, NOW)] == ["门某的健康证", "门某的健康证"]
    assert paper_todos(cast.vice, NOW) == []
    assert [(late.count, late.detail) for late in paper_late(cast.vice, NOW)] == [(1, "门某的健康证，过期 3 天")]
    assert paper_late(cast.guard, NOW) == []
    assert paper_counts(cast.director, TODAY) == {"soon": 1, "late": 1, "mine": 0}


def test_the_database_itself_refuses_what_cannot_be(paper, cast):
    held = paper(10)
    for values in ({"issued_on": TODAY + timedelta(days=11)}, {"state": "replaced"}, {"replaced_by": held.pk}, {"state": "void"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffPaper.objects.filter(pk=held.pk).update(**values)
    with pytest.raises(ValidationError, match="到期日不能早于发证日期"):
        save_paper(actor=cast.director, at=NOW, record=held, issued_on=TODAY + timedelta(days=11))


def test_the_page_registers_renews_and_shows_with_a_photo(as_, cast):
    director = as_(cast.director)
    given = {"person": cast.chef.pk, "kind": "health", "number": "H7", "issued_on": "2025-12-01", "expires_on": "2026-11-30", "note": ""}
    answer = director.post("/setup/paper/new/", given | {"issued_on": "2026-12-01"})
    assert answer.status_code == 422
    assert "到期日不能早于发证日期（2026年12月1日）" in answer.content.decode()
    director.post("/setup/paper/new/", given | {"photos": [upload(saved(scene()))]})
    held = StaffPaper.objects.get()
    assert Attachment.objects.get().record_id == held.pk
    page = director.get(f"/setup/paper/{held.pk}/").content.decode()
    assert Attachment.objects.get().thumb_url in page
    renewed = director.post(f"/setup/paper/{held.pk}/renew/", {"number": "健字第八号", "issued_on": "2026-11-20", "expires_on": "2027-11-30", "note": ""})
    assert renewed.url == f"/setup/paper/{StaffPaper.objects.get(number='健字第八号').pk}/"
    assert "看新证" in director.get(f"/setup/paper/{held.pk}/").content.decode()
    assert "健字第八号" in director.get(f"/setup/person/{cast.chef.pk}/").content.decode()
    assert "健字第八号" in as_(cast.chef).get(f"/setup/person/{cast.chef.pk}/").content.decode()
    assert "健字第八号" not in as_(cast.teacher).get(f"/setup/person/{cast.chef.pk}/").content.decode()
    assert as_(cast.teacher).get(Attachment.objects.get().url).status_code == 404


def test_the_usual_filters_show_what_they_count(as_, cast):
    today = date.today()  # noqa: DTZ011  the page counts from the machine's own day
    for days, person in ((5, cast.director), (-2, cast.guard), (300, cast.guard)):
        save_paper(actor=cast.director, at=NOW, person=person, kind="health", expires_on=today + timedelta(days=days))
    director = as_(cast.director)
    shown = director.get("/setup/paper/").context["views"]
    assert [(view.label, view.count) for view in shown] == [("全部", None), ("快到期", 1), ("已过期", 1), ("我的", 1)]
    for view in shown[1:]:
        assert director.get(f"/setup/paper/?{view.query}").context["total"] == view.count


def test_the_api_reads_and_renews_by_the_same_rules(cast, paper):
    held = paper(20)
    director, guard = APIClient(), APIClient()
    director.force_authenticate(cast.director)
    guard.force_authenticate(cast.guard)
    assert guard.get("/api/v1/org/staff-papers/").json()["results"][0]["person_name"] == "门某"
    assert guard.post(f"/api/v1/org/staff-papers/{held.pk}/renew/", {"expires_on": "2028-01-01"}, format="json").status_code == 403
    assert director.post(f"/api/v1/org/staff-papers/{held.pk}/renew/", {"expires_on": "2026-01-01"}, format="json").status_code == 400
    assert director.post(f"/api/v1/org/staff-papers/{held.pk}/renew/", {"expires_on": "2028-01-01"}, format="json").json()["state"] == "replaced"


def test_a_health_certificate_has_its_last_day(cast, paper):
    with pytest.raises(RuleViolation) as refused:
        paper(None)
    assert refused.value.field == "expires_on"
    assert not StaffPaper.objects.exists()
