"""The first day of a school: the kind brings the usual parts, every step measures itself, and the doctor names what is wrong (ORG-01, ORG-03)."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from logistics.cockpit.setup import doctor, steps
from logistics.cockpit.setup.first_run import setup_todos
from logistics.cockpit.setup.usual_school import current_term
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department, Post, SchoolClass
from logistics.platform.school.first_run import Beginning, all_presets, begin_school, offered
from logistics.platform.school.models import School, SchoolKind
from logistics.platform.terms.models import CalendarDay, Term, WorkingHours
from logistics.platform.web.readiness import percent, standings
from repairs.kind.models import FaultKind, Repairer, Trade

pytestmark = pytest.mark.requirement("ORG-01")

TODAY = date(2026, 11, 18)
BEGIN = reverse("cockpit:begin")
TOLD = {"name": "青禾小学", "kind": "primary", "is_boarding": "on", "classes": "2"}
EVERYTHING = [preset.key for preset in all_presets()]


def beginning(kind=SchoolKind.PRIMARY, *, boarding=True, classes=2) -> Beginning:
    return Beginning(kind, boarding, classes, TODAY)


def begin(actor, at, chosen, **told) -> School:
    return begin_school(actor=actor, at=at, name="青禾小学", beginning=beginning(**told), chosen=chosen)


@pytest.mark.requirement("ORG-03", "ORG-04")
def test_the_kind_of_school_brings_its_usual_parts(cast, now):
    school = begin(cast.director, now, EVERYTHING)
    assert (school.name, school.kind, school.is_boarding) == ("青禾小学", "primary", True)
    assert list(SchoolClass.objects.values_list("name", flat=True))[:3] == ["一年级（1）班", "一年级（2）班", "二年级（1）班"]
    assert SchoolClass.objects.count() == 12
    assert Department.objects.filter(name="总务处").count() == 1, "what exists is not made again"
    assert Post.objects.filter(name="宿管员").exists()
    assert Term.objects.get().name == "2026年秋季学期"
    assert WorkingHours.objects.count() == 2
    assert CalendarDay.objects.filter(on=date(2026, 10, 1)).exists()
    assert FaultKind.objects.get(name="水").trade.name == "水工"
    assert Event.objects.filter(action="create").count() > 30, "every record is journalled by its own rule"


def test_a_second_time_brings_nothing(cast, now):
    begin(cast.director, now, EVERYTHING)
    assert offered(beginning()) == []


def test_only_what_is_ticked_is_made(cast, now):
    begin(cast.director, now, ["repairs"])
    assert FaultKind.objects.exists()
    assert not (Term.objects.exists() or Post.objects.exists() or SchoolClass.objects.exists())


def test_what_the_school_has_stays_as_it_is(cast, now, kinds, rooms):
    before = set(FaultKind.objects.values_list("pk", "name")), set(SchoolClass.objects.values_list("pk", "name"))
    begin(cast.director, now, EVERYTHING)
    assert (set(FaultKind.objects.values_list("pk", "name")), set(SchoolClass.objects.values_list("pk", "name"))) == before


@pytest.mark.parametrize(("chosen", "classes"), [(["calendar", "nothing-of-ours"], 2), (["calendar"], 41), (["calendar"], -1)])
def test_a_part_that_cannot_be_made_makes_none(cast, now, chosen, classes):
    with pytest.raises(RuleViolation):
        begin(cast.director, now, chosen, classes=classes)
    assert not School.objects.exists()
    assert not Term.objects.exists()


def test_whoever_does_not_keep_the_school_begins_nothing(cast, now, client):
    with pytest.raises(NotAllowed):
        begin(cast.teacher, now, EVERYTHING)
    client.force_login(cast.teacher)
    assert client.get(BEGIN).status_code == 403
    assert client.post(BEGIN, TOLD | {"chosen": EVERYTHING}).status_code == 403
    assert client.get(reverse("cockpit:start")).status_code == 403
    assert not School.objects.exists()


@pytest.mark.parametrize("kind", SchoolKind)
def test_every_kind_has_grades_and_every_part_says_what_it_brings(db, kind):
    found = {preset.key: lines for preset, lines in offered(beginning(kind))}
    assert list(found) == [preset.key for preset in all_presets()]
    assert found["classes"] == [f"{beginning(kind).grades[0]}（1）班 到 {beginning(kind).grades[-1]}（2）班，共 {2 * len(beginning(kind).grades)} 个班"]


@pytest.mark.requirement("ORG-03")
@pytest.mark.parametrize(
    ("on", "name", "start_on"),
    [
        (date(2026, 7, 20), "2026年秋季学期", date(2026, 9, 1)),
        (date(2026, 12, 31), "2026年秋季学期", date(2026, 9, 1)),
        (date(2027, 1, 10), "2026年秋季学期", date(2026, 9, 1)),
        (date(2027, 2, 1), "2027年春季学期", date(2027, 2, 24)),
        (date(2027, 6, 30), "2027年春季学期", date(2027, 2, 24)),
    ],
)
def test_the_term_that_runs_or_comes_next_is_proposed(on, name, start_on):
    assert current_term(on)[0] == name
    assert current_term(on)[2] == start_on


def test_the_page_shows_what_would_be_made_before_it_is_made(client, cast):
    client.force_login(cast.director)
    looked = client.post(BEGIN, TOLD)
    assert looked.status_code == 200
    text = looked.content.decode()
    assert "一年级（1）班 到 六年级（2）班，共 12 个班" in text
    assert 'value="repairs" checked' in text
    assert not School.objects.exists()
    done = client.post(BEGIN, TOLD | {"chosen": ["", "calendar", "classes"]})
    assert done.headers["Location"] == reverse("cockpit:start")
    assert (School.objects.get().name, SchoolClass.objects.count(), FaultKind.objects.count()) == ("青禾小学", 12, 0)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"kind": "university"}, {"classes": "-1"}, {"classes": "很多"}])
def test_wrong_answers_stand_at_their_field(client, cast, wrong):
    client.force_login(cast.director)
    answer = client.post(BEGIN, TOLD | wrong | {"chosen": ["calendar"]})
    assert answer.status_code == 422
    assert not School.objects.exists()


def test_a_new_school_is_the_first_thing_to_do(cast, now):
    assert [todo.url for todo in setup_todos(cast.director, now)] == [BEGIN]
    assert setup_todos(cast.teacher, now) == []
    begin(cast.director, now, [])
    assert setup_todos(cast.director, now) == []


# How far it is


def test_the_steps_measure_the_records_themselves(cast, rooms, kinds, now):
    assert steps.school_standing().part == 0
    begin(cast.director, now, ["calendar", "posts"])
    assert steps.school_standing().words == "还缺：保障电话、外网地址"
    assert steps.calendar_standing().part in (1, 2 / 3), "the holidays of the year that is now may not be known"
    assert steps.places_standing().words == "2 间，2 栋楼还没有责任人"
    assert steps.classes_standing().part == 1
    assert steps.students_standing().part == 0
    assert 0 <= steps.duties_standing().part < 1
    Repairer.objects.filter(pk=kinds.plumber.pk).update(is_available=False)
    by_key = {one.step.key: one for one in standings()}
    assert by_key["repairs.repairers"].progress.words == "没有人修：水工"
    assert by_key["repairs.repairers"].percent == 50
    assert Trade.objects.count() == 2


def test_nothing_is_all_of_it_until_every_step_is(cast, now):
    found = standings()
    assert 0 <= percent(found) < 100
    assert percent([one for one in found if one.is_done]) == 100
    assert percent([]) == 100


def test_the_page_leads_to_the_next_step(client, cast, now):
    client.force_login(cast.director)
    text = client.get(reverse("cockpit:start")).content.decode()
    assert "下一步：学校信息" in text
    assert "建好了" in text


# The doctor


def told(**options) -> str:
    out = StringIO()
    try:
        call_command("doctor", stdout=out, **options)
    except CommandError as refusal:
        out.write(str(refusal))
    return out.getvalue()


@pytest.mark.requirement("GEN-08")
def test_the_doctor_names_what_is_wrong_and_what_to_do(cast, settings):
    settings.DISK_FREE_MB = 10**9
    text = told()
    assert "请清理或扩容" in text
    assert "后台任务进程还没有启动过" in text
    assert "处异常" in text
    assert "数据库结构" in text


@pytest.mark.requirement("GEN-08")
def test_a_look_that_fails_is_a_finding_and_ends_nothing(db, monkeypatch):
    def broken():
        raise RuntimeError("坏了")

    monkeypatch.setattr(doctor, "CHECKS", [broken, doctor.clock_part])
    found = list(doctor.examine())
    assert "RuntimeError: 坏了" in next(part.detail for part in found if part.label == "检查")
    assert found[-1].label == "时钟"


def test_a_database_without_chinese_letters_is_a_warning_and_no_fault(db, monkeypatch):
    assert doctor.letters_part().tone == "done"
    monkeypatch.setattr(doctor, "locale_problem", lambda: "数据库的字符类型是 C。")
    assert (doctor.letters_part().tone, doctor.letters_part().detail) == ("wait", "数据库的字符类型是 C。")
    assert doctor.letters_part in doctor.CHECKS


def test_a_lost_file_and_a_mail_server_that_is_away_are_found(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    assert doctor.media_part().tone == "done"
    assert "连不上 127.0.0.1" in doctor.mail_part().detail
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert "写不进" in doctor.media_part().detail
