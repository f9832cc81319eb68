"""The inbox, a run's page, the editor of chains, the simulator, the sheet, the API (FIN-03)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from logistics.platform.access.models import Grant, Role, Scope
from logistics.platform.access.substitution import name_substitute
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.home import approval_late, approval_todos
from logistics.platform.approvals.models import Chain, ChainVersion, Copy, Decision, DecisionAct, Run, RunState, RunStep, Signer, SignerState, VersionState
from logistics.platform.approvals.panel import approval_panel
from logistics.platform.approvals.prints import SHEET
from logistics.platform.approvals.queries import waiting_count
from logistics.platform.approvals.side_rules import copy_to
from logistics.platform.approvals.signature_rules import keep_signature
from logistics.platform.attachments.photos import TypedSignature, clean_signature
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.content import digest_of
from logistics.platform.printing.queries import Standing, standing_of
from logistics.platform.printing.rules import note_paper
from tests.conftest import NOW, api_key
from tests.platform.approvals_kit import KEY, at_step, by_people, by_role, chain_of, fresh, project_of, started
from tests.platform.attachments_kit import ink

pytestmark = [pytest.mark.requirement("FIN-03"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def used(cast):
    return chain_of(cast, by_role("校长", "principal", hours=8, escalate="role:vice"), by_role("会计", "accountant", escalate="role:vice"))


@pytest.fixture
def run(cast, rooms, used):
    return started(cast, project_of(cast, rooms))


@pytest.fixture
def page(client):
    """page(person, address) is what this person reads there."""

    def read(person, address: str, **given) -> str:
        client.force_login(person)
        answer = client.get(address, given)
        assert answer.status_code == 200, answer.content.decode()[:500]
        return answer.content.decode()

    return read


# Inbox


def test_the_inbox_shows_what_waits_with_sum_applicant_and_since_when(run, cast, page):
    shown = page(cast.principal, "/approvals/")
    for words in ("屋面防水", "¥3,000.00", "总某", "维修立项单", "从今天 09:00等起", 'class="n">1</span>'):
        assert words in shown, words
    assert "没有等您审批的" in page(cast.keeper, "/approvals/")
    assert "屋面防水" in page(cast.director, "/approvals/", tab="started")


def test_late_ones_stand_first(cast, rooms, used, page):
    for n in range(2):
        started(cast, project_of(cast, rooms, title=f"第{n}件"), at=NOW - timedelta(hours=n))
    last = Run.objects.get(title="第0件")
    RunStep.objects.filter(run=last, position=1).update(due_at=NOW - timedelta(minutes=1))
    shown = page(cast.principal, "/approvals/")
    assert shown.index("第0件") < shown.index("第1件")
    assert shown.count('<li class="late">') == 1


def test_search_and_tabs_of_the_inbox(cast, run, page):
    assert "屋面防水" in page(cast.principal, "/approvals/", q="总某")
    assert "没有符合条件的" in page(cast.principal, "/approvals/", q="无此事", kind="no.kind")
    for given in ({"tab": "zzz"}, {"page": "9" * 30}, {"page": "x"}, {"q": "很" * 3000}):
        page(cast.principal, "/approvals/", **given)
    approve(actor=cast.principal, at=NOW, record=run)
    assert "屋面防水" in page(cast.principal, "/approvals/", tab="done")
    copy_to(actor=cast.accountant, at=NOW, record=run, people=[cast.keeper])
    assert "屋面防水" in page(cast.keeper, "/approvals/", tab="copied")
    page(cast.keeper, f"/approvals/{run.pk}/")
    assert Copy.objects.get().read_at == NOW


def test_five_hundred_waiting_documents_open_within_ten_queries(cast, used, client):
    principal, director = cast.principal, cast.director
    given = {"kind": KEY, "record_kind": "repairs.project", "amount": Decimal(1), "applicant": director, "version": used, "digest": "x", "started_at": NOW}
    runs = Run.objects.bulk_create([Run(title=f"第{n}件", record_id=n, department=director.department, **given) for n in range(500)])
    steps = RunStep.objects.bulk_create([RunStep(run=run, position=1, name="校长", state="open", opened_at=NOW, due_at=NOW) for run in runs])
    Signer.objects.bulk_create([Signer(step=step, person=principal, state=SignerState.OPEN) for step in steps])
    client.force_login(principal)
    client.get("/approvals/")
    for address in ("/approvals/", "/approvals/?page=10", "/approvals/?tab=done", "/approvals/all/"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(queries) <= 10, [query["sql"][:150] for query in queries.captured_queries]
    assert waiting_count(principal) == 500


def test_several_are_approved_at_once_and_a_refused_one_is_named(cast, rooms, used, client):
    runs = [started(cast, project_of(cast, rooms, title=f"第{n}件")) for n in range(3)]
    client.force_login(cast.principal)
    ids = [run.pk for run in runs]
    asked = client.post("/approvals/bulk/approve/", {"ids": ids})
    assert asked.content.decode().count("¥3,000.00") == 3
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 0
    approve(actor=cast.principal, at=NOW, record=runs[2])
    done = client.post("/approvals/bulk/approve/", {"ids": ids, "confirmed": "1", "opinion": "都同意"}, follow=True)
    assert "同意 2 件" in done.content.decode()
    assert "第2件：现在不等您签" in done.content.decode()
    assert {at_step(run) for run in runs} == {"会计"}


def test_first_page_todos_late_and_the_badge(cast, run):
    todo = approval_todos(cast.principal, NOW)[0]
    assert (todo.title, todo.verb, todo.url) == ("屋面防水", "审批", f"/approvals/{run.pk}/")
    assert approval_late(cast.principal, NOW) == []
    assert approval_late(cast.principal, NOW + timedelta(days=9))[0].count == 1
    assert (waiting_count(cast.principal), waiting_count(cast.vice)) == (1, 0)
    approve(actor=cast.principal, at=NOW, record=run)
    assert waiting_count(cast.principal) == 0


# A run's page


def test_the_page_shows_the_paper_the_steps_and_the_acts(run, cast, page):
    shown = page(cast.principal, f"/approvals/{run.pk}/")
    for words in ("等您审批：校长", "渗漏", "由谁签", "会计", "同意", "退回", "不同意", "转办", "加签", "抄送", "留言", f"/repairs/project/{run.record_id}/"):
        assert words in shown, words
    own = page(cast.director, f"/approvals/{run.pk}/")
    assert "撤回" in own and "催办" in own and "等您审批" not in own


def test_strangers_do_not_find_the_page_and_the_substitute_does(run, cast, client, page):
    client.force_login(cast.keeper)
    assert client.get(f"/approvals/{run.pk}/").status_code == 404
    assert client.post(f"/approvals/{run.pk}/approve/").status_code == 404
    name_substitute(actor=cast.principal, at=NOW, person=cast.principal, substitute=cast.keeper, from_on=NOW.date(), to_on=NOW.date())
    assert "您现在代校某审批" in page(cast.keeper, f"/approvals/{run.pk}/")
    assert "代校某" in page(cast.keeper, "/approvals/")


def test_acts_by_their_forms(run, cast, client, media):
    client.force_login(cast.principal)
    for act in ("approve", "return", "reject", "delegate", "add_signer", "copy", "comment"):
        assert client.get(f"/approvals/{run.pk}/{act}/").status_code == 200, act
    assert client.post(f"/approvals/{run.pk}/reject/", {"opinion": ""}).status_code == 422
    assert client.post(f"/approvals/{run.pk}/return/", {"to": "77", "opinion": "x"}).status_code == 422
    assert client.post(f"/approvals/{run.pk}/add_signer/", {"where": "beside", "people": [cast.keeper.pk]}).status_code == 302
    assert client.post(f"/approvals/{run.pk}/approve/", {"opinion": "同意。", "signature": ink()}).url == "/approvals/"
    decision = Decision.objects.get(act=DecisionAct.APPROVE)
    assert decision.signature.file
    shown = client.get(decision.signature.url)
    assert (shown.status_code, b"".join(shown.streaming_content)[:4]) == (200, b"\x89PNG")
    client.force_login(cast.driver)
    assert client.get(decision.signature.url).status_code == 404


def test_a_page_read_before_the_step_moved_on_is_told_so(run, cast, client):
    client.force_login(cast.principal)
    seen = client.get(f"/approvals/{run.pk}/").context["seen"]
    approve(actor=cast.principal, at=NOW, record=run)
    answer = client.post(f"/approvals/{run.pk}/approve/", {"opinion": "", "seen": seen})
    assert answer.status_code in (403, 409)
    assert Decision.objects.filter(act=DecisionAct.APPROVE).count() == 1


def test_a_colleagues_signature_in_the_same_step_does_not_stop_the_next(cast, rooms, client):
    chain_of(cast, by_people("小组", [cast.accountant, cast.buyer], mode="all"))
    run = started(cast, project_of(cast, rooms))
    client.force_login(cast.buyer)
    seen = client.get(f"/approvals/{run.pk}/").context["seen"]
    approve(actor=cast.accountant, at=NOW, record=run)
    client.post(f"/approvals/{run.pk}/approve/", {"opinion": "", "seen": seen})
    assert fresh(run).state == RunState.APPROVED


def test_the_panel_of_a_document_shows_the_run_or_who_would_sign(cast, rooms, used):
    project = project_of(cast, rooms)
    before = approval_panel(project, cast.director)
    assert [names for _, names in before["planned"]] == ["校某", "会某"]
    run = started(cast, project)
    assert (approval_panel(project, cast.director)["run"], len(approval_panel(project, cast.director)["lines"])) == (run, 2)
    Chain.objects.update(is_active=False)
    assert approval_panel(project, cast.director)["open"] == {run.pk}
    assert approval_panel(project, cast.nobody)["open"] == set()
    assert "没有适合" in approval_panel(project_of(cast, rooms, title="二"), cast.director)["trouble"]


# Signature and sheet


def test_a_kept_signature_stands_on_every_sheet_and_an_old_sheet_keeps_the_old_one(run, cast, media):
    with pytest.raises(RuleViolation, match="存签名要手写"):
        keep_signature(actor=cast.principal, at=NOW, signature=TypedSignature(b"", "校某"))
    first = keep_signature(actor=cast.principal, at=NOW, signature=clean_signature(ink()))
    approve(actor=cast.principal, at=NOW, record=run, opinion="同意")
    keep_signature(actor=cast.principal, at=NOW, signature=clean_signature(ink("blue")))
    assert Decision.objects.get(act=DecisionAct.APPROVE).signature == first
    rows = SHEET.context(fresh(run), cast.director)["rows"]
    assert [(row["step"], row["name"], row["words"]) for row in rows] == [("申请", "总某", "送审"), ("校长", "校某", "同意"), ("会计", "", "")]
    assert rows[1]["mark"].startswith("<svg") and rows[1]["mark_digest"] == first.digest


def test_the_signature_page_keeps_a_drawn_one(cast, client, media):
    client.force_login(cast.principal)
    assert client.get("/approvals/signature/").status_code == 200
    assert client.post("/approvals/signature/", {"signature_typed": "校某"}).status_code == 422
    assert client.post("/approvals/signature/", {"signature": ink()}).url == "/approvals/"
    assert "现在用的" in client.get("/approvals/signature/").content.decode()


@pytest.mark.requirement("GEN-04")
def test_the_sheet_is_checked_by_its_code_until_somebody_signs(run, cast, client):
    content = SHEET.context(run, cast.director)
    paper = note_paper(actor=cast.director, at=NOW, document=SHEET, record=run, content=content)
    assert standing_of(paper) is Standing.SAME
    approve(actor=cast.principal, at=NOW, record=run)
    assert standing_of(paper) is Standing.CHANGED
    assert digest_of(SHEET.context(fresh(run), cast.director)) != digest_of(content)
    client.force_login(cast.keeper)
    assert client.get(f"/print/platform.run/{run.pk}/").status_code == 404


# The editor


def test_a_chain_is_written_tried_and_published_by_its_pages(cast, rooms, client):
    client.force_login(cast.principal)
    answer = client.post("/approvals/chains/new/", {"name": "食堂采购", "kind": KEY})
    version = ChainVersion.objects.get()
    assert answer.url == f"/approvals/versions/{version.pk}/"
    step = {"name": "校长", "who": "role", "role": "role:principal", "mode": "one", "hours": "8", "escalate": ""}
    assert client.post(f"{answer.url}step/", step | {"role": ""}).status_code == 422
    assert client.post(f"{answer.url}step/", step).status_code == 302
    assert "走不通" in client.get(answer.url).content.decode()
    refused = client.post(f"{answer.url}publish/")
    assert (refused.status_code, "走不通" in refused.content.decode()) == (400, True)
    assert ChainVersion.objects.get().state == VersionState.DRAFT
    assert client.post(f"{answer.url}step/0/", step | {"escalate": "role:vice"}).status_code == 302
    conditions = {"name": "食堂大宗采购", "upto": "5000", "priority": "50", "fund_names": "公用经费，专项", "reason": "校务会"}
    assert client.post(answer.url, conditions | {"upto": "很多"}).status_code == 422
    assert client.post(answer.url, conditions | {"upto_limit": "finance.bigsum"}).status_code == 422
    assert client.post(answer.url, conditions).status_code == 302
    assert client.post(f"{answer.url}publish/").url == f"/approvals/chains/{version.chain_id}/"
    stored = ChainVersion.objects.get()
    assert (stored.state, stored.upto, stored.fund_names, stored.steps[0].escalate) == (
        VersionState.PUBLISHED,
        Decimal(5000),
        ["公用经费", "专项"],
        "role:vice",
    )
    shown = client.get(f"/approvals/chains/{version.chain_id}/").content.decode()
    assert Chain.objects.get().name == "食堂大宗采购"
    assert "金额不超过 5,000 元" in shown and "发布第 1 版" in shown
    assert client.get(answer.url).status_code in (400, 403, 409)


def test_steps_are_moved_and_taken_out_by_buttons(cast, used, client):
    client.force_login(cast.principal)
    client.post(f"/approvals/chains/{used.chain_id}/draft/")
    draft = ChainVersion.objects.get(state=VersionState.DRAFT)
    client.post(f"/approvals/versions/{draft.pk}/up/1/")
    assert [step.name for step in ChainVersion.objects.get(pk=draft.pk).steps] == ["会计", "校长"]
    client.post(f"/approvals/versions/{draft.pk}/remove/0/")
    assert client.post(f"/approvals/versions/{draft.pk}/zzz/0/").status_code == 404
    assert client.get(f"/approvals/versions/{draft.pk}/step/9/").status_code == 404
    assert client.post(f"/approvals/versions/{draft.pk}/remove/9/").status_code in (403, 409)
    client.post(f"/approvals/versions/{draft.pk}/drop/")
    assert not ChainVersion.objects.filter(pk=draft.pk).exists()
    client.post(f"/approvals/chains/{used.chain_id}/stop/")
    assert not Chain.objects.get().is_active
    assert "停用" in client.get("/approvals/chains/").content.decode()


def test_only_who_keeps_chains_gets_to_the_editor(cast, used, client):
    addresses = [
        "/approvals/chains/", "/approvals/chains/new/", f"/approvals/chains/{used.chain_id}/", f"/approvals/versions/{used.pk}/",
        f"/approvals/versions/{used.pk}/step/", f"/approvals/versions/{used.pk}/replay/", "/approvals/simulator/",
    ]  # fmt: skip
    for person in (cast.vice, cast.teacher):
        client.force_login(person)
        assert {client.get(address).status_code for address in addresses} == {403}
        assert client.post(f"/approvals/chains/{used.chain_id}/stop/").status_code == 403
        assert client.post(f"/approvals/versions/{used.pk}/publish/").status_code == 403
    assert Chain.objects.get().is_active


def test_the_simulator_answers_for_any_document(cast, rooms, used, page):
    asked = {"kind": KEY, "amount": "12000", "applicant": cast.teacher.pk, "department": "", "fund": "", "draft": ""}
    shown = page(cast.principal, "/approvals/simulator/", **asked)
    for words in ("测试流程 第 1 版", "校某", "会某", "还没有用时记录"):
        assert words in shown, words
    run = started(cast, project_of(cast, rooms))
    approve(actor=cast.principal, at=NOW + timedelta(hours=5), record=run)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert "一般 5 时（1 次的中间数）" in page(cast.principal, "/approvals/simulator/", **asked)
    Chain.objects.update(is_active=False)
    assert "没有合适的流程" in page(cast.principal, "/approvals/simulator/", **asked)
    for wrong in ({"amount": "1e400"}, {"amount": "-1"}, {"applicant": "9" * 30}, {"kind": "zzz"}, {"draft": "x"}):
        page(cast.principal, "/approvals/simulator/", **asked | wrong)


def test_the_replay_page_counts_what_would_change(cast, rooms, used, client, page):
    started(cast, project_of(cast, rooms))
    client.force_login(cast.principal)
    client.post(f"/approvals/chains/{used.chain_id}/draft/")
    draft = ChainVersion.objects.get(state=VersionState.DRAFT)
    assert "和现在走得一样" in page(cast.principal, f"/approvals/versions/{draft.pk}/replay/")
    client.post(f"/approvals/versions/{draft.pk}/remove/1/")
    shown = page(cast.principal, f"/approvals/versions/{draft.pk}/replay/")
    assert "校长 → 会计" in shown and "屋面防水" in shown


# API


def test_the_api_signs_by_the_same_rules(run, cast):
    def program(person, **fields) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {api_key(person, **fields)}")
        return client

    address = f"/api/v1/approvals/runs/{run.pk}/"
    assert program(cast.keeper).get(address).status_code == 404
    assert program(cast.director).post(f"{address}approve/", {}, format="json").status_code == 403
    shown = program(cast.principal).get(address).json()
    assert (shown["state"], [one["act"] for one in shown["decisions"]]) == ("running", ["start"])
    assert program(cast.principal).post(f"{address}reject/", {}, format="json").status_code == 400
    answer = program(cast.principal).post(f"{address}approve/", {"opinion": "可以", "seen": shown["seen"]}, format="json")
    assert answer.status_code == 200, answer.content
    assert [one["opinion"] for one in answer.json()["decisions"]] == ["", "可以"]


def test_a_key_with_chosen_permissions_signs_only_when_it_has_that_one(run, cast):
    principal = cast.principal
    principal.token_codes = frozenset({"platform.approvals.view"})
    with pytest.raises(RuleViolation, match="接口密钥"):
        approve(actor=principal, at=NOW, record=run)
    assert at_step(run) == "校长"


def test_a_new_holder_of_the_right_sees_every_run(run, cast):
    Grant.objects.create(role=Role.objects.get(key="keeper"), permission="platform.approvals.view", scope=Scope.ALL)
    client = APIClient()
    client.force_login(cast.keeper)
    assert client.get(f"/approvals/{run.pk}/").status_code == 200
