"""Numbers of invoices made comparable, however they were typed: full-width digits, blanks and dashes do not matter (FIN-06)."""

import re
import unicodedata

from logistics.platform.kernel.errors import RuleViolation

DIGITAL = 20  # 全面数字化的电子发票 has a number of its own and no code
PAPER, CODES = 8, (10, 12)  # 增值税发票 on paper: 8 digits, with a code of 10 or 12


def bare(text: str) -> str:
    """Letters and digits only, half-width, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text or "").upper())


def checked(number: str, code: str) -> tuple[str, str]:
    """(number, code) as they are kept. Raises RuleViolation at its field for what no invoice has."""
    number, code = bare(number), bare(code)
    if not number:
        raise RuleViolation("请写发票号码，在发票右上角。", field="number")
    if not 4 <= len(number) <= DIGITAL:
        raise RuleViolation(f"发票号码是 8 位或者 20 位，这里有 {len(number)} 位，请再核对。", field="number")
    if len(number) == DIGITAL:
        return number, ""
    if number.isdigit() and len(number) == PAPER and len(code) not in CODES:
        raise RuleViolation("8 位号码的发票还要写发票代码（10 位或者 12 位）。", field="code")
    if len(code) > CODES[-1]:
        raise RuleViolation("发票代码最多 12 位，请再核对。", field="code")
    return number, code


def key_of(number: str, code: str) -> str:
    return f"{code}-{number}"
