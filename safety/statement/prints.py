"""安全责任书 as signed, and the list of who has signed and who has not (SAF-12)."""

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment
from safety.marks import mark_of

from .models import SafetyStatement, SafetyStatementSignature
from .queries import unsigned_of


def signed_paper(signature: SafetyStatementSignature, user) -> dict:
    version = signature.version
    return {
        "heading": version.statement.title,
        "sub": f"{full_day(version.starts_on)}至{full_day(version.ends_on)}",
        "paragraphs": version.paragraphs,
        "leader": version.leader.name,
        "person": signature.person.name,
        "posts": signature.posts,
        "mark": mark_of(list(attachments_of(signature, "signature"))),
        "signed": full_moment(signature.signed_at),
        "version": version.number,
    }


def overview(statement: SafetyStatement, user) -> dict:
    """Who signed the current version and who has not."""
    version = statement.current
    signed = version.signatures.select_related("person__department").order_by("person__pinyin", "pk")
    rows = [[one.person.name, str(one.person.department or ""), one.posts, full_moment(one.signed_at)] for one in signed]
    left = [[person.name, str(person.department or ""), "", "没有签"] for person in unsigned_of(statement)] if statement.state == "current" else []
    table = [[str(n), *row] for n, row in enumerate([*left, *rows], 1)]
    return {
        "heading": f"{statement.title}签订一览表",
        "sub": f"第 {version.number} 版，{full_day(version.starts_on)}至{full_day(version.ends_on)}，已签 {len(rows)} 人，未签 {len(left)} 人",
        "table": {"columns": [("序", True), ("姓名", False), ("部门", False), ("岗位", False), ("签订时间", False)], "rows": table},
        "signers": [("安全员", ""), ("校长", "")],
    }


SIGNED = PrintDocument(
    kind="safety.safetystatementsignature", title="安全责任书", template="print/safety/statement.html", context=signed_paper, number=lambda s: f"{s.pk:05d}"
)
OVERVIEW = PrintDocument(
    kind="safety.safetystatement", title="责任书签订一览表", template="print/safety/list.html", context=overview, number=lambda s: f"{s.pk}-{s.current.number}"
)
