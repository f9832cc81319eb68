"""Staff, departments, posts with duties, classes and students (ORG-01, ORG-04)."""

import pytest
from django.core.exceptions import ValidationError

from logistics.platform.access.models import ApiToken, Role, SignIn
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org import queries, rules
from logistics.platform.org.login import StaffOrPhoneBackend
from logistics.platform.org.models import Department, Post, SchoolClass, Student, User
from logistics.platform.org.people import normal_phone
from logistics.platform.places.models import Level, Place
from tests.conftest import api_key

staff_rows = pytest.mark.requirement("ORG-01")
class_rows = pytest.mark.requirement("ORG-04")


@pytest.fixture
def clerk(person):
    return person("周建平", "platform.people.manage", "platform.students.manage")


@pytest.fixture
def office(clerk, at):
    return rules.save_department(actor=clerk, at=at, name="总务处")


def signed_in(username: str, password: str) -> User | None:
    return StaffOrPhoneBackend().authenticate(None, username=username, password=password)


# Departments and posts


@staff_rows
def test_a_department_with_people_is_not_closed(clerk, office, at):
    worker = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅", department=office)
    with pytest.raises(RuleViolation, match="1 个人") as refusal:
        rules.save_department(actor=clerk, at=at, record=office, is_active=False)
    assert refusal.value.field == "is_active"
    assert Department.objects.get().is_active
    rules.save_person(actor=clerk, at=at, record=worker, department=None)
    rules.save_department(actor=clerk, at=at, record=office, is_active=False)
    assert not Department.objects.get().is_active


@staff_rows
def test_two_departments_do_not_share_a_name(clerk, office, at):
    with pytest.raises(ValidationError):
        rules.save_department(actor=clerk, at=at, name=" 总务处 ")
    assert Department.objects.count() == 1


@staff_rows
def test_a_leaver_heads_no_department_and_holds_no_post(clerk, office, person, at):
    gone = person("已离职")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(RuleViolation, match="不在职"):
        rules.save_department(actor=clerk, at=at, record=office, head=gone)
    with pytest.raises(RuleViolation, match="不在职"):
        rules.save_post(actor=clerk, at=at, name="水电工", holders=[gone])
    assert Department.objects.get().head is None
    assert not Post.objects.exists()


@staff_rows
def test_a_post_keeps_its_holders_and_the_journal_says_who_they_were(clerk, person, at):
    first, second = person("李电工"), person("孙电工")
    post = rules.save_post(actor=clerk, at=at, name="水电工", duties="巡查配电房\n\n 报修 ", holders=[first])
    rules.save_post(actor=clerk, at=at, record=post, holders=[second])
    rules.save_post(actor=clerk, at=at, record=post, duties="巡查配电房")
    assert list(post.holders.all()) == [second]
    assert [event.changes for event in Event.objects.filter(action="set_holders")] == [
        {"任职人": ["—", "李电工"]},
        {"任职人": ["李电工", "孙电工"]},
    ]


@staff_rows
def test_only_an_empty_post_is_removed_and_its_duties_stay_in_the_journal(clerk, person, at):
    post = rules.save_post(actor=clerk, at=at, name="水电工", duties="巡查配电房", holders=[person("李电工")])
    with pytest.raises(RuleViolation, match="任职"):
        rules.remove_post(actor=clerk, at=at, record=post)
    assert Post.objects.exists()
    rules.save_post(actor=clerk, at=at, record=post, holders=[])
    rules.remove_post(actor=clerk, at=at, record=post)
    assert not Post.objects.exists()
    assert Event.objects.last().note == "巡查配电房"


