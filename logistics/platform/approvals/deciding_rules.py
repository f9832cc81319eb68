"""What a signer does: agree, refuse, send back. Each is checked, compared and written with the run locked (FIN-03, FIN-12)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.photos import CleanFile
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import rule
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.text import tidy
from logistics.platform.org.models import User

from .engine import GONE, Edited, act_for, document_for, finish, go_on, journal, kind_of_run, locked, note, open_one, tell, turn_page
from .models import Decision, DecisionAct, Run, RunState, RunStep, Signer, SignerState, StepState
from .queries import DECIDE, open_signer
from .running_rules import void_edited
from .signing import stored_signature

PAPER, MINUTES = "paper", "minutes"
MOST_PAPERS = 6
TO_APPLICANT = "applicant"


def check_running(run: Run) -> None:
    if run.state != RunState.RUNNING:
        raise RuleViolation(f"这张单{run.get_state_display()}，不能再办。")


def signer_now(user, run: Run) -> Signer:
    """The place at which this person signs now, kept on the run. Raises NotAllowed when nobody waits for them."""
    known = run.__dict__.setdefault("_signers", {})
    if user.pk not in known:
        known[user.pk] = open_signer(run, user)
    if known[user.pk] is None:
        raise NotAllowed("现在不等您签。可能别人已经签了，或者还没轮到您。")
    return known[user.pk]


def check_can_sign(user, run: Run) -> None:
    """The run goes on and waits for this person, who did not apply for it."""
    check_running(run)
    narrowed = getattr(user, "token_codes", None)
    if narrowed is not None and DECIDE not in narrowed:
        raise NotAllowed("这个接口密钥没有审批的权限。")
    if user.pk == run.applicant_id:
        raise NotAllowed("自己申请的单，要由别人审批。")
    signer_now(user, run)


def check_can_approve(user, run: Run) -> None:
    check_can_sign(user, run)
    _check_signs_once(user, run)


def _check_signs_once(user, run: Run) -> None:
    """Who has agreed at an earlier step leaves this one to the others, as far as there are enough; nobody signs one step for two."""
    signer = signer_now(user, run)
    mine = list(Decision.objects.filter(run=run, round=run.round, act=DecisionAct.APPROVE, by=user.pk).select_related("step").order_by("pk"))
    if any(one.step_id == signer.step_id for one in mine):
        raise NotAllowed(f"这一步您已经签过，{signer.person.name}的一份要由别人签。")
    if not mine or signer.is_must or signer.is_reserve:
        return
    agreed = mine[0]
    step = signer.step
    signers = list(step.signers.exclude(state=SignerState.PASSED))
    others = [one for one in signers if one.pk != signer.pk and one.state == SignerState.OPEN and one.person_id != run.applicant_id]
    missing = min(step.least, len(signers)) - sum(one.state == SignerState.AGREED for one in signers)
    if step.mode != "all" and len(others) >= missing:
        raise NotAllowed(f"您在「{agreed.step.name}」已经签过，这一步请{'、'.join(one.person.name for one in others[:3])}签。")


def deciding(act: Callable) -> Callable:
    """The rule, and when it finds the document changed since the start, the end of the run before the refusal is passed on."""

    def call(*, actor, at: datetime, record: Run, **given) -> Run:
        try:
            return act(actor=actor, at=at, record=record, **given)
        except Edited:
            void_edited(actor=User.objects.system(), at=at, run=record)
            raise

    call.__name__, call.__doc__ = act.__name__, act.__doc__
    return call


def begin(actor, record: Run, check: Callable) -> tuple[Run, Signer, object, User | None]:
    """(the locked run, the place signed at, the document, the absent colleague it is signed for)."""
    run = locked(record)
    check_running(run)
    if open_signer(run, actor) is None and Signer.objects.filter(step__run=run, person=actor.pk, state=SignerState.SPARED).exists():
        raise Conflict(GONE)
    check(actor, run)
    signer = signer_now(actor, run)
    absent = signer.person if signer.person_id != actor.pk else None
    act_for(actor, absent)
    document = document_for(run)
    return run, signer, document, absent


@deciding
@rule
def approve(
    *,
    actor,
    at: datetime,
    record: Run,
    opinion: str = "",
    signature: CleanFile | None = None,
    papers: Sequence[CleanFile | str] = (),
    photos: Sequence[CleanFile | str] = (),
) -> Run:
    """Agree; the last signature a step needs opens the next one, the last of all calls the app.

    `papers` and `photos` are the minutes where the step asks for them. Without `signature` the picture one keeps is used.
    Raises NotAllowed for the applicant and by separation of duties, RuleViolation at "papers" for missing minutes, Conflict when
    somebody was first or the document was edited (the run is then void).
    """
    run, signer, document, absent = begin(actor, record, check_can_approve)
    check_separation(actor, kind_of_run(run).act, document)
    _hang_minutes(run, signer.step, actor=actor, at=at, papers=papers, photos=photos)
    turn_page(run)
    take_place(signer, SignerState.AGREED)
    drawn = _signed_with(run, actor=actor, at=at, signature=signature)
    opinion = tidy(opinion or "")
    note(run, DecisionAct.APPROVE, actor=actor, at=at, step=signer.step, stands_for=absent, opinion=opinion, signature=drawn)
    journal(run, document, actor=actor, at=at, action=kind_of_run(run).act, text=f"同意（{signer.step.name}）", opinion=opinion)
    go_on(run, signer.step, actor=actor, at=at, record=document)
    return run


def take_place(signer: Signer, state: str) -> None:
    if not Signer.objects.filter(pk=signer.pk, state=SignerState.OPEN).update(state=state):
        raise Conflict(GONE)


def _hang_minutes(run: Run, step: RunStep, *, actor, at: datetime, papers, photos) -> None:
    """会议纪要 of this step; whoever signs after the first finds it there."""
    attach(actor=actor, at=at, record=run, role=PAPER, uploads=list(papers), limit=MOST_PAPERS, field="papers")
    attach(actor=actor, at=at, record=run, role=MINUTES, uploads=list(photos), limit=MOST_PAPERS, field="photos")
    if step.minutes and not attachments_of(run).filter(role__in=(PAPER, MINUTES)).exists():
        raise RuleViolation("这一步要附会议纪要，请放上 PDF 或者照片。", field="papers")


def _signed_with(run: Run, *, actor, at: datetime, signature: CleanFile | None) -> Attachment | None:
    if signature is None:
        return stored_signature(actor)
    count = Decision.objects.filter(run=run).count()
    return attach(actor=actor, at=at, record=run, role=f"sign-{count}", uploads=[signature], limit=1, field="signature")[0]


@deciding
@rule
def reject(*, actor, at: datetime, record: Run, opinion: str) -> Run:
    """Refuse for good; one signer's refusal ends the run. The opinion is required."""
    run, signer, document, absent = begin(actor, record, check_can_sign)
    opinion = said(opinion, "请写不同意的理由。")
    turn_page(run)
    take_place(signer, SignerState.REFUSED)
    note(run, DecisionAct.REJECT, actor=actor, at=at, step=signer.step, stands_for=absent, opinion=opinion)
    journal(run, document, actor=actor, at=at, action="reject", text=f"不同意（{signer.step.name}）", opinion=opinion)
    finish(run, RunState.REJECTED, actor=actor, at=at, record=document, reason=opinion)
    return run


