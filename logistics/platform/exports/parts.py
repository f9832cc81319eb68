"""The fixed parts of an .xlsx file: what a package must hold besides the rows."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from string import ascii_uppercase

from .cells import FORBIDDEN, escaped

START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Colours of the sheet: title ink, quiet note, heading on a light ground with a thin line below.
_FONT = '<name val="等线"/><family val="2"/>'
STYLES = (
    f'{START}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="3"><numFmt numFmtId="164" formatCode="#,##0.00"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    f'<fonts count="4"><font><sz val="11"/>{_FONT}</font><font><b/><sz val="16"/>{_FONT}</font>'
    f'<font><sz val="10"/><color rgb="FF626B74"/>{_FONT}</font><font><b/><sz val="11"/>{_FONT}</font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7F0F5"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"><color rgb="FF1B5C7D"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="12">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment vertical="center"/></xf>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="3" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center"/></xf>'
    '<xf numFmtId="0" fontId="3" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment horizontal="right" vertical="center"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    + "".join(
        f'<xf numFmtId="{code}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        f'<alignment horizontal="{side}" vertical="top"/></xf>'
        for code, side in ((0, "right"), (1, "right"), (164, "right"), (165, "left"), (166, "left"))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def letters(count: int) -> list[str]:
    """The first `count` column letters: A, B, … Z, AA, …"""
    names = ("".join(name) for size in (1, 2, 3) for name in product(ascii_uppercase, repeat=size))
    return list(islice(names, count))


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """A name Excel accepts: at most 31 characters, none of []:*?/\\, unlike those taken whatever their case."""
    name = re.sub(rf"[\[\]:*?/\\{FORBIDDEN}]", " ", wanted).strip().strip("'") or "表"
    used = {other.lower() for other in taken}
    tries = (name[: 31 - len(tail)] + tail for tail in ("", *(f" ({number})" for number in range(2, 10_000))))
    return next(candidate for candidate in tries if candidate.lower() not in used)


def file_name(name: str) -> str:
    """The name without what Windows forbids in files."""
    return re.sub(rf'[\\/:*?"<>|\n\r\t{FORBIDDEN}]', " ", name).strip(" .")[:80] or "导出"


def sheet_start(widths: Iterable[int], heading_row: int, selected: bool) -> str:
    columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    return (
        f'{START}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"{" tabSelected=" + chr(34) + "1" + chr(34) if selected else ""}>'
        f'<pane ySplit="{heading_row}" topLeftCell="A{heading_row + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{heading_row + 1}" sqref="A{heading_row + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="16.5"/><cols>{columns}</cols><sheetData>'
    )


def sheet_end(columns: int, heading_row: int, last_row: int) -> bytes:
    return (
        f'</sheetData><autoFilter ref="A{heading_row}:{letters(columns)[-1]}{last_row}"/>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ).encode()


def book_parts(names: list[str], sizes: list[tuple[int, int]], heading_row: int) -> dict[str, str]:
    """Path in the package -> content, for a book with sheets of these names and (columns, last row)."""
    sheets = range(1, len(names) + 1)
    defined = "".join(_defined(index, name, *size, heading_row) for index, (name, size) in enumerate(zip(names, sizes, strict=True)))
    return {
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": f'{START}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
        + "".join(f'<sheet name="{_attribute(names[n - 1])}" sheetId="{n}" r:id="rId{n}"/>' for n in sheets)
        + f"</sheets><definedNames>{defined}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in sheets), (f"rId{len(names) + 1}", "styles", "styles.xml")]
        ),
        "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": f'{START}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPES}.worksheet+xml"/>' for n in sheets)
        + "</Types>",
    }


def _defined(index: int, name: str, columns: int, last_row: int, heading_row: int) -> str:
    """Excel's own names for the filtered range and for the rows repeated on every printed page."""
    quoted = _attribute(name).replace("'", "''")
    return (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{index}" hidden="1">'
        f"'{quoted}'!$A${heading_row}:${letters(columns)[-1]}${last_row}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{index}">\'{quoted}\'!${heading_row}:${heading_row}</definedName>'
    )


def _attribute(text: str) -> str:
    return escaped(text).replace('"', "&quot;")


def _relations(rows: Iterable[tuple[str, str, str]]) -> str:
    links: Iterator[str] = (f'<Relationship Id="{key}" Type="{DOCUMENT}/{kind}" Target="{target}"/>' for key, kind, target in rows)
    return f'{START}<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}</Relationships>'
