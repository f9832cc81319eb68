"""整改 and 复查 of what was scored and found wanting: a dormitory room (DOR-04), a cleaning area (HYG-02)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import models

from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance


class ScoreState(models.TextChoices):
    FINE = "fine", "合格"
    OPEN = "open", "待整改"
    FIXED = "fixed", "待复查"
    CLOSED = "closed", "已整改"


SCORE_TONES = {ScoreState.FINE: "done", ScoreState.OPEN: "late", ScoreState.FIXED: "wait", ScoreState.CLOSED: "done"}


def put_right(*, actor, at: datetime, score, moves: Mapping, words: str, photos: Sequence):
    """What was done, with a photo if there is one. The caller's rule has locked the score and asked who may."""
    words = tidied({"w": words or ""})["w"]
    if not words:
        raise RuleViolation("请写怎么整改的。", field="words")
    advance(score, ScoreState.FIXED, moves=moves, unchanged=("struck_at",), fixed_at=at, fixed_by=actor, fixed_words=words[:200])
    attach(actor=actor, at=at, record=score, role="after", uploads=photos, field="photos")
    record_event(actor=actor, at=at, action="fix", record=score, text="登记整改", note=words)
    return score


def look_again(*, actor, at: datetime, score, moves: Mapping, is_good: bool, words: str) -> str:
    """Good closes it; not good goes back, counted, and the words that say why are returned. The caller's rule has locked it and asked who may."""
    words = tidied({"w": words or ""})["w"]
    if is_good:
        advance(score, ScoreState.CLOSED, moves=moves, checked_by=actor)
        record_event(actor=actor, at=at, action="close", record=score, text="复查合格", note=words)
        return ""
    if not words:
        raise RuleViolation("退回要写哪里还不行。", field="words")
    advance(score, ScoreState.OPEN, moves=moves, returned=score.returned + 1)
    record_event(actor=actor, at=at, action="return", record=score, text="复查不合格，退回", note=words)
    return words
