"""Which firms there are, whether one may be used for something on a day, and whose papers run out."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit_shown
from logistics.platform.papers.models import PaperState
from logistics.platform.papers.queries import left_words
from logistics.platform.papers.queries import standing as paper_standing
from logistics.platform.web.home import Late, Todo
from logistics.platform.web.templatetags.school import full_day

from .models import NEEDED, FirmPaper, FirmPaperKind, Partner, PartnerKind, PartnerState

VIEW, MANAGE, BANK = "platform.partners.view", "platform.partners.manage", "platform.partners.bank"
WARN = "partners.warn.days"
MOST = 20
ALIKE = 0.75
NOISE = re.compile(r"(股份)?有限(责任)?公司|公司|商行|经营部|[省市县区]|[()（）·.\-]")


def is_insider(user) -> bool:
    return has(user, VIEW) or has(user, MANAGE)


def partners_visible_to(user) -> QuerySet[Partner]:
    return Partner.objects.all() if is_insider(user) else Partner.objects.none()


def papers_visible_to(user) -> QuerySet[FirmPaper]:
    papers = FirmPaper.objects.select_related("partner")
    return papers if is_insider(user) else papers.none()


def active(*kinds: PartnerKind) -> QuerySet[Partner]:
    """Firms in use, of any of the kinds when some are given, by name: the choices of a form."""
    firms = Partner.objects.filter(state=PartnerState.ACTIVE).order_by("name")
    if not kinds:
        return firms
    wanted = Q()
    for kind in kinds:
        wanted |= Q(kinds__contains=f",{PartnerKind(kind).value},")
    return firms.filter(wanted)


def valid_paper(partner: Partner, kinds: Sequence[FirmPaperKind], on: date) -> FirmPaper | None:
    """A paper of one of these kinds that is valid on that day, None without one. A renewed one still proves its own days."""
    papers = FirmPaper.objects.filter(partner=partner, kind__in=kinds).exclude(state=PaperState.VOID)
    return papers.filter(Q(issued_on=None) | Q(issued_on__lte=on), Q(expires_on=None) | Q(expires_on__gte=on)).first()


def shortcomings(partner: Partner, kind: PartnerKind, on: date) -> list[str]:
    """What keeps the firm from being used as this kind on that day, a sentence each; empty when nothing does. One query."""
    if not partner.is_usable:
        return [f"{partner}{partner.get_state_display()}：{partner.state_reason}。" if partner.state_reason else f"{partner}{partner.get_state_display()}。"]
    if kind not in partner.kind_list:
        return [f"{partner}没有登记为{PartnerKind(kind).label}。"]
    papers = list(FirmPaper.objects.filter(partner=partner).exclude(state=PaperState.VOID).order_by("-expires_on", "-pk"))
    return [words for group in NEEDED[PartnerKind(kind)] if (words := _lack(partner, group, papers, on))]


def _lack(partner: Partner, group: Sequence[FirmPaperKind], papers: list[FirmPaper], on: date) -> str:
    name = "或".join(kind.label for kind in group)
    known = [paper for paper in papers if paper.kind in group]
    if any((not paper.issued_on or paper.issued_on <= on) and (not paper.expires_on or paper.expires_on >= on) for paper in known):
        return ""
    past = [paper for paper in known if paper.expires_on and paper.expires_on < on]
    if past:
        last = max(past, key=lambda paper: paper.expires_on or on)
        return f"{partner}的{last.get_kind_display()}已在 {full_day(last.expires_on)}到期，请换新证。"
    return f"{partner}没有登记{name}。" if not known else f"{partner}的{name}还没有生效。"


def check_usable(partner: Partner, kind: PartnerKind, on: date) -> None:
    """Raise RuleViolation unless the firm may be used as this kind on that day; the sentence names every missing or expired paper.

    For apps that must not buy from or let in a firm without its papers: 食品安全法 53 (进货查验), 建筑法 26.
    """
    found = shortcomings(partner, kind, on)
    if found:
        raise RuleViolation("".join(found))


def core_of(name: str) -> str:
    """The name without what every firm's name has: 青禾市绿源蔬菜配送有限公司 is 青禾绿源蔬菜配送."""
    return NOISE.sub("", plain(name))


