"""Every write to departments, posts, staff, classes and students (ORG-01, ORG-04)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from logistics.platform.access.rules import check_may_open_account, require
from logistics.platform.access.sessions import end_all
from logistics.platform.access.tokens import revoke_all
from logistics.platform.audit.bulk import fresh, insert_rows
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import save_new_rows, stored, tidied
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.text import pinyin_key

from .models import Department, Post, SchoolClass, Student, User
from .people import check_person, complete, give_first_password, login_clashes, names
from .queries import belongings_of
from .roles import drop_roles, give_first_role

MANAGE_PEOPLE = "platform.people.manage"
MANAGE_STUDENTS = "platform.students.manage"
MOST_PASSWORDS = 300  # given in one go
other_keys: list[Callable[[User], object]] = []  # take back keys that other parts gave this person; for wiring.py
NO_PASSWORD = "!"  # noqa: S105  # no hash, so no sign-in


def check_can_manage_people(user, record=None) -> None:
    require(user, MANAGE_PEOPLE)


def check_can_manage_students(user, record=None) -> None:
    require(user, MANAGE_STUDENTS)


def check_can_reset_password(user, record: User) -> None:
    """Whoever looks after staff may, but only those who hand out roles may reset the password of one who does."""
    require(user, MANAGE_PEOPLE)
    if not record.is_person or not record.is_active:
        raise RuleViolation("这个账号不能登录，不用重置密码。")
    check_may_open_account(user, record, MANAGE_PEOPLE)


@rule
def save_department(*, actor, at: datetime, record: Department | None = None, **values) -> Department:
    """Create or change a department. One with people in it cannot be closed."""
    check_can_manage_people(actor)
    department, values = stored(Department, record), tidied(values)
    _check_in_post(values.get("head"), "head")
    if department.pk and values.get("is_active") is False and (count := department.members.filter(is_active=True).count()):
        raise RuleViolation(f"这个部门还有 {count} 个人，请先把他们调到别的部门。", field="is_active")
    return save_changes(actor=actor, at=at, record=department, **values)


@rule
def save_post(*, actor, at: datetime, record: Post | None = None, holders: Iterable[User] | None = None, **values) -> Post:
    """Create or change a post (岗位), its duties one per line, and who holds it; `holders` None leaves them as they are."""
    check_can_manage_people(actor)
    post = stored(Post, record)
    post = save_changes(actor=actor, at=at, record=post, **tidied(values))
    if holders is not None:
        _set_post_holders(actor, at, post, list(holders))
    return post


def _set_post_holders(actor, at: datetime, post: Post, holders: list[User]) -> None:
    for person in holders:
        _check_in_post(person, "holders")
    before = list(post.holders.all())
    if {person.pk for person in before} == {person.pk for person in holders}:
        return
    post.holders.set(holders)
    changes = {"任职人": [names(before), names(holders)]}
    record_event(actor=actor, at=at, action="set_holders", record=post, text=f"任职人改为：{names(holders)}", changes=changes)


@rule
def remove_post(*, actor, at: datetime, record: Post) -> None:
    """Do away with a post nobody holds; the journal keeps its duties."""
    check_can_manage_people(actor)
    post = stored(Post, record)
    if post.holders.exists():
        raise RuleViolation("这个岗位还有人任职，请先把任职人清空。")
    record_event(actor=actor, at=at, action="remove", record=post, text=f"撤销岗位：{post}", note=post.duties)
    try:
        post.delete()
    except ProtectedError as refusal:
        raise RuleViolation("还有定时任务归这个岗位，请先把任务交给别的岗位或者人。") from refusal


@rule
def save_person(*, actor, at: datetime, record: User | None = None, **values) -> User:
    """Create or change a member of staff.

    A new one is a teacher and gets a random password that must be changed at the first sign-in; it can be read once, as `first_password`
    of the person returned. Setting `is_active` to False is leaving: refused while anything is to be handed over.
    """
    check_can_manage_people(actor)
    person, values = stored(User, record), complete(tidied(values))
    is_new, leaves = person.pk is None, person.is_active and values.get("is_active") is False
    if not person.is_person:
        raise NotAllowed("这是系统自己用的账号，不能修改。")
    if leaves and not is_new:
        _check_can_leave(actor, person)
    _check_draft(person, values)
    person.pinyin = values.pop("pinyin", person.pinyin)
    if is_new:
        give_first_password(person)
    person.password = person.password or NO_PASSWORD
    save_changes(actor=actor, at=at, record=person, action="leave" if leaves else "update", **values)
    if is_new:
        give_first_role(actor=actor, at=at, people=[person])
    if leaves and not is_new:
        _after_leaving(actor, at, person)
    return person


def _check_draft(person: User, values: dict) -> None:
    """Check the row as it would be, without touching `person`."""
    draft = User(**{field.attname: getattr(person, field.attname) for field in User._meta.concrete_fields})
    for name, value in values.items():
        setattr(draft, name, value)
    check_person(draft)
    for field, sentence in login_clashes([draft]).values():
        raise RuleViolation(sentence, field=field)


def _check_can_leave(actor, person: User) -> None:
    if actor.pk == person.pk:
        raise RuleViolation("不能给自己办离职，请让别人来办。", field="is_active")
    held = belongings_of(person)
    if held:
        raise RuleViolation(f"{person.name}还有没交接的：{'；'.join(map(str, held))}。请先交给别人，再办离职。", field="is_active")


def _after_leaving(actor, at: datetime, person: User) -> None:
    """A leaver keeps no role, no key to the API and no browser signed in, in case the account is opened again later."""
    drop_roles(actor=actor, at=at, person=person)
    shut_out(person, at=at)


def shut_out(person: User, *, at: datetime) -> int:
    """No browser, no program and no calendar goes on in this person's name; how many browsers there were. Belongs inside a rule."""
    revoke_all(person, at=at)
    for withdraw in other_keys:
        withdraw(person)
    return end_all(person, at=at)


