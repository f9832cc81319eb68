"""A works project on the site: steps, acceptance, defects (REP-11)."""

from datetime import date, timedelta

import pytest

from logistics.platform.attachments.photos import TypedSignature
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from repairs.project import acceptance, building, rules
from repairs.project.models import Defect, Inspector, ProjectState
from repairs.project.queries import project_late, project_todos, projects_visible_to
from tests.conftest import NOW
from tests.repairs.project.conftest import TODAY

pytestmark = pytest.mark.requirement("REP-11")
YEAR_LATER = NOW + timedelta(days=366)


# The site


def test_work_starts_after_the_contract(contracted, cast, stored):
    project = contracted()
    with pytest.raises(RuleViolation) as refusal:
        building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY - timedelta(days=3))
    assert refusal.value.field == "started_on"
    building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY)
    assert (stored(project).state, stored(project).started_on) == (ProjectState.BUILDING, TODAY)


def test_a_step_is_finished_once_and_then_stays(building_site, cast):
    step = building_site.milestones.first()
    with pytest.raises(RuleViolation, match="已经登记完成"):
        building.finish_milestone(actor=cast.keeper, at=NOW, record=building_site, milestone=step, done_on=TODAY)
    with pytest.raises(RuleViolation, match="不能去掉"):
        building.remove_milestone(actor=cast.keeper, at=NOW, record=building_site, milestone=step)
    assert building_site.milestones.count() == 2


def test_a_step_of_another_project_is_not_touched(building_site, cast, propose):
    other = rules.approve_project(actor=cast.vice, at=NOW, record=propose(title="另一处"))
    with pytest.raises(Conflict):
        building.remove_milestone(actor=cast.director, at=NOW, record=other, milestone=building_site.milestones.first())


def test_others_do_not_work_on_the_site(building_site, cast):
    for person in (cast.teacher, cast.stranger, cast.inspector):
        with pytest.raises(NotAllowed):
            building.add_milestone(actor=person, at=NOW, record=building_site, name="别的", plan_on=TODAY)
    assert building_site.milestones.count() == 2


# Acceptance


@pytest.mark.parametrize("names", [[], ["vice"], ["vice", "vice"], ["vice", "keeper"], ["vice", "director"]])
def test_acceptance_takes_two_who_are_neither_owner_nor_signed_the_contract(building_site, cast, names, stored):
    with pytest.raises(RuleViolation) as refusal:
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[getattr(cast, name) for name in names])
    assert refusal.value.field == "inspectors"
    assert (stored(building_site).state, Inspector.objects.count()) == (ProjectState.BUILDING, 0)


def test_unfinished_steps_keep_acceptance_back(building_site, cast):
    building.add_milestone(actor=cast.keeper, at=NOW, record=building_site, name="闭水试验", plan_on=TODAY)
    with pytest.raises(RuleViolation, match="还有 1 个节点"):
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])


def test_each_signs_alone_and_the_last_one_accepts(building_site, cast, stored):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    with pytest.raises(NotAllowed):
        acceptance.sign_inspection(actor=cast.principal, at=NOW, record=building_site, passed=True)
    acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=True, signature=[TypedSignature(b"", cast.vice.name)])
    with pytest.raises(RuleViolation, match="已经签过"):
        acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=True)
    assert stored(building_site).state == ProjectState.INSPECTING
    acceptance.sign_inspection(actor=cast.teacher, at=NOW, record=building_site, passed=True)
    done = stored(building_site)
    assert (done.state, done.inspected_on, done.warranty_until) == (ProjectState.INSPECTED, TODAY, date(2027, 11, 18))
    assert attachments_of(done, Inspector.objects.get(user=cast.vice).signature_role).count() == 1


def test_one_refusal_sends_it_back_and_a_second_round_begins(building_site, cast, stored):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    with pytest.raises(RuleViolation) as refusal:
        acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=False, opinion="")
    assert refusal.value.field == "opinion"
    acceptance.add_defect(actor=cast.teacher, at=NOW, record=building_site, content="西北角渗水", fix_by=TODAY)
    acceptance.sign_inspection(actor=cast.vice, at=NOW, record=building_site, passed=False, opinion="闭水试验不合格")
    assert stored(building_site).state == ProjectState.BUILDING
    with pytest.raises(RuleViolation, match="没有整改"):
        acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=building_site, defect=Defect.objects.get(), fixed_on=TODAY)
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    assert (stored(building_site).inspection_round, Inspector.objects.filter(round=2, signed_at=None).count(), Inspector.objects.count()) == (2, 2, 4)


def test_who_was_asked_to_inspect_sees_the_project(building_site, cast):
    assert not projects_visible_to(cast.teacher)
    with pytest.raises(NotAllowed):
        rules.check_can_view(cast.teacher)
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    rules.check_can_view(cast.teacher)
    assert list(projects_visible_to(cast.teacher)) == [building_site]
    assert not projects_visible_to(cast.stranger)


def test_a_defect_is_mended_by_one_and_checked_by_another(inspected, cast, stored):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    with pytest.raises(RuleViolation, match="还没有登记整改"):
        acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=True)
    acceptance.fix_defect(actor=cast.director, at=NOW, record=inspected, defect=defect, fixed_on=TODAY, fix_note="已重做")
    for person in (cast.director, cast.keeper, cast.stranger):  # the fixer, the owner, nobody's business
        with pytest.raises(NotAllowed):
            acceptance.check_defect(actor=person, at=NOW, record=inspected, defect=defect, is_good=True)
    assert stored(defect).checked_on is None
    acceptance.check_defect(actor=cast.teacher, at=NOW, record=inspected, defect=defect, is_good=True)
    assert (stored(defect).checked_by, stored(defect).checked_on) == (cast.teacher, TODAY)


def test_a_mending_that_is_not_good_is_open_again(inspected, cast, stored):
    defect = acceptance.add_defect(actor=cast.vice, at=NOW, record=inspected, content="收边不直", fix_by=TODAY)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=inspected, defect=defect, fixed_on=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=False)
    assert refusal.value.field == "words"
    acceptance.check_defect(actor=cast.vice, at=NOW, record=inspected, defect=defect, is_good=False, words="还是不直")
    assert (stored(defect).fixed_on, stored(defect).fixed_by) == (None, None)
    assert Event.objects.filter(action="check_defect").last().note == "还是不直"


# To-dos


def test_todos_follow_the_project(propose, cast, rooms):
    project = propose()
    assert [todo.verb for todo in project_todos(cast.vice, NOW)] == ["立项"]
    rules.approve_project(actor=cast.vice, at=NOW, record=project)
    assert project_todos(cast.vice, NOW) == []
    assert [todo.verb for todo in project_todos(cast.keeper, NOW)] == ["接着办"]
    assert project_late(cast.director, NOW) == []
    assert [late.label for late in project_late(cast.director, NOW + timedelta(days=100))] == ["工程过期"]


def test_the_inspector_signs_and_checks(building_site, cast):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    assert [todo.verb for todo in project_todos(cast.teacher, NOW)] == ["验收"]
    acceptance.sign_inspection(actor=cast.teacher, at=NOW, record=building_site, passed=True)
    defect = acceptance.add_defect(actor=cast.teacher, at=NOW, record=building_site, content="收边不直", fix_by=TODAY)
    acceptance.fix_defect(actor=cast.keeper, at=NOW, record=building_site, defect=defect, fixed_on=TODAY)
    assert [todo.verb for todo in project_todos(cast.teacher, NOW)] == ["复查"]
    assert "复查" not in [todo.verb for todo in project_todos(cast.keeper, NOW)]