@staff_rows
def test_every_duty_shows_its_owners_and_duties_without_one_are_listed(clerk, person, at, django_assert_num_queries):
    worker, gone = person("李电工"), person("已离职")
    rules.save_post(actor=clerk, at=at, name="水电工", duties="巡查配电房\n抄表", holders=[worker], order=1)
    rules.save_post(actor=clerk, at=at, name="绿化", duties="修剪", holders=[gone], order=2)
    rules.save_post(actor=clerk, at=at, name="空岗", duties="清理化粪池", order=3)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with django_assert_num_queries(2):
        rows = [(row.post.name, row.duty, [owner.name for owner in row.owners]) for row in queries.duties()]
    assert rows == [("水电工", "巡查配电房", ["李电工"]), ("水电工", "抄表", ["李电工"]), ("绿化", "修剪", []), ("空岗", "清理化粪池", [])]
    assert [row.duty for row in queries.unowned_duties()] == ["修剪", "清理化粪池"]


# Staff


@staff_rows
def test_a_new_person_gets_a_password_once_and_must_change_it(clerk, office, at):
    person = rules.save_person(actor=clerk, at=at, username=" Ｇ００１ ", name="王 师傅", phone="+86 138-0013-8000", department=office)
    saved = User.objects.get(username="G001")
    assert (saved.phone, saved.must_change_password, saved.pinyin) == ("13800138000", True, "wang shifu w sf")
    assert signed_in("G001", person.first_password) == saved
    assert signed_in("13800138000", person.first_password) == saved
    assert not hasattr(saved, "first_password")


@staff_rows
def test_no_password_and_no_hash_reaches_the_journal(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    rules.reset_password(actor=clerk, at=at, record=person)
    for event in Event.objects.all():
        written = f"{event.text} {event.note} {event.changes}"
        assert "密码：" not in written
        assert "$" not in written


@staff_rows
def test_first_passwords_differ_and_pass_for_strong(clerk, at):
    passwords = {rules.save_person(actor=clerk, at=at, username=f"G{n}", name="某人").first_password for n in range(20)}
    assert len(passwords) == 20
    assert all(len(password) == 14 and not set("0o1li") & set(password) for password in passwords)


@staff_rows
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "王 一"}, "username"),
        ({"username": "system"}, "username"),
        ({"username": "Public"}, "username"),
        ({"username": None}, "username"),
        ({"username": "x" * 31}, "username"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "138001380001"}, "phone"),
    ],
)
def test_a_wrong_number_or_phone_is_refused(clerk, at, changed, field):
    before = User.objects.count()
    with pytest.raises(RuleViolation) as refusal:
        rules.save_person(actor=clerk, at=at, **({"username": "G001", "name": "王师傅"} | changed))
    assert refusal.value.field == field
    assert User.objects.count() == before
    assert not Event.objects.exists()


@staff_rows
@pytest.mark.parametrize("values", [{"name": ""}, {"name": None}, {"name": "长" * 51}, {"name": "王", "email": "不是邮箱"}])
def test_a_person_without_a_proper_name_or_mail_is_refused(clerk, at, values):
    with pytest.raises(ValidationError):
        rules.save_person(actor=clerk, at=at, username="G001", **values)
    assert not User.objects.filter(username="G001").exists()


@staff_rows
def test_number_and_phone_are_nobody_elses_not_even_crosswise(clerk, at):
    rules.save_person(actor=clerk, at=at, username="13900139000", name="用手机号当工号", phone="13800138000")
    for values, field in [
        ({"username": "13900139000"}, "username"),
        ({"username": "13800138000"}, "username"),
        ({"username": "G2", "phone": "13800138000"}, "phone"),
        ({"username": "G2", "phone": "13900139000"}, "phone"),
    ]:
        with pytest.raises(RuleViolation) as refusal:
            rules.save_person(actor=clerk, at=at, name="另一人", **values)
        assert refusal.value.field == field
    assert not User.objects.filter(name="另一人").exists()
    own = rules.save_person(actor=clerk, at=at, username="13700137000", name="自己的", phone="13700137000")
    rules.save_person(actor=clerk, at=at, record=own, title="组长")


@staff_rows
@pytest.mark.parametrize("typed", ["13800138000", " 138 0013 8000 ", "138-0013-8000", "８６１３８００１３８０００", "+8613800138000"])
def test_a_mobile_number_has_one_form(typed):
    assert normal_phone(typed) == "13800138000"


