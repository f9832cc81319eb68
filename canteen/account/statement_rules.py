"""The month's statement: made by one person, signed by the director, on the board by itself, and from then on unchanged (CAN-13, CAN-15)."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, PostCategory
from logistics.platform.board.rules import put_up
from logistics.platform.imports.reader import check_size, read_grids
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper

from .figures import CAP, excess_of, gaps_of, gather, odd_of
from .models import STATEMENT_MOVES, AccountEntry, AccountStatement, Purpose, StatementState, month_words
from .prints import STATEMENT_SHEET
from .queries import SIGN, closed_before, first_kept, last_closed, months_to_choose, open_statement
from .reading import read_statement
from .rules import check_can_write
from .words import post_text

ACCOUNT = Subject("canteen.account", "伙食收支表待签字、盈亏超限", "食堂")


def check_can_edit(user, statement: AccountStatement) -> None:
    check_can_write(user)
    if statement.state != StatementState.DRAFT:
        raise RuleViolation(f"{statement}{statement.get_state_display()}，不能再改。要更正，在账上点「更正」，记在这个月。")


def check_can_read_file(user, statement: AccountStatement) -> None:
    check_can_edit(user, statement)
    _check_not_kept_here(statement)


def check_can_send(user, statement: AccountStatement) -> None:
    check_can_write(user)
    check_move(statement, StatementState.SENT, moves=STATEMENT_MOVES)


def check_can_file(user, statement: AccountStatement) -> None:
    check_can_write(user)
    check_move(statement, StatementState.FILED, moves=STATEMENT_MOVES)
    if not statement.from_file:
        raise RuleViolation("只有读进来的 Excel 表才存档。这个月的请送签。")


def check_can_sign(user, statement: AccountStatement) -> None:
    require(user, SIGN)
    check_move(statement, StatementState.SIGNED, moves=STATEMENT_MOVES)
    check_separation(user, "sign", statement)
    if user.pk == statement.sent_by_id:
        raise NotAllowed("编制和签字不能是同一个人，请总务主任或者校长签。")


def check_can_return(user, statement: AccountStatement) -> None:
    check_move(statement, StatementState.DRAFT, moves=STATEMENT_MOVES)
    if user.pk != statement.sent_by_id:
        require(user, SIGN)


def check_can_void(user, statement: AccountStatement) -> None:
    check_can_write(user)
    if statement.state == StatementState.FILED:
        if AccountStatement.objects.filter(month__gt=statement.month).exclude(state=StatementState.VOID).exists():
            raise RuleViolation("后面已经有接着它的月份了，不能作废。")
        return
    check_move(statement, StatementState.VOID, moves=STATEMENT_MOVES)


@rule
def create_statement(*, actor, at: datetime, month: date, **fields) -> AccountStatement:
    """A draft. Months follow one another: raises RuleViolation for another than the next, Conflict for one that is there."""
    check_can_write(actor)
    month, today = month.replace(day=1), timezone.localdate(at)
    known = AccountStatement.objects.exclude(state=StatementState.VOID)
    if there := known.filter(month=month).first():
        raise Conflict(f"{there}已经有了（{there.get_state_display()}），请打开它。", field="month")
    if month not in (choices := months_to_choose(today)):
        last = last_closed()
        words = f"要接着{month_words(last.month)}做" if choices and last else "还没有到可以做的月份"
        raise RuleViolation(f"月份一个接一个做，{words}。", field="month")
    if other := open_statement():
        raise RuleViolation(f"{other}还没有办完（{other.get_state_display()}），请先办完它。", field="month")
    record = AccountStatement(created_by=actor, created_at=at, month=month)
    return save_changes(actor=actor, at=at, record=record, text=f"编制{month_words(month)}伙食收支表", **tidied(fields))


@rule
def update_statement(*, actor, at: datetime, record: AccountStatement, **fields) -> AccountStatement:
    """The words of a draft."""
    statement = stored(AccountStatement, record)
    check_can_edit(actor, statement)
    return save_changes(actor=actor, at=at, record=statement, **tidied(fields))


@rule
def read_file(*, actor, at: datetime, record: AccountStatement, file: UploadedFile) -> AccountStatement:
    """Take a draft's content from the table the school keeps in Excel: word for word, with what does not add up beside it.

    Raises RuleViolation at `file` for what is no such table, or one of another month.
    """
    statement = stored(AccountStatement, record)
    check_can_read_file(actor, statement)
    name = (file.name or "表格")[:60]
    try:
        check_size(file.size or 0)
        month, content = read_statement(read_grids(file.read(), name))
    except RuleViolation as refusal:
        raise RuleViolation(refusal.message, field="file") from refusal
    if month != statement.month:
        raise RuleViolation(f"文件里是{month_words(month)}的表，这里是{month_words(statement.month)}。请选对文件，或者新建那个月的。", field="file")
    statement.from_file, statement.content = True, content | {"cap": str(limit(CAP, statement.last_on)), "months": 1}
    statement.save(update_fields=["from_file", "content"])
    found = f"{len(statement.doubts)} 处对不上" if statement.doubts else "都对得上"
    record_event(actor=actor, at=at, action="read_file", record=statement, text=f"读入 Excel 表「{name}」，{found}")
    return statement


@rule
def send_statement(*, actor, at: datetime, record: AccountStatement) -> AccountStatement:
    """Freeze what the books say and ask for the signature. Raises RuleViolation while the month runs, something is missing, or an excess has no answer."""
    statement = stored(AccountStatement, record)
    check_can_send(actor, statement)
    check_over(statement, at)
    before = closed_before(statement.month)
    content = statement.content if statement.from_file else gather(statement.month, before)
    if not content["rows"] and not content["incomes"] and (before is None or before.from_file):  # months of ours follow one another, an empty one too
        raise RuleViolation("这个月没有收入，也没有支出，没有可以公布的。")
    _check_explained(statement)
    _check_nothing_left_out(statement)
    if gaps := gaps_of(content):
        raise RuleViolation(gaps[0])
    if not statement.note and (odd := odd_of(content)):
        raise RuleViolation(odd)
    excess = excess_of(content)
    if excess and not statement.measure:
        raise RuleViolation(f"{excess}请点「修改」，写怎么退还学生或改善伙食，再送签。")
    advance(statement, StatementState.SENT, moves=STATEMENT_MOVES, content=content, sent_at=at, sent_by=actor, reason="")
    record_event(actor=actor, at=at, action="send", record=statement, text="取数，送签", note=excess)
    people = [person for person in holders_of(SIGN) if person.pk != actor.pk]
    _tell(at, statement, "sent", people, f"请签{statement}", excess or f"{actor.name}编好了，签字以后自动公布。")
    return statement


def check_over(statement: AccountStatement, at: datetime) -> None:
    if statement.last_on >= timezone.localdate(at):
        raise RuleViolation("这个月还没有过完，月底以后再送签。")


def _check_nothing_left_out(statement: AccountStatement) -> None:
    """Every entry stands in one statement: none before the month that no statement has, none in a month that a file speaks for."""
    before = closed_before(statement.month)
    rows = AccountEntry.objects.filter(on__lt=statement.month)
    rows = rows.filter(on__gt=before.last_on) if before else rows
    if first := first_kept(rows.exclude(purpose=Purpose.OPENING)):
        words = f"{month_words(first)}账上有收支，还没有做那个月的月报。请先做那个月的，再做{month_words(statement.month)}的"
        raise RuleViolation(f"{words}；年份写错的，请在那一笔上更正为 0，更正记在同一天。")
    if statement.from_file and first_kept(rows.filter(purpose=Purpose.OPENING)):
        raise RuleViolation("账上记了期初结余，这张表自己有上月结余。请先把期初结余更正为 0，更正记在同一天。")
    if statement.from_file:
        _check_not_kept_here(statement)


def _check_not_kept_here(statement: AccountStatement) -> None:
    rows = AccountEntry.objects.filter(on__range=(statement.month, statement.last_on))
    if first_kept(rows):
        raise RuleViolation(f"{month_words(statement.month)}账上已经记了 {rows.count()} 笔，月报从账上取数，不用再读 Excel 表。")


def _check_explained(statement: AccountStatement) -> None:
    if statement.doubts and not statement.note:
        raise RuleViolation(f"表里有 {len(statement.doubts)} 处对不上。请点「修改」，在说明里写清原因。数字照原表，不替您改。")


@rule
def sign_statement(*, actor, at: datetime, record: AccountStatement) -> AccountStatement:
    """The director agrees: the month is closed and the table stands on the board for everyone. Raises RuleViolation when the books changed since."""
    statement = stored(AccountStatement, record)
    check_can_sign(actor, statement)
    if record.sent_at and record.sent_at != statement.sent_at:
        raise Conflict("刚刚重新取过数，请看过再签。")
    if not statement.from_file and gather(statement.month, closed_before(statement.month)) != statement.content:
        raise RuleViolation("送签以后账上有变化，请退回去，重新取数再送。")
    statement.signed_by, statement.signed_at = actor, at
    sheet = STATEMENT_SHEET
    content = sheet.context(statement, actor)
    paper = note_paper(actor=actor, at=at, document=sheet, record=statement, content=content)
    pdf = CleanPaper(content=paper_pdf(document=sheet, content=content, paper=paper, at=at, address=base_address()), name=f"{statement}.pdf")
    post = put_up(
        actor=actor, at=at, category=PostCategory.FUNDS, title=str(statement), content=post_text(statement), audience=Audience.EVERYONE,
        publish_on=timezone.localdate(at), papers=[pdf],
    )  # fmt: skip
    advance(statement, StatementState.SIGNED, moves=STATEMENT_MOVES, signed_at=at, signed_by=actor, post=post)
    record_event(actor=actor, at=at, action="sign", record=statement, text="签字，公布")
    _tell(at, statement, "signed", [statement.sent_by], f"{statement}已签字公布", "在公示栏和食堂公开页。")
    return statement


@rule
def return_statement(*, actor, at: datetime, record: AccountStatement, reason: str) -> AccountStatement:
    """Back to its maker; the figures are taken anew at the next sending."""
    statement, reason = stored(AccountStatement, record), tidied({"r": reason or ""})["r"]
    check_can_return(actor, statement)
    if not reason:
        raise RuleViolation("请写退回的原因。", field="reason")
    maker, kept = statement.sent_by, statement.content if statement.from_file else {}
    advance(statement, StatementState.DRAFT, moves=STATEMENT_MOVES, content=kept, sent_at=None, sent_by=None, reason=reason[:200])
    record_event(actor=actor, at=at, action="return", record=statement, text="退回", note=reason)
    if maker and maker.pk != actor.pk:
        _tell(at, statement, "back", [maker], f"退回：{statement}", reason)
    return statement


@rule
def file_statement(*, actor, at: datetime, record: AccountStatement) -> AccountStatement:
    """A table of an earlier month is kept as it is, without being published; the next month goes on from its balances. Raises RuleViolation while what does not add up has no explanation."""
    statement = stored(AccountStatement, record)
    check_can_file(actor, statement)
    _check_explained(statement)
    _check_nothing_left_out(statement)
    advance(statement, StatementState.FILED, moves=STATEMENT_MOVES)
    record_event(actor=actor, at=at, action="file", record=statement, text=f"存档，{len(statement.doubts)} 处对不上", note=statement.note[:300])
    return statement


@rule
def void_statement(*, actor, at: datetime, record: AccountStatement, reason: str) -> AccountStatement:
    """A draft or a filed table that was a mistake."""
    statement, reason = stored(AccountStatement, record), tidied({"r": reason or ""})["r"]
    check_can_void(actor, statement)
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(statement, StatementState.VOID, moves=STATEMENT_MOVES, reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=statement, text="作废", note=reason)
    return statement


def _tell(at: datetime, statement: AccountStatement, about: str, people, title: str, body: str) -> None:
    url = reverse("canteen:account-detail", args=[statement.pk])
    notify(at=at, key=f"canteen.account.{about}:{statement.pk}:{at.isoformat()}", recipients=people, title=title, body=body, url=url, subject=ACCOUNT)
