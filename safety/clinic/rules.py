"""Visits, medicine, morning checks, the ill and their return, clusters (MED-01, MED-02). What the journal says names nobody."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.evidence.books import enter
from logistics.platform.evidence.late import claimed_time
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.templatetags.school import full_day
from safety.words import plainly

from .models import (
    CLUSTER_MOVES,
    ILL_MOVES,
    SPREADING,
    ClassCheck,
    ClinicVisit,
    Cluster,
    ClusterState,
    Illness,
    IllState,
    Medicine,
    MedicineBatch,
    MedicineMove,
    MoveKind,
)
from .queries import alarm_count, ill_together
from .rights import BOOKS, RECORD, VIEW, check_class

ALARM = Subject("safety.cluster", "班级聚集发病", "校医", urgent=True)
LAW = "《学校卫生工作条例》第二十条，《中小学校传染病预防控制工作管理规范》"
check_can_view, check_can_record = BOOKS.check_can_view, BOOKS.check_can_record


def _may_change(user, illness: Illness) -> None:
    check_class(user, illness.school_class)
    if illness.is_struck:
        raise RuleViolation("这一条已经划去了。")


def check_can_return(user, illness: Illness) -> None:
    _may_change(user, illness)
    check_move(illness, IllState.BACK, moves=ILL_MOVES)


def check_can_send_home(user, illness: Illness) -> None:
    _may_change(user, illness)
    check_move(illness, IllState.AWAY, moves=ILL_MOVES)


def check_can_diagnose(user, illness: Illness) -> None:
    _may_change(user, illness)
    if illness.state == IllState.BACK:
        raise RuleViolation("已经返校，不能再改诊断。")


def check_can_clean(user, cluster: Cluster) -> None:
    require(user, RECORD)
    check_move(cluster, ClusterState.CLEANED, moves=CLUSTER_MOVES)


def check_can_close(user, cluster: Cluster) -> None:
    require(user, RECORD)
    check_move(cluster, ClusterState.CLOSED, moves=CLUSTER_MOVES)


def check_can_use(user, batch: MedicineBatch) -> None:
    require(user, RECORD)
    if batch.stock <= 0:
        raise RuleViolation("这一批已经用完了。")


@rule
def record_visit(
    *, actor, at: datetime, symptom: str, words: str, care: str, went: str, student=None, person=None, celsius: Decimal | None = None,
    batch: MedicineBatch | None = None, quantity: Decimal | None = None, happened_at: datetime | None = None, note: str = "",
) -> ClinicVisit:  # fmt: skip
    """Somebody at the nurse's; a medicine given leaves the stock at once. Raises RuleViolation for nobody, for two, or for an expired batch."""
    check_can_record(actor)
    if (student is None) == (person is None):
        raise RuleViolation("写一名学生，或者选一位教职工。", field="student")
    if (batch is None) != (quantity is None):
        raise RuleViolation("用了药，药品和数量都要写。", field="quantity" if quantity is None else "batch")
    given = {"student": student, "person": person, "symptom": symptom, "celsius": celsius, "words": words, "care": care, "went": went, "note": note}
    visit = enter(actor=actor, at=at, record=ClinicVisit(), happened_at=happened_at, text="登记就诊", **given)
    if batch is not None:
        _move(actor, at, batch, MoveKind.USE, -quantity, visit=visit)
    return visit


@rule
def save_medicine(*, actor, at: datetime, record: Medicine | None = None, **fields) -> Medicine:
    check_can_record(actor)
    medicine, fields = stored(Medicine, record), tidied(fields)
    if medicine.pk is None:
        medicine.created_by, medicine.created_at = actor, at
    return save_changes(actor=actor, at=at, record=medicine, **fields)


@rule
def receive_batch(*, actor, at: datetime, medicine: Medicine, lot: str, expires_on: date, quantity: Decimal, words: str = "") -> MedicineBatch:
    """入库 of a new batch. Refused when it has expired already."""
    check_can_record(actor)
    if expires_on < timezone.localdate(at):
        raise RuleViolation("已经过期的药品不能入库。", field="expires_on")
    if quantity <= 0:
        raise RuleViolation("数量要大于零。", field="quantity")
    batch = MedicineBatch(medicine=medicine, expires_on=expires_on, created_by=actor, created_at=at)
    batch = save_changes(actor=actor, at=at, record=batch, **tidied({"lot": lot}))
    _move(actor, at, batch, MoveKind.IN, quantity, words=words)
    batch.refresh_from_db()
    return batch


@rule
def use_medicine(*, actor, at: datetime, record: MedicineBatch, quantity: Decimal, words: str) -> MedicineBatch:
    """Used without a visit: the first-aid box of a match, a classroom."""
    check_can_use(actor, record)
    return _move(actor, at, record, MoveKind.USE, -quantity, words=words).batch


