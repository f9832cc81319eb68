"""Keeping uploads, hanging them on records, and clearing away what nobody needed (GEN-08).

`attach` and `adopt` are called inside a business rule and belong to its transaction and its journal entry.
`stage` and the sweeps write no journal entry: a waiting upload is not yet part of any record of the school.

A file is written before its row commits, so a committed row always has its file. When `attach` or `stage` itself
fails it removes what it wrote. When the calling rule refuses afterwards the rows roll back and the files remain,
unreachable because only a row leads to a file, until `sweep_files` removes them a day later. The other order,
writing after commit, would lose photos for good when the process dies in between.
"""

import contextlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.ref import ref

from .models import Attachment
from .photos import CleanFile, CleanPaper

STAGED_FOR = timedelta(hours=24)
ORPHAN_AFTER = timedelta(days=1)
PHOTOS_AT_MOST = 6
TOKEN = re.compile(r"[0-9a-f]{32}")
OUR_NAME = re.compile(r"[0-9a-f]{32}(-s)?\.(jpg|png|pdf)")


def attach(
    *, actor, at: datetime, record, role: str, uploads: Sequence[CleanFile | str], limit: int = PHOTOS_AT_MOST, field: str = "photos"
) -> list[Attachment]:
    """Hang cleaned files and staged tokens on the record, in the order given.

    `limit` counts what the record already has in this role. Call it inside a rule that has locked the record.
    Raises RuleViolation on `field`: too many, a waiting photo that is gone, a disk that cannot be written.
    """
    if not uploads:
        return []
    target = ref(record)
    has = Attachment.objects.filter(kind=target.kind, record_id=target.id, role=role).count()
    if has + len(uploads) > limit:
        already = f"，这里已经有 {has} 个" if has else ""
        raise RuleViolation(f"最多放 {limit} 个{already}，去掉几个再保存。", field=field)
    tokens = [item for item in uploads if isinstance(item, str)]
    adopted = {found.token: found for found in adopt(actor=actor, at=at, record=record, role=role, tokens=tokens, field=field)}
    fresh = iter(
        _store([item for item in uploads if not isinstance(item, str)], actor=actor, at=at, role=role, field=field, kind=target.kind, record_id=target.id)
    )
    return [adopted[item] if isinstance(item, str) else next(fresh) for item in uploads]


@transaction.atomic
def stage(*, actor, at: datetime, uploads: Iterable[CleanFile], role: str, field: str = "photos") -> list[Attachment]:
    """Keep cleaned files for the uploader while a form with an error is shown again; dropped after 24 hours."""
    return _store(list(uploads), actor=actor, at=at, role=role, field=field)


def adopt(*, actor, at: datetime, record, role: str, tokens: Sequence[str], field: str = "photos") -> list[Attachment]:
    """Hang staged uploads on the record; only the uploader may, within 24 hours, and each once.

    Raises Conflict on `field` when one of them is gone, another person's, or already used.
    """
    target, wanted = ref(record), list(dict.fromkeys(tokens))
    if not wanted:
        return []
    known = [token for token in wanted if TOKEN.fullmatch(token)]
    waiting = Attachment.objects.filter(token__in=known, kind="", uploaded_by=actor, uploaded_at__gte=at - STAGED_FOR)
    waiting = waiting.filter(role="paper") if role == "paper" else waiting.exclude(role="paper")
    if waiting.update(kind=target.kind, record_id=target.id, role=role) != len(wanted):
        raise Conflict("有照片已经失效或者已经用过了，请重新选一次。", field=field)
    found = {attachment.token: attachment for attachment in Attachment.objects.filter(token__in=wanted)}
    return [found[token] for token in wanted]


def release(*, actor, at: datetime, record) -> dict[str, list[str]]:
    """Take the actor's uploads off the record so that another record can adopt them; {role: tokens}, oldest first.

    For a record that only kept them in between. Call it inside the rule that hangs them elsewhere.
    """
    target = ref(record)
    rows = Attachment.objects.filter(kind=target.kind, record_id=target.id, uploaded_by=actor).order_by("id")
    tokens: dict[str, list[str]] = {}
    for attachment in rows:
        tokens.setdefault(attachment.role, []).append(attachment.token)
    rows.update(kind="", record_id=None, uploaded_at=at)
    return tokens


@transaction.atomic
def sweep_staged(*, at: datetime) -> int:
    """Remove uploads that waited longer than 24 hours, files too; returns how many."""
    old = list(Attachment.objects.select_for_update().filter(kind="", uploaded_at__lt=at - STAGED_FOR))
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in old]).delete()
    for attachment in old:
        for name in filter(None, (attachment.file.name, attachment.thumb.name)):
            transaction.on_commit(partial(default_storage.delete, name))
    return len(old)


def sweep_files(*, at: datetime) -> int:
    """Remove files without a row older than a day, from the folders of this month and the last; returns how many.

    Only names of our own making are touched.
    """
    this_month = timezone.localtime(at)
    return sum(_sweep_folder(f"{month:%Y/%m}", before=at - ORPHAN_AFTER) for month in (this_month, this_month.replace(day=1) - timedelta(days=1)))


def _sweep_folder(folder: str, *, before: datetime) -> int:
    if not default_storage.exists(folder):
        return 0
    known = set()
    for pair in Attachment.objects.filter(file__startswith=f"{folder}/").values_list("file", "thumb"):
        known.update(pair)
    removed = 0
    for name in default_storage.listdir(folder)[1]:
        path = f"{folder}/{name}"
        if path not in known and OUR_NAME.fullmatch(name) and default_storage.get_modified_time(path) < before:
            default_storage.delete(path)
            removed += 1
    return removed


def _store(files: list[CleanFile], *, actor, at: datetime, role: str, field: str, kind: str = "", record_id: int | None = None) -> list[Attachment]:
    if any(isinstance(item, CleanPaper) != (role == "paper") for item in files):
        raise RuleViolation("这里放不了这种文件。照片放在照片栏，PDF 放在文件栏。", field=field)
    written: list[str] = []
    rows = []
    try:
        for item in files:
            file, thumb = _write(item, at, written)
            rows.append(
                Attachment(
                    kind=kind,
                    record_id=record_id,
                    role=role,
                    token=secrets.token_hex(16),
                    file=file,
                    thumb=thumb,
                    name=item.name,
                    size=len(item.content),
                    digest=item.digest,
                    uploaded_by=actor,
                    uploaded_at=at,
                )
            )
        return Attachment.objects.bulk_create(rows)
    except BaseException as error:
        for name in written:
            with contextlib.suppress(OSError):
                default_storage.delete(name)
        if isinstance(error, OSError):
            raise RuleViolation("服务器的磁盘写不进去，照片没有存下。请告诉系统管理员，其他内容还在。", field=field) from error
        raise


def _write(item: CleanFile, at: datetime, written: list[str]) -> tuple[str, str]:
    """Names of the stored file and its thumbnail; the random part tells nothing about record, person or token."""
    if not item.content:
        return "", ""
    base, names = f"{timezone.localtime(at):%Y/%m}/{secrets.token_hex(16)}", []
    for content, name in ((item.content, f"{base}{item.suffix}"), (item.thumb, f"{base}-s{item.suffix}")):
        if content:
            written.append(name)
            default_storage.save(name, ContentFile(content))
        names.append(name if content else "")
    return names[0], names[1]