def check_can_end_sessions(user, record: User) -> None:
    """Whoever looks after staff; of one who hands out roles only those who do that too."""
    require(user, MANAGE_PEOPLE)
    check_may_open_account(user, record, MANAGE_PEOPLE)


@rule
def end_sessions(*, actor, at: datetime, record: User) -> User:
    """A phone was lost: sign this person out everywhere, programs too. The password stays."""
    person = stored(User, record)
    check_can_end_sessions(actor, person)
    count = shut_out(person, at=at)
    record_event(actor=actor, at=at, action="end_sessions", record=person, text=f"让所有设备退出登录（{count} 台），接口令牌也收回")
    return person


@rule
def save_people(*, actor, at: datetime, rows: Sequence[dict]) -> list[User]:
    """New staff from rows of values, all or nothing, each a teacher. They cannot sign in until issue_passwords gives them a password.

    Raises BadRows with a sentence per bad row.
    """
    check_can_manage_people(actor)
    people = [User(password=NO_PASSWORD, must_change_password=True, **complete(tidied(row))) for row in rows]
    clashes = {n: sentence for n, (_, sentence) in login_clashes(people).items()}
    save_new_rows(actor=actor, at=at, records=people, unique=[], check=check_person, faults=clashes)
    give_first_role(actor=actor, at=at, people=people)
    return people


@rule
def reset_password(*, actor, at: datetime, record: User) -> User:
    """A new random password, to be read once as `first_password` of the person returned; signs them out everywhere."""
    return issue_passwords(actor=actor, at=at, people=[record])[0]


@rule
def issue_passwords(*, actor, at: datetime, people: Sequence[User]) -> list[User]:
    """reset_password for many, to hand out on slips of paper; at most 300 people at once, about 10 ms each."""
    if len(people) > MOST_PASSWORDS:
        raise RuleViolation(f"一次最多给 {MOST_PASSWORDS} 个人发密码，请分几次。")
    issued = []
    for named in people:
        person = stored(User, named)
        check_can_reset_password(actor, person)
        give_first_password(person)
        person.save(update_fields=["password", "must_change_password"])
        shut_out(person, at=at)
        record_event(actor=actor, at=at, action="reset_password", record=person, text="重置密码，下次登录要改")
        issued.append(person)
    return issued