@rule
def throw_away(*, actor, at: datetime, record: MedicineBatch, quantity: Decimal, second, words: str = "") -> MedicineBatch:
    """过期销毁 before a second person."""
    check_can_use(actor, record)
    if second.pk == actor.pk:
        raise RuleViolation("在场第二人不能是您自己。", field="second")
    return _move(actor, at, record, MoveKind.THROW, -quantity, second=second, words=words).batch


def _move(actor, at: datetime, batch: MedicineBatch, kind: MoveKind, quantity: Decimal, *, visit=None, second=None, words: str = "") -> MedicineMove:
    batch = MedicineBatch.objects.select_for_update(of=("self",)).select_related("medicine").get(pk=batch.pk)
    if not quantity or (quantity < 0) == (kind == MoveKind.IN):
        raise RuleViolation("数量要大于零。", field="quantity")
    if kind == MoveKind.USE and batch.expires_on < timezone.localdate(at):
        raise RuleViolation(f"{batch}{full_day(batch.expires_on)}已经过期，不能使用，请登记过期销毁。", field="batch" if visit else "quantity")
    balance = batch.stock + quantity
    if balance < 0:
        raise RuleViolation(f"{batch}只有 {plainly(batch.stock)} {batch.medicine.unit}，不够。", field="quantity")
    move = MedicineMove(
        batch=batch,
        kind=kind,
        quantity=quantity,
        balance=balance,
        visit=visit,
        second=second,
        created_by=actor,
        created_at=at,
        **tidied({"words": words or ""}),
    )
    move.full_clean()
    move.save()
    MedicineBatch.objects.filter(pk=batch.pk).update(stock=balance)
    batch.stock = balance
    record_event(
        actor=actor,
        at=at,
        action=kind.value,
        record=batch,
        text=f"{kind.label} {plainly(abs(quantity))} {batch.medicine.unit}，结存 {plainly(balance)}",
        note=move.words,
    )
    return move


@rule
def check_school_class(
    *, actor, at: datetime, school_class: SchoolClass, session: str, due: int, present: int, ill_absent: int = 0, ill_present: int = 0,
    happened_at: datetime | None = None, note: str = "",
) -> ClassCheck:  # fmt: skip
    """晨午检 of a class in numbers. Conflict when this class was checked already."""
    check_class(actor, school_class)
    on = timezone.localdate(claimed_time(happened_at, at, app="safety"))
    known = ClassCheck.objects.filter(school_class=school_class, on=on, session=session, struck_at=None).select_related("created_by").first()
    if known:
        raise Conflict(f"{school_class}这一次{known.created_by.name}已经登记了。", field="school_class")
    if present > due or ill_absent > due - present or ill_present > present:
        raise RuleViolation("人数对不上：实到不能多于应到，因病缺课不能多于没到的，有症状的不能多于实到。", field="present")
    row = ClassCheck(school_class=school_class, on=on, session=session)
    given = {"due": due, "present": present, "ill_absent": ill_absent, "ill_present": ill_present, "note": note}
    return enter(actor=actor, at=at, record=row, happened_at=happened_at, text=f"{school_class}登记", **given)


@rule
def register_illness(
    *, actor, at: datetime, student, symptom: str, began_on: date, is_absent: bool = True, words: str = "", diagnosis: str = "", is_infectious: bool = False,
    happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> Illness:  # fmt: skip
    """A student who is ill, away or at school. When it is the third of the class in three days (the school's numbers), the alarm goes out."""
    school_class = SchoolClass.objects.select_for_update(of=("self",)).get(pk=student.school_class_id)
    check_class(actor, school_class)
    if began_on > timezone.localdate(at):
        raise RuleViolation("发病日期不能晚于今天。", field="began_on")
    if (timezone.localdate(at) - began_on).days > 60:
        raise RuleViolation("发病日期太早了，请核对。", field="began_on")
    known = Illness.objects.filter(student=student, struck_at=None).exclude(state=IllState.BACK).first()
    if known:
        raise Conflict("这名学生已经登记了，还没有返校。病情有变化的，在那一条上改。", field="student")
    row = Illness(student=student, school_class=school_class, state=IllState.AWAY if is_absent else IllState.WATCHED)
    given = {"symptom": symptom, "began_on": began_on, "words": words, "diagnosis": diagnosis, "is_infectious": is_infectious, "note": note}
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text="登记病情", **given)
    _watch(actor, at, row)
    return row


