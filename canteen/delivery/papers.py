"""Which certificates and tickets must come with what, and which are missing (CAN-02)."""

from collections.abc import Iterable
from dataclasses import dataclass

from canteen.ingredient.models import Papers

from .models import CertKind, Delivery, DeliveryLine, DeliveryPaper

INVOICE_BASIS = "《食品安全法》第五十三条（进货查验记录和凭证）"
BASIS = {
    CertKind.CONFORM: "《食品安全法》第五十三条（合格证明文件）",
    CertKind.PRODUCE: "《农产品质量安全法》第三十九条（承诺达标合格证）",
    CertKind.QUARANTINE: "《动物防疫法》第五十一条（检疫证明）",
    CertKind.MEAT: "《生猪屠宰管理条例》（肉品品质检验合格证）",
    CertKind.SWINE: "农业农村部第 119 号公告（非洲猪瘟检测）",
    CertKind.BULK: "《食品安全法》2025 年修正（重点液态食品散装运输准运证）",
    CertKind.INVOICE: INVOICE_BASIS,
}
NEEDED = {  # of each batch
    Papers.PACKED: (CertKind.CONFORM,),
    Papers.PRODUCE: (CertKind.PRODUCE,),
    Papers.MEAT: (CertKind.QUARANTINE,),
    Papers.PORK: (CertKind.QUARANTINE, CertKind.MEAT, CertKind.SWINE),
    Papers.LIQUID: (CertKind.CONFORM, CertKind.BULK),
}


@dataclass(frozen=True)
class Missing:
    """One paper that did not come; without a line it is the invoice of the whole delivery."""

    line: DeliveryLine | None
    kind: CertKind

    def __str__(self) -> str:
        return f"{self.line or '整车'}：{self.kind.label}"


def missing_papers(delivery: Delivery, lines: Iterable[DeliveryLine], papers: Iterable[DeliveryPaper]) -> list[Missing]:
    """What is still missing for what is not sent back. A paper without a line stands for every line of the delivery that needs its kind."""
    papers, lines = list(papers), [line for line in lines if line.accepted > 0]
    whole = {paper.kind for paper in papers if paper.line_id is None}
    by_line = {(paper.line_id, paper.kind) for paper in papers}
    found = [] if CertKind.INVOICE in {paper.kind for paper in papers} or not lines else [Missing(None, CertKind.INVOICE)]
    for line in lines:
        needed = NEEDED[Papers(line.ingredient.papers)]
        found += [Missing(line, kind) for kind in needed if kind not in whole and (line.pk, kind) not in by_line]
    return found


def missing_words(missing: Iterable[Missing]) -> str:
    return "；".join(map(str, missing))


def basis_of(missing: Iterable[Missing]) -> str:
    """The laws that ask for what is missing, each once."""
    return "、".join(dict.fromkeys(BASIS[one.kind] for one in missing))