@rule
def change_own_password(*, actor, at: datetime, old: str, new: str) -> User:
    """Replace one's own password. Returns the person with the new hash, for keeping the present session signed in.

    Raises RuleViolation for a wrong old password (field `old`) or a weak new one (field `new`).
    """
    person = stored(User, actor)
    if not person.check_password(old):
        raise RuleViolation("原密码不对，请再输一次。", field="old")
    if old == new:
        raise RuleViolation("新密码和原来的一样，请换一个。", field="new")
    try:
        validate_password(new, person)
    except ValidationError as refusal:
        raise RuleViolation("".join(refusal.messages), field="new") from refusal
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    shut_out(person, at=at)
    record_event(actor=actor, at=at, action="change_password", record=person, text="修改自己的密码")
    return person


@rule
def save_class(*, actor, at: datetime, record: SchoolClass | None = None, **values) -> SchoolClass:
    """Create or change a class. One with students cannot be closed."""
    check_can_manage_students(actor)
    school_class, values = stored(SchoolClass, record), tidied(values)
    _check_class_links(values.get("room"), values.get("head_teacher"))
    if school_class.pk and values.get("is_active") is False and (count := school_class.students.filter(is_active=True).count()):
        raise RuleViolation(f"这个班还有 {count} 名在读学生，请先办转班或毕业。", field="is_active")
    return save_changes(actor=actor, at=at, record=school_class, **values)


@rule
def graduate_class(*, actor, at: datetime, record: SchoolClass) -> int:
    """The class leaves school: its students and the class itself are no longer 在读. Returns how many students left."""
    check_can_manage_students(actor)
    school_class = stored(SchoolClass, record)
    if not school_class.is_active:
        raise RuleViolation(f"「{school_class}」已经毕业了。")
    students = list(school_class.students.select_for_update().filter(is_active=True))
    for student in students:
        record_event(actor=actor, at=at, action="graduate", record=student, text=f"随{school_class}毕业", changes={"在读": ["是", "否"]})
    school_class.students.filter(pk__in=[student.pk for student in students]).update(is_active=False)
    save_changes(actor=actor, at=at, record=school_class, action="graduate", text=f"毕业，{len(students)} 名学生离校", is_active=False)
    return len(students)


@rule
def save_classes(*, actor, at: datetime, rows: Sequence[dict]) -> list[SchoolClass]:
    """New classes from rows of values, all or nothing. Raises BadRows with a sentence per bad row."""
    check_can_manage_students(actor)
    classes = [SchoolClass(**tidied(row)) for row in rows]
    return save_new_rows(actor=actor, at=at, records=classes, unique=[("name",)], check=lambda one: _check_class_links(one.room, one.head_teacher))


@rule
def save_student(*, actor, at: datetime, record: Student | None = None, **values) -> Student:
    """Create or change a student."""
    check_can_manage_students(actor)
    student, values = stored(Student, record), _complete_student(values)
    school_class = values.get("school_class")
    if school_class and school_class.pk != student.school_class_id:
        _check_class_open(school_class)
    student.pinyin = values.pop("pinyin", student.pinyin)
    return save_changes(actor=actor, at=at, record=student, **values)


@rule
def save_students(*, actor, at: datetime, rows: Sequence[dict]) -> list[Student]:
    """New students from rows of values, all or nothing. Raises BadRows with a sentence per bad row."""
    check_can_manage_students(actor)
    students = [fresh(Student, **_complete_student(row)) for row in rows]
    return save_new_rows(actor=actor, at=at, records=students, unique=[("number",)], check=lambda one: _check_class_open(one.school_class), write=insert_rows)


def _complete_student(values: dict) -> dict:
    values = tidied(values)
    return values | {"pinyin": pinyin_key(values["name"] or "")} if "name" in values else values


def _check_class_open(school_class: SchoolClass) -> None:
    if not school_class.is_active:
        raise RuleViolation(f"「{school_class}」已经毕业，请选在读的班。", field="school_class")


def _check_class_links(room, head_teacher: User | None) -> None:
    _check_in_post(head_teacher, "head_teacher")
    if room and not room.is_active:
        raise RuleViolation(f"「{room}」已经停用，请选别的教室。", field="room")


def _check_in_post(person: User | None, field: str) -> None:
    if person and not (person.is_active and person.is_person):
        raise RuleViolation(f"{person.name}不在职，请选在职的人。", field=field)