@deciding
@rule
def send_back(*, actor, at: datetime, record: Run, opinion: str, to: str = TO_APPLICANT) -> Run:
    """Back to the applicant, which ends the run, or to an earlier step by its number ("2"), which is then asked anew."""
    run, signer, document, absent = begin(actor, record, check_can_sign)
    opinion = said(opinion, "请写退回的原因，别人好改。")
    target = None if to == TO_APPLICANT else _earlier(run, signer.step, to)
    turn_page(run)
    words = f"退到第 {target.position} 步「{target.name}」" if target else "退给申请人"
    note(run, DecisionAct.RETURN, actor=actor, at=at, step=signer.step, stands_for=absent, opinion=opinion, detail=words, back_to=target)
    journal(run, document, actor=actor, at=at, action="return", text=f"{words}（{signer.step.name}）", opinion=opinion)
    if target is None:
        finish(run, RunState.RETURNED, actor=actor, at=at, record=document, reason=opinion)
    else:
        _open_again(run, signer.step, target, at=at, opinion=opinion)
    return run


def earlier_steps(run: Run, step: RunStep) -> list[RunStep]:
    """Those a run can be sent back to."""
    return list(run.steps.filter(position__lt=step.position, state=StepState.DONE).order_by("position"))


def _earlier(run: Run, step: RunStep, to: str) -> RunStep:
    found = next((one for one in earlier_steps(run, step) if str(one.position) == str(to)), None)
    if found is None:
        raise RuleViolation("没有这一步，请从列出来的里面选。", field="to")
    return found


def _open_again(run: Run, step: RunStep, target: RunStep, *, at: datetime, opinion: str) -> None:
    """Everything from the target on is still to be signed; the earlier signatures stay in the history."""
    again = run.steps.filter(position__gte=target.position)
    Signer.objects.filter(step__in=again).exclude(state=SignerState.PASSED).update(state=SignerState.AHEAD)
    again.update(state=StepState.AHEAD, opened_at=None, due_at=None, escalate_at=None, closed_at=None)
    turn_page(run, round=run.round + 1)
    target.refresh_from_db()
    open_one(run, target, at=at)
    tell(run, [run.applicant], at=at, about="back", title=f"退回重审：{run.title}", body=f"退到「{target.name}」：{opinion}")


def said(words: str, sentence: str) -> str:
    words = tidy(words or "")
    if not words:
        raise RuleViolation(sentence, field="opinion")
    return words