def known_firms() -> list[Partner]:
    """Every firm that was not merged into another, with its names only."""
    return list(Partner.objects.exclude(state=PartnerState.MERGED).only("name", "short_name"))


def similar_to(name: str, *, but: int | None = None, firms: list[Partner] | None = None) -> list[Partner]:
    """Firms whose names look like this one, the likeliest first; at most five. `firms` are known_firms(), read here when not given."""
    core, found = core_of(name), []
    for firm in known_firms() if firms is None else firms:
        if firm.pk == but:
            continue
        other = core_of(firm.name)
        likeness = SequenceMatcher(None, core, other).ratio() if core and other else 0
        if (firm.short_name and plain(firm.short_name) == plain(name)) or (min(len(core), len(other)) >= 2 and (core in other or other in core)):
            likeness = 1
        if likeness >= ALIKE:
            found.append((likeness, firm))
    return [firm for _, firm in sorted(found, key=lambda pair: -pair[0])[:5]]


# papers that run out


def in_use() -> QuerySet[FirmPaper]:
    """The papers that count: neither renewed nor void, of firms in use."""
    return FirmPaper.objects.filter(state=PaperState.CURRENT, partner__state=PartnerState.ACTIVE).select_related("partner")


def expiring(on: date) -> QuerySet[FirmPaper]:
    """Papers in use whose last day is `on` or within the school's days of warning, the first to expire first."""
    return in_use().filter(expires_on__gte=on, expires_on__lte=on + timedelta(days=limit_shown(WARN, on))).order_by("expires_on", "pk")


def expired(on: date) -> QuerySet[FirmPaper]:
    """Papers in use whose last day lies before `on`, the oldest first."""
    return in_use().filter(expires_on__lt=on).order_by("expires_on", "pk")


def standing(paper: FirmPaper, on: date) -> tuple[str, str]:
    """(words, tone) of how a paper stands on that day."""
    return paper_standing(paper, on, WARN)


def paper_counts(user, on: date) -> dict[str, int]:
    """The numbers above the list, in one query."""
    open_now = Q(state=PaperState.CURRENT, partner__state=PartnerState.ACTIVE)
    last = on + timedelta(days=limit_shown(WARN, on))
    return papers_visible_to(user).aggregate(
        soon=Count("pk", filter=open_now & Q(expires_on__gte=on, expires_on__lte=last)), late=Count("pk", filter=open_now & Q(expires_on__lt=on))
    )


def firm_paper_todos(user, at: datetime) -> list[Todo]:
    """Papers that run out or have run out, for whoever keeps them. One query."""
    if not has(user, MANAGE):
        return []
    on = timezone.localdate(at)
    papers = in_use().filter(expires_on__lte=on + timedelta(days=limit_shown(WARN, on))).order_by("expires_on", "pk")
    return [_todo(paper, on) for paper in papers[:MOST]]


def _todo(paper: FirmPaper, on: date) -> Todo:
    due_at = timezone.make_aware(datetime.combine(paper.expires_on or on, time(23, 59)))
    words = f"{full_day(paper.expires_on)}到期，{left_words(paper, on)}"
    return Todo(str(paper), words, url_of(paper), "登记新证", "building-2", due_at)


def firm_paper_late(user, at: datetime) -> list[Late]:
    """How many firms' papers have expired, for whoever keeps or oversees them. One query."""
    if not is_insider(user):
        return []
    on = timezone.localdate(at)
    late = list(expired(on)[:100])
    return [Late("单位证照过期", f"{late[0]}，{left_words(late[0], on)}", len(late), "/partner-paper/?state=late")] if late else []


def url_of(paper: FirmPaper) -> str:
    return f"/partner-paper/{paper.pk}/"
