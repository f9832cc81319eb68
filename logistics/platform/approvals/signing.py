"""Signatures as pictures, and the lines of a printed form."""

from base64 import b64encode
from contextlib import suppress

from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.queries import attachments_of

from .models import Decision, DecisionAct, Run, RunState, SignerState, StepState
from .queries import decisions_of, steps_of
from .spec import SignatureRow

STORED = "signature"
SAID = {DecisionAct.APPROVE: "同意", DecisionAct.REJECT: "不同意", DecisionAct.RETURN: "退回"}


def stored_signature(user) -> Attachment | None:
    """The picture this person keeps for signing, None without one."""
    return attachments_of(user, STORED).exclude(file="").last()


def mark_of(signature: Attachment | None) -> str:
    """The drawn signature as SVG for papers; empty for a typed name or a picture that cannot be read."""
    if signature is None or not signature.file:
        return ""
    with suppress(OSError), signature.file.open("rb") as picture:
        data = b64encode(picture.read()).decode()
        return f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
    return ""


def signature_rows(run: Run) -> list[SignatureRow]:
    """Every step with whoever signed it in the last round, and empty lines for those still to come. For printed forms; three queries."""
    steps, decisions = steps_of(run), decisions_of(run)
    rows = [SignatureRow("申请", run.applicant.name, run.started_at, "送审")]
    for step in steps:
        signed = [row_of(one, step.name) for one in decisions if one.step_id == step.pk and counts(one, decisions)]
        rows += signed
        if run.state == RunState.RUNNING and step.state in (StepState.AHEAD, StepState.OPEN):
            waiting = [signer.person.name for signer in step.signers.all() if signer.state in (SignerState.AHEAD, SignerState.OPEN)]
            rows += [] if signed and not waiting else [SignatureRow(step.name, "", None, "")]
    return rows


def counts(decision: Decision, decisions: list[Decision]) -> bool:
    """Whether this signature still stands: nothing was sent back to its step, or an earlier one, since."""
    if decision.act not in SAID or decision.step is None:
        return False
    if decision.act == DecisionAct.RETURN and decision.back_to_id:
        return False
    later = [one.back_to.position for one in decisions if one.pk > decision.pk and one.back_to_id]
    return all(position > decision.step.position for position in later)


def row_of(decision: Decision, step: str) -> SignatureRow:
    drawn = decision.signature
    return SignatureRow(
        step=step,
        name=decision.by.name,
        at=decision.at,
        act=SAID[DecisionAct(decision.act)],
        opinion=decision.opinion,
        mark=mark_of(drawn),
        mark_digest=drawn.digest if drawn else "",
        stands_for=decision.stands_for.name if decision.stands_for else "",
    )