@staff_rows
def test_a_changed_name_changes_the_pinyin_and_the_journal_shows_only_the_name(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    rules.save_person(actor=clerk, at=at, record=person, name="周建平")
    assert User.objects.get(pk=person.pk).pinyin == "zhoujianping zjp"
    assert Event.objects.last().changes == {"姓名": ["王师傅", "周建平"]}


@staff_rows
def test_a_person_is_not_put_into_a_closed_department(clerk, office, at):
    rules.save_department(actor=clerk, at=at, record=office, is_active=False)
    office.refresh_from_db()
    with pytest.raises(RuleViolation, match="停用"):
        rules.save_person(actor=clerk, at=at, username="G001", name="王师傅", department=office)
    assert not User.objects.filter(username="G001").exists()


@staff_rows
def test_the_softwares_own_account_is_not_edited(clerk, at):
    account = User.objects.system()
    with pytest.raises(NotAllowed):
        rules.save_person(actor=clerk, at=at, record=account, is_active=True, name="假冒")
    account.refresh_from_db()
    assert (account.name, account.is_active) == ("系统", False)


@staff_rows
def test_people_are_found_by_name_pinyin_initials_number_and_phone(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅", phone="13800138000")
    gone = rules.save_person(actor=clerk, at=at, username="G002", name="王离职", is_active=False)
    for typed in ("王师", "wangshi", "WSF", "g00", "１３８", " 王 师 傅 "):
        assert list(queries.people_for(typed)) == [person], typed
    assert gone not in queries.people()
    assert not queries.people_for(" ")
    assert not queries.people_for("%")
    assert not queries.people_for("\x00")


# Leaving


@staff_rows
def test_nobody_leaves_before_handing_over(clerk, office, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    office = rules.save_department(actor=clerk, at=at, record=office, head=person)
    post = rules.save_post(actor=clerk, at=at, name="水电工", holders=[person])
    school_class = rules.save_class(actor=clerk, at=at, name="七1班", grade="七年级", head_teacher=person)
    place = Place.objects.create(level=Level.BUILDING, name="配电房", full_name="配电房", code="P1", responsible=person)
    with pytest.raises(RuleViolation) as refusal:
        rules.save_person(actor=clerk, at=at, record=person, is_active=False)
    for word in ("总务处", "水电工", "七1班", "配电房"):
        assert word in refusal.value.message
    assert User.objects.get(pk=person.pk).is_active
    rules.save_department(actor=clerk, at=at, record=office, head=None)
    rules.save_post(actor=clerk, at=at, record=post, holders=[])
    rules.save_class(actor=clerk, at=at, record=school_class, head_teacher=None)
    Place.objects.filter(pk=place.pk).update(responsible=None)
    rules.save_person(actor=clerk, at=at, record=person, is_active=False)
    assert not User.objects.get(pk=person.pk).is_active
    assert "leave" in Event.objects.values_list("action", flat=True)


@staff_rows
def test_other_apps_tell_what_a_leaver_must_hand_over(clerk, at, monkeypatch):
    monkeypatch.setattr(queries, "_belongings", [])
    queries.register_belonging("保管的资产", lambda person: ["投影仪", "电脑", "相机", "话筒"] if person.username == "G001" else [])
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    with pytest.raises(RuleViolation, match="保管的资产（投影仪、电脑、相机等 4 项）"):
        rules.save_person(actor=clerk, at=at, record=person, is_active=False)
    assert User.objects.get(pk=person.pk).is_active


@staff_rows
def test_a_leaver_loses_roles_keys_and_the_way_in(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    Role.objects.create(key="x", name="维修").holders.add(person)
    api_key(person)
    SignIn.objects.create(user=person, digest="x", device="安卓", address="", since_at=at, seen_at=at)
    rules.save_person(actor=clerk, at=at, record=person, is_active=False)
    assert not person.roles.exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert User.objects.get(pk=person.pk).ended_sessions.keys() == {"x"}
    assert signed_in("G001", person.first_password) is None
    assert {"角色": ["维修、教师", "—"]} in [event.changes for event in Event.objects.all()]


@staff_rows
def test_nobody_ends_their_own_employment(clerk, at):
    with pytest.raises(RuleViolation, match="自己"):
        rules.save_person(actor=clerk, at=at, record=clerk, is_active=False)
    assert User.objects.get(pk=clerk.pk).is_active


# Passwords


@staff_rows
def test_a_reset_password_replaces_the_old_one_and_ends_api_keys(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    api_key(person)
    SignIn.objects.create(user=person, digest="x", device="安卓", address="", since_at=at, seen_at=at)
    again = rules.reset_password(actor=clerk, at=at, record=person)
    assert signed_in("G001", person.first_password) is None
    assert signed_in("G001", again.first_password).must_change_password
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert User.objects.get(pk=person.pk).ended_sessions.keys() == {"x"}


@staff_rows
def test_who_hands_out_roles_has_the_password_reset_only_by_an_equal(clerk, person, at):
    chief = person("系统管理员", "platform.roles.manage")
    with pytest.raises(NotAllowed, match="分配权限"):
        rules.reset_password(actor=clerk, at=at, record=chief)
    assert User.objects.get(pk=chief.pk).password == chief.password
    rules.reset_password(actor=person("另一管理员", "platform.people.manage", "platform.roles.manage"), at=at, record=chief)
    assert User.objects.get(pk=chief.pk).password != chief.password


@staff_rows
def test_passwords_for_many_are_all_or_nothing(clerk, at):
    people = rules.save_people(actor=clerk, at=at, rows=[{"username": f"G{n}", "name": "某人"} for n in range(3)])
    people.append(User.objects.system())
    with pytest.raises(RuleViolation):
        rules.issue_passwords(actor=clerk, at=at, people=people)
    assert set(User.objects.filter(username__startswith="G").values_list("password", flat=True)) == {"!"}
    issued = rules.issue_passwords(actor=clerk, at=at, people=people[:3])
    assert [signed_in(one.username, one.first_password) for one in issued] == people[:3]
    with pytest.raises(RuleViolation, match="300"):
        rules.issue_passwords(actor=clerk, at=at, people=people * 100)


@staff_rows
def test_changing_ones_own_password_needs_the_old_one_and_a_good_new_one(clerk, at):
    person = rules.save_person(actor=clerk, at=at, username="G001", name="王师傅")
    old = person.first_password
    for given, new, field in [("不对", "xuexiao-2026", "old"), (old, old, "new"), (old, "12345678", "new"), (old, "短", "new")]:
        with pytest.raises(RuleViolation) as refusal:
            rules.change_own_password(actor=person, at=at, old=given, new=new)
        assert refusal.value.field == field
    assert signed_in("G001", old).must_change_password
    changed = rules.change_own_password(actor=person, at=at, old=old, new="xuexiao-2026")
    assert changed.password == User.objects.get(pk=person.pk).password
    assert not signed_in("G001", "xuexiao-2026").must_change_password
    assert Event.objects.last().action == "change_password"


# Rights


@staff_rows
@class_rows
@pytest.mark.parametrize(
    ("act", "values"),
    [
        (rules.save_department, {"name": "x"}),
        (rules.save_post, {"name": "x"}),
        (rules.remove_post, {"record": Post(pk=1)}),
        (rules.save_person, {"username": "x1", "name": "x"}),
        (rules.save_people, {"rows": []}),
        (rules.reset_password, {"record": User(pk=1)}),
        (rules.save_class, {"name": "x", "grade": "x"}),
        (rules.save_classes, {"rows": []}),
        (rules.graduate_class, {"record": SchoolClass(pk=1)}),
        (rules.save_student, {"number": "1", "name": "x"}),
        (rules.save_students, {"rows": []}),
    ],
)
def test_who_has_no_right_changes_nothing(person, at, act, values):
    actor = person("路人")
    if act is rules.reset_password:
        values = {"record": actor}
    with pytest.raises(NotAllowed, match="没有"):
        act(actor=actor, at=at, **values)
    assert User.objects.count() == 1
    assert not Event.objects.exists()
    assert not (Department.objects.exists() or Post.objects.exists() or SchoolClass.objects.exists() or Student.objects.exists())