def _watch(actor, at: datetime, illness: Illness) -> None:
    """Open or grow the cluster this illness belongs to, and tell whoever may know."""
    if illness.symptom not in SPREADING:
        return
    school_class, symptom = illness.school_class, illness.symptom
    count, since = ill_together(school_class, symptom, illness.began_on)
    cluster = Cluster.objects.filter(school_class=school_class, symptom=symptom).exclude(state=ClusterState.CLOSED).first()
    if cluster is not None:
        Cluster.objects.filter(pk=cluster.pk).update(count=max(cluster.count, count))
        return
    if count < alarm_count(illness.began_on):
        return
    cluster = Cluster.objects.create(school_class=school_class, symptom=symptom, since=since, count=count, created_by=actor, created_at=at)
    record_event(actor=actor, at=at, action="create", record=cluster, text="发现聚集病例")
    told = {*holders_of(VIEW), *([school_class.head_teacher] if school_class.head_teacher else [])}
    title = f"{school_class}{full_day(since)}以来 {count} 人{illness.get_symptom_display()}"
    body = f"可能聚集发病。先把病人和其他学生分开，教室通风消毒，核实病因；怀疑传染病的按规定上报。依据：{LAW}。"
    notify(at=at, key=f"safety.cluster:{cluster.pk}", recipients=list(told), title=title, body=body, url=f"/safety/cluster/{cluster.pk}/", subject=ALARM)


@rule
def note_diagnosis(*, actor, at: datetime, record: Illness, diagnosis: str, is_infectious: bool = False) -> Illness:
    """What the doctor found. Only the nurse takes back that it is infectious, for then nobody asks for a proof any more."""
    row = stored(Illness, record)
    check_can_diagnose(actor, row)
    diagnosis = tidied({"d": diagnosis or ""})["d"]
    if not diagnosis:
        raise RuleViolation("请写诊断。", field="diagnosis")
    if row.is_infectious and not is_infectious and not has(actor, RECORD):
        raise RuleViolation("已经诊断为传染病。确实不是的，请校医改；返校要查验复课证明。", field="is_infectious")
    row.diagnosis, row.is_infectious = diagnosis[:60], is_infectious
    row.save(update_fields=["diagnosis", "is_infectious"])
    record_event(actor=actor, at=at, action="diagnose", record=row, text="登记诊断")
    return row


@rule
def send_home(*, actor, at: datetime, record: Illness) -> Illness:
    """A watched student went home or to a doctor."""
    row = stored(Illness, record)
    check_can_send_home(actor, row)
    advance(row, IllState.AWAY, moves=ILL_MOVES, unchanged=("struck_at",))
    record_event(actor=actor, at=at, action="home", record=row, text="离校就医")
    return row


@rule
def come_back(*, actor, at: datetime, record: Illness, back_on: date, proof: str = "", photos: Sequence = ()) -> Illness:
    """复课: the proof of a doctor is looked at; without one nobody comes back from an infectious illness."""
    row = stored(Illness, record)
    check_can_return(actor, row)
    proof = tidied({"p": proof or ""})["p"]
    if row.is_infectious and not proof:
        raise RuleViolation("传染病要查验医院的复课证明才能返校，请写证明是哪家医院、哪天开的。", field="proof")
    if not row.began_on <= back_on <= timezone.localdate(at):
        raise RuleViolation("返校日期在发病日期和今天之间。", field="back_on")
    advance(row, IllState.BACK, moves=ILL_MOVES, unchanged=("struck_at",), back_on=back_on, back_by=actor, proof=proof[:200])
    attach(actor=actor, at=at, record=row, role="proof", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="back", record=row, text="返校")
    return row


@rule
def disinfect(*, actor, at: datetime, record: Cluster, how: str, photos: Sequence = ()) -> Cluster:
    """The classroom was aired and disinfected; again as often as it takes."""
    cluster = stored(Cluster, record)
    check_can_clean(actor, cluster)
    how = tidied({"how": how or ""})["how"]
    if not how:
        raise RuleViolation("请写怎么消毒，例如 含氯消毒液擦拭桌椅门把手，通风 30 分钟。", field="how")
    advance(cluster, ClusterState.CLEANED, moves=CLUSTER_MOVES, unchanged=("cleaned_at",), cleaned_at=at, cleaned_by=actor, cleaned_how=how[:200])
    attach(actor=actor, at=at, record=cluster, role="photo", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="disinfect", record=cluster, text="消毒", note=how)
    return cluster


@rule
def close_cluster(*, actor, at: datetime, record: Cluster, conclusion: str) -> Cluster:
    """解除: disinfected, nobody of the class away any more with it, and a conclusion."""
    cluster = stored(Cluster, record)
    check_can_close(actor, cluster)
    conclusion = tidied({"c": conclusion or ""})["c"]
    if not conclusion:
        raise RuleViolation("请写结论：原因、人数、怎么处置的。", field="conclusion")
    left = Illness.objects.filter(school_class=cluster.school_class, symptom=cluster.symptom, struck_at=None).exclude(state=IllState.BACK).count()
    if left:
        raise RuleViolation(f"还有 {left} 人没有返校，不能解除。")
    advance(cluster, ClusterState.CLOSED, moves=CLUSTER_MOVES, closed_at=at, conclusion=conclusion[:300])
    record_event(actor=actor, at=at, action="close", record=cluster, text="解除")
    return cluster
